"""HTML that stands within a text of another kind, read where it stands."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Literal, NamedTuple

from wuzhen.index.document import Span
from wuzhen.index.sources.html.elements import BREAKING, HEADINGS, UNSEEN

TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|<!--.*?-->", re.DOTALL)
"""A tag or a comment."""
_VOID = frozenset("br hr img input embed col source track wbr area base link meta".split())


class Piece(NamedTuple):
    """A line of such HTML: what it is, and where it stands in the text."""

    kind: Literal["heading", "paragraph", "bullet", "cell", "row", "table"]
    """`row` and `table` begin one; a table ends with another `table`."""
    span: Span
    level: int = 0
    """Of a heading; of a cell, 1 when it is marked as a heading."""
    across: int = 1
    down: int = 1


def pieces(text: str, span: Span) -> list[Piece]:
    """Return the lines of the HTML in a stretch of a text, in order."""
    reader = _Pieces(text, span)
    reader.feed(span.of(text))
    reader.close()
    reader.end_line()
    return reader.found


def words(text: str) -> str:
    """Return a text without tags, its entities resolved."""
    return " ".join(unescape(TAG.sub(" ", text)).split())


def masked(text: str) -> str:
    """Return a text with blanks in place of tags, as long as it was."""
    return TAG.sub(lambda tag: " " * len(tag[0]), text)


class _Pieces(HTMLParser):
    def __init__(self, text: str, span: Span) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Piece] = []
        self._text = text
        self._offset = span.start
        inner = span.of(text)
        self._starts = [0, *(at + 1 for at, one in enumerate(inner) if one == "\n")]
        self._line: Span | None = None
        self._unseen: list[str] = []
        self._heading = 0
        self._items = 0
        self._cell: dict[str, str | None] | None = None
        self._cell_heads = False
        self._cell_span: Span | None = None

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Take `<![` that begins no marked section for a remark, as browsers do."""
        place = self.lineno, self.offset
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            self.lineno, self.offset = place
            return self.parse_bogus_comment(i, report)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen or (tag in UNSEEN and tag not in _VOID):
            self._unseen.append(tag)
            return
        if tag in BREAKING:
            self.end_line()
        if tag in HEADINGS:
            self._heading = HEADINGS[tag]
        elif tag == "li":
            self._items += 1
        elif tag in ("table", "tr"):
            kind: Literal["table", "row"] = "table" if tag == "table" else "row"
            self.found.append(Piece(kind, Span(self._place(), self._place())))
        elif tag in ("td", "th"):
            self._end_cell()
            self._cell, self._cell_heads = dict(attrs), tag == "th"

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
            return
        if tag in BREAKING:
            self.end_line()
        if tag in HEADINGS:
            self._heading = 0
        elif tag == "li":
            self._items = max(0, self._items - 1)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table":
            self._end_cell()
            self.found.append(Piece("table", Span(self._place(), self._place())))

    def handle_data(self, data: str) -> None:
        if inner := data.strip():
            start = self._place() + data.index(inner[0])
            self._add(Span(start, start + len(data[data.index(inner[0]) :].rstrip())))

    def handle_entityref(self, name: str) -> None:
        self._add(self._reference(1 + len(name)))

    def handle_charref(self, name: str) -> None:
        self._add(self._reference(2 + len(name)))

    def _reference(self, length: int) -> Span:
        """Return the span of a character reference, with the semicolon that it may end in."""
        start = self._place()
        end = start + length
        return Span(start, end + 1 if self._text[end : end + 1] == ";" else end)

    def end_line(self) -> None:
        """Close the line that was being gathered."""
        line, self._line = self._line, None
        if line is None:
            return
        if self._cell is not None:
            before = self._cell_span
            self._cell_span = Span(before.start if before else line.start, line.end)
        elif self._heading:
            self.found.append(Piece("heading", line, self._heading))
        else:
            self.found.append(Piece("bullet" if self._items else "paragraph", line))

    def _end_cell(self) -> None:
        self.end_line()
        if self._cell is not None:
            span = self._cell_span or Span(self._place(), self._place())
            across, down = (_number(self._cell.get(name)) for name in ("colspan", "rowspan"))
            self.found.append(Piece("cell", span, int(self._cell_heads), across, down))
        self._cell = self._cell_span = None

    def _add(self, span: Span) -> None:
        if not self._unseen:
            self._line = Span(self._line.start if self._line else span.start, span.end)

    def _place(self) -> int:
        line, column = self.getpos()
        return self._offset + self._starts[line - 1] + column


def _number(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 4 else 1
