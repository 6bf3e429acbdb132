"""Folding: what is compared, and the way back to what is quoted."""

import unicodedata

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import HAN
from wuzhen.index.document import Document
from wuzhen.index.text.fold import fold, fold_all, fold_with_offsets

anything = st.text(st.characters(), max_size=40)
"""Any code points at all, unpaired surrogates among them."""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("烏鎮互聯網", "乌镇互联网"),
        ("WIFI", "ｗｉｆｉ"),
        ("２０１７", "2017"),
        ("Straße", "STRASSE"),
        ("㎡", "m2"),
        ("嗰", "嗰"),
    ],
)
def test_ways_of_writing_the_same_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(anything)
def test_every_folded_character_leads_back_in_order(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert fold(text) == folded
    if offsets is None:
        assert len(folded) == len(text)
        return
    assert len(offsets) == len(folded)
    assert all(0 <= place < len(text) for place in offsets)
    assert offsets == sorted(offsets)


@given(st.text(st.characters(exclude_categories=["Lo", "Cs"]), max_size=40))
def test_outside_of_han_it_is_nfkc_and_casefold_character_by_character(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    singly = [
        c.lower() if c < "\x80" else unicodedata.normalize("NFKC", c).casefold() for c in text
    ]
    assert folded == opencc.OpenCC("t2s").convert("".join(singly))
    expected = [place for place, piece in enumerate(singly) for _ in piece]
    assert (offsets or list(range(len(text)))) == expected


@given(st.lists(st.sampled_from([*HAN, "ﬁ", "…", "㎡", "½", "Ａ", "x", "№"]), max_size=30))
def test_characters_that_fold_to_several_shift_none_behind_them(pieces: list[str]) -> None:
    text = "".join(pieces)
    folded, offsets = fold_with_offsets(text)
    for place, character in enumerate(text):
        held = "".join(
            f for f, at in zip(folded, offsets or range(len(text)), strict=True) if at == place
        )
        assert held == fold(character)


@given(st.text(HAN + "abcXYZ１２ ，。", max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_nul_keeps_its_place() -> None:
    assert fold_with_offsets("國\x00網") == ("国\x00网", None)


def test_the_article_folds_in_place(article: Document) -> None:
    folded, offsets = fold_with_offsets(article.text)
    simplified = opencc.OpenCC("t2s").convert(unicodedata.normalize("NFKC", article.text)).lower()
    assert folded == simplified
    assert offsets is None or [article.text[at] for at in offsets]


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=20), min_size=1))
def test_many_texts_fold_as_each_does(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]
