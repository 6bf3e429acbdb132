"""From what a document is read from to the record of it: read, cut into passages, analysed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from wuzhen.index.building.pool import in_order
from wuzhen.index.document import ROLES, Document, Passage
from wuzhen.index.passages import cut
from wuzhen.index.sources.folder import Source, Warning, read_source
from wuzhen.index.sources.isolated import Isolated
from wuzhen.index.storage.record_writer import Record, recorded
from wuzhen.index.text import segment
from wuzhen.index.text.bulk import every_terms

_MUCH = 100_000
"""Bytes to read from which loading what analyses the fastest takes less time than it saves."""
_TAKEN_OVER = 64
"""What a step weighs that reads nothing, so that a batch holds no more than some thousands."""


class Unchanged(NamedTuple):
    """Documents that stand in an older index already, from one place to another."""

    first: int
    last: int


class LeftOut(NamedTuple):
    """What is left out, by the key of what it was read from, if it was read at all."""

    key: int | None
    warnings: tuple[Warning, ...]


class Understood(NamedTuple):
    """What came of a source: its document's id, the record of it, and what is left out."""

    id: str
    record: Record
    left_out: LeftOut


class Edited(NamedTuple):
    """A source of which an older index has the document: what it said there needs no analysis."""

    source: Source
    terms: Mapping[str, str]
    """By the text of a passage, its terms with spaces between."""


Step = Unchanged | LeftOut | Source | Edited
Result = Unchanged | LeftOut | Understood


def understood(
    steps: Iterable[Step], boilerplate: frozenset[str], processes: int | None = None
) -> Iterator[Result]:
    """Yield what comes of each step, in order; by several processes where there is much to read."""
    work = partial(_understand, boilerplate)
    for batch in in_order(work, steps, _weight, processes=processes):
        yield from batch


def size_of(step: Step) -> int:
    """Return how many bytes a step is to read."""
    source = step.source if isinstance(step, Edited) else step
    return len(source.data) if isinstance(source, Source) else 0


def _weight(step: Step) -> int:
    return size_of(step) or _TAKEN_OVER


def _understand(boilerplate: frozenset[str], steps: list[Step]) -> list[Result]:
    found: list[Result] = []
    read: list[tuple[int, Sourced]] = []
    if sum(map(_weight, steps)) > _MUCH:
        segment.load()
    with Isolated(boilerplate) as isolated:
        for step in steps:
            if isinstance(step, Unchanged | LeftOut):
                found.append(step)
                continue
            source, known = step if isinstance(step, Edited) else (step, {})
            documents, warnings = read_source(source, boilerplate, isolated)
            if documents:  # one at most, of a file or of a line
                read.append((len(found), Sourced(source.key, documents[0], known)))
            found.append(LeftOut(source.key, tuple(warnings)))
    made = records([one for _, one in read])
    for (place, one), record in zip(read, made, strict=True):
        left_out = found[place]
        assert isinstance(left_out, LeftOut)
        found[place] = Understood(one.document.id, record, left_out)
    return found


class Sourced(NamedTuple):
    """A document as it was read, and the key of what it was read from."""

    key: int
    document: Document
    known: Mapping[str, str] = {}
    """The terms of some texts, with spaces between: these are not analysed again."""


def records(read: Sequence[Sourced]) -> Iterator[Record]:
    """Cut documents into passages, analyse them all together, and yield the record of each.

    A table's row has the words of its columns' headings besides its own.
    """
    passages = [cut([one.document]) for one in read]
    names = [_names(one.document, own) for one, own in zip(read, passages, strict=True)]
    texts: dict[str, None] = {}
    for one, own, headings in zip(read, passages, names, strict=True):
        texts.update(dict.fromkeys(headings))
        texts.update((_said(each), None) for each in own if not _is_known(one, each))
    terms = dict(zip(texts, every_terms(list(texts)), strict=True))
    for one, own, headings in zip(read, passages, names, strict=True):
        said = [
            one.known[each.text] if _is_known(one, each) else terms[_said(each)] for each in own
        ]
        yield recorded(one.key, one.document, own, said, {name: terms[name] for name in headings})


def _is_known(one: Sourced, passage: Passage) -> bool:
    """Tell whether the terms of a passage are known; a row's depend on its table's headings."""
    return passage.kind != "row" and passage.text in one.known


def _said(passage: Passage) -> str:
    """Return what the terms of a passage are read from."""
    if passage.kind != "row":
        return passage.text
    headings = dict.fromkeys(passage.names)
    named = [name for name in headings if name not in ROLES and not name.isdecimal() and name]
    return " \u3000 ".join([passage.text, *named]) if named else passage.text


def _names(document: Document, passages: Sequence[Passage]) -> list[str]:
    return sorted({document.title, *(name for one in passages for name in one.section)})
