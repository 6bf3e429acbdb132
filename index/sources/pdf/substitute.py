"""The font in place of the machine's, for what a PDF file names without bringing it along.

PDFium brings fonts for Latin letters and takes one of the machine's for all others. What is then
read differs from one machine to the next: a text of one sign has no width where no font has that
sign, and is left out, and how high a sign is comes from the font. So all others are this font,
in which every sign is the same box; how wide they are, the file says.
"""

import ctypes
import struct
from functools import cache

import pypdfium2.raw as pdfium

_BROUGHT = (
    pdfium.FXFONT_ANSI_CHARSET,
    pdfium.FXFONT_DEFAULT_CHARSET,
    pdfium.FXFONT_SYMBOL_CHARSET,
)
"""Sets of characters for which PDFium brings fonts of its own, which say how wide they are."""
_EM = 1000
_ASCENT, _DESCENT = 880, -120
_BOX = 700
"""How wide and high the box is: well within what most fonts say of themselves."""


@cache
def substitute_fonts() -> None:
    """Have PDFium take this font where it took one of the machine's, from now on."""
    font = _font()

    def find(_info: object, _weight: int, _italic: int, charset: int, *_: object) -> int | None:
        return None if charset in _BROUGHT else 1

    def read(
        _info: object,
        _found: object,
        table: int,
        buffer: "ctypes._Pointer[ctypes.c_ubyte]",
        size: int,
    ) -> int:
        if table:
            return 0  # it is asked for whole, once it is known to be no collection
        if buffer and size >= len(font):
            ctypes.memmove(buffer, font, len(font))
        return len(font)

    kinds = dict(pdfium.FPDF_SYSFONTINFO._fields_)
    _FONTS.version = 1
    _FONTS.MapFont = kinds["MapFont"](find)
    _FONTS.GetFontData = kinds["GetFontData"](read)
    pdfium.FPDF_SetSystemFontInfo(_FONTS)


# PDFium calls it for as long as the process lives.
_FONTS = pdfium.FPDF_SYSFONTINFO()


def _font() -> bytes:
    """Return a TrueType font of two glyphs, an empty one and the box (OpenType 1.9)."""
    corners = (0, _BOX, 0, -_BOX, 0, 0, _BOX, 0)  # the steps to each: all across, then all up
    box = struct.pack(">5h2H4B8h", 1, 0, 0, _BOX, _BOX, 3, 0, 1, 1, 1, 1, *corners)
    # Format 13: one glyph for all characters of a range.
    characters = struct.pack(">2H6I", 13, 0, 28, 0, 1, 0x20, 0x10FFFF, 1)
    head = (0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0, 0, 0, _BOX, _BOX, 0, 8, 2, 1, 0)
    tables = {
        b"cmap": struct.pack(">4HI", 0, 1, 3, 10, 12) + characters,
        b"glyf": box,
        b"head": struct.pack(">4I2H2Q4h2H3h", *head),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, _ASCENT, _DESCENT, 0, _EM, *[0] * 11, 1),
        b"hmtx": struct.pack(">H2h", _EM, 0, 0),
        b"loca": struct.pack(">3I", 0, 0, len(box)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 1, *[0] * 8),
    }
    listed, body = b"", b""
    first = 12 + 16 * len(tables)
    for name, table in tables.items():
        listed += name + struct.pack(">3I", 0, first + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return struct.pack(">I4H", 0x10000, len(tables), 64, 2, 16 * len(tables) - 64) + listed + body
