"""Questions that ask two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.question.canonical import canonical
from wuzhen.bot.question.compound import own_words, parts, questions
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


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("開幕式幾點？閉幕式幾點？晚宴在哪裡？", ["开幕式几点", "闭幕式几点", "晚宴在哪里"]),
        ("志願者有多少人\n吉祥物叫什麼", ["志愿者有多少人", "吉祥物叫什么"]),
        ("志願者有多少人和開幕式在哪裡舉行", ["志愿者有多少人", "开幕式在哪里举行"]),
        ("志願者有多少人，另外停車費多少錢", ["志愿者有多少人", "停车费多少钱"]),
        ("How much is it and when does it open?", ["how much is it", "when does it open"]),
        ("志願者和警察有多少人", []),
        ("誰主持和致辭", []),
        ("是2日還是3日", []),
        ("到底是2日？還是哪天？", []),
        ("開幕式在哪", []),
    ],
)
def test_several_questions_of_one_message(text: str, asked: list[str]) -> None:
    assert questions(understand(canonical(text))) == asked


@pytest.mark.parametrize(
    ("asked", "part", "typed"),
    [
        ("開幕式幾點？停車費多少錢？", "停车费多少钱", "停車費多少錢"),
        ("開幕式幾點，另外停車費多少錢？", "停车费多少钱", "停車費多少錢"),
        ("Where is it and HOW much?", "how much", "HOW much"),
        ("開幕式幾點", "闭幕式几点", "闭幕式几点"),
    ],
)
def test_a_question_in_the_words_that_were_typed(asked: str, part: str, typed: str) -> None:
    assert own_words(asked, part) == typed


@given(st.text(st.sampled_from("春山什麼哪誰幾和跟？?，,。還有長先 and when how vs"), max_size=80))
def test_there_is_always_a_part_and_none_is_the_same_as_another(text: str) -> None:
    question = understand(text)
    found = parts(question)
    assert found
    if len(found) == 1:
        assert found == [question.core]
    for part in found:
        assert len(part) <= len(question.core)
