"""Holding an index against rank-bm25: the same texts, weighed by a library that others wrote.

The loops of the postings are compiled where the program is installed, by whatever compiler is
there, and read what has lain on a disk: this tells whether they still give rank-bm25's scores.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.bm25 import K1, B, idf
from wuzhen.index.postings import store as postings
from wuzhen.index.postings.search import Postings
from wuzhen.index.storage import generation as store
from wuzhen.index.storage.contents import BLOCKS, PASSAGES, POSTINGS, facts_of, records_of
from wuzhen.index.storage.generation import Generation

MOST = 20_000
"""Texts up to which rank-bm25 is asked; of five times as many it takes half a second a question."""

_QUESTIONS = 20
_TERMS = 8


def difference(index: Path) -> float | None:
    """Return how far a score of the index in place is from rank-bm25's, at most.

    For twenty questions made of words of its own; None when it is too large to ask. Raises
    `IndexMissing` and `IndexUnusable`.
    """

    def compared(generation: Generation) -> float | None:
        records = records_of(generation, facts_of(generation))
        if max(records.passages, records.blocks) > MOST:
            return None
        label = generation.manifest.postings
        levels = ((PASSAGES, records.every_passage), (BLOCKS, records.every_block))
        return max(
            _difference(postings.open_postings(index / POSTINGS / name, label), list(every()))
            for name, every in levels
        )

    return store.reading(index, compared)


def _difference(ours: Postings, texts: Sequence[Sequence[str]]) -> float:
    said = [text for text in texts if text]
    if not said:
        return 0.0
    theirs = rank_bm25(texts)
    every = np.arange(len(texts))
    worst = 0.0
    for text in said[:: max(1, len(said) // _QUESTIONS)]:
        question = list(dict.fromkeys(text))[:_TERMS]
        own = ours.score([{term: 1.0} for term in question], every)
        worst = max(worst, float(np.abs(own - theirs(question)).max()))
    return worst


def rank_bm25(texts: Sequence[Sequence[str]]) -> Callable[[Sequence[str]], NDArray[np.float64]]:
    """Return what gives the score of each of some texts for a question's terms, by rank-bm25.

    One of the texts holds a term at least.
    """
    from rank_bm25 import BM25Okapi

    class PositiveIdf(BM25Okapi):  # type: ignore[misc]  # rank-bm25 carries no types
        def _calc_idf(self, nd: Mapping[str, int]) -> None:
            for term, frequency in nd.items():
                self.idf[term] = idf(self.corpus_size, frequency)

    model = PositiveIdf(texts, k1=K1, b=B)

    def scores(question: Sequence[str]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = model.get_scores(question)
        return found

    return scores
