"""The lines of a PDF's page: characters put together by where they stand."""

import ctypes
import re
import statistics
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_MOST_LETTERS = 200_000
_SPACE = 0.25
"""Of the size: a gap between Latin letters that is a space."""
_FAR = 2.5
"""Of the size: a gap that parts a line in two, as between columns."""
_STRETCHED = 15.0
"""The same where PDFium sees a space: filling a line may stretch it, and cells may stand so."""
_NEARBY = 20
_HYPHENS = "\x02\ufffe"
"""What PDFium gives for a hyphen at the end of a line."""
_EITHER = "“”‘’—…·"
"""Signs that stand in either script, as wide as what they stand by."""
_OPEN_ADDRESS = re.compile(r"https?://\S*[^\s.,;)]$")


@dataclass(frozen=True, slots=True)
class Letter:
    """A character and its box, in points from the page's lower left corner."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool
    spaced: bool = False
    """Whether a space stands before it, typed or taken from a gap, and no end of a line."""
    typed: bool = False
    """Whether that space was typed, and not taken from a gap."""

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of print."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool


def letters(page: pypdfium2.PdfPage) -> list[Letter]:
    """Return a page's characters in the order in which it draws them; white space is left out."""
    text = page.get_textpage()
    try:
        return list(_letters(text))
    finally:
        text.close()


def _letters(text: pypdfium2.PdfTextPage) -> Iterator[Letter]:
    box = pdfium.FS_RECTF()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    high = 0
    spaced = typed = False
    for place in range(min(text.count_chars(), _MOST_LETTERS)):
        code = pdfium.FPDFText_GetUnicode(text, place)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        character = chr(code) if code <= 0x10FFFF else "\ufffd"
        if character.isspace():
            spaced = character not in "\r\n"
            typed = typed or pdfium.FPDFText_IsGenerated(text, place) == 0
            continue
        if character in _HYPHENS:
            character = "-"
        if not character.isprintable() or character == "\uffff":
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text, place, box):
            continue
        if not pdfium.FPDFText_GetCharBox(text, place, left, right, bottom, top):
            continue
        size = pdfium.FPDFText_GetFontSize(text, place)
        height = box.top - box.bottom
        weight = pdfium.FPDFText_GetFontWeight(text, place)
        # The size may be 1 where the matrix scales; the box tells.
        yield Letter(
            character,
            box.left,
            max(box.right, box.left),
            box.bottom,
            box.top,
            round(height or size, 1),
            weight >= 600 or _is_named_bold(text, place),
            spaced,
            typed,
        )
        spaced = typed = False


def _is_named_bold(text: pypdfium2.PdfTextPage, place: int) -> bool:
    name = ctypes.create_string_buffer(80)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text, place, name, len(name), flags)
    return 0 < length <= len(name) and any(
        sign in name.value.lower() for sign in (b"bold", b"black", b"heiti", b"simhei")
    )


def text_lines(found: Sequence[Letter]) -> list[TextLine]:
    """Put letters together to lines, in the order in which the page draws them."""
    rows: list[list[Letter]] = []
    for letter in found:
        if rows and _continues(rows[-1][-1], letter):
            rows[-1].append(letter)
        else:
            rows.append([letter])
    return [_line(row) for row in rows]


def _continues(last: Letter, letter: Letter) -> bool:
    """Tell whether a letter stands on the same line as the last one, and not far behind it."""
    size = max(last.size, letter.size, 1.0)
    shared = min(last.top, letter.top) - max(last.bottom, letter.bottom)
    least = min(last.top - last.bottom, letter.top - letter.bottom)
    gap = letter.left - last.right
    far = _STRETCHED if letter.spaced else _FAR
    return shared > 0.3 * least and -0.8 * size < gap < far * size


def _line(row: Sequence[Letter]) -> TextLine:
    pieces: list[str] = []
    for place, letter in enumerate(row):
        if place and _is_spaced(row[place - 1], letter):
            pieces.append(" ")
        pieces.append(letter.text)
    return TextLine(
        "".join(pieces),
        min(letter.left for letter in row),
        max(letter.right for letter in row),
        min(letter.bottom for letter in row),
        max(letter.top for letter in row),
        statistics.median_low([letter.size for letter in row]),
        sum(letter.bold for letter in row) > 0.9 * len(row),
    )


def _is_spaced(last: Letter, letter: Letter) -> bool:
    gap = letter.left - last.right
    wide = is_wide(last.text), is_wide(letter.text)
    if _EITHER.find(last.text) >= 0 or _EITHER.find(letter.text) >= 0:
        wide = (any(wide), any(wide))
    if all(wide):
        return gap > max(last.size, letter.size) or (letter.typed and gap > _SPACE * last.size)
    if any(wide):
        return letter.typed
    return letter.spaced or gap > _SPACE * min(last.size, letter.size)


def is_wide(character: str) -> bool:
    """Tell whether a character is one of those that are written without spaces between."""
    return unicodedata.east_asian_width(character) in "WF"


def joined(first: str, second: str) -> str:
    """Join two lines of a paragraph: with a space between words of Latin letters alone."""
    if not first or not second:
        return first + second
    before, after = first.rstrip(_EITHER)[-1:], second.lstrip(_EITHER)[:1]
    if any(one and is_wide(one) for one in (before, after)) or _OPEN_ADDRESS.search(first):
        return first + second
    if first[-1].isdigit() and second[0].isdigit() and any(map(is_wide, first[-_NEARBY:])):
        return first + second  # a number that the end of a line cut through
    if first[-1] == "-" and first[-2:-1].isalpha() and second[0].islower():
        return first[:-1] + second
    if first[-1] in "-/" and second[0].isdigit():
        return first + second
    return f"{first} {second}"
