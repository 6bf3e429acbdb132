"""Take the pictures of the pages that `show --html` and `eval --html` write.

    python docs/pages_picture.py

They are written to `docs/show.png`, `docs/show-narrow.png` and `docs/eval.png` by a real browser:
Chromium, which must be installed.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.bot.render.browser import browser, program  # noqa: E402
from wuzhen.bot.anchors import anchor  # noqa: E402
from wuzhen.index.passages import cut  # noqa: E402
from wuzhen.index.sources.folder import read_folder  # noqa: E402

QUESTIONS = ROOT / "tests" / "collections" / "conference" / "questions.jsonl"
LINKED = "大會開幕式"
"""The row of the timetable that is linked to."""


@dataclass(frozen=True)
class Picture:
    """A file, the page that it shows, and how large the window is."""

    name: str
    page: str
    width: int
    height: int
    linked: bool = False


PICTURES = (
    Picture("show", "show.html", 1180, 820, linked=True),
    Picture("show-narrow", "show.html", 390, 760, linked=True),
    Picture("eval", "eval.html", 1280, 1000),
)


def main() -> None:
    """Write the pages as a user does, and take their pictures."""
    found = program()
    if found is None:
        sys.exit("this needs Chromium; install it: apt-get install chromium")
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        shutil.copytree(ROOT / "knowledge", home / "knowledge")
        _wuzhen(home, "show", "--html", "show.html")
        _wuzhen(home, "eval", str(QUESTIONS), "--html", "eval.html")
        passages = cut(read_folder(home / "knowledge").documents)
        linked = next(passage for passage in passages if LINKED in passage.text.split())
        with browser(found, home) as opened:
            for one in PICTURES:
                page = f"{one.page}#{anchor(linked)}" if one.linked else one.page
                file = ROOT / "docs" / f"{one.name}.png"
                opened.picture(page, one.width, one.height, file)
                print(f"wrote {file.relative_to(ROOT)}")  # noqa: T201


def _wuzhen(home: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "wuzhen", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    subprocess.run(command, cwd=home, env=environment, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
