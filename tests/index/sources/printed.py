"""Writes PDF files: lines of print where a test wants them, and lines drawn around them.

Chinese is set in a font that every reader has to know (Adobe-GB1, UniGB-UCS2-H), so that none has
to be embedded.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


@dataclass
class Sheet:
    """A page of A4, in points from its lower left corner."""

    drawn: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, words: str, size: float = 10.5, *, bold: bool = False
    ) -> None:
        """Set a line of print; every character is as wide as it is high, Latin half as wide."""
        font = "F2" if bold else "F1"
        code = words.encode("utf-16-be").hex()
        self.drawn.append(f"BT /{font} {size} Tf {x} {y} Td <{code}> Tj ET")

    def paragraph(
        self, x: float, y: float, words: str, width: int = 40, size: float = 10.5
    ) -> float:
        """Set a paragraph of so many characters a line, the first one indented; return its end."""
        left = words
        first = True
        while left:
            length = width - 2 if first else width
            self.text(x + (2 * size if first else 0), y, left[:length], size)
            left, first = left[length:], False
            y -= 1.5 * size
        return y

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a line."""
        self.drawn.append(f"{x1} {y1} m {x2} {y2} l S")

    def picture(self) -> None:
        """Draw a picture of one point."""
        self.drawn.append("q 500 0 0 700 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI Q")

    def table(
        self, x: float, y: float, wide: Sequence[float], rows: Sequence[Sequence[str]]
    ) -> None:
        """Draw a table with lines; a cell `^` goes on with the one above it, `<` with its left."""
        high = 20.0
        edges = [x + sum(wide[:place]) for place in range(len(wide) + 1)]
        for order, row in enumerate(rows):
            top = y - order * high
            for column, words in enumerate(row):
                if words != "^":
                    self.rule(edges[column], top, edges[column + 1], top)
                if words != "<":
                    self.rule(edges[column], top, edges[column], top - high)
                if words not in ("^", "<", ""):
                    self.text(edges[column] + 4, top - 14, words)
            self.rule(edges[-1], top, edges[-1], top - high)
        self.rule(edges[0], y - len(rows) * high, edges[-1], y - len(rows) * high)


def pdf(*sheets: Sheet, title: str = "", password: str = "") -> bytes:
    """A file of these pages; with a password, nobody reads it without (ISO 32000-1, 7.6)."""
    objects: list[bytes] = [b"", b""]
    id = b"0123456789abcdef"
    owner = bytes(32)
    permissions = -4
    key = hashlib.md5(
        (password.encode() + _PADDING)[:32]
        + owner
        + (permissions & 0xFFFFFFFF).to_bytes(4, "little")
        + id
    ).digest()[:5]

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def stream(data: bytes, entries: str = "") -> int:
        number = len(objects) + 1
        if password:
            salt = number.to_bytes(3, "little") + b"\0\0"
            data = _rc4(hashlib.md5(key + salt).digest()[:10], data)
        return add(
            f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"
        )

    fonts = ""
    for name, face in (("F1", "STSong-Light"), ("F2", "STHeiti-Bold")):
        describes = add(
            f"<< /Type /FontDescriptor /FontName /{face} /Flags 6 /FontBBox [-25 -254 1000 880] "
            "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>".encode()
        )
        below = add(
            f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{face} /DW 1000 /W [1 95 500] "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
            f"/FontDescriptor {describes} 0 R >>".encode()
        )
        font = add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{face}-UniGB-UCS2-H "
            f"/Encoding /UniGB-UCS2-H /DescendantFonts [{below} 0 R] >>".encode()
        )
        fonts += f"/{name} {font} 0 R "
    kids = ""
    for sheet in sheets:
        content = stream("\n".join(sheet.drawn).encode("latin-1"))
        page = add(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            f"/Resources << /Font << {fonts}>> >> >>".encode()
        )
        kids += f"{page} 0 R "
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} >>".encode()
    trailer = f"/Size {len(objects) + 2} /Root 1 0 R /ID [<{id.hex()}> <{id.hex()}>] "
    if title:
        named = ("\ufeff" + title).encode("utf-16-be").hex()
        trailer += f"/Info {add(f'<< /Title <{named}> >>'.encode())} 0 R "
    if password:
        user = _rc4(key, _PADDING)
        trailer += (
            f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{user.hex()}> "
            f"/P {permissions} >> "
        )
    return _file(objects, trailer)


def _file(objects: Sequence[bytes], trailer: str) -> bytes:
    written = b"%PDF-1.5\n"
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(written)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return written + f"trailer\n<< {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
