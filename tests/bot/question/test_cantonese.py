"""Written Cantonese, put into Mandarin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.conftest import ROOT
from wuzhen.bot.question.cantonese import in_mandarin


@pytest.mark.parametrize(
    ("cantonese", "mandarin"),
    [
        ("大會喺邊度開", "大會在哪里開"),
        ("邊個致辭", "谁致辭"),
        ("邊個廳", "哪个廳"),
        ("幾多錢", "多少钱"),
        ("几多钱", "多少钱"),
        ("點解要種樹", "为什么要種樹"),
        ("佢哋識咩外語", "他们識什么外語"),
        ("仲有咩嘢", "还有什么"),
        ("志願者有多少人", "志願者有多少人"),
        ("when?", "when?"),
        ("", ""),
    ],
)
def test_words(cantonese: str, mandarin: str) -> None:
    assert in_mandarin(cantonese) == mandarin


def test_every_word_of_the_list_and_the_longest_of_those_that_begin_alike() -> None:
    lines = (ROOT / "bot" / "question" / "cantonese.txt").read_text("utf-8").splitlines()
    pairs = (line.partition(" = ") for line in lines if not line.startswith("#"))
    words = {cantonese: mandarin for cantonese, _, mandarin in pairs}
    for cantonese, mandarin in words.items():
        assert in_mandarin(cantonese) == mandarin
        assert in_mandarin(f"春{cantonese}夏") == f"春{mandarin}夏"


@given(st.text(st.sampled_from("春夏abc 123?。志願者")))
def test_the_rest_stays_as_it_was(text: str) -> None:
    assert in_mandarin(text) == text
