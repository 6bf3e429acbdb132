"""BM25 by rank-bm25, to hold the project's own against."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from wuzhen.index.bm25 import K1, B, idf


class _PositiveIdf(BM25Okapi):  # type: ignore[misc]  # rank-bm25 carries no types
    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, frequency in nd.items():
            self.idf[term] = idf(self.corpus_size, frequency)


class Bm25:
    """Scores a collection of texts, each given as its terms; right at every size from 0 up."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._size = len(texts)
        # rank-bm25 divides by the number of texts and by their mean length.
        self._model = _PositiveIdf(texts, k1=K1, b=B) if any(texts) else None

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float64]:
        """Return each text's score for a query of weighted terms; shape `(texts,)`."""
        return self.best_of([{term: weight} for term, weight in query.items()])

    def best_of(self, concepts: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """Return each text's score for concepts, of whose terms the best counts in each text."""
        total = np.zeros(self._size)
        if self._model is None:
            return total
        for forms in concepts:
            singly = [weight * self._model.get_scores([term]) for term, weight in forms.items()]
            total += np.max([np.zeros(self._size), *singly], axis=0)
        return total
