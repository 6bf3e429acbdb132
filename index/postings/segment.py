"""A segment: the postings of some passages in one file that never changes once written.

    term_bytes  term_ends       the terms, sorted by their UTF-8 bytes
    first_chunk                 where a term's chunks begin
    chunk_base  chunk_start     a chunk's passages (number // 65536) and where its postings begin
    chunk_bound                 the best gain in the chunk, as `model.bounds` gives it
    low         tf              a posting: the passage in its chunk; its frequency, 255 for more
    big_at      big_tf          the postings with a frequency of 255 and more
    lengths                     terms in each passage, in one, two or four bytes

A posting takes three bytes, and a passage is found in a chunk by bisection, without unpacking.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.storage.arrays import map_file, unpack

CHUNK_BITS = 16
BIG = 255
SAMPLE = 16
LENGTH_KINDS = (np.uint8, np.uint16, np.uint32)

KINDS: dict[str, type[np.generic]] = {
    "term_bytes": np.uint8,
    "term_ends": np.uint32,
    "first_chunk": np.uint32,
    "chunk_base": np.uint16,
    "chunk_start": np.uint32,
    "chunk_bound": np.uint8,
    "low": np.uint16,
    "tf": np.uint8,
    "big_at": np.uint32,
    "big_tf": np.uint32,
}


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The arrays of a segment; see the module for what each holds."""

    term_bytes: NDArray[np.uint8]
    term_ends: NDArray[np.uint32]
    first_chunk: NDArray[np.uint32]
    chunk_base: NDArray[np.uint16]
    chunk_start: NDArray[np.uint32]
    chunk_bound: NDArray[np.uint8]
    low: NDArray[np.uint16]
    tf: NDArray[np.uint8]
    big_at: NDArray[np.uint32]
    big_tf: NDArray[np.uint32]
    lengths: NDArray[np.unsignedinteger[Any]]
    tokens: int
    longest: int
    mean: float
    """The mean length that the bounds were reckoned with."""

    @property
    def passages(self) -> int:
        """How many passages there are, deleted ones as well."""
        return len(self.lengths)

    @property
    def terms(self) -> int:
        """How many terms there are."""
        return len(self.term_ends) - 1

    def term(self, place: int) -> bytes:
        """Return the term at a place of the dictionary."""
        return self.term_bytes[self.term_ends[place] : self.term_ends[place + 1]].tobytes()

    def samples(self) -> NDArray[np.uint64]:
        """Return the first eight bytes of each `SAMPLE`th term, as numbers that sort alike."""
        ends = np.minimum(self.term_ends.astype(np.int64), len(self.term_bytes))
        starts = ends[:-1:SAMPLE, None]
        at = starts + np.arange(8)
        there = at < ends[1::SAMPLE, None]
        held = np.zeros(at.shape, np.uint8)
        held[there] = self.term_bytes[at[there]]
        return held.view(">u8").astype(np.uint64).ravel()

    def dictionary(self) -> list[bytes]:
        """Return every term, in order."""
        text, ends = self.term_bytes.tobytes(), self.term_ends.tolist()
        return [text[a:b] for a, b in pairwise(ends)]

    def place(self, term: bytes) -> int:
        """Return a term's place in the dictionary, or -1."""
        place = self.after(term)
        return place if place < self.terms and self.term(place) == term else -1

    def after(self, start: bytes) -> int:
        """Return the place of the first term that does not come before some bytes."""
        return bisect_left(range(self.terms), start, key=self.term)

    def frequency(self, place: int) -> int:
        """Return how many passages hold the term at a place, deleted ones as well."""
        first, last = self.first_chunk[place], self.first_chunk[place + 1]
        return int(self.chunk_start[last]) - int(self.chunk_start[first])

    def frequencies(self, first: int = 0, last: int | None = None) -> NDArray[np.int64]:
        """Return how many passages hold each term from one place to another, deleted ones too."""
        chunks = self.first_chunk[first : None if last is None else last + 1]
        starts = self.chunk_start[chunks].astype(np.int64)
        return starts[1:] - starts[:-1]

    def rows(self, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return passages and frequencies in the postings of the terms from `first` to `last`."""
        return self.rows_of_chunks(np.arange(self.first_chunk[first], self.first_chunk[last]))

    def rows_of_chunks(
        self, chunks: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return passages and frequencies in the postings of some chunks, in their order."""
        if not len(chunks):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        starts = self.chunk_start[chunks].astype(np.int64)
        counts = self.chunk_start[chunks + 1].astype(np.int64) - starts
        base = np.repeat(self.chunk_base[chunks].astype(np.int64) << CHUNK_BITS, counts)
        if int(chunks[-1]) - int(chunks[0]) + 1 == len(chunks):
            at = slice(int(starts[0]), int(starts[-1] + counts[-1]))
            tf = self.tf[at].astype(np.int64)
            if len(self.big_at):
                first, last = np.searchsorted(self.big_at, [at.start, at.stop])
                tf[self.big_at[first:last].astype(np.int64) - at.start] = self.big_tf[first:last]
            base += self.low[at]
            return base, tf
        places = np.arange(int(counts.sum())) + np.repeat(
            starts - (np.cumsum(counts) - counts), counts
        )
        base += self.low[places]
        return base, self._frequencies_at(places)

    def find(
        self, place: int, passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which of some ascending passages hold a term, and how often they do."""
        chunks = slice(int(self.first_chunk[place]), int(self.first_chunk[place + 1]))
        held: list[NDArray[np.int64]] = []
        places: list[NDArray[np.int64]] = []
        for chunk, base in enumerate(self.chunk_base[chunks].tolist(), chunks.start):
            first, last = np.searchsorted(passages, [base << CHUNK_BITS, (base + 1) << CHUNK_BITS])
            if first == last:
                continue
            start = int(self.chunk_start[chunk])
            low = self.low[start : int(self.chunk_start[chunk + 1])]
            wanted = (passages[first:last] & ((1 << CHUNK_BITS) - 1)).astype(np.uint16)
            at = np.minimum(np.searchsorted(low, wanted), len(low) - 1)
            there = np.flatnonzero(low[at] == wanted)
            held.append(there + first)
            places.append(at[there] + start)
        if not held:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(held), self._frequencies_at(np.concatenate(places))

    def _frequencies_at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        tf = self.tf[places].astype(np.int64)
        big = np.flatnonzero(tf == BIG)
        tf[big] = self.big_tf[np.searchsorted(self.big_at, places[big])]
        return tf


def _none() -> NDArray[np.uint32]:
    return np.zeros(0, np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A segment in a collection: what was deleted of it, and the numbers of its passages."""

    segment: Segment
    deleted: NDArray[np.bool_] | None = None
    """By passage of the segment; None when none is."""
    lost_term: NDArray[np.uint32] = field(default_factory=_none)
    """Places, ascending, of the terms that deleted passages hold."""
    lost: NDArray[np.uint32] = field(default_factory=_none)
    """How many of the deleted passages hold each of those."""
    numbers: NDArray[np.uint32] | None = None
    """Number of each passage in the collection; None when they follow the parts before."""

    @property
    def fits(self) -> bool:
        """Whether the arrays are as long as the segment says, and lead nowhere outside it."""
        by_passage = ((self.deleted, np.bool_), (self.numbers, np.uint32))
        return (
            all(
                values is None or (values.dtype == kind and len(values) == self.segment.passages)
                for values, kind in by_passage
            )
            and self.lost_term.dtype == self.lost.dtype == np.uint32
            and len(self.lost_term) == len(self.lost)
            and bool((np.diff(self.lost_term.astype(np.int64)) > 0).all())
            and int(self.lost_term.max(initial=0)) < max(1, self.segment.terms)
        )

    def counted(self, begin: bytes, end: bytes | None) -> Iterator[tuple[bytes, int]]:
        """Yield the terms from `begin` up to `end`, and how many passages hold each."""
        segment = self.segment
        first = segment.after(begin)
        last = segment.terms if end is None else segment.after(end)
        ends = segment.term_ends[first : last + 1].tolist()
        text = segment.term_bytes[ends[0] : ends[-1]].tobytes()
        counts = segment.frequencies(first, last)
        lost = (first <= self.lost_term) & (self.lost_term < last)
        counts[self.lost_term[lost].astype(np.int64) - first] -= self.lost[lost]
        for (start, stop), count in zip(pairwise(ends), counts.tolist(), strict=True):
            yield text[start - ends[0] : stop - ends[0]], count


def open_segment(path: Path) -> Segment:
    """Map a segment's file into memory.

    Raises OSError, or ValueError when it is not a segment, or damaged so that its arrays do not
    fit together.
    """
    from wuzhen.index.postings import kernel  # which describes segments, and so imports this

    mapped = map_file(path)
    kernel.guard(mapped)
    return from_arrays(*unpack(mapped))


def from_arrays(facts: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Segment:
    """Return the segment that some arrays make; raises ValueError when they do not fit."""
    try:
        longest = int(arrays["lengths"].max(initial=0))
        segment = Segment(
            **arrays, tokens=int(facts["tokens"]), longest=longest, mean=float(facts["mean"])
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not the arrays of a segment") from error
    fit = (
        all(arrays[name].dtype == kind for name, kind in KINDS.items())
        and segment.lengths.dtype in LENGTH_KINDS
        and len(segment.first_chunk) == len(segment.term_ends) >= 1
        and len(segment.chunk_start) == len(segment.chunk_base) + 1
        and len(segment.chunk_bound) == len(segment.chunk_base)
        and len(segment.low) == len(segment.tf)
        and len(segment.big_at) == len(segment.big_tf)
        and segment.mean > 0
        and segment.tokens >= 0
    )
    if not fit:
        raise ValueError("the arrays of a segment do not fit together")
    return segment
