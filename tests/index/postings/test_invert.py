"""Texts to a segment, by the kernel and by NumPy, in one run and in many."""

import errno
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.postings.conftest import texts
from wuzhen.index.postings import invert, kernel
from wuzhen.index.postings.invert import build
from wuzhen.index.postings.segment import Segment, open_segment
from wuzhen.index.storage.arrays import ArraysWriter

strange = st.lists(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=12)))


def rows(segment: Segment) -> dict[bytes, dict[int, int]]:
    """Return each term's passages and frequencies."""
    return {
        term: dict(zip(*(part.tolist() for part in segment.rows(at, at + 1)), strict=True))
        for at, term in enumerate(segment.dictionary())
    }


@given(texts | strange, st.integers(1, 60))
def test_what_was_inverted_is_read(
    way: str, tmp_path: Path, collection: list[list[str]], run_tokens: int
) -> None:
    build(iter(collection), tmp_path / "made", run_tokens)
    segment = open_segment(tmp_path / "made")
    wanted: dict[bytes, dict[int, int]] = {}
    for number, text in enumerate(collection):
        for term, times in Counter(text).items():
            wanted.setdefault(term.encode("utf-8", "surrogatepass"), {})[number] = times
    assert rows(segment) == wanted
    assert list(rows(segment)) == sorted(wanted)
    assert segment.lengths.tolist() == [len(text) for text in collection]
    assert segment.tokens == sum(map(len, collection))
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


@given(texts | strange)
def test_both_ways_write_the_same_bytes(tmp_path: Path, collection: list[list[str]]) -> None:
    build(collection, tmp_path / "one")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "KERNEL", None)
        build(collection, tmp_path / "other", 7)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@given(texts | strange, st.integers(1, 9))
def test_in_pieces_it_is_the_same(
    way: str, tmp_path: Path, collection: list[list[str]], postings: int
) -> None:
    build(collection, tmp_path / "one")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(invert, "_BATCH", postings)
        build(collection, tmp_path / "other")
    assert rows(open_segment(tmp_path / "one")) == rows(open_segment(tmp_path / "other"))


@pytest.mark.parametrize("times", [1, 254, 255, 256, 70_000])
def test_a_term_that_fills_a_text(way: str, tmp_path: Path, times: int) -> None:
    build([["b"], ["a"] * times, ["a", "b"] * times], tmp_path / "made")
    segment = open_segment(tmp_path / "made")
    assert rows(segment) == {b"a": {1: times, 2: times}, b"b": {0: 1, 2: times}}
    assert segment.lengths.tolist() == [1, times, 2 * times]
    held, tf = segment.find(0, np.array([0, 2]))
    assert (held.tolist(), tf.tolist()) == ([1], [times])


@pytest.mark.parametrize("text", [["a\0b"], ["\0"], ["a", "\0", "b"]])
def test_a_term_with_a_nil_byte(way: str, tmp_path: Path, text: list[str]) -> None:
    with pytest.raises(ValueError, match="nil byte"):
        build([["a"], text, ["b"]], tmp_path / "made")
    assert not list(tmp_path.iterdir())


def test_texts_that_fail_leave_nothing(way: str, tmp_path: Path) -> None:
    def broken() -> object:
        yield ["a"] * 10
        yield ["b"] * 10
        raise KeyError("no more")

    with pytest.raises(KeyError):
        build(broken(), tmp_path / "made", 5)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("taken", range(14))
def test_a_disk_that_fills_up(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    left = iter([True] * taken)
    append = ArraysWriter.append

    def full(self: ArraysWriter, name: str, values: object) -> None:
        if not next(left, False):
            raise OSError(errno.ENOSPC, "full")
        append(self, name, values)

    monkeypatch.setattr(ArraysWriter, "append", full)
    with pytest.raises(OSError, match="full"):
        build([["a", "b"], ["b"]] * 4, tmp_path / "made", 5)
    assert not list(tmp_path.iterdir())


def test_many_terms(way: str, tmp_path: Path) -> None:
    """More than the table of terms has room for at first."""
    words = [f"{at * 7919 % 100_003}w" for at in range(100_003)]
    build([words[at : at + 50] for at in range(0, len(words), 50)], tmp_path / "made", 30_000)
    segment = open_segment(tmp_path / "made")
    assert segment.dictionary() == sorted(word.encode() for word in words)
    assert segment.frequencies().tolist() == [1] * len(words)
    assert segment.place(b"77w") >= 0
    assert segment.place(b"w") == -1
