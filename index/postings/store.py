"""A folder of segments: written, edited and read while others do the same, whatever crashes.

    <name>.segment      passages that were written together; never changed
    <label>.manifest    which segments make a collection, what was deleted of each, and the
                        numbers that its passages have
    LOCK, MERGE         held by the one process that edits, and the one that merges

A manifest is replaced by renaming a new file over it, so a reader sees the old collection or the
new one. A folder may hold several manifests, so that a caller with an index of its own around it
can write the next one under the name of that, put its index in place, and then `sweep`: at no
moment does an index stand there without its postings. What a killed process left, the next edit
removes. Files of up to 16 MB are checked byte by byte when they are opened, and larger ones by
`check`: what is damaged in them can make an answer wrong, and nothing worse.
"""

import contextlib
import hashlib
import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.errors import IndexCorrupt, IndexMissing, IndexUnusable, IndexVersion
from wuzhen.index.postings import kernel
from wuzhen.index.postings.deletion import without
from wuzhen.index.postings.invert import RUN_TOKENS, Piece, SegmentBuilder, Texts, build, pieces
from wuzhen.index.postings.search import Postings
from wuzhen.index.postings.segment import Part, open_segment
from wuzhen.index.storage import disk
from wuzhen.index.storage.arrays import pack, unpack
from wuzhen.index.storage.disk import digest_of, sync_folder

FORMAT = 1
"""Changes whenever segments or manifests change their shape."""

CHECKED_AT_ONCE = 16 << 20
MERGE = "MERGE"
MERGING = ".merging"
_ATTEMPTS = 10
_DIGEST = 16
_LABEL = re.compile(r"[0-9A-Za-z_-]+")


class Stored(NamedTuple):
    """A part of a collection, and the file of its segment with the digest of its bytes."""

    part: Part
    name: str
    digest: str


def write(folder: Path, label: str, texts: Texts, run_tokens: int = RUN_TOKENS) -> None:
    """Write a collection of passages, each given as its terms, numbered in order from 0.

    Raises OSError when the disk does not take it, and ValueError when a term holds a nil byte;
    the collection of that label stays as it was then.
    """
    with writing(folder, label, run_tokens) as add:
        for piece in pieces(texts):
            add(piece)


@contextlib.contextmanager
def writing(
    folder: Path, label: str, run_tokens: int = RUN_TOKENS
) -> Iterator[Callable[[Piece], None]]:
    """Write a collection as `write` does, of passages that are given piece by piece.

    They are in place when the context is left, unless by an error.
    """
    with locked(folder):
        name = new_name()
        with SegmentBuilder(folder / name, run_tokens) as builder:
            yield builder.add
        commit(folder, label, [_stored(folder, name)], None)


def update(
    folder: Path,
    label: str,
    kept: Sequence[int] | NDArray[np.int64],
    texts: Texts,
    to: str | None = None,
) -> None:
    """Edit a collection: passage `i` is the one that had the number `kept[i]`, or a new one.

    New passages have -1 there; `texts` gives their terms, in order. What is not kept is deleted.
    The result has the label `to`, the same one if none is given. Costs what the new passages
    cost, some bytes for each passage of the collection, and for deletions a look at the chunks
    that they lie in. Raises what `write` and `open_postings` raise, and ValueError when a passage
    is kept twice, or as many texts do not come as there are new passages.
    """
    kept = np.asarray(kept, np.int64)
    with locked(folder):
        stored, postings = _open(folder, label)
        old = np.flatnonzero(kept >= 0)
        places = postings.places_of(kept[old])
        whole = sum(part.segment.passages for part in postings.parts)
        numbers = np.full(whole, -1, np.int64)
        numbers[places] = old
        if np.count_nonzero(numbers >= 0) < len(places):
            raise ValueError("a passage is kept twice")
        parts: list[Stored] = []
        ranges: list[NDArray[np.int64]] = []
        begin = 0
        for one in stored:
            end = begin + one.part.segment.passages
            own = numbers[begin:end]
            begin = end
            if (own >= 0).any():
                parts.append(one._replace(part=without(one.part, own < 0)))
                ranges.append(own)
        new = np.flatnonzero(kept < 0)
        if len(new):
            name = new_name()
            build(texts, folder / name)
            made = _stored(folder, name)
            if made.part.segment.passages != len(new):
                (folder / made.name).unlink()
                raise ValueError(f"{len(new)} texts were to come")
            parts.append(made)
            ranges.append(new)
        commit(folder, to or label, parts, ranges)


def open_postings(folder: Path, label: str) -> Postings:
    """Open a collection; raises `IndexMissing`, `IndexVersion` or `IndexCorrupt`."""
    return _open(folder, label)[1]


def check(folder: Path, label: str) -> None:
    """Check every byte of a collection; raises what `open_postings` does."""
    for one in read(folder, label):
        _check(folder / one.name, one.digest)


def sweep(folder: Path, labels: Iterable[str]) -> None:
    """Remove every collection but those of the labels given, and what crashes left."""
    with locked(folder):
        _sweep(folder, set(labels))


