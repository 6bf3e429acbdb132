"""Writing the records of a folder anew: what stands in the old ones is taken over as it is."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from wuzhen.index.building.changes import Read, steps
from wuzhen.index.building.read import LeftOut, Step, Unchanged, Understood, size_of, understood
from wuzhen.index.sources.folder import Seen, Warning, boilerplate_of, doubled
from wuzhen.index.storage.record_writer import Record, RecordsWriter
from wuzhen.index.storage.records import Records, hashed


@dataclass(slots=True)
class Renewed:
    """What the documents of the new records are, by their places there."""

    read: dict[str, Read]
    unchanged: list[tuple[int, Unchanged]] = field(default_factory=list)
    """Runs of documents of the old records, each with the place where it begins now."""
    again: list[tuple[int, int]] = field(default_factory=list)
    """Documents read again that the old records have by the same id: their places now and then."""
    changed: int = 0
    """How many of these were read from something else."""
    documents: int = 0
    warnings: list[Warning] = field(default_factory=list)

    @property
    def added(self) -> int:
        """How many documents the old records have not."""
        return self.documents - len(self.again) - self._kept

    def removed_from(self, old: Records) -> int:
        """Return how many of the documents of the old records are gone."""
        return old.documents - len(self.again) - self._kept

    @property
    def _kept(self) -> int:
        return sum(run.last - run.first for _, run in self.unchanged)


def renew(
    folder: Path,
    seen: Mapping[str, Seen],
    old: Records | None,
    read: Mapping[str, Read],
    writer: RecordsWriter,
    also: Callable[[Record], None] | None,
    count: Callable[[int], None],
) -> Renewed:
    """Write the records of all documents of a folder, in the order of its files.

    `read` are the files that the old records came of; `also` takes every new record too; `count`
    is told how many bytes were read.
    Raises `RetrievalError` when a process that reads is ended.
    """
    taken: deque[tuple[str, int]] = deque()

    def noted() -> Iterator[Step]:
        for name, step in steps(folder, seen, old, read):
            taken.append((name, size_of(step)))
            yield step

    made = Renewed({name: Read(now) for name, now in seen.items()})
    ids: set[int] = set()
    new: dict[int, tuple[int, int]] = {}
    done = 0
    for result in understood(noted(), boilerplate_of(folder)):
        name, size = taken.popleft()
        done += size
        count(done)
        file = made.read[name]
        if isinstance(result, Unchanged):
            assert old is not None
            for run in _without_doubles(result, old, ids, name, made):
                writer.copy(run.first, run.last)
                made.unchanged.append((made.documents, run))
                made.documents += run.last - run.first
                file.documents += run.last - run.first
            continue
        left = result.left_out if isinstance(result, Understood) else result
        if left.warnings:
            file.left_out.append(left)
            made.warnings.extend(left.warnings)
        if isinstance(result, LeftOut):
            continue
        if (id := hashed(result.id)) in ids:
            _double(result.id, name, made)
            continue
        ids.add(id)
        writer.add(result.record)
        if also is not None:
            also(result.record)
        new[id] = made.documents, result.record.places["key"][0]
        made.documents += 1
        file.documents += 1
    if old is not None and new:
        _find_again(new, old, made)
    return made


def _without_doubles(
    run: Unchanged, old: Records, ids: set[int], name: str, made: Renewed
) -> Iterator[Unchanged]:
    """Yield the documents of a run that no other has the id of."""
    own = old.places["id"][run.first : run.last].tolist()
    if ids.isdisjoint(own):  # within old records no id stands twice
        ids.update(own)
        yield run
        return
    for place, id in enumerate(own, run.first):
        if id in ids:
            _double(old.card(place).id, name, made)
        else:
            ids.add(id)
            yield Unchanged(place, place + 1)


def _double(id: str, name: str, made: Renewed) -> None:
    file, warning = made.read[name], doubled(id, name)
    # When the other one is gone, this one is to be read, though its file has not changed.
    file.seen = file.seen._replace(digest="")
    file.left_out.append(LeftOut(None, (warning,)))
    made.warnings.append(warning)


def _find_again(new: Mapping[int, tuple[int, int]], old: Records, made: Renewed) -> None:
    """Find the new documents of which the old records have one of the same id."""
    left = np.ones(old.documents, bool)
    for _, run in made.unchanged:
        left[run.first : run.last] = False
    then = np.flatnonzero(left)
    ids, keys = (old.places[name][then].tolist() for name in ("id", "key"))
    for place, id, key in zip(then.tolist(), ids, keys, strict=True):
        if id in new:
            now, key_now = new[id]
            made.again.append((now, place))
            made.changed += key != key_now
