"""The best k, held against rank-bm25 over the whole, against the other way, and edge by edge."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.index.postings.conftest import TERMS, concepts, terms, texts
from tests.index.postings.model import check
from wuzhen.index.postings import kernel
from wuzhen.index.postings.deletion import without
from wuzhen.index.postings.invert import build
from wuzhen.index.postings.merge import merge
from wuzhen.index.postings.model import MOST
from wuzhen.index.postings.search import Postings
from wuzhen.index.postings.segment import Part, open_segment

Texts = list[list[str]]


def made(folder: Path, *pieces: Texts) -> Postings:
    parts = []
    for number, piece in enumerate(pieces):
        build(piece, folder / str(number))
        parts.append(Part(open_segment(folder / str(number))))
    return Postings(parts)


@given(texts, concepts, st.integers(1, 30))
def test_the_best_are_rank_bm25_s(
    way: str, tmp_path: Path, collection: Texts, query: list[dict[str, float]], k: int
) -> None:
    check(made(tmp_path, collection), collection, query, k)


@given(st.data())
def test_segments_deletions_and_numbers_change_nothing(
    way: str, tmp_path: Path, data: st.DataObject
) -> None:
    pieces = data.draw(st.lists(texts, max_size=4))
    whole = [text for piece in pieces for text in piece]
    alive = data.draw(st.lists(st.booleans(), min_size=len(whole), max_size=len(whole)))
    left = [at for at, lives in enumerate(alive) if lives]
    order = data.draw(st.permutations(left))
    numbers = np.zeros(len(whole), np.uint32)
    numbers[order] = np.arange(len(order))
    parts = []
    begin = 0
    for part in made(tmp_path, *pieces).parts:
        end = begin + part.segment.passages
        gone = ~np.array(alive[begin:end], bool)
        early = gone & (np.arange(len(gone)) % 2 == 0)
        numbered = Part(part.segment, numbers=numbers[begin:end])
        # In two steps, as two edits would.
        parts.append(without(without(numbered, early), gone))
        begin = end
    query, k = data.draw(concepts), data.draw(st.integers(1, 30))
    check(Postings(parts), [whole[at] for at in order], query, k)

    path = tmp_path / "merged"
    merge([part.segment for part in parts], path, [part.deleted for part in parts], 3)
    merged = open_segment(path)
    kept = np.array(left, np.int64)
    check(Postings([Part(merged, numbers=numbers[kept])]), [whole[at] for at in order], query, k)
    build([whole[at] for at in left], tmp_path / "at once")
    assert path.read_bytes() == (tmp_path / "at once").read_bytes()


@given(st.lists(st.tuples(terms, st.integers(1, 700)), min_size=1, max_size=8), concepts)
def test_terms_that_stand_hundreds_of_times_in_a_text(
    way: str, tmp_path: Path, repeated: list[tuple[str, int]], query: list[dict[str, float]]
) -> None:
    collection = [[term] * times for term, times in repeated]
    check(made(tmp_path, collection, collection[:2]), collection + collection[:2], query, 5)


@given(st.integers(1, 20), st.integers(1, 12))
def test_ties_go_to_the_lower_number(way: str, tmp_path: Path, pairs: int, k: int) -> None:
    """Every text scores the same by terms of its own, whichever the order of the sum."""
    collection = [[letter, letter.upper(), "c"] for _ in range(pairs) for letter in "ab"]
    query = [{"a": 1.0}, {"b": 1.0}, {"A": 0.5}, {"c": 1.0}, {"B": 0.5}]
    best = check(made(tmp_path, collection), collection, query, k)
    assert best.numbers.tolist() == list(range(min(k, len(collection))))
    halves = [{"a": 0.5}, {"b": 1.0}, {"A": 0.5}]
    best = check(made(tmp_path, collection), collection, halves, k)
    assert best.numbers.tolist() == list(range(min(k, len(collection))))


@pytest.mark.parametrize("pieces", [[], [[]], [[[]]], [[[], []], []]])
def test_collections_of_nothing(way: str, tmp_path: Path, pieces: list[Texts]) -> None:
    postings = made(tmp_path, *pieces)
    assert postings.passages == sum(map(len, pieces))
    queries: list[list[dict[str, float]]] = [[], [{}], [{"a": 1.0}]]
    for query in queries:
        assert not len(postings.search(query).numbers)
        assert not postings.score(query, np.arange(postings.passages)).any()
    assert postings.frequency("a") == 0


def test_questions_that_no_term_answers(way: str, tmp_path: Path) -> None:
    collection = [["a"], ["b", ""], ["\ud800"]]
    postings = made(tmp_path, collection)
    for strange in ("a\0", "\0", "\0\0b", "z", "aa"):
        assert not len(postings.search([{strange: 1.0}]).numbers)
        assert postings.search([{strange: 1.0, "a": 1.0}]).numbers.tolist() == [0]
        assert postings.search([{"b": 1.0}, {strange: 1.0}]).numbers.tolist() == [1]
    assert postings.search([{"": 1.0}]).numbers.tolist() == [1]
    assert postings.search([{"\ud800": 1.0}]).numbers.tolist() == [2]
    assert not len(postings.search([{"a": 0.0}]).numbers)
    assert not len(postings.search([{"a": 1.0}], 0).numbers)
    assert [postings.frequency(term) for term in ("a", "", "z")] == [1, 1, 0]


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf, MOST * 1.01])
def test_weights_that_are_none(way: str, tmp_path: Path, weight: float) -> None:
    postings = made(tmp_path, [["a"]])
    with pytest.raises(ValueError, match="weights"):
        postings.search([{"a": weight}])
    assert postings.search([{"a": MOST}]).scores[0] == pytest.approx(MOST * math.log(4 / 3), 1e-6)


def test_numbers_that_no_passage_has(way: str, tmp_path: Path) -> None:
    postings = made(tmp_path, [["a"], ["b"]])
    for number in (-1, 2):
        with pytest.raises(IndexError):
            postings.score([{"a": 1.0}], np.array([0, number]))


def large(passages: int, seed: int) -> tuple[Texts, NDArray[np.int64]]:
    """Return texts of one to six terms, some common and most rare, and one row for each token."""
    random = np.random.default_rng(seed)
    lengths = random.integers(1, 7, passages)
    drawn = np.minimum(random.zipf(1.3, int(lengths.sum())), 4000)
    ends = np.cumsum(lengths)
    words = [f"w{at}" for at in drawn.tolist()]
    collection = [words[a:b] for a, b in itertools.pairwise([0, *ends.tolist()])]
    return collection, np.stack([np.repeat(np.arange(passages), lengths), drawn])


@pytest.mark.parametrize(("passages", "several"), [(70_000, False), (140_000, True), (300_000, 0)])
def test_many_passages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passages: int, several: bool
) -> None:
    """More than a chunk, and so many that the rarest terms are looked at first."""
    collection, (place, drawn) = large(passages, passages)
    cuts = [0, 1000, 1000, 90_000, passages] if several else [0, passages]
    pieces = [collection[a:b] for a, b in itertools.pairwise(cuts)]
    postings = made(tmp_path, *pieces)
    monkeypatch.setattr(kernel, "KERNEL", None)
    by_numpy = Postings(postings.parts)
    length = np.bincount(place, minlength=passages)
    norm = 1.5 * (0.25 + 0.75 * length / length.mean())
    random = np.random.default_rng(1)
    for turn in range(25):
        query: list[dict[str, float]] = [
            {f"w{at}": float(random.choice([1.0, 0.7])) for at in random.zipf(1.2, 3) % 4000}
            for _ in range(1 + turn % 6)
        ]
        wanted = np.zeros(passages)
        for forms in query:
            best = np.zeros(passages)
            for term, weight in forms.items():
                tf = np.bincount(place[drawn == int(term[1:])], minlength=passages)
                held = int((tf > 0).sum())
                idf = math.log1p((passages - held + 0.5) / (held + 0.5))
                best = np.maximum(best, weight * idf * tf * 2.5 / (tf + norm))
            wanted += best
        k = int(random.choice([1, 10, 200]))
        found = postings.search(query, k)
        same = by_numpy.search(query, k)
        assert found.numbers.tolist() == same.numbers.tolist()
        assert found.scores.tolist() == same.scores.tolist()
        assert found.scores == pytest.approx(wanted[found.numbers], rel=0, abs=1e-6)
        most = np.sort(wanted)[::-1][:k]
        assert found.scores == pytest.approx(most[most > 0], rel=0, abs=1e-6)
        some = random.integers(0, passages, 50)
        assert postings.score(query, some) == pytest.approx(wanted[some], rel=0, abs=1e-6)
        assert postings.score(query, some).tolist() == by_numpy.score(query, some).tolist()


def test_every_term_is_found(way: str, tmp_path: Path) -> None:
    """More terms than there are between two samples of the dictionary, many beginning alike."""
    words = [f"{'prefix00' * (at % 3)}{at}" for at in range(1000)] + list(TERMS)
    postings = made(tmp_path, [[word] for word in words])
    for number, word in enumerate(words):
        assert postings.search([{word: 1.0}]).numbers.tolist() == [number]
