"""BM25 by rank-bm25 over a whole collection: what the postings are held against."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from wuzhen.index.postings.search import Best, Postings

Concepts = Sequence[Mapping[str, float]]
_SAME = 1e-12
_NEAR = 1e-6


class _PositiveIdf(BM25Okapi):  # type: ignore[misc]  # rank-bm25 carries no types
    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, held in nd.items():
            self.idf[term] = math.log1p((self.corpus_size - held + 0.5) / (held + 0.5))


def scores(texts: Sequence[Sequence[str]], concepts: Concepts) -> NDArray[np.float64]:
    """Return what every text scores; of a concept's terms the best counts."""
    if not any(texts):
        return np.zeros(len(texts))
    peer = _PositiveIdf(texts, k1=1.5, b=0.75)
    each = [
        np.max([weight * np.array(peer.get_scores([term])) for term, weight in forms.items()], 0)
        for forms in concepts
        if forms
    ]
    # Summed without a rounding, so that equal sums are equal whatever they are made of.
    return np.array([math.fsum(one) for one in zip(*each, strict=True)] or [0.0] * len(texts))


def check(postings: Postings, texts: Sequence[Sequence[str]], concepts: Concepts, k: int) -> Best:
    """See that the best k of the texts are found, in order, with ties as they are to be."""
    wanted = scores(texts, concepts)
    best = postings.search(concepts, k)
    found = best.numbers.tolist()
    assert len(set(found)) == len(found) == min(k, int((wanted > 0).sum()))
    assert best.scores == pytest.approx(wanted[found], rel=0, abs=_NEAR)
    assert postings.score(concepts, np.arange(len(texts))) == pytest.approx(
        wanted, rel=0, abs=_NEAR
    )
    for before, after in pairwise(found):
        assert wanted[before] > wanted[after] - _NEAR
        if abs(wanted[before] - wanted[after]) < _SAME:
            assert before < after
    for number in set(np.flatnonzero(wanted).tolist()) - set(found):
        assert wanted[number] < wanted[found[-1]] + _NEAR
        if abs(wanted[number] - wanted[found[-1]]) < _SAME:
            assert number > found[-1]
    return best
