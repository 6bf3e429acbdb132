"""Words, by each of the ways in which they may be cut, against jieba's own."""

import json
from pathlib import Path

import jieba
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.index.conftest import ROOT
from tests.index.writing import HAN
from wuzhen.index.document import Passage
from wuzhen.index.text import segment
from wuzhen.index.text.fold import fold

KNOWN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5)
STRANGE = st.sampled_from("〇\u9fd6\u9fff\u3400\u4dbf\uf900𠮷\U0002a6df")
with jieba.get_dict_file() as file:
    DICTIONARY = [line.split()[0] for line in file.read().decode().splitlines()]
WORDS = st.sampled_from([word for word in DICTIONARY if all("一" <= c <= "\u9fd5" for c in word)])
RUNS = st.lists(st.one_of(WORDS, KNOWN, st.sampled_from(HAN)), max_size=12).map("".join)
ANY_RUNS = st.lists(st.one_of(WORDS, KNOWN, STRANGE), max_size=12).map("".join)


@pytest.fixture(scope="module", params=["rjieba", "jieba", "kept"])
def segmenter(request: pytest.FixtureRequest, kept: Path) -> segment.Segmenter:
    if request.param == "rjieba":
        return pytest.importorskip("rjieba")._DEFAULT_JIEBA  # type: ignore[no-any-return]
    return segment.Jieba(next(kept.iterdir()) if request.param == "kept" else None)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    segment.keep_dictionary(folder)
    return folder


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "_loaded", [])


@given(RUNS)
def test_each_cuts_as_jieba_does(segmenter: segment.Segmenter, run: str) -> None:
    assert segmenter.cut(run) == jieba.lcut(run)
    assert segmenter.cut_for_search(run) == jieba.lcut_for_search(run)


@given(st.one_of(WORDS, RUNS.filter(bool)))
def test_each_knows_the_words_of_the_dictionary(segmenter: segment.Segmenter, run: str) -> None:
    jieba.initialize()
    assert segmenter.has_word(run) == bool(jieba.dt.FREQ.get(run))


def test_each_cuts_the_documents_as_jieba_does(segmenter: segment.Segmenter) -> None:
    for file in sorted(ROOT.glob("tests/collections/*/questions.jsonl")):
        for line in file.read_text("utf-8").splitlines()[:40]:
            for run in segment._PIECES.findall(fold(json.loads(line)["question"])):
                if "\u4e00" <= run[0] <= "\u9fd5":
                    assert segmenter.cut_for_search(run) == jieba.lcut_for_search(run)


def test_the_article_is_cut_as_jieba_does(
    segmenter: segment.Segmenter, article_passages: list[Passage]
) -> None:
    for passage in article_passages:
        run = "".join(c for c in fold(passage.text) if "\u4e00" <= c <= "\u9fd5")
        assert segmenter.cut_for_search(run) == jieba.lcut_for_search(run)
        assert segmenter.cut(run) == jieba.lcut(run)


@given(ANY_RUNS)
@example("一〇一")
def test_characters_that_jieba_does_not_know(run: str) -> None:
    assert segment.words(run) == jieba.lcut(run)
    assert segment.search_words(run) == jieba.lcut_for_search(run)


@given(ANY_RUNS)
def test_places_are_those_of_the_words(run: str) -> None:
    found = list(segment.search_words_with_places(run))
    assert found == list(jieba.tokenize(run, mode="search"))
    assert [word for word, _, _ in found] == segment.search_words(run)


@pytest.mark.usefixtures("unloaded")
def test_what_is_kept_is_opened_unless_something_is_loaded(kept: Path) -> None:
    segment.open_dictionary(kept)
    opened = segment.segmenter()
    assert isinstance(opened, segment.Jieba)
    segment.open_dictionary(kept)
    assert segment.segmenter() is opened


@pytest.mark.usefixtures("unloaded")
def test_without_rjieba_jieba_cuts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    segment.open_dictionary(tmp_path)
    assert isinstance(segment.segmenter(), segment.Jieba)
    assert segment.words("互联网大会") == jieba.lcut("互联网大会")
