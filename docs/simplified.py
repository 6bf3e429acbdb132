"""Write the Simplified Chinese pages from the Traditional ones.

python docs/simplified.py

Prose is converted by OpenCC and the words of `docs/simplified.txt`. Blocks of code stay as they
are, but for comments of shell commands: they hold what documents say, word for word.
"""

import re
from pathlib import Path

import opencc

ROOT = Path(__file__).resolve().parents[1]
WORDS = ROOT / "docs" / "simplified.txt"
CONVERTER = opencc.OpenCC("tw2sp")
LANGUAGES = "[English](README.md) · 繁體中文 · [简体中文](README.zh-Hans.md)"
LANGUAGES_SIMPLIFIED = "[English](README.md) · [繁體中文](README.zh-Hant.md) · 简体中文"

_CODE = re.compile(r"^```.*?^```$", re.M | re.S)
_COMMENT = re.compile(r"(?<=   )# .*$", re.M)
_PRIVATE = 0xE000
"""The first of the private code points, which stand for what OpenCC is not to see."""


def pages() -> dict[Path, str]:
    """Return the Simplified pages by their file."""
    made = {ROOT / "README.zh-Hans.md": simplified((ROOT / "README.zh-Hant.md").read_text("utf-8"))}
    for page in sorted((ROOT / "docs" / "zh-Hant").glob("*.md")):
        made[ROOT / "docs" / "zh-Hans" / page.name] = simplified(page.read_text("utf-8"))
    return made


def simplified(page: str) -> str:
    """Return a page in Simplified Chinese; links lead to Simplified pages."""
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return chr(_PRIVATE + len(kept) - 1)

    def keep_code(found: re.Match[str]) -> str:
        code = found[0]
        if code.startswith("```sh\n"):
            code = _COMMENT.sub(lambda comment: _prose(comment[0]), code)
        return keep(code)

    page = page.replace(LANGUAGES, keep(LANGUAGES_SIMPLIFIED))
    page = _prose(_CODE.sub(keep_code, page)).replace("docs/zh-Hant/", "docs/zh-Hans/")
    while found := re.search(f"[{chr(_PRIVATE)}-{chr(_PRIVATE + len(kept) - 1)}]", page):
        page = page.replace(found[0], kept[ord(found[0]) - _PRIVATE])
    return page


def _prose(text: str) -> str:
    words = _words()
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    pieces = re.split(f"({pattern})", text)
    return "".join(words.get(piece) or CONVERTER.convert(piece) for piece in pieces)


def _words() -> dict[str, str]:
    lines = (line.split("#", 1)[0] for line in WORDS.read_text("utf-8").splitlines())
    pairs = (line.split("=") for line in lines if line.strip())
    return {traditional.strip(): simplified.strip() for traditional, simplified in pairs}


if __name__ == "__main__":
    for file, text in pages().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
