"""Draw `docs/telegram.svg`: a real conversation, from the messages that the bot really sent.

    python docs/telegram_picture.py

The bot runs as its own process against the emulator of the Bot API that the tests use; people's
messages are those below, everything else is what came back.
"""

import asyncio
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from aiogram.types import Message  # noqa: E402

from tests.telegram.emulator import BotApi  # noqa: E402
from tests.telegram.running import Bot  # noqa: E402

COLUMNS = (("/start", "志願者有多少人"), ("人工智能论坛在哪里", "大會門票多少錢？"))
"""What is written, in each of the columns."""

SIZE = 15
LINE = 22
WIDTH = 420
BUBBLE = 350
PAD = 12
GAP = 12
BUTTON = 34
QUOTE_GAP = 6
CORNER = 12
FONTS = (
    "'PingFang TC','Noto Sans CJK TC','Noto Sans TC','Microsoft JhengHei','WenQuanYi Zen Hei',"
    "system-ui,sans-serif"
)
CLOSING, OPENING = "，。；：！？、)）」”》]", "(（「“《["
INK, FAINT, BLUE, TINT = "#16202a", "#6b7c8a", "#2f7fd1", "#eaf3fc"
WALL, OURS, THEIRS, KEY = "#dfe8ee", "#ffffff", "#e1f7cf", "#8aa5b8"


@dataclass
class Glyph:
    """A character and what it is."""

    character: str
    bold: bool = False
    quoted: bool = False


@dataclass
class Drawing:
    """SVG elements, and how far down they reach."""

    elements: list[str] = field(default_factory=list)
    y: float = 0.0

    def rectangle(
        self, x: float, y: float, width: float, height: float, colour: str, corner: float = CORNER
    ) -> None:
        """Add a box."""
        self.elements.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{corner:g}" '
            f'fill="{colour}"/>'
        )

    def text(self, x: float, y: float, words: str, colour: str = INK, more: str = "") -> None:
        """Add words."""
        self.elements.append(
            f'<text x="{x:g}" y="{y:g}" fill="{colour}" xml:space="preserve"{more}>'
            f"{escape(words)}</text>"
        )


