"""Many texts, analysed by several processes as by one."""

from collections.abc import Iterator
from multiprocessing import active_children

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import analysis
from index.analyser import terms
from index.analysis import analysed
from index.document import Passage
from index.errors import RetrievalError

TEXTS = st.lists(st.text(max_size=30), max_size=30)


@given(TEXTS)
def test_few_texts(texts: list[str]) -> None:
    assert list(analysed(texts)) == [terms(text) for text in texts]


def test_many_texts(monkeypatch: pytest.MonkeyPatch, article_passages: list[Passage]) -> None:
    monkeypatch.setattr(analysis, "FEW", 2_000)
    monkeypatch.setattr(analysis, "_BATCH", 500)
    texts = ["", *(passage.text for passage in article_passages), " ", "…"]
    done: list[int] = []
    assert list(analysed(texts, processes=2, done=done.append)) == [terms(t) for t in texts]
    assert sum(done) == len(texts)
    assert len(done) > 4


def test_what_is_not_wanted_is_not_analysed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "FEW", 2_000)
    monkeypatch.setattr(analysis, "_BATCH", 500)
    read: list[int] = []

    def texts() -> Iterator[str]:
        for number in range(10_000):
            read.append(number)
            yield "烏鎮峰會的開幕式" * 10

    found = analysed(texts(), processes=2)
    assert next(found) == terms("烏鎮峰會的開幕式" * 10)
    found.close()
    assert len(read) < 1_000


def test_a_process_that_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "FEW", 2_000)
    monkeypatch.setattr(analysis, "_BATCH", 500)
    found = analysed(["烏鎮峰會的開幕式" * 10] * 10_000, processes=2)
    next(found)
    for process in active_children():
        process.kill()
    with pytest.raises(RetrievalError, match="was ended"):
        list(found)
