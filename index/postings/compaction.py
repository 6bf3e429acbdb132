"""Which segments to merge, and merging them while others read and edit.

Segments are kept few by the logarithmic method (Bentley and Saxe, "Decomposable Searching
Problems I", 1980): of `FANOUT` of like size one is made, so that each passage is written again a
number of times that grows with the logarithm of the collection. A segment of which much was
deleted is written again without it.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.errors import IndexMissing
from wuzhen.index.postings.deletion import without
from wuzhen.index.postings.merge import merge
from wuzhen.index.postings.search import Postings
from wuzhen.index.postings.segment import Part, open_segment
from wuzhen.index.postings.store import (
    MERGE,
    MERGING,
    Stored,
    commit,
    locked,
    new_name,
    read,
)
from wuzhen.index.storage.disk import digest_of

FANOUT = 8
LEAST = 64
"""Passages; segments of fewer are of like size."""

MOST_DELETED = 0.3
"""The share of a segment's passages that may be deleted before it is written again."""


def due(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Return which segments are to be merged now, of which are given passages and deleted ones."""
    levels: defaultdict[int, list[int]] = defaultdict(list)
    for at, (passages, deleted) in enumerate(sizes):
        level, size = 0, LEAST
        while size <= passages - deleted:
            level, size = level + 1, size * FANOUT
        levels[level].append(at)
    for level in sorted(levels):
        if len(levels[level]) >= FANOUT:
            return levels[level]
    worn = [at for at, (passages, deleted) in enumerate(sizes) if deleted > passages * MOST_DELETED]
    return worn[:1]


def compact(folder: Path, label: str) -> bool:
    """Merge the segments of a collection that are due; return whether there were any.

    Nothing changes in what the collection answers. May run in a thread or process beside others
    that search and edit it, which wait only while the result is put in place; when an edit took
    away what was being merged, nothing is done. Raises OSError when the disk does not take it,
    `IndexMissing`, and `IndexUnusable` also when another is merging.
    """
    with locked(folder, MERGE, wait_s=0):
        for left in folder.glob(f"*{MERGING}*"):
            left.unlink()
        then = read(folder, label)
        chosen = [then[at] for at in due([_size(one.part) for one in then])]
        if not chosen:
            return False
        path = folder / f"{label}{MERGING}"
        try:
            parts = [one.part for one in chosen]
            merge([part.segment for part in parts], path, [part.deleted for part in parts])
            return _put_in_place(folder, label, path, chosen)
        finally:
            path.unlink(missing_ok=True)


def _size(part: Part) -> tuple[int, int]:
    return part.segment.passages, 0 if part.deleted is None else int(part.deleted.sum())


def _put_in_place(folder: Path, label: str, path: Path, merged: Sequence[Stored]) -> bool:
    digest = digest_of(path)
    with locked(folder):
        try:
            now = read(folder, label)
        except IndexMissing:
            return False
        found = {one.name: at for at, one in enumerate(now)}
        if any(one.name not in found for one in merged):
            return False
        numbers = _numbers(now)
        gone: list[NDArray[np.bool_]] = []
        own: list[NDArray[np.int64]] = []
        for one in merged:
            at = found[one.name]
            stay = ~_deleted(one.part)
            # Others may have been deleted, and all numbered anew, while these were merged.
            gone.append(_deleted(now[at].part)[stay])
            own.append(numbers[at][stay])
        name = new_name()
        path.rename(folder / name)
        part = without(Part(open_segment(folder / name)), np.concatenate(gone))
        rest = [at for at in range(len(now)) if at not in {found[one.name] for one in merged}]
        commit(
            folder,
            label,
            [*(now[at] for at in rest), Stored(part, name, digest)],
            [*(numbers[at] for at in rest), np.concatenate(own)],
        )
        return True


def _deleted(part: Part) -> NDArray[np.bool_]:
    return np.zeros(part.segment.passages, bool) if part.deleted is None else part.deleted


def _numbers(stored: Sequence[Stored]) -> list[NDArray[np.int64]]:
    postings = Postings([one.part for one in stored])
    return [postings.numbers_of(at) for at in range(len(stored))]
