"""Word lists that hold for any collection, each widened by a file of its name in the knowledge."""

from importlib.resources import files
from pathlib import Path

BOILERPLATE = "boilerplate.txt"
SYNONYMS = "synonyms.txt"
GLOSSARY = "glossary.txt"
NAMES = (BOILERPLATE, SYNONYMS, GLOSSARY)


def entries(name: str, knowledge: Path | None = None) -> list[str]:
    """Return the lines of a word list, the program's own first, without comments and blanks."""
    texts = [files(__name__).joinpath(name).read_text(encoding="utf-8")]
    if knowledge is not None and (own := knowledge / name).is_file():
        texts.append(own.read_text(encoding="utf-8", errors="replace"))
    lines = (line.split("#", 1)[0].strip() for text in texts for line in text.splitlines())
    return [line for line in lines if line]


def malformed(knowledge: Path) -> list[tuple[str, int, str]]:
    """Return `(file, line, reason)` of each line of a folder's own lists that has no effect.

    A line of synonyms or of the glossary names two or more ways of saying the same, with `=`
    between them.
    """
    found: list[tuple[str, int, str]] = []
    for name in NAMES:
        try:
            data = (knowledge / name).read_bytes() if (knowledge / name).is_file() else b""
        except OSError:
            continue
        for number, line in enumerate(data.splitlines(), 1):
            try:
                entry = line.decode("utf-8-sig").split("#", 1)[0].strip()
            except UnicodeDecodeError:
                found.append((name, number, "not UTF-8"))
                continue
            names = [one for one in entry.split("=") if one.strip()]
            if name != BOILERPLATE and entry and len(names) < 2:
                found.append((name, number, "names nothing that means the same; expected a = b"))
    return found
