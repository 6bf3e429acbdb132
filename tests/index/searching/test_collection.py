"""Searching an index that was opened."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.index.collected import collected as of_documents
from tests.index.conftest import Hashing, HashingBoth
from tests.index.writing import HAN, sentence
from wuzhen.index.building.build import build
from wuzhen.index.document import Document, Passage
from wuzhen.index.errors import IndexCorrupt, IndexMissing, IndexVersion
from wuzhen.index.searching.collection import Collection, open_collection
from wuzhen.index.sources.page import read_page
from wuzhen.index.storage import cache
from wuzhen.index.storage import generation as store
from wuzhen.index.storage.arrays import pack
from wuzhen.index.storage.contents import FACTS, PLACES, VECTORS, WORD_VECTORS, facts_of

QUESTIONS = ["有多少志願者？", "大會的主題是什麼", "When is the closing ceremony?", "烏鎮", ""]


def collected(texts: list[str]) -> Collection:
    """Index texts, a document each."""
    return of_documents(
        [read_page(f"{n}.txt", text, frozenset(), "題") for n, text in enumerate(texts)]
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("有多少志願者被錄用？", "1240名志願者"),
        ("有几多義工？", "1240名志願者"),
        ("烏鎮出口總帶寬是多少", "334G"),
        ("乌镇出口总带宽是多少", "334G"),
        ("大會閉幕式幾點開始", "大會閉幕式"),
        ("street lamp", "智慧路燈"),
        ("《烏鎮展望》是什麼", "《烏鎮展望》"),
        ("自动停車庫", "自動停車庫"),
    ],
)
def test_questions_find_their_passages(collection: Collection, question: str, said: str) -> None:
    assert any(said in hit.passage.text for hit in collection.search(question, limit=5))


def test_the_index_holds_the_article(
    collection: Collection, article: Document, article_passages: list[Passage]
) -> None:
    assert list(collection.passages) == article_passages
    assert collection.documents[article.id].text == article.text
    for passage in collection.passages:
        text = collection.text_of(passage)
        assert passage.text == " ".join(text[start:end] for start, end in passage.spans)
        assert passage.number in collection.blocks[passage.block]
    assert sorted(n for block in collection.blocks for n in block) == list(
        range(len(collection.passages))
    )


@settings(max_examples=30)
@given(
    st.lists(st.one_of(sentence(), st.just("春山夏水。")), max_size=6),
    st.text(HAN, max_size=8),
    st.integers(0, 8),
)
def test_the_best_come_first_and_ties_in_order_of_place(
    texts: list[str], question: str, limit: int
) -> None:
    collection = collected(texts)
    scores = collection.score(question, collection.read(question))
    assert scores.total.shape == (len(collection.passages),)
    assert np.isfinite(scores.total).all()
    hits = collection.search(question, limit)
    assert len(hits) == min(limit, len(collection.passages))
    ranked = sorted(collection.passages, key=lambda p: (-scores.total[p.number], p.number))
    assert [hit.passage for hit in hits] == ranked[: len(hits)]
    assert [hit.score for hit in hits] == [scores.total[hit.passage.number] for hit in hits]


@pytest.mark.parametrize("texts", [[], ["春山。"], ["春山。", "夏水。"], ["春山。"] * 5])
def test_small_collections(texts: list[str]) -> None:
    hits = collected(texts).search("春山")
    assert [hit.passage.number for hit in hits] == list(range(len(texts)))
    if texts:
        assert hits[0].score > 0


@settings(max_examples=30)
@given(
    st.text(st.one_of(st.characters(), st.sampled_from(HAN + "…志願者12月3日 what")), max_size=40)
)
def test_no_question_is_too_strange(collection: Collection, question: str) -> None:
    assert len(collection.search(question)) == 10


def test_many_ties_stay_in_order_of_place() -> None:
    texts = ["春山。", "夏水。", "秋水。"] * 100
    hits = collected(texts).search("春山", limit=300)
    found = [hit.passage.number for hit in hits]
    assert found == [*range(0, 300, 3), *(n for n in range(300) if n % 3)]


def test_a_document_without_passages_is_nothing_to_find() -> None:
    collection = collected(["", "春山。"])
    assert [hit.passage.text for hit in collection.search("春山")] == ["春山。"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    knowledge = tmp_path_factory.mktemp("whole")
    (knowledge / "a.txt").write_text("乌镇有一座桥。[1]\n桥上有灯。[2]\n灯下有人。\n", "utf-8")
    index = tmp_path_factory.mktemp("index")
    build(knowledge, index, Hashing())
    for place in (index / cache.FOLDER).iterdir():  # what is damaged here is nobody else's
        source = place.resolve()
        place.unlink()
        shutil.copytree(source, place)
    return index


@pytest.fixture(scope="module")
def expected(whole: Path) -> list[tuple[str, float]]:
    return results(whole)


def results(index: Path) -> list[tuple[str, float]]:
    opened = open_collection(index, Hashing())
    hits = [hit for question in ("橋上的燈", "有人") for hit in opened.search(question)]
    return [(hit.passage.text, hit.score) for hit in hits]


@settings(max_examples=80)
@given(st.data())
def test_damage_is_told_and_never_answers(
    whole: Path, expected: list[tuple[str, float]], data: st.DataObject
) -> None:
    places = sorted(path for path in whole.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from([path for path in places if path.stat().st_size]))
    whole_bytes = path.read_bytes()
    damaged = bytearray(whole_bytes)
    for at in data.draw(st.lists(st.integers(0, len(whole_bytes) - 1), min_size=1, max_size=3)):
        damaged[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(damaged)
    try:
        answered = results(whole)
    except (IndexCorrupt, IndexVersion):
        answered = expected
    finally:
        path.write_bytes(whole_bytes)
    assert answered == expected


@pytest.mark.parametrize("name", [FACTS, PLACES, "sounds", VECTORS, WORD_VECTORS])
@pytest.mark.parametrize("content", [b"x", b"[]", b"{}", b'{"parts": 1}', b"\xff", pack({}, {})])
def test_files_that_are_whole_but_hold_something_else(
    whole: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    index = tmp_path / "index"
    shutil.copytree(whole, index, symlinks=True)
    facts, manifest = store.reading(index, lambda one: (facts_of(one), one.manifest))
    name = facts["sounds"][0] if name == "sounds" else name

    def changed(generation: store.Generation) -> dict[str, bytes]:
        return {**{one: generation.read(one) for one in manifest.files}, name: content}

    with store.locked(index):
        files = store.reading(index, changed)
        store.write(index, files, manifest.digest, manifest.model, manifest.postings)
    with pytest.raises(IndexCorrupt):
        open_collection(index, Hashing())


def test_an_index_without_its_files(tmp_path: Path) -> None:
    with store.locked(tmp_path):
        store.write(tmp_path, {}, "", "")
    with pytest.raises(IndexCorrupt):
        open_collection(tmp_path, None)


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        open_collection(tmp_path, None)


def test_vectors_are_used_with_the_encoder_that_made_them(whole: Path) -> None:
    class Other(Hashing):
        name = "other"

    own = open_collection(whole, Hashing())
    for passage in own.passages:
        scores = own.score(passage.text, own.read(passage.text))
        assert scores.meaning.argmax() == passage.number
        assert scores.meaning[passage.number] == pytest.approx(1, abs=0.01)
    for encoder in (Other(), None):
        other = open_collection(whole, encoder)
        assert other.vectors is None
        assert not other.score("橋上", other.read("橋上")).meaning.any()
        assert other.word_likeness(["桥"]) is None


def test_the_collection_s_words_have_vectors(whole: Path) -> None:
    own = open_collection(whole, Hashing())
    likeness = own.word_likeness(["灯"], ["桥", "灯", "nowhere", "~上的"])
    assert likeness is not None
    assert likeness.argmax() == 1
    assert likeness[0, 1] == pytest.approx(1, abs=1e-3)
    assert likeness[0, 2:].tolist() == [-1, -1]
    every = own.word_likeness(["灯"])
    assert every is not None
    assert every.max() == pytest.approx(likeness.max())
    assert own.word_likeness([]) is None


@pytest.mark.parametrize("question", QUESTIONS)
def test_opening_again_changes_no_answer(
    article_index: Path, collection: Collection, question: str
) -> None:
    again = open_collection(article_index, None)
    assert again.search(question) == collection.search(question)


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    knowledge = tmp_path_factory.mktemp("matched")
    (knowledge / "a.txt").write_text("乌镇有一座桥。[1]\n桥上有灯。[2]\n灯下有人。\n", "utf-8")
    index = tmp_path_factory.mktemp("index")
    build(knowledge, index, HashingBoth())
    return open_collection(index, HashingBoth())


def test_a_second_model_s_vectors_are_kept_and_used(matched: Collection, whole: Path) -> None:
    for passage in matched.passages:
        scores = matched.score(passage.text, matched.read(passage.text))
        assert scores.match.argmax() == passage.number
    first_alone = open_collection(whole, Hashing())
    assert first_alone.matches is None
    assert not first_alone.score("橋上", first_alone.read("橋上")).match.any()
