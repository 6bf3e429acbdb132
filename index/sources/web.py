"""HTML pages: the text that a reader sees, with its headings, paragraphs, lists and tables.

The document's text is what was taken out of the page; spans refer to that.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from index.document import Block, Document, Part, Span
from index.references import statements

_HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "nav", "footer", "svg", "head", "title"}
)
_BREAKING = frozenset(
    "p div section article main header blockquote pre ul ol li dl dt dd table tr td th br hr "
    "figure figcaption h1 h2 h3 h4 h5 h6 body html".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(slots=True)
class _Row:
    parts: list[tuple[int, Part]] = field(default_factory=list)
    """Each with the column, from 0, that it stands in."""
    column: int = -1
    header: bool = True


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.title = ""
        self.blocks: list[Block] = []
        self._hidden: list[str] = []
        self._pending = ""
        self._path: list[tuple[int, str]] = []
        self._heading = 0
        self._in_title = False
        self._lists = 0
        self._row: _Row | None = None
        self._header: dict[int, str] = {}

    def parse_html_declaration(self, i: int) -> int:
        # Outside of SVG and MathML, `<![...` is a comment that ends at the next `>` (HTML, 13.2.5).
        if self.rawdata.startswith("<![", i):
            return self.parse_bogus_comment(i)
        return super().parse_html_declaration(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "title":
            self._in_title = True
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _BREAKING and self._hidden == ["head"]:
            self._hidden.clear()  # `</head>` may be left out
        if self._hidden:
            return
        if tag in _BREAKING:
            self._close()
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in ("ul", "ol"):
            self._lists += 1
        elif tag == "table":
            self._header = {}
        elif tag == "tr":
            self._close_row()  # `</tr>` may be left out
            self._row = _Row()
        elif tag in ("td", "th") and self._row is not None:
            self._row.column += 1
            self._row.header &= tag == "th"

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
            return
        if self._hidden:
            return
        if tag in _BREAKING:
            self._close()
        if tag in _HEADINGS:
            self._heading = 0
        elif tag in ("ul", "ol"):
            self._lists = max(0, self._lists - 1)
        elif tag in ("tr", "table"):
            self._close_row()

    def handle_data(self, data: str) -> None:
        if self._in_title and not self.title:
            self.title = " ".join(data.split())
        if not self._hidden:
            self._pending += data

    def close(self) -> None:
        super().close()
        self._close()
        self._close_row()

    def _close(self) -> None:
        words = " ".join(self._pending.split())
        self._pending = ""
        if not words:
            return
        start = len(self.text)
        self.text += words + "\n"
        span = Span(start, start + len(words))
        if self._heading:
            if self._heading == 1 and not self._path and not self.blocks:
                self.title = words
                return
            self._path = [(level, name) for level, name in self._path if level < self._heading]
            self._path.append((self._heading, words))
        elif self._row is not None:
            self._row.parts.append((self._row.column, Part(span)))
        elif parts := statements(self.text, span):
            self.blocks.append(
                Block("bullet" if self._lists else "paragraph", self._names(), parts)
            )

    def _close_row(self) -> None:
        row, self._row = self._row, None
        if row is None:
            return
        if row.header:
            self._header = {column: part.span.of(self.text) for column, part in row.parts}
            return
        parts: list[Part] = []
        for column, part in row.parts:
            name = self._header.get(column) or str(column + 1)
            parts.extend(p._replace(name=name) for p in statements(self.text, part.span))
        if parts:
            self.blocks.append(Block("row", self._names(), tuple(parts)))

    def _names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._path)


def read_html(id: str, text: str) -> Document:
    """Read a page; its title is its main heading, or its own, or the id without ending."""
    page = _Page()
    page.feed(text)
    page.close()
    title = page.title or id.rsplit(".", 1)[0]
    return Document(id, title, page.text, tuple(page.blocks))
