"""What changed since an older index: which documents and passages stay, and which are new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.building.read import Edited, LeftOut, Step, Unchanged
from wuzhen.index.document import Passage
from wuzhen.index.sources.folder import Seen, Source, Warning, sources
from wuzhen.index.storage.records import Records


@dataclass(slots=True)
class Read:
    """A file of the folder when it was read."""

    seen: Seen
    documents: int = 0
    """How many documents of the records came of it."""
    left_out: list[LeftOut] = field(default_factory=list)


def steps(
    folder: Path, seen: Mapping[str, Seen], old: Records | None, read: Mapping[str, Read]
) -> Iterator[tuple[str, Step]]:
    """Yield what is to be done for each file of a folder, in order, with the file's name.

    What stands in `old`, which came of the files that were `read`, is not read again.
    """
    runs: dict[str, Unchanged] = {}
    first = 0
    for name, one in read.items():
        runs[name] = Unchanged(first, first + one.documents)
        first += one.documents
    if old is not None and first != old.documents:
        old = None
    same = {name for name, now in seen.items() if old and _is_same(now, read.get(name))}
    for name in seen:
        if name in same:
            yield name, runs[name]
            yield from ((name, left) for left in read[name].left_out)
        else:
            yield from ((name, step) for step in _of_file(folder, name, old, runs, read))


def _is_same(now: Seen, then: Read | None) -> bool:
    return then is not None and bool(now.digest) and then.seen.digest == now.digest


def _of_file(
    folder: Path,
    name: str,
    old: Records | None,
    runs: Mapping[str, Unchanged],
    read: Mapping[str, Read],
) -> Iterator[Step]:
    """Yield the steps of a file that changed: the lines that stay, and those that are new."""
    places: dict[int, int] = {}
    left_out: dict[int | None, LeftOut] = {}
    if old is not None and name in runs:
        first, last = runs[name]
        keys = old.places["key"][first:last].tolist()
        places = {key: at for at, key in enumerate(keys, first)}
        left_out = {left.key: left for left in read[name].left_out}
    run: Unchanged | None = None
    for source in sources(folder, name):
        place = None if isinstance(source, Warning) else places.pop(source.key, None)
        if run is not None and place == run.last:
            run = Unchanged(run.first, place + 1)
            continue
        if run is not None:
            yield run
        run = None if place is None else Unchanged(place, place + 1)
        if isinstance(source, Warning):
            yield LeftOut(None, (source,))
        elif run is None and (left := left_out.get(source.key)) is not None:
            line = source.line  # it may stand elsewhere now
            yield LeftOut(left.key, tuple(replace(w, line=line or w.line) for w in left.warnings))
        elif run is None:
            yield _with_terms(source, old)
    if run is not None:
        yield run


def _with_terms(source: Source, old: Records | None) -> Step:
    """Return a source with the terms that an older index has of its document.

    Of a file that is one document, whose name is its id: a line's is known when it is read.
    """
    place = old.find(source.name) if old is not None and source.line is None else None
    if old is None or place is None:
        return source
    said = {one.text: " ".join(old.terms(one.number)) for one in _passages(old, place)}
    return Edited(source, said)


class Stayed(NamedTuple):
    """For each passage and block its number in the older index, or -1."""

    passages: NDArray[np.int64]
    blocks: NDArray[np.int64]


def stayed(
    old: Records,
    new: Records,
    unchanged: Sequence[tuple[int, Unchanged]],
    changed: Sequence[tuple[int, int]],
) -> Stayed:
    """Return which passages and blocks of new records stood in the old ones.

    `unchanged` holds the places at which runs of old documents stand now, `changed` the places,
    new and old, of documents that have changed: there those passages stay that say the same under
    the same heading, and the blocks of which everything stays.
    """
    passages = np.full(new.passages, -1, np.int64)
    blocks = np.full(new.blocks, -1, np.int64)
    for now, run in unchanged:
        begin, end = (int(old.first_of_document[place]) for place in run)
        first = int(new.first_of_document[now])
        passages[first : first + end - begin] = np.arange(begin, end)
        first_block, last_block = (
            int(np.searchsorted(old.first_of_block, place)) for place in (begin, end)
        )
        block = int(np.searchsorted(new.first_of_block, first))
        blocks[block : block + last_block - first_block] = np.arange(first_block, last_block)
    for now, then in changed:
        _match(old, new, then, now, passages, blocks)
    return Stayed(passages, blocks)


def _match(
    old: Records,
    new: Records,
    then: int,
    now: int,
    passages: NDArray[np.int64],
    blocks: NDArray[np.int64],
) -> None:
    places: dict[tuple[object, ...], list[int]] = {}
    for one in reversed(_passages(old, then)):
        places.setdefault(_said(one), []).append(one.number)
    for one in _passages(new, now):
        if left := places.get(_said(one)):
            passages[one.number] = left.pop()
    old_title, new_title = old.document(then).title, new.document(now).title
    taken: dict[tuple[object, ...], list[int]] = {}
    for key, block in reversed(_blocks(old, then, old_title)):
        taken.setdefault(key, []).append(block)
    for key, block in _blocks(new, now, new_title):
        if left := taken.get(key):
            blocks[block] = left.pop()


def _passages(records: Records, document: int) -> list[Passage]:
    first, last = records.first_of_document[document : document + 2]
    return [records.passage(number) for number in range(int(first), int(last))]


def _said(passage: Passage) -> tuple[object, ...]:
    return passage.section[-1:], passage.names, passage.text


def _blocks(records: Records, document: int, title: str) -> list[tuple[tuple[object, ...], int]]:
    """Return what each block of a document says, and its number."""
    said: dict[int, list[object]] = {}
    for one in _passages(records, document):
        said.setdefault(one.block, [title, one.section]).append((one.names, one.text))
    return [(tuple(texts), block) for block, texts in said.items()]
