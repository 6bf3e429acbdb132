"""What a passage holds of what a question seeks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.question.question import understand
from wuzhen.bot.ranking.answer_spans import sought, sought_in
from wuzhen.index.text.fold import fold


def held(question: str, text: str, cell: str = "") -> list[str]:
    folded = fold(text)
    asked = understand(question)
    return [folded[one.start : one.end] for own in sought_in(asked, folded, cell) for one in own]


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("有多少名志願者", "來自15所高校的1240名志願者", ["1240名"]),
        ("1240名志願者中女生有多少名", "來自15所高校的1240名志願者", []),
        ("那15所高校還有幾所", "來自15所高校的1240名志願者", []),
        ("誰是館長", "館長李明致辭", ["李明"]),
        ("李明是誰", "館長李明致辭", ["李明"]),
        ("李明跟誰握手", "館長李明致辭", []),
        ("是不是有1240名志願者，一共幾名", "1240名志願者", ["1240名"]),
    ],
)
def test_what_a_question_gives_itself_does_not_answer_it(
    question: str, text: str, found: list[str]
) -> None:
    assert held(question, text) == [fold(piece) for piece in found]


def test_a_row_s_place_is_no_person_and_its_topic_no_place() -> None:
    assert held("那場是誰主講", "圖書館報告廳", "place") == []
    assert held("那場在哪裡", "圖書館報告廳", "place")
    assert held("那場在哪裡", "圖書館之夜", "topic") == []
    assert held("那場幾點開始", "08:30-12:00", "time")
    assert held("那場在哪裡", "08:30-12:00", "time") == []


@given(st.lists(st.text(alphabet="館長李明致辭1240名志願者 年月日3第", max_size=12), max_size=4))
def test_places_in_cells_are_places_in_their_join(texts: list[str]) -> None:
    folded = [fold(text) for text in texts]
    joined = " ".join(folded)
    question = understand("誰在什麼時候見了幾名志願者")
    found = sought(question, [("", text) for text in folded])
    assert len(found) == len(question.kinds)
    pieces = [joined[one.start : one.end] for own in found for one in own]
    alone = [
        text[one.start : one.end]
        for at in range(len(question.kinds))
        for text in folded
        for one in sought_in(question, text)[at]
    ]
    assert pieces == alone
