"""Questions that ask two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.question.compound import parts
from wuzhen.bot.question.question import understand
from wuzhen.index.text.fold import fold


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("開幕式什麼時候？主題是什麼？", ["開幕式什麼時候", "主題是什麼"]),
        ("志願者有多少人，還有會哪些外語？", ["志願者有多少人", "會哪些外語"]),
        ("When does it open and how much is it?", ["when does it open", "how much is it"]),
        ("志願者有多少人", ["志願者有多少人"]),
        ("下午有什麼論壇", ["下午有什麼論壇"]),
    ],
)
def test_stretches_that_each_ask(text: str, asked: list[str]) -> None:
    found = parts(understand(text))
    assert len(found) == len(asked)
    for one, part in zip(asked, found, strict=True):
        assert fold(one) in part


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("開幕式和閉幕式哪個長", "開幕式", "閉幕式"),
        ("博覽會跟晚宴哪個先", "博覽會", "晚宴"),
    ],
)
def test_a_comparison_asks_the_same_of_both(text: str, one: str, other: str) -> None:
    first, second = parts(understand(text))
    assert fold(one) in first
    assert fold(other) not in first
    assert fold(other) in second
    assert fold(one) not in second


@given(st.text(st.sampled_from("春山什麼哪誰幾和跟？?，,。還有長先 and when how vs"), max_size=80))
def test_there_is_always_a_part_and_none_is_the_same_as_another(text: str) -> None:
    question = understand(text)
    found = parts(question)
    assert found
    if len(found) == 1:
        assert found == [question.core]
    for part in found:
        assert len(part) <= len(question.core)
