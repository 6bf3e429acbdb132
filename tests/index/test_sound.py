"""Words of the same sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sound import sound
from tests.index.writing import HAN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("乌镇", "污镇"),
        ("公式", "公事"),
        ("志愿", "自愿"),
        ("金", "京"),
        ("身", "生"),
        ("三", "桑"),
    ],
)
def test_words_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("乌镇", "北京"), ("志愿", "愿志"), ("路", "绿")])
def test_words_that_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@given(st.text(HAN, min_size=1, max_size=8))
def test_each_character_is_a_syllable(han: str) -> None:
    syllables = sound(han).split()
    assert len(syllables) == len(han)
    assert all(one.isascii() and one.isalpha() for one in syllables)