def read(folder: Path, label: str) -> list[Stored]:
    """Return the parts of a collection in order; raises what `open_postings` does."""
    path = _path(folder, label)
    for _ in range(_ATTEMPTS):
        try:
            described = path.read_bytes()
        except OSError as error:
            raise IndexMissing(f"no index at {folder}; run: wuzhen build") from error
        try:
            return _read(folder, described)
        except IndexCorrupt:
            # An edit may have replaced it, and removed its segments, while they were opened.
            with contextlib.suppress(OSError):
                if path.read_bytes() == described:
                    raise
    raise IndexUnusable(f"index {folder} changes faster than it can be read; try again")


def _open(folder: Path, label: str) -> tuple[list[Stored], Postings]:
    stored = read(folder, label)
    return stored, Postings([one.part for one in stored])


def _read(folder: Path, described: bytes) -> list[Stored]:
    body = described[_DIGEST:]
    faults = kernel.faults()
    try:
        if hashlib.blake2b(body, digest_size=_DIGEST).digest() != described[:_DIGEST]:
            raise ValueError("not the bytes that were written")
        facts, arrays = unpack(body)
        if facts["format"] != FORMAT:
            raise IndexVersion(
                f"index {folder} is of version {facts['format']}, this program reads {FORMAT}; "
                "run: wuzhen build"
            )
        stored: list[Stored] = []
        for at, (name, digest) in enumerate(facts["segments"]):
            if (folder / name).stat().st_size <= CHECKED_AT_ONCE:
                _check(folder / name, digest)
            told: dict[str, Any] = {
                key: arrays[f"{key}.{at}"]
                for key in ("deleted", "lost_term", "lost", "numbers")
                if f"{key}.{at}" in arrays
            }
            part = Part(open_segment(folder / name), **told)
            if not part.fits:
                raise ValueError("what is said of a segment does not fit it")
            stored.append(Stored(part, name, digest))
        if kernel.faults() != faults:
            raise ValueError("a segment was cut short")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(f"index {folder} is damaged; run: wuzhen build") from error
    return stored


def _check(path: Path, digest: str) -> None:
    try:
        found = digest_of(path)
    except OSError as error:
        raise IndexCorrupt(f"index {path.parent} lacks a file; run: wuzhen build") from error
    if found != digest:
        raise IndexCorrupt(f"index {path.parent}: {path.name} is damaged; run: wuzhen build")


def locked(
    folder: Path, name: str = disk.LOCK, wait_s: float = disk.LOCK_S
) -> AbstractContextManager[None]:
    """Hold a lock of the folder; raises `IndexUnusable` when another holds it for too long."""
    return disk.locked(
        folder, f"another process is writing index {folder}; try again", name, wait_s
    )


def new_name() -> str:
    """Return a name for a segment that no other has."""
    return f"{uuid.uuid4().hex}.segment"


def _stored(folder: Path, name: str) -> Stored:
    return Stored(Part(open_segment(folder / name)), name, digest_of(folder / name))


def commit(
    folder: Path, label: str, stored: Sequence[Stored], numbers: Sequence[NDArray[Any]] | None
) -> None:
    """Put a collection in place, under the lock: its parts and the numbers of their passages.

    Without numbers they follow on from 0. When it fails, segments that nothing names are removed.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for at, one in enumerate(stored):
        if one.part.deleted is not None:
            arrays[f"deleted.{at}"] = one.part.deleted
            arrays[f"lost_term.{at}"] = one.part.lost_term
            arrays[f"lost.{at}"] = one.part.lost
    if numbers and (arrays or (np.diff(np.concatenate(numbers), prepend=-1) != 1).any()):
        for at, own in enumerate(numbers):
            arrays[f"numbers.{at}"] = np.maximum(own, 0).astype(np.uint32)
    segments = [(one.name, one.digest) for one in stored]
    body = pack({"format": FORMAT, "segments": segments}, arrays)
    path = _path(folder, label)
    new = path.with_name(f"{path.name}.new")
    try:
        sync_folder(folder)
        with new.open("wb") as file:
            file.write(hashlib.blake2b(body, digest_size=_DIGEST).digest() + body)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        sync_folder(folder)
    finally:
        _sweep(folder, None)


def _sweep(folder: Path, labels: set[str] | None) -> None:
    """Remove what no manifest names; and with labels, the manifests of others."""
    named = {disk.LOCK, MERGE}
    for path in folder.glob("*.manifest"):
        if labels is None or path.stem in labels:
            named.add(path.name)
            with contextlib.suppress(OSError, ValueError, KeyError):
                facts, _ = unpack(path.read_bytes()[_DIGEST:])
                named |= {name for name, _ in facts["segments"]}
    for path in folder.iterdir():
        if path.name not in named and MERGING not in path.name:
            # Where what is mapped cannot be removed, a later edit will.
            with contextlib.suppress(OSError):
                path.unlink()


def _path(folder: Path, label: str) -> Path:
    if not _LABEL.fullmatch(label):
        raise ValueError(f"not a label: {label}")
    return folder / f"{label}.manifest"
