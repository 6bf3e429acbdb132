"""Draw `docs/repl*.svg`: the REPL as it stood on the screen of a terminal.

    python docs/repl_picture.py

The program runs as its own process in the emulated terminal that the tests use; what is typed is
below, everything else is what came back.
"""

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.bot.repl.emulated import Terminal  # noqa: E402


@dataclass(frozen=True)
class Picture:
    """A file, how wide its terminal is, what is typed, and what is waited for after each line."""

    name: str
    columns: int
    typed: tuple[tuple[str, str], ...]


PICTURES = (
    Picture(
        "repl",
        96,
        (
            ("志願者有多少人", "[8]"),
            ("人工智能论坛在哪里", "枕水廳(201)"),
            ("12月5日有什麼活動", "閉幕式"),
            ("紀念林一共種了幾棵樹", " 3 │"),
        ),
    ),
    Picture("repl-narrow", 60, (("志願者有多少人", "[8]"), ("/schedule 3", "歡迎晚宴"))),
    Picture("repl-menu", 72, (("/", "/quit"),)),
    Picture("repl-explain", 96, (("開木式幾點", "10:30"), ("/explain", "milliseconds"))),
)
THEME = TerminalTheme(
    (253, 253, 250),
    (34, 40, 49),
    [
        (34, 40, 49),
        (192, 57, 43),
        (39, 128, 75),
        (255, 214, 90),
        (41, 98, 168),
        (142, 68, 140),
        (15, 118, 140),
        (90, 98, 108),
    ],
    [(127, 135, 145)] * 8,
)
NAMES = {"brown": "yellow", "brightblack": "bright_black"}
FONTS = "'DejaVu Sans Mono','Noto Sans Mono CJK TC','Noto Sans CJK TC',monospace"
LINES = 120
# A terminal's font joins bars from line to line; a browser's leaves gaps between them.
BAR = re.compile(r'<text class="([^"]*)" x="([\d.]+)" y="([\d.]+)" textLength="11" [^>]*>│</text>')


def screen(picture: Picture) -> list[Text]:
    """Hold the conversation; the lines of the screen at its end."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "knowledge", Path(folder) / "knowledge")
        with Terminal(
            Path(folder), picture.columns, LINES, LANG="zh_TW.UTF-8", WUZHEN_EMBEDDINGS="auto"
        ) as terminal:
            terminal.wait_for("›")
            for line, awaited in picture.typed:
                if line == "/":
                    terminal.type(line)
                else:
                    terminal.say(line)
                terminal.wait_for(awaited, f"› {line}")
            if picture.typed[-1][0] != "/":
                terminal.wait_for_prompt()
            return lines(terminal)


def lines(terminal: Terminal) -> list[Text]:
    """Return what a terminal shows, from the greeting on, without what is empty at the end."""
    drawn: list[Text] = []
    for row in range(terminal.screen.lines):
        line = Text()
        for column in range(terminal.screen.columns):
            cell = terminal.screen.buffer[row][column]
            style = Style(
                color=NAMES.get(cell.fg, cell.fg),
                bgcolor=NAMES.get(cell.bg, cell.bg),
                bold=cell.bold,
                reverse=cell.reverse,
            )
            line.append(cell.data, style)
        line.rstrip()
        drawn.append(line)
    first = next(n for n, line in enumerate(drawn) if line.plain.startswith("烏鎮問答"))
    drawn = drawn[first:-1]  # below the last line typed is only the bar at the bottom
    while drawn and not drawn[-1].plain:
        drawn.pop()
    return drawn


def svg(picture: Picture, drawn: list[Text]) -> str:
    """Return the picture, without a font to be fetched from elsewhere."""
    console = Console(width=picture.columns, record=True, file=Path("/dev/null").open("w"))  # noqa: SIM115
    console.print(*drawn, sep="\n", no_wrap=True, overflow="ignore", crop=False)
    console.file.close()
    drawing = console.export_svg(
        title="wuzhen repl",
        theme=THEME,
        font_aspect_ratio=0.55,  # between a Latin font's and the half of a Chinese character
        unique_id=picture.name,
    )
    drawing = BAR.sub(
        lambda bar: (
            f'<rect class="{bar[1]}" x="{float(bar[2]) + 5.2:g}" '
            f'y="{float(bar[3]) - 20:g}" width="1.6" height="30"/>'
        ),
        drawing,
    )
    drawing = re.sub(r"@font-face \{.*?\}", "", drawing, flags=re.DOTALL)
    return drawing.replace("Fira Code, monospace", FONTS)


def main() -> None:
    """Draw every picture."""
    for picture in PICTURES:
        (ROOT / "docs" / f"{picture.name}.svg").write_text(svg(picture, screen(picture)), "utf-8")


if __name__ == "__main__":
    main()
