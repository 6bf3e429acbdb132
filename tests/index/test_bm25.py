"""The reference for BM25 against two implementations of it, and the weight of a term."""

import math

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from tests.index.reference import Bm25
from wuzhen.index.bm25 import K1, B, idf

terms = st.sampled_from("abcdefgh")
texts = st.lists(st.lists(terms, max_size=12), max_size=12)
queries = st.dictionaries(st.sampled_from("abcdefghz"), st.floats(0.1, 1.0), max_size=5)


def test_its_parameters() -> None:
    assert (K1, B) == (1.5, 0.75)


@given(texts, queries)
def test_scores_are_rank_bm25_s(collection: list[list[str]], query: dict[str, float]) -> None:
    scores = Bm25(collection).scores(query)
    assert scores.shape == (len(collection),)
    if not any(collection):
        assert not scores.any()
        return
    peer = BM25Okapi(collection, k1=1.5, b=0.75)
    for term in peer.idf:  # its own is nil or negative for a term that stands in half of the texts
        held = sum(term in text for text in collection)
        peer.idf[term] = math.log1p((len(collection) - held + 0.5) / (held + 0.5))
    expected = np.zeros(len(collection))
    for term, weight in query.items():
        expected += weight * peer.get_scores([term])
    assert scores == pytest.approx(expected)


@settings(max_examples=30)
@given(
    st.lists(st.lists(terms, min_size=1, max_size=12), min_size=1, max_size=12),
    st.lists(terms, min_size=1, max_size=4, unique=True),
)
def test_scores_are_those_of_bm25s_as_lucene_has_them(
    collection: list[list[str]], query: list[str]
) -> None:
    peer = bm25s.BM25(k1=1.5, b=0.75, method="lucene", dtype="float64")
    peer.index(collection, show_progress=False)
    known = [term for term in query if any(term in text for text in collection)]
    expected = peer.get_scores(known) if known else np.zeros(len(collection))
    # Lucene leaves out the factor k1 + 1, which changes no order.
    scores = Bm25(collection).scores(dict.fromkeys(query, 1.0))
    assert scores == pytest.approx(np.asarray(expected) * (1.5 + 1))


@pytest.mark.parametrize(
    ("collection", "expected"),
    [
        ([], []),
        ([[]], [0]),
        ([[], []], [0, 0]),
        ([["a"]], [math.log(1 + 0.5 / 1.5)]),
        ([["b"]], [0]),
        ([["a"], ["b"]], [math.log(1 + 1.5 / 1.5), 0]),
        ([["a"], ["a"]], [math.log(1 + 0.5 / 2.5)] * 2),
    ],
)
def test_small_collections(collection: list[list[str]], expected: list[float]) -> None:
    assert list(Bm25(collection).scores({"a": 1.0})) == pytest.approx(expected)


@given(texts, queries)
def test_no_score_is_negative(collection: list[list[str]], query: dict[str, float]) -> None:
    assert (Bm25(collection).scores(query) >= 0).all()


@given(texts, st.lists(queries, max_size=4))
def test_of_a_concept_s_forms_the_best_counts(
    collection: list[list[str]], concepts: list[dict[str, float]]
) -> None:
    model = Bm25(collection)
    expected = np.zeros(len(collection))
    for forms in concepts:
        singly = [weight * model.scores({term: 1.0}) for term, weight in forms.items()]
        expected += np.max([np.zeros(len(collection)), *singly], axis=0)
    assert model.best_of(concepts) == pytest.approx(expected)


@given(st.integers(1, 10**6), st.data())
def test_a_term_s_weight(size: int, data: st.DataObject) -> None:
    held = data.draw(st.integers(0, size))
    assert idf(size, held) == pytest.approx(math.log1p((size - held + 0.5) / (held + 0.5)))


@given(st.integers(1, 10**6), st.data())
def test_rarer_terms_weigh_more(size: int, data: st.DataObject) -> None:
    held = data.draw(st.integers(0, size - 1))
    assert idf(size, held) > idf(size, held + 1) > 0
