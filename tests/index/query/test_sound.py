"""Words of the same sound."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from tests.index.writing import HAN
from wuzhen.index.query.sound import keep_sounds, open_sounds, sound


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


@pytest.fixture(scope="module")
def kept_sound(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    folder = tmp_path_factory.mktemp("kept")
    keep_sounds(folder)
    kept = open_sounds(folder)
    assert kept is not sound
    return kept


SINGLES = st.sampled_from([chr(code) for code in PINYIN_DICT])
PHRASES = st.sampled_from(list(PHRASES_DICT))
BEGINNINGS = st.builds(lambda phrase, length: phrase[:length], PHRASES, st.integers(1, 4))


@given(st.lists(st.one_of(SINGLES, PHRASES, BEGINNINGS), min_size=1, max_size=5).map("".join))
def test_what_is_kept_says_the_same(kept_sound: Callable[[str], str], han: str) -> None:
    assert kept_sound(han) == sound(han)


@given(st.text(min_size=1, max_size=6))
def test_so_it_does_of_anything_else(kept_sound: Callable[[str], str], text: str) -> None:
    assert kept_sound(text) == sound(text)


def test_nothing_kept(tmp_path: Path) -> None:
    assert open_sounds(tmp_path) is sound
