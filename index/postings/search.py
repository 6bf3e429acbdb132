"""Several segments searched as one collection: the best k passages, exactly."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import accumulate, groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.errors import IndexCorrupt
from wuzhen.index.postings import kernel, term_at_a_time
from wuzhen.index.postings.model import MOST, SCALE, TIE_BITS, drift, idf, norms, table
from wuzhen.index.postings.segment import Part

Concepts = Sequence[Mapping[str, float]]

_TIE_SCALE = SCALE / 2**TIE_BITS


class Best(NamedTuple):
    """Passages by their numbers, best first, and what they score."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]


class _Query(NamedTuple):
    """Terms of concepts, flat: the places by part and term, and where each concept begins."""

    places: "array[int]"
    weights: "array[float]"
    firsts: "array[int]"


class Postings:
    """A collection of passages that answers with the best for weighted terms.

    Deletions leave no trace in a score: it is what a collection without them would give. Any
    number of threads may search at once.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        self._faults = kernel.faults()
        self.passages = 0
        tokens = end = 0
        bases: list[int] = []
        for part in self.parts:
            segment = part.segment
            bases.append(end)
            end += segment.passages
            self.passages += segment.passages
            tokens += segment.tokens
            if part.deleted is not None:
                self.passages -= int(part.deleted.sum())
                tokens -= int(segment.lengths[part.deleted].sum(dtype=np.int64))
        self.mean = tokens / self.passages if tokens else 1.0
        self._bases = bases
        self._norms = [norms(part.segment.longest, self.mean) for part in self.parts]
        self._drifts = [drift(self.mean, part.segment.mean) for part in self.parts]
        self._kernel = kernel.KERNEL
        if self._kernel is not None:
            # The kernel is given addresses alone, so what lies there is held here.
            self._tables = [table(norm) for norm in self._norms]
            self._samples = [part.segment.samples() for part in self.parts]
            self._structs = (kernel.PartStruct * len(self.parts))(
                *map(
                    kernel.part_struct,
                    *(self.parts, bases, self._tables, self._samples, self._drifts),
                )
            )
        self._whereabouts: NDArray[np.int64] | None = None

    def search(self, concepts: Concepts, k: int = 10) -> Best:
        """Return the best k of the passages that hold any of a question's terms.

        A concept's terms are alternatives, each with its weight: the one that scores best in a
        passage counts there. Ties go to the lower number. Raises ValueError when a weight is
        negative or no number, or all together are more than `model.MOST`.
        """
        k = min(k, self.passages)
        query = self._read(concepts)
        if k <= 0 or not len(query.weights):
            return Best(np.zeros(0, np.int64), np.zeros(0))
        if self._kernel is None:
            return self._search_by_numpy(query, k)
        found = np.empty((2, k), np.int64)
        address = found.ctypes.data
        size = self._kernel.search(
            self._structs,
            len(self.parts),
            query.places.buffer_info()[0],
            query.weights.buffer_info()[0],
            query.firsts.buffer_info()[0],
            len(query.firsts) - 1,
            k,
            address,
            address + 8 * k,
        )
        if size < 0:
            raise MemoryError
        self._check()
        return Best(found[1, :size], found[0, :size] / _TIE_SCALE)

    def _search_by_numpy(self, query: _Query, k: int) -> Best:
        numbers = [np.zeros(0, np.int64)]
        scores = [np.zeros(0, np.int64)]
        terms = len(query.weights)
        for at, part in enumerate(self.parts):
            places = query.places[at * terms : (at + 1) * terms]
            passages, gained = term_at_a_time.best(
                part.segment,
                part.deleted,
                self._norms[at],
                self._drifts[at],
                places,
                query.weights,
                query.firsts,
                k,
            )
            scores.append(gained >> TIE_BITS)
            if part.numbers is None:
                numbers.append(passages + self._bases[at])
            else:
                numbers.append(part.numbers[passages].astype(np.int64))
        every, gained = np.concatenate(numbers), np.concatenate(scores)
        order = np.lexsort((every, -gained))[:k]
        return Best(every[order], gained[order] / _TIE_SCALE)

    def score(self, concepts: Concepts, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what the passages of some numbers score; shape `(len(numbers),)`.

        Raises IndexError for a number that no passage has.
        """
        query = self._read(concepts)
        result = np.zeros(len(numbers), np.int64)
        place = self.places_of(np.asarray(numbers, np.int64))
        terms = len(query.weights)
        for at, part in enumerate(self.parts):
            begin = self._bases[at]
            mine = np.flatnonzero((begin <= place) & (place < begin + part.segment.passages))
            if not len(mine):
                continue
            order = mine[np.argsort(place[mine], kind="stable")]
            passages = place[order] - begin
            result[order] = self._score(at, passages, query, terms)
        self._check()
        scores: NDArray[np.float64] = (result >> TIE_BITS) / _TIE_SCALE
        return scores

    def _score(
        self, at: int, passages: NDArray[np.int64], query: _Query, terms: int
    ) -> NDArray[np.int64]:
        places = query.places[at * terms : (at + 1) * terms]
        if self._kernel is None:
            segment, norm = self.parts[at].segment, self._norms[at]
            return term_at_a_time.score(
                segment, norm, passages, places, query.weights, query.firsts
            )
        scores = np.empty(len(passages), np.int64)
        self._kernel.score(
            kernel.address(self._structs, at),
            passages.ctypes.data,
            len(passages),
            places.buffer_info()[0],
            query.weights.buffer_info()[0],
            query.firsts.buffer_info()[0],
            len(query.firsts) - 1,
            scores.ctypes.data,
        )
        return scores

    def places_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where the passages of some numbers lie, the parts taken one after the other.

        Raises IndexError for a number that no passage has.
        """
        if len(numbers) and not 0 <= int(numbers.min()) <= int(numbers.max()) < self.passages:
            raise IndexError("no passage has that number")
        if all(part.numbers is None and part.deleted is None for part in self.parts):
            return numbers
        if self._whereabouts is None:
            where = np.empty(self.passages, np.int64)
            for at, part in enumerate(self.parts):
                there = np.arange(part.segment.passages)
                if part.deleted is not None:
                    there = there[~part.deleted]
                where[self.numbers_of(at)[there]] = there + self._bases[at]
            self._whereabouts = where
        return self._whereabouts[numbers]

    def numbers_of(self, at: int) -> NDArray[np.int64]:
        """Return the numbers of a part's passages; those of deleted ones mean nothing."""
        part = self.parts[at]
        if part.numbers is None:
            return np.arange(part.segment.passages) + self._bases[at]
        return part.numbers.astype(np.int64)

    def terms(self) -> Iterator[str]:
        """Yield every term that a passage holds, in the order of their bytes."""
        return (term for term, count in self.frequencies() if count)

    def frequencies(
        self, begin: bytes = b"", end: bytes | None = None
    ) -> Iterator[tuple[str, int]]:
        """Yield the terms from one string of bytes up to another, and how many passages hold each.

        In the order of their bytes; with 0 for a term of which all passages were deleted.
        """
        tables = [part.counted(begin, end) for part in self.parts]
        if len(tables) == 1:
            for term, count in tables[0]:
                yield term.decode("utf-8", "surrogatepass"), count
            return
        for term, several in groupby(merge(*tables), itemgetter(0)):
            yield term.decode("utf-8", "surrogatepass"), sum(count for _, count in several)

    def frequency(self, term: str) -> int:
        """Return how many passages hold a term."""
        return self._locate([term])[1][0]

    def _read(self, concepts: Concepts) -> _Query:
        terms = [term for concept in concepts for term in concept]
        told = [weight for concept in concepts for weight in concept.values()]
        if not (min(told, default=0.0) >= 0 and sum(told) <= MOST):
            raise ValueError("weights are to be 0 and more, and not too large together")
        places, frequency = self._locate(terms)
        texts = self.passages
        weights = [
            weight * idf(texts, min(count, texts)) * SCALE if count > 0 else 0.0
            for weight, count in zip(told, frequency, strict=True)
        ]
        firsts = array("q", accumulate(map(len, concepts), initial=0))
        return _Query(places, array("d", weights), firsts)

    def _locate(self, terms: Sequence[str]) -> "tuple[array[int], Sequence[int]]":
        """Return the terms' places, part by part, and how many passages hold each."""
        if self._kernel is None:
            return self._locate_by_bisection([_encoded(term) for term in terms])
        # Nothing holds a nil byte, which would end a term here.
        text = _encoded("\0".join(terms))
        if text.count(0) >= len(terms) > 0:
            text = b"\0".join(b"\xff" if "\0" in term else _encoded(term) for term in terms)
        places = array("q", bytes(8 * len(terms) * len(self.parts)))
        frequency = array("q", bytes(8 * len(terms)))
        self._kernel.locate(
            self._structs,
            len(self.parts),
            text,
            len(terms),
            places.buffer_info()[0],
            frequency.buffer_info()[0],
        )
        self._check()
        return places, frequency

    def _check(self) -> None:
        """Raise `IndexCorrupt` when a segment, of whichever collection, was cut short."""
        if kernel.faults() != self._faults:
            raise IndexCorrupt("the index is damaged; run: wuzhen build")

    def _locate_by_bisection(self, terms: Sequence[bytes]) -> "tuple[array[int], Sequence[int]]":
        places = array("q")
        frequency = [0] * len(terms)
        for part in self.parts:
            for at, term in enumerate(terms):
                place = part.segment.place(term)
                places.append(place)
                if place < 0:
                    continue
                frequency[at] += part.segment.frequency(place)
                lost = int(np.searchsorted(part.lost_term, place))
                if lost < len(part.lost_term) and part.lost_term[lost] == place:
                    frequency[at] -= int(part.lost[lost])
        return places, frequency


def _encoded(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")
