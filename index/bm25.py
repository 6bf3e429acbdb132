"""BM25 as rank-bm25 defines it, with an inverse document frequency that is never negative.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). The IDF
is `ln(1 + (N - n + 0.5) / (n + 0.5))`, as Lucene has it: rank-bm25's own is nil or negative for
a term in half of the texts, which in a collection of one or two is every term.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

K1 = 1.5
B = 0.75


class _PositiveIdf(BM25Okapi):  # type: ignore[misc]  # rank-bm25 carries no types
    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, frequency in nd.items():
            self.idf[term] = idf(self.corpus_size, frequency)


def idf(texts: int, frequency: int) -> float:
    """Return the inverse document frequency of a term that stands in `frequency` of the texts."""
    return math.log(1 + (texts - frequency + 0.5) / (frequency + 0.5))


class Bm25:
    """Ranks a collection of texts, each given as its terms; right at every size from 0 up.

    rank-bm25 counts and weighs; what each term adds to each text that holds it (its impact) is
    reckoned once, so that a question costs only the postings of its own terms.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._size = len(texts)
        self._idf: dict[str, float] = {}
        self._impacts: dict[str, tuple[NDArray[np.intp], NDArray[np.float64]]] = {}
        if any(texts):  # rank-bm25 divides by the number of texts and by their mean length
            self._weigh(_PositiveIdf(texts, k1=K1, b=B))

    def _weigh(self, model: _PositiveIdf) -> None:
        self._idf = model.idf
        places: dict[str, list[int]] = {}
        counts: dict[str, list[int]] = {}
        for place, frequencies in enumerate(model.doc_freqs):
            for term, count in frequencies.items():
                places.setdefault(term, []).append(place)
                counts.setdefault(term, []).append(count)
        length = K1 * (1 - B + B * np.asarray(model.doc_len) / model.avgdl)
        for term, held in places.items():
            at = np.asarray(held, np.intp)
            count = np.asarray(counts[term], np.float64)
            self._impacts[term] = at, self._idf[term] * count * (K1 + 1) / (count + length[at])

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
                (self._impacts[t], weight) for t, weight in forms.items() if t in self._impacts
            ]
            if len(known) == 1:
                (at, impacts), weight = known[0]
                total[at] += weight * impacts
            elif known:
                best = np.zeros(self._size)
                for (at, impacts), weight in known:
                    best[at] = np.maximum(best[at], weight * impacts)
                total += best
        return total

    def idf(self, term: str) -> float:
        """Return a term's weight; a term that stands nowhere weighs as one that stands once."""
        if not self._idf:
            return 0.0
        known = self._idf.get(term)
        return known if known is not None else idf(self._size, 0)
