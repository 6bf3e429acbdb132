"""BM25 as rank-bm25 defines it, with an inverse document frequency that is never negative.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). The IDF
is `ln(1 + (N - n + 0.5) / (n + 0.5))`, as Lucene has it: rank-bm25's own is nil or negative for
a term in half of the texts, which in a collection of one or two is every term.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

K1 = 1.5
B = 0.75


def idf(texts: int, frequency: int) -> float:
    """Return the inverse document frequency of a term that stands in `frequency` of the texts."""
    return math.log(1 + (texts - frequency + 0.5) / (frequency + 0.5))


class Impacts(NamedTuple):
    """What each term adds to each text that holds it, term after term."""

    starts: NDArray[np.int64]
    """Where each term's postings begin, and where the last one's end; shape `(terms + 1,)`."""
    places: NDArray[np.int32]
    """The numbers of the texts, rising within a term; shape `(postings,)`."""
    values: NDArray[np.float64]
    """Shape `(postings,)`."""


def impacts(texts: Sequence[Sequence[str]], vocabulary: Iterable[str]) -> Impacts:
    """Weigh a collection of texts, each given as its terms; right at every size from 0 up.

    rank-bm25 counts and weighs; `vocabulary` names the terms whose impacts are wanted.
    """
    held: dict[str, tuple[list[int], list[int]]] = {term: ([], []) for term in vocabulary}
    starts = np.zeros(len(held) + 1, np.int64)
    if not any(texts):  # rank-bm25 divides by the number of texts and by their mean length
        return Impacts(starts, np.zeros(0, np.int32), np.zeros(0))
    from rank_bm25 import BM25Okapi

    class PositiveIdf(BM25Okapi):  # type: ignore[misc]  # rank-bm25 carries no types
        def _calc_idf(self, nd: Mapping[str, int]) -> None:
            for term, frequency in nd.items():
                self.idf[term] = idf(self.corpus_size, frequency)

    model = PositiveIdf(texts, k1=K1, b=B)
    for place, frequencies in enumerate(model.doc_freqs):
        for term, count in frequencies.items():
            if postings := held.get(term):
                postings[0].append(place)
                postings[1].append(count)
    np.cumsum([len(places) for places, _ in held.values()], out=starts[1:])
    places = np.array([p for one, _ in held.values() for p in one], np.int32)
    counts = np.array([c for _, one in held.values() for c in one], np.float64)
    idfs = np.repeat([model.idf.get(term, 0.0) for term in held], np.diff(starts))
    length = K1 * (1 - B + B * np.asarray(model.doc_len) / model.avgdl)
    return Impacts(starts, places, idfs * counts * (K1 + 1) / (counts + length[places]))


class Bm25:
    """Ranks a collection of texts; a question costs only the postings of its own terms."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        vocabulary = list(dict.fromkeys(term for text in texts for term in text))
        self._hold(len(texts), vocabulary, impacts(texts, vocabulary))

    @classmethod
    def of(cls, size: int, vocabulary: Iterable[str], weighed: Impacts) -> "Bm25":
        """Make it of what `impacts` gave for `size` texts and a vocabulary."""
        made = cls.__new__(cls)
        made._hold(size, vocabulary, weighed)
        return made

    def _hold(self, size: int, vocabulary: Iterable[str], weighed: Impacts) -> None:
        self._size = size
        self._places = {term: at for at, term in enumerate(vocabulary)}
        self._impacts = weighed

    def _postings(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float64]] | None:
        at = self._places.get(term)
        if at is None:
            return None
        start, end = self._impacts.starts[at : at + 2]
        return self._impacts.places[start:end], self._impacts.values[start:end]

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float64]:
        """Return each text's score for a query of weighted terms; shape `(texts,)`."""
        return self.best_of([{term: weight} for term, weight in query.items()])

    def best_of(self, concepts: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """Return each text's score for concepts that may each stand in several forms.

        Of a concept's terms only the one that scores best in a text counts there, so that having
        many forms makes nothing weigh more; shape `(texts,)`.
        """
        total = np.zeros(self._size)
        for forms in concepts:
            known = [
                (postings, weight)
                for term, weight in forms.items()
                if (postings := self._postings(term)) is not None
            ]
            if len(known) == 1:
                (at, values), weight = known[0]
                total[at] += weight * values
            elif known:
                best = np.zeros(self._size)
                for (at, values), weight in known:
                    best[at] = np.maximum(best[at], weight * values)
                total += best
        return total

    def idf(self, term: str) -> float:
        """Return a term's weight; a term that stands nowhere weighs as one that stands once."""
        if not len(self._impacts.places):
            return 0.0
        postings = self._postings(term)
        return idf(self._size, len(postings[0]) if postings is not None else 0)
