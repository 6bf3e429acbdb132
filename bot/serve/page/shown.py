"""What the page shows of an answer: quotes in pieces, timetables as rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from wuzhen.bot.anchors import key
from wuzhen.bot.answer import Quote
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.render.pages.words import TAGS, language_of_text
from wuzhen.index.document import Passage, Reference

_CELLS = ("date", "time", "topic", "place")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a quote's text, and whether it is the answer itself."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row, with what it is called."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote as the page shows it."""

    id: str
    """The id of its first passage."""
    lang: str
    """The language of its text (BCP 47)."""
    pieces: tuple[Piece, ...]
    cells: tuple[Cell, ...]
    """Its cells where it is one row of a table or a field, else nothing."""
    session: bool
    """Whether it is a row of a timetable."""
    source: tuple[str, ...]
    """The document's title, then the sections."""
    refs: tuple[str, ...]
    references: tuple[Reference, ...]
    url: str | None

    def cell(self, name: str) -> tuple[Piece, ...]:
        """Return the pieces of a cell; none where it has none of that name."""
        return next((cell.pieces for cell in self.cells if cell.name == name), ())


def shown(librarian: Librarian, quote: Quote) -> Shown:
    """Return what the page shows of a quote."""
    passage = librarian.collection.passages[quote.passages[0]]
    by_span = _by_span(quote)
    row = len(quote.passages) == 1 and passage.names and passage.spans == quote.spans
    cells = zip(passage.names, by_span, strict=True) if row else ()
    pieces: list[Piece] = []
    for one in by_span:
        pieces += (Piece(" "), *one) if pieces else one
    # A file's own address leads nowhere from a page of the web.
    url = quote.url if quote.url and not quote.url.startswith("file:") else None
    return Shown(
        id=key(passage),
        lang=TAGS[language_of_text(quote.text)],
        pieces=tuple(pieces),
        cells=tuple(Cell(name, own) for name, own in cells),
        session=bool(row) and _is_session(passage),
        source=(quote.title, *quote.section),
        refs=quote.refs,
        references=quote.references,
        url=url,
    )


def is_timetable(quotes: Sequence[Shown]) -> bool:
    """Tell whether quotes are rows of a timetable, all of them."""
    return bool(quotes) and all(one.session for one in quotes)


def _is_session(passage: Passage) -> bool:
    return passage.kind == "row" and {"time", "topic"} <= {*passage.names} <= {*_CELLS}


def _by_span(quote: Quote) -> list[tuple[Piece, ...]]:
    """Return the pieces of each span of a quote."""
    found: list[tuple[Piece, ...]] = []
    taken = 0
    for span in quote.spans:
        text = quote.text[taken : taken + span.end - span.start]
        taken += len(text) + 1
        inside = [False] * len(text)
        for mark in quote.highlights:
            for at in range(max(mark.start, span.start), min(mark.end, span.end)):
                inside[at - span.start] = True
        found.append(_runs(text, inside))
    return found


def _runs(text: str, inside: Sequence[bool]) -> tuple[Piece, ...]:
    """Cut a text wherever marking begins or ends."""
    edges = [at for at in range(1, len(text)) if inside[at] != inside[at - 1]]
    bounds = zip([0, *edges], [*edges, len(text)], strict=True)
    return tuple(Piece(text[start:end], inside[start]) for start, end in bounds if start < end)
