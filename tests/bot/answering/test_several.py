"""Several questions in one message: each is answered, and those that are not are named."""

import pytest

from wuzhen.bot.answering.librarian import Librarian


def test_each_is_answered_in_order(wordwise: Librarian) -> None:
    single = [wordwise.answer(text).quotes for text in ("志願者有多少人", "標誌的主色調是什麼")]
    assert all(single)
    for joint in ("？", "\n", "，另外", "以及"):
        answer = wordwise.answer(f"志願者有多少人{joint}標誌的主色調是什麼？")
        assert answer.notice is None
        assert [q.text for q in answer.quotes] == [q.text for quotes in single for q in quotes]


@pytest.mark.parametrize(
    "text", ["志願者有多少人？停車費多少錢？", "停車費多少錢？志願者有多少人？"]
)
def test_the_one_that_is_refused_is_named(wordwise: Librarian, text: str) -> None:
    answer = wordwise.answer(text)
    assert answer.answered
    assert answer.notice is not None
    assert "停車費多少錢" in answer.notice
    assert "志願者" not in answer.notice


def test_when_none_is_answered_it_is_a_refusal(wordwise: Librarian) -> None:
    assert not wordwise.answer("停車費多少錢？午餐吃什麼？").answered
