"""Passages deleted from a segment, and the document frequencies that go with them."""

import ctypes

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.postings import kernel
from wuzhen.index.postings.segment import CHUNK_BITS, Part, Segment

_CHUNKS_AT_ONCE = 1 << 17


def without(part: Part, gone: NDArray[np.bool_]) -> Part:
    """Return a part without some passages; those deleted before are to be among them.

    Reads the chunks of postings that the newly deleted ones lie in. Shape of `gone`:
    `(passages,)`.
    """
    now = gone if part.deleted is None else gone & ~part.deleted
    if not now.any():
        return part
    counts = np.zeros(part.segment.terms, np.int64)
    counts[part.lost_term] = part.lost
    bases = np.zeros((len(now) >> CHUNK_BITS) + 1, bool)
    bases[np.flatnonzero(now) >> CHUNK_BITS] = True
    if kernel.KERNEL is not None:
        struct = kernel.part_struct(part)
        flags = np.ascontiguousarray(now)
        kernel.KERNEL.count(
            ctypes.addressof(struct), flags.ctypes.data, bases.ctypes.data, counts.ctypes.data
        )
    else:
        _count(part.segment, now, bases, counts)
    lost = np.flatnonzero(counts)
    return Part(
        part.segment,
        gone.copy(),
        lost.astype(np.uint32),
        counts[lost].astype(np.uint32),
        part.numbers,
    )


def _count(
    segment: Segment,
    chosen: NDArray[np.bool_],
    bases: NDArray[np.bool_],
    counts: NDArray[np.int64],
) -> None:
    """Add to each term's count how many of the chosen passages hold it."""
    chunks = np.flatnonzero(bases[segment.chunk_base])
    for some in np.array_split(chunks, len(chunks) // _CHUNKS_AT_ONCE + 1):
        if not len(some):
            continue
        passage, _ = segment.rows_of_chunks(some)
        starts = segment.chunk_start[some].astype(np.int64)
        ends = np.cumsum(segment.chunk_start[some + 1].astype(np.int64) - starts)
        held = np.cumsum(chosen[passage])[ends - 1]
        term = np.searchsorted(segment.first_chunk, some, side="right") - 1
        np.add.at(counts, term, np.diff(held, prepend=0))
