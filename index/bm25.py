"""BM25 as rank-bm25 computes it, with an inverse document frequency that is never negative.

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
    """Ranks a collection of texts, each given as its terms; right at every size from 0 up."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._size = len(texts)
        # rank-bm25 divides by the number of texts and by their mean length.
        self._ranking = _PositiveIdf(texts, k1=K1, b=B) if any(texts) else None

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float64]:
        """Return each text's score for a query of weighted terms; shape `(texts,)`."""
        total = np.zeros(self._size)
        if self._ranking is not None:
            for term, weight in query.items():
                if term in self._ranking.idf:
                    total += weight * self._ranking.get_scores([term])
        return total

    def best_of(self, concepts: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """Return each text's score for concepts that may each stand in several forms.

        Of a concept's terms only the one that scores best in a text counts there, so that having
        many forms makes nothing weigh more; shape `(texts,)`.
        """
        total = np.zeros(self._size)
        if self._ranking is None:
            return total
        for forms in concepts:
            best = np.zeros(self._size)
            for term, weight in forms.items():
                if term in self._ranking.idf:
                    np.maximum(best, weight * self._ranking.get_scores([term]), out=best)
            total += best
        return total

    def idf(self, term: str) -> float:
        """Return a term's weight; a term that stands nowhere weighs as one that stands once."""
        if self._ranking is None:
            return 0.0
        known: float | None = self._ranking.idf.get(term)
        return known if known is not None else idf(self._size, 0)