async def converse() -> list[list[Message | str]]:
    """Hold the conversation; what stands in each column, people's words as plain text."""
    columns: list[list[Message | str]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi(username="wuzhen_bot") as api:
            bot = await Bot(Path(folder), api, WUZHEN_EMBEDDINGS="auto").start()
            try:
                chat = api.private("Ada", language="zh-hant")
                for questions in COLUMNS:
                    column: list[Message | str] = []
                    for words in questions:
                        api.say(chat, words)
                        column += [words, await api.reply_in(chat, 60)]
                    columns.append(column)
            finally:
                await bot.stop()
            api.assert_clean()
    return columns


def glyphs(message: Message) -> list[Glyph]:
    """Return the characters of a message, each with what the entities say of it."""
    found: list[Glyph] = []
    offset = 0
    for character in message.text or "":
        kinds = {
            entity.type
            for entity in message.entities or ()
            if entity.offset <= offset < entity.offset + entity.length
        }
        quoted = bool(kinds & {"blockquote", "expandable_blockquote"})
        found.append(Glyph(character, "bold" in kinds, quoted))
        offset += 2 if character > "\uffff" else 1
    return found


def advance(glyph: Glyph) -> float:
    """Return about how wide a character is drawn."""
    if unicodedata.east_asian_width(glyph.character) in "WFA":
        return float(SIZE)
    return SIZE * (0.62 if glyph.bold or glyph.character.isupper() else 0.56)


def lines(text: Sequence[Glyph], width: float) -> Iterator[list[Glyph]]:
    """Break a text into lines; a line is in a blockquote as a whole or not at all."""
    line: list[Glyph] = []
    used = 0.0
    for word in words_of(text):
        if word[0].character == "\n":
            yield line
            line, used = [], 0.0
            continue
        wide = sum(advance(glyph) for glyph in word)
        if line and used + wide > width - (PAD if word[0].quoted else 0):
            yield line
            line, used = [], 0.0
        line += word
        used += wide
    yield line


def words_of(text: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Return what no line break may fall into: a word, a character with its punctuation."""
    word: list[Glyph] = []
    for glyph in text:
        joined = bool(word) and (
            glyph.character in CLOSING
            or word[-1].character in OPENING
            or (glyph.character.isascii() and word[-1].character.isascii())
        )
        if word and (not joined or " " in word[-1].character or "\n" in glyph.character):
            yield word
            word = []
        word.append(glyph)
    if word:
        yield word


def heights(text: Sequence[list[Glyph]]) -> list[float]:
    """Return how far below the first line each one stands, and the end of all."""
    found = [0.0]
    for line, following in zip(text, [*text[1:], []], strict=True):
        leaves = bool(line) and line[0].quoted and not (following and following[0].quoted)
        found.append(found[-1] + LINE + (QUOTE_GAP if leaves else 0))
    return found


def draw_lines(drawing: Drawing, text: Sequence[list[Glyph]], x: float, y: float) -> None:
    """Draw lines below one another, with a bar beside those that are quoted."""
    tops = [y + height for height in heights(text)]
    start: float | None = None
    for line, top in zip([*text, []], tops, strict=True):
        quoted = bool(line) and line[0].quoted
        if quoted and start is None:
            start = top
        if not quoted and start is not None:
            drawing.rectangle(x, start - 2, BUBBLE - 2 * PAD, top - start, TINT, 4)
            drawing.rectangle(x, start - 2, 3, top - start, BLUE, 1.5)
            start = None
    for line, top in zip(text, tops, strict=False):
        left = x + (PAD if line and line[0].quoted else 0)
        spans = "".join(
            f'<tspan font-weight="700">{escape(words)}</tspan>' if bold else escape(words)
            for bold, words in runs(line)
        )
        if spans:
            drawing.elements.append(
                f'<text x="{left:g}" y="{top + 16:g}" fill="{INK}" '
                f'xml:space="preserve">{spans}</text>'
            )


def runs(line: Sequence[Glyph]) -> Iterator[tuple[bool, str]]:
    """Return the stretches of a line that are bold, or not."""
    words, bold = "", False
    for glyph in line:
        if glyph.bold != bold and words:
            yield bold, words
            words = ""
        bold = glyph.bold
        words += glyph.character
    if words:
        yield bold, words


def draw_theirs(drawing: Drawing, words: str, x: float) -> None:
    """Draw what a person wrote, at the right."""
    wide = sum(advance(Glyph(character)) for character in words) + 2 * PAD + 4
    left = x + WIDTH - GAP - wide
    drawing.rectangle(left, drawing.y, wide, LINE + 14, THEIRS)
    drawing.text(left + PAD, drawing.y + 23, words)
    drawing.y += LINE + 14 + GAP


def draw_ours(drawing: Drawing, message: Message, x: float) -> None:
    """Draw what the bot sent, at the left: the question replied to, the text, the buttons."""
    left, top = x + GAP, drawing.y
    body = list(lines(glyphs(message), BUBBLE - 2 * PAD - 6))
    replied = message.reply_to_message.text if message.reply_to_message else None
    head = LINE + 10 if replied else 0
    tall = head + heights(body)[-1]
    drawing.rectangle(left, top, BUBBLE, tall + 2 * PAD - 4, OURS)
    if replied:
        drawing.rectangle(left + PAD, top + PAD - 2, 3, LINE, BLUE, 1.5)
        drawing.text(left + PAD + 10, top + PAD + 14, replied, FAINT, ' font-size="13"')
    draw_lines(drawing, body, left + PAD, top + PAD - 2 + head)
    drawing.y += tall + 2 * PAD
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    for row in rows:
        wide = (BUBBLE - 4 * (len(row) - 1)) / len(row)
        for place, button in enumerate(row):
            at = left + place * (wide + 4)
            drawing.rectangle(at, drawing.y, wide, BUTTON, KEY, 8)
            drawing.text(
                at + wide / 2,
                drawing.y + 22,
                fitting(button.text, wide - 16),
                "#ffffff",
                ' text-anchor="middle" font-size="14"',
            )
        drawing.y += BUTTON + 4
    drawing.y += GAP


def fitting(words: str, width: float) -> str:
    """Return as much of a button's label as is seen in it."""
    used = 0.0
    for place, character in enumerate(words):
        used += advance(Glyph(character))
        if used > width - SIZE:
            return words[:place] + "…"
    return words


def draw(columns: Sequence[Sequence[Message | str]]) -> str:
    """Return the picture."""
    drawing = Drawing()
    height = 0.0
    for number, column in enumerate(columns):
        drawing.y = 2.0 * GAP
        for said in column:
            x = float(number * (WIDTH + GAP))
            if isinstance(said, str):
                draw_theirs(drawing, said, x)
            else:
                draw_ours(drawing, said, x)
        height = max(height, drawing.y)
    width = len(columns) * (WIDTH + GAP) - GAP
    walls = "".join(
        f'<rect x="{number * (WIDTH + GAP)}" width="{WIDTH}" height="{height:g}" rx="16" '
        f'fill="{WALL}"/>\n'
        for number in range(len(columns))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:g}" '
        f'viewBox="0 0 {width} {height:g}" font-family="{FONTS}" font-size="{SIZE}" '
        'role="img" aria-label="烏鎮問答 in Telegram">\n'
        + walls
        + "\n".join(drawing.elements)
        + "\n</svg>\n"
    )


def main() -> None:
    """Hold the conversation and draw it."""
    picture = draw(asyncio.run(converse()))
    (ROOT / "docs" / "telegram.svg").write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
