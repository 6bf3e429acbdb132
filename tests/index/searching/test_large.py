"""Collections too large to score every passage of: against scoring every passage."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.index.collected import collected
from tests.index.conftest import Counting, Hashing, HashingBoth
from tests.index.reference import Bm25
from wuzhen.index.building import embedding
from wuzhen.index.building.build import build
from wuzhen.index.searching import collection as search
from wuzhen.index.searching.collection import (
    BLOCK_WEIGHT,
    PASSAGE_WEIGHT,
    Collection,
    open_collection,
)
from wuzhen.index.sources.page import read_page
from wuzhen.index.storage import cache
from wuzhen.index.storage.contents import MATCHES, VECTORS, WORD_VECTORS
from wuzhen.index.storage.generation import read_manifest
from wuzhen.index.vectors import embeddings
from wuzhen.index.vectors.embeddings import Found, in_context
from wuzhen.index.vectors.encoders import Vectors

WORDS = ("春山", "夏水", "秋風", "冬雪", "花鳥", "魚蟲", "梅蘭", "竹菊", "橋", "燈")
texts = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(
        lambda some: "，".join(some) + "。"
    ),
    min_size=1,
    max_size=30,
)
questions = st.lists(st.sampled_from([*WORDS, "nowhere"]), max_size=4).map(" ".join)


def reckoned(collection: Collection, question: str) -> list[float]:
    """What each passage scores by words, reckoned by rank-bm25 from all passages and blocks."""
    concepts = [one for one in collection.read(question) if one.content]
    queries = [
        {
            term: weight * one.weight * (0.5 if term[0] == "~" else 1.0)
            for term, weight in one.alternatives.items()
            if term in collection.vocabulary
        }
        for one in concepts
    ]
    ideal = sum(
        collection.concept_weight(one) * one.weight * (0.5 if one.term[0] == "~" else 1.0)
        for one in concepts
    )
    passages = Bm25(list(collection.records.every_passage())).best_of(queries)
    blocks = Bm25(list(collection.records.every_block())).best_of(queries)
    return [
        float(PASSAGE_WEIGHT * passages[p.number] + BLOCK_WEIGHT * blocks[p.block]) / (ideal or 1.0)
        for p in collection.passages
    ]


@settings(max_examples=40)
@given(st.lists(texts, min_size=1, max_size=4), questions)
def test_the_best_by_words_are_those_of_scoring_every_passage(
    monkeypatch: pytest.MonkeyPatch, documents: list[list[str]], question: str
) -> None:
    collection = collected(
        [
            read_page(f"{n}.txt", "\n".join(some), frozenset(), "題")
            for n, some in enumerate(documents)
        ]
    )
    every = reckoned(collection, question)
    with monkeypatch.context() as patch:
        whole = collection.search(question)
        patch.setattr(search, "WHOLE", 0)
        patch.setattr(search, "BEST", 10)
        hits = collection.search(question)
    best = sorted(every, reverse=True)[:10]
    assert [hit.score for hit in hits] == pytest.approx([one for one in best if one > 0], abs=1e-4)
    for hit in hits:
        assert hit.score == pytest.approx(every[hit.passage.number], abs=1e-4)
    assert hits == [hit for hit in whole if hit.score > 0]


@pytest.mark.parametrize("least", [10, 64])
def test_a_thousand_passages(monkeypatch: pytest.MonkeyPatch, least: int) -> None:
    chance = np.random.default_rng(7)
    lines = ["，".join(chance.choice(WORDS, chance.integers(1, 9))) + "。" for _ in range(1500)]
    documents = [
        read_page(f"{n}.txt", "\n".join(lines[n : n + 50]), frozenset(), WORDS[n // 50 % 10])
        for n in range(0, 1500, 50)
    ]
    collection = collected(documents)
    asked = [" ".join(chance.choice(WORDS, 3)) for _ in range(12)]
    whole = [collection.search(question) for question in asked]
    monkeypatch.setattr(search, "WHOLE", 100)
    monkeypatch.setattr(search, "BEST", least)
    assert [collection.search(question) for question in asked] == whole
    scores = collection.score("", [], also=[700, 3])
    assert scores.numbers.tolist() == [3, 700]


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index whose passages have no vectors in it."""
    monkeypatch.setattr(search, "WHOLE", 3)
    monkeypatch.setattr(embedding, "WHOLE", 3)
    monkeypatch.setattr(embeddings, "_TIMEOUT_S", 0.05)
    (tmp_path / "knowledge").mkdir()
    lines = [f"{word}在{other}。" for word in WORDS[:4] for other in WORDS]
    (tmp_path / "knowledge" / "a.txt").write_text("\n".join(lines), "utf-8")
    encoder = Counting()
    build(tmp_path / "knowledge", tmp_path / "index", encoder)
    assert not any("在" in text and "。" in text for text in encoder.given)
    files = read_manifest(tmp_path / "index").files
    assert VECTORS not in files
    assert WORD_VECTORS not in files
    return tmp_path / "index"


def vectors_file(index: Path) -> Path:
    (found,) = (
        path
        for path in (index / cache.FOLDER).glob("vectors-*")
        if path.name[-4:-1] != "-sh" and not path.name.endswith("-wal")
    )
    return found


