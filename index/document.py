"""What a document is made of: blocks, the parts of a block, and passages.

Every position is a `Span`: `[start, end)` in Unicode code points of the document's text exactly
as it was read, so that whatever is quoted can be cut out of the file again.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

BlockKind = Literal["paragraph", "bullet", "field", "row"]


ROLES = frozenset({"date", "time", "topic", "place"})
"""The names of a timetable's cells; those of any other table's are its columns' headings."""


class Span(NamedTuple):
    """`[start, end)` in code points of a document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Cut the span out of its document's text."""
        return text[self.start : self.end]


class Part(NamedTuple):
    """A piece of a block: a statement with its own references, or a cell with its role."""

    span: Span
    refs: tuple[str, ...] = ()
    name: str = ""
    """For cells: `name` and `value` in a field; `date`, `time`, `topic`, `place` in a timetable's
    row; a column's heading in any other table. Empty for statements."""


class Block(NamedTuple):
    """A paragraph, a bullet, a table row or an infobox field, with its section path."""

    kind: BlockKind
    section: tuple[str, ...]
    parts: tuple[Part, ...]


class Reference(NamedTuple):
    """What a reference number stands for, as far as its document says."""

    number: str
    title: str
    """The source's title, or the note's text."""
    address: str = ""
    """An absolute http or https address, or nothing."""


class Document(NamedTuple):
    """One source: its id, its title, its text exactly as read, and what was understood of it.

    Where the file is no text itself (HTML, Word, PDF), the text is what was taken out of it.
    """

    id: str
    title: str
    text: str
    blocks: tuple[Block, ...] = ()
    references: tuple[Reference, ...] = ()
    """Those that the document lists, each number once, in the order of its list."""


class Passage(NamedTuple):
    """The unit that is retrieved and quoted: a sentence, a table row, or a field."""

    number: int
    """Its place in the collection, from 0."""
    document: str
    block: int
    """The place of its block in the collection, from 0."""
    kind: BlockKind
    section: tuple[str, ...]
    spans: tuple[Span, ...]
    refs: tuple[str, ...]
    names: tuple[str, ...]
    """The roles of its spans where it is a row or a field; empty for sentences."""
    text: str
    """Its spans' text, joined with a single space."""

    def cell(self, name: str) -> Span | None:
        """Return the span that plays a role in a row or field, or None."""
        return self.spans[self.names.index(name)] if name in self.names else None


def quoted(text: str, spans: Iterable[Span]) -> str:
    """Join what the spans cut out of a document's text with single spaces."""
    return " ".join(span.of(text) for span in spans)
