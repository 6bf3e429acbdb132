"""From what a document is read from to the record of it: read, cut into passages, analysed."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from index import segment
from index.analyser import terms
from index.document import Document
from index.passages import cut
from index.pool import in_order
from index.recording import Record, recorded
from index.sources.folder import Source, Warning, read_source
from index.sources.isolated import Isolated

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
    if sum(map(_weight, steps)) > _MUCH:
        segment.load()
    with Isolated(boilerplate) as isolated:
        for step in steps:
            if isinstance(step, Unchanged | LeftOut):
                found.append(step)
                continue
            source, known = step if isinstance(step, Edited) else (step, {})
            documents, warnings = read_source(source, boilerplate, isolated)
            left_out = LeftOut(source.key, tuple(warnings))
            if documents:  # one at most, of a file or of a line
                one = documents[0]
                found.append(Understood(one.id, record(source.key, one, known), left_out))
            else:
                found.append(left_out)
    return found


def record(key: int, document: Document, known: Mapping[str, str] | None = None) -> Record:
    """Cut a document into passages, analyse them, and return the record of it.

    `known` holds the terms of some texts, with spaces between.
    """
    passages = cut([document])
    known = known or {}
    names = {document.title, *(name for passage in passages for name in passage.section)}
    return recorded(
        key,
        document,
        passages,
        [known.get(one.text) or " ".join(terms(one.text)) for one in passages],
        {name: " ".join(terms(name)) for name in sorted(names)},
    )