def test_vectors_are_made_of_what_is_found_and_kept(large: Path) -> None:
    encoder = Counting()
    opened = open_collection(large, encoder)
    scores = opened.score("春山在燈", opened.read("春山在燈"))
    texts = {in_context(opened.passages[number]) for number in scores.numbers.tolist()}
    assert 0 < len(texts) < len(opened.passages)
    assert set(encoder.given) == {*texts, "春山在燈"}
    cosines = encoder.encode([in_context(opened.passages[n]) for n in scores.numbers.tolist()])
    expected = cosines @ encoder.encode(["春山在燈"])[0]
    assert scores.meaning == pytest.approx(expected, abs=1e-3)
    again = Counting()
    reopened = open_collection(large, again)
    repeated = reopened.score("春山在燈", reopened.read("春山在燈"))
    assert again.given == ["春山在燈"]
    assert np.array_equal(repeated.total, scores.total)


def test_so_are_those_of_words(large: Path) -> None:
    encoder = Counting()
    opened = open_collection(large, encoder)
    likeness = opened.word_likeness(["春山", "桥"], ["桥", "~春山", "灯"])
    assert set(encoder.given) == {"春山", "桥", "灯"}
    expected = encoder.encode(["春山", "桥"]) @ encoder.encode(["桥", "灯"]).T
    assert likeness is not None
    assert likeness[:, [0, 2]] == pytest.approx(expected, abs=1e-3)
    assert likeness[:, 1].tolist() == [-1, -1]
    assert opened.word_likeness(["桥"]) is None
    again = Counting()
    open_collection(large, again).word_likeness(["桥"], ["灯"])
    assert again.given == ["桥"]


def test_they_are_kept_across_edits_and_full_builds(large: Path) -> None:
    opened = open_collection(large, Hashing())
    before = opened.search("春山在燈")
    knowledge = Path(opened.knowledge)
    (knowledge / "b.txt").write_text("別的話。", "utf-8")
    for full in (False, True):
        encoder = Counting()
        build(knowledge, large, encoder, full=full)
        encoder.given.clear()
        found = open_collection(large, encoder).search("春山在燈")
        assert not any("在" in one and "。" in one for one in encoder.given)
        assert found[0].passage.text == before[0].passage.text


def test_two_models_have_no_matches_of_a_large_collection(large: Path) -> None:
    knowledge = Path(open_collection(large, None).knowledge)
    build(knowledge, large, HashingBoth())
    assert MATCHES not in read_manifest(large).files
    opened = open_collection(large, HashingBoth())
    assert opened.matches is None
    assert opened.search("春山在燈")[0].score > 0


def test_below_the_bound_they_lie_in_the_index_again(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = Path(open_collection(large, None).knowledge)
    (knowledge / "a.txt").write_text("春山在燈。\n夏水在燈。", "utf-8")
    build(knowledge, large, Hashing())
    assert VECTORS in read_manifest(large).files
    opened = open_collection(large, Hashing())
    assert isinstance(opened.vectors, np.ndarray)
    assert opened.vectors.shape == (2, 32)


def test_they_are_gathered_anew_when_they_are_many(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held() -> set[bytes]:
        with closing(sqlite3.connect(vectors_file(large))) as database:
            return {of for (of,) in database.execute("SELECT of FROM vector")}

    open_collection(large, Hashing()).search("春山在燈")
    before = held()
    monkeypatch.setattr(embeddings, "LARGEST", 0)
    likeness = open_collection(large, Hashing()).word_likeness(["灯"], ["桥"])
    assert likeness is not None
    assert len(held()) == 1
    assert held().isdisjoint(before)


def damaged(file: Path) -> None:
    file.write_bytes(b"no database" * 100)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def other_tables(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE vector")
        database.execute("CREATE TABLE vector (x)")
    database.close()


@pytest.mark.parametrize("harm", [damaged, a_folder, emptied, other_tables])
def test_a_file_of_vectors_that_is_of_no_use(large: Path, harm: Callable[[Path], None]) -> None:
    expected = open_collection(large, Hashing()).search("春山在燈")
    harm(vectors_file(large))
    for _ in range(2):
        assert open_collection(large, Hashing()).search("春山在燈") == expected


def test_a_file_of_vectors_that_another_holds(large: Path) -> None:
    expected = open_collection(large, Hashing()).search("春山在燈")
    other = sqlite3.connect(vectors_file(large))
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    try:
        encoder = Counting()
        opened = open_collection(large, encoder)
        assert opened.search("春山在燈") == expected
        given = len(encoder.given)
        assert opened.search("春山在燈") == expected
        assert len(encoder.given) == given  # held by the process
    finally:
        other.close()


@pytest.mark.parametrize("value", [b"", b"abc", b"abcd", None, "text", 7])
def test_vectors_that_are_none(large: Path, value: object) -> None:
    expected = open_collection(large, Hashing()).search("春山在燈")
    with sqlite3.connect(vectors_file(large)) as database:
        database.execute("UPDATE vector SET value = ?", (value,))
    database.close()
    assert open_collection(large, Hashing()).search("春山在燈") == expected


@given(st.lists(st.text(max_size=4), min_size=1, max_size=8))
def test_vectors_of_any_texts(tmp_path: Path, some: list[str]) -> None:
    class Any(Hashing):
        def encode(self, texts: Sequence[str]) -> Vectors:
            return super().encode([ascii(text) for text in texts])

    encoder = Any()
    for found in (
        Found(tmp_path / "vectors", encoder),
        Found(tmp_path / "vectors", encoder),
    ):
        for _ in range(2):
            expected = encoder.encode(some).astype(np.float16).astype(np.float32)
            assert np.array_equal(found.of(some, 32), expected)
