"""Several segments to one: for each term, the postings of one segment after those of another."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.postings.segment import Segment
from wuzhen.index.postings.writer import SegmentWriter

BATCH_POSTINGS = 1 << 21

_Ranks = Sequence[NDArray[np.int64]]


def merge(
    segments: Sequence[Segment],
    path: Path,
    deleted: Sequence[NDArray[np.bool_] | None] | None = None,
    batch_postings: int = BATCH_POSTINGS,
) -> None:
    """Write one segment of several, in order, without the passages that are deleted.

    Terms that no passage holds any more are left out. Memory holds the vocabulary and one batch
    of postings. Raises OSError when the disk does not take it; nothing stays then.
    """
    gone = [None] * len(segments) if deleted is None else deleted
    numbers: list[NDArray[np.int64] | int] = []
    lengths: list[NDArray[np.unsignedinteger[Any]]] = [np.zeros(0, np.uint8)]
    first = 0
    for segment, flags in zip(segments, gone, strict=True):
        if flags is None:
            numbers.append(first)
            lengths.append(segment.lengths)
        else:
            numbers.append(np.where(flags, -1, np.cumsum(~flags) - 1 + first))
            lengths.append(segment.lengths[~flags])
        first += len(lengths[-1])
    vocabularies = [segment.dictionary() for segment in segments]
    terms = sorted(set().union(*vocabularies))
    rank = {term: at for at, term in enumerate(terms)}
    ranks = [np.fromiter(map(rank.__getitem__, v), np.int64, len(v)) for v in vocabularies]
    del vocabularies, rank
    with SegmentWriter(path, np.concatenate(lengths)) as writer:
        for low, high in _batches(segments, ranks, len(terms), batch_postings):
            counts, passage, tf = _batch(segments, ranks, numbers, low, high)
            held = np.flatnonzero(counts)
            some = [terms[low + at] for at in held.tolist()]
            writer.add(
                np.frombuffer(b"".join(some), np.uint8),
                np.fromiter(map(len, some), np.int64, len(some)),
                counts[held],
                passage,
                tf,
            )


def _batch(
    segments: Sequence[Segment],
    ranks: _Ranks,
    numbers: Sequence[NDArray[np.int64] | int],
    low: int,
    high: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return how many postings the terms from `low` to `high` have, and those, in order."""
    read: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    counts = np.zeros((len(segments), high - low), np.int64)
    for at, (segment, rank, number) in enumerate(zip(segments, ranks, numbers, strict=True)):
        first, last = (int(at) for at in np.searchsorted(rank, [low, high]))
        passage, tf = segment.rows(first, last)
        chunks = segment.first_chunk[first : last + 1]
        term = np.repeat(rank[first:last] - low, np.diff(segment.chunk_start[chunks].astype(int)))
        if isinstance(number, int):
            passage += number
        else:
            passage = number[passage]
            stay = passage >= 0
            term, passage, tf = term[stay], passage[stay], tf[stay]
        counts[at] = np.bincount(term, minlength=high - low)
        read.append((term, passage, tf))
    # A segment's postings of a term go behind those that the segments before it have of it.
    whole = counts.sum(axis=0)
    start = np.cumsum(whole) - whole + np.cumsum(counts, axis=0) - counts
    passages = np.empty(int(whole.sum()), np.int64)
    tfs = np.empty(len(passages), np.int64)
    for (term, passage, tf), count, begin in zip(read, counts, start, strict=True):
        to = np.arange(len(term)) + (begin - (np.cumsum(count) - count))[term]
        passages[to], tfs[to] = passage, tf
    return whole, passages, tfs


def _batches(
    segments: Sequence[Segment], ranks: _Ranks, terms: int, postings: int
) -> Iterator[tuple[int, int]]:
    total = np.zeros(terms, np.int64)
    for segment, rank in zip(segments, ranks, strict=True):
        total[rank] += segment.frequencies()
    running = np.cumsum(total)
    low = 0
    while low < terms:
        done = int(running[low - 1]) if low else 0
        high = int(np.searchsorted(running, done + postings, side="right"))
        high = min(max(high, low + 1), terms)
        yield low, high
        low = high
