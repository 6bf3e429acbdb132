"""The page of the documents: what was understood of each, every passage with an anchor.

The anchor of a passage is `bot.anchors.anchor`; where several passages are alike in words and
place, the second of them has `_2` behind it, and so on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from wuzhen.bot.anchors import anchor, digest, ordinal
from wuzhen.bot.render.pages import render
from wuzhen.bot.render.pages.words import TAGS, counting, language_of_text, most, words
from wuzhen.bot.render.tables import columns, tables
from wuzhen.index.document import Document, Passage, Reference, Span
from wuzhen.index.sources.folder import Knowledge

Kind = Literal["paragraph", "bullets", "fields", "timetable", "table"]

_DAY = "date"
_COLUMNS = ("time", "topic", "place")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of a row or field."""

    name: str
    texts: tuple[str, ...]
    merged: bool = False
    """Whether it stands in a row above, into which this one was merged."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage: a sentence with its text, or a row or field with its cells."""

    anchor: str
    number: int
    refs: tuple[tuple[str, str], ...]
    """Each reference number with the anchor of its entry in the list."""
    text: str
    cells: tuple[Cell, ...] = ()
    spaced: bool = False
    """Whether white space parts it from the sentence before."""


@dataclass(frozen=True, slots=True)
class Group:
    """Passages that stand together: a paragraph, a list, fields, or the rows of a table."""

    kind: Kind
    parts: tuple[tuple[Piece, ...], ...]
    """A list's items with their sentences, a timetable's days with their rows; else one part."""
    names: tuple[str, ...] = ()
    """The headings of a table's columns."""

    @property
    def merged(self) -> bool:
        """Whether it has cells that were merged."""
        return any(cell.merged for part in self.parts for piece in part for cell in piece.cells)


