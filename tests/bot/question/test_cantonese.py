"""Written Cantonese, put into Mandarin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.question.cantonese import in_mandarin
from wuzhen.bot.question.words import CANTONESE_IN_MANDARIN, lines
from wuzhen.index.text.fold import fold


@pytest.mark.parametrize(
    ("cantonese", "mandarin"),
    [
        ("大会喺边度开", "大会在哪里开"),
        ("边个致辞", "谁致辞"),
        ("边个厅", "哪个厅"),
        ("几多钱", "多少钱"),
        ("点解要种树", "为什么要种树"),
        ("佢哋识咩外语", "他们识什么外语"),
        ("仲有咩嘢", "还有什么"),
        ("仲裁员系边个", "仲裁员是谁"),
        ("关系系咩", "关系是什么"),
        ("志愿者有多少人", "志愿者有多少人"),
        ("when?", "when?"),
        ("", ""),
    ],
)
def test_words(cantonese: str, mandarin: str) -> None:
    assert in_mandarin(cantonese) == mandarin


def test_every_word_of_the_list_and_the_longest_of_those_that_begin_alike() -> None:
    pairs = (line.partition(" = ") for line in lines(CANTONESE_IN_MANDARIN))
    for cantonese, _, mandarin in pairs:
        if len(fold(cantonese)) > 1:
            assert in_mandarin(fold(f"春{cantonese}夏")) == fold(f"春{mandarin}夏")


@given(st.text(st.sampled_from("春夏abc 123?。志愿者")))
def test_the_rest_stays_as_it_was(text: str) -> None:
    assert in_mandarin(text) == text