@dataclass(slots=True)
class Section:
    """A heading with what stands below it."""

    anchor: str
    name: str
    level: int
    groups: list[Group] = field(default_factory=list)
    sections: list["Section"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Carriers:
    """A reference number, and the passages that carry it, by their section."""

    number: str
    anchor: str
    places: tuple[tuple[str, tuple[Piece, ...]], ...]
    title: str = ""
    """What it stands for, where the document says it."""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as the page shows it."""

    document: Document
    anchor: str
    lang: str
    body: Section
    references: tuple[Carriers, ...]
    passages: int
    sections: int


def page(knowledge: Knowledge, passages: Sequence[Passage]) -> str:
    """Return one page of all documents; `passages` are what they were cut into."""
    names = _Names()
    languages = [language_of_text(document.text) for document in knowledge.documents]
    shown = [
        _document(document, own, names, TAGS[language])
        for document, language, own in zip(
            knowledge.documents, languages, _by_document(knowledge.documents, passages), strict=True
        )
    ]
    language = most(languages)
    return render(
        "documents.html",
        documents=shown,
        warnings=[str(warning) for warning in knowledge.warnings],
        lang=TAGS[language],
        say=words(language),
        count=counting(language),
        columns=_COLUMNS,
    )


class _Names:
    """Gives out names for anchors, each once."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        self._given[name] += 1
        times = self._given[name]
        return name if times == 1 else f"{name}_{times}"


def _by_document(documents: Iterable[Document], passages: Iterable[Passage]) -> list[list[Passage]]:
    own: dict[str, list[Passage]] = {document.id: [] for document in documents}
    for passage in passages:
        own[passage.document].append(passage)
    return list(own.values())


def _document(document: Document, passages: Sequence[Passage], names: _Names, lang: str) -> Shown:
    own = digest(document.id)
    pieces = _pieces(document.text, passages, own, names)
    body = Section(names(f"d_{own}"), document.title, 1)
    opened: list[Section] = [body]
    path: tuple[str, ...] = ()
    sections = 0
    for section, members in groupby(passages, lambda passage: passage.section):
        shared = _shared(path, section)
        if path and shared == len(section):  # Back to a section above: its heading stands again.
            shared = max(0, shared - 1)
        del opened[shared + 1 :]
        for depth in range(shared, len(section)):
            name = names(f"s_{digest(document.id, *section[: depth + 1])}")
            opened.append(Section(name, section[depth], depth + 2))
            opened[-2].sections.append(opened[-1])
            sections += 1
        path = section
        opened[-1].groups.extend(_groups(document.text, list(members), pieces))
    references = _references(document, passages, pieces, own)
    return Shown(document, body.anchor, lang, body, references, len(passages), sections)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many names two paths begin with in common."""
    return next(
        (depth for depth, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _pieces(text: str, passages: Sequence[Passage], own: str, names: "_Names") -> dict[int, Piece]:
    """Return what the page shows of each passage, by its number."""
    pieces: dict[int, Piece] = {}
    before: Passage | None = None
    for passage in passages:
        beside = before is not None and before.block == passage.block
        between = text[before.spans[-1].end : passage.spans[0].start] if before and beside else ""
        pieces[passage.number] = Piece(
            anchor=names(anchor(passage)),
            number=ordinal(passage.number),
            refs=tuple((ref, _reference_anchor(own, ref)) for ref in passage.refs),
            text=passage.text,
            spaced=between[-1:].isspace(),
        )
        before = passage
    return pieces


def _groups(text: str, passages: Sequence[Passage], pieces: dict[int, Piece]) -> Iterable[Group]:
    """Yield the passages of one section as they stand together."""
    for kind, members in groupby(passages, _kind):
        group = list(members)
        blocks = [list(block) for _, block in groupby(group, lambda passage: passage.block)]
        if kind == "paragraph":
            for block in blocks:
                yield Group(kind, (tuple(pieces[p.number] for p in block),))
        elif kind == "bullets":
            yield Group(kind, tuple(tuple(pieces[p.number] for p in block) for block in blocks))
        elif kind == "fields":
            rows = tuple(replace(pieces[p.number], cells=_cells(text, p)) for p in group)
            yield Group(kind, (rows,))
        elif kind == "timetable":
            yield _timetable(text, group, pieces)
        else:
            for table in tables(group):
                yield _table(text, table, pieces)


def _kind(passage: Passage) -> Kind:
    match passage.kind:
        case "row":
            timed = {"time", "topic"} <= set(passage.names) <= {_DAY, *_COLUMNS}
            return "timetable" if timed else "table"
        case "field":
            return "fields"
        case "bullet":
            return "bullets"
        case _:
            return "paragraph"


def _cells(text: str, passage: Passage) -> tuple[Cell, ...]:
    return tuple(
        Cell(name, (span.of(text),))
        for name, span in zip(passage.names, passage.spans, strict=True)
    )


def _timetable(text: str, rows: Sequence[Passage], pieces: dict[int, Piece]) -> Group:
    """Return a timetable by its days; a cell that an earlier row has, too, was merged."""
    names = [name for name in _COLUMNS if any(name in row.names for row in rows)]
    seen: set[Span] = set()
    days: list[list[Piece]] = []
    last: str | None = None
    for row in rows:
        date = row.cell(_DAY)
        day = date.of(text) if date else ""
        if day != last:
            days.append([])
            last = day
        cells = [Cell(_DAY, (day,) if day else ())]
        for name in names:
            span = row.cell(name)
            cells.append(Cell(name, (span.of(text),) if span else (), span in seen))
        seen.update(row.spans)
        days[-1].append(replace(pieces[row.number], cells=tuple(cells)))
    return Group("timetable", tuple(map(tuple, days)), tuple(names))


def _table(text: str, rows: Sequence[Passage], pieces: dict[int, Piece]) -> Group:
    names = columns(rows, text)
    shown: list[Piece] = []
    for row in rows:
        texts: dict[str, list[str]] = {name: [] for name in names}
        for name, span in zip(row.names, row.spans, strict=True):
            texts[name].append(span.of(text))
        cells = tuple(Cell(name, tuple(said)) for name, said in texts.items())
        shown.append(replace(pieces[row.number], cells=cells))
    return Group("table", (tuple(shown),), tuple(names))


def _reference_anchor(own: str, number: str) -> str:
    return f"r_{own}_{number}"


def _references(
    document: Document, passages: Sequence[Passage], pieces: dict[int, Piece], own: str
) -> tuple[Carriers, ...]:
    """Return each reference number in order, with what carries it and what it stands for."""
    listed = {one.number: one for one in document.references}
    carried = {ref for passage in passages for ref in passage.refs}
    numbers = sorted({*listed, *carried}, key=in_order)
    found: list[Carriers] = []
    for number in numbers:
        carrying = [passage for passage in passages if number in passage.refs]
        places = tuple(
            (" › ".join(section), tuple(pieces[p.number] for p in members))
            for section, members in groupby(carrying, lambda passage: passage.section)
        )
        known = listed.get(number, Reference(number, ""))
        made = Carriers(number, _reference_anchor(own, number), places, known.title, known.address)
        found.append(made)
    return tuple(found)


def in_order(number: str) -> tuple[int, str]:
    """Return what to sort reference numbers by."""
    return int(number) if number.isdecimal() else 0, number
