"""Kinds of things asked for, and where a text holds one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.question.answer_types import KINDS, alike, asked_kinds, counted
from wuzhen.index.text.fold import fold

HELD = {kind.name: kind.held for kind in KINDS}


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("門票多少錢", {"money"}),
        ("how much does it cost", {"money"}),
        ("利用率提高百分之多少", {"percent"}),
        ("標誌的主色調是什麼顏色", {"colour"}),
        ("電話是多少", {"contact"}),
        ("安檢要多久", {"duration"}),
        ("how long does it take", {"duration"}),
        ("他幾歲", {"age"}),
        ("帶寬是多少", {"size"}),
        ("幾點開始", {"time"}),
        ("what time does it start", {"time"}),
        ("哪一天開幕", {"date"}),
        ("什麼時候開幕", {"time", "date"}),
        ("在哪裡舉行", {"place"}),
        ("誰來致辭", {"person"}),
        ("who spoke", {"person"}),
        ("哪個單位主辦", {"organisation"}),
        ("會哪些外語", {"language"}),
        ("為什麼種樹", {"reason"}),
        ("有多少名志願者", {"count"}),
        ("how many forums", {"count"}),
        ("烏鎮展望", set()),
    ],
)
def test_what_is_asked_for(question: str, kinds: set[str]) -> None:
    assert {name for name, _ in asked_kinds(fold(question))} == kinds


@pytest.mark.parametrize(
    ("kind", "text", "held"),
    [
        ("money", "超過130億元人民幣的項目", "130亿元人民币"),
        ("money", "全場免費。", "免费"),
        ("percent", "提高了40%以上", "40%"),
        ("percent", "約百分之三十", "百分之三十"),
        ("duration", "約半分鐘就可完成", "约半分钟"),
        ("age", "須年滿18歲", "18岁"),
        ("size", "提升到334G,", "334g"),
        ("time", "當日10:30-11:30開幕", "10:30-11:30"),
        ("date", "2017年12月3日下午", "2017年12月3日"),
        ("place", "在枕水廳(201)舉行", "枕水厅(201)"),
        ("contact", "電郵a.b@example.org。", "a.b@example.org"),
        ("title", "發佈《烏鎮展望》", "《乌镇展望》"),
        ("colour", "主色調為藍色,", "蓝色"),
        ("reason", "因為下雨", "因为"),
    ],
)
def test_where_a_text_holds_it(kind: str, text: str, held: str) -> None:
    folded = fold(text)
    assert any(held in folded[start:end] for start, end in HELD[kind](folded))
    assert all(folded[start:end].strip() for start, end in HELD[kind](folded))


@pytest.mark.parametrize("kind", sorted(HELD))
@given(st.text(st.one_of(st.characters(), st.sampled_from("0123456789年月日:%元廳《》王先生。色"))))
def test_what_is_held_lies_in_the_text_and_in_order(kind: str, text: str) -> None:
    folded = fold(text)
    ends = [0]
    for start, end in HELD[kind](folded):
        assert 0 <= start < end <= len(folded)
        ends.append(end)


@given(st.text("春山風雨雪花鳥魚"))
def test_a_text_that_holds_no_thing(text: str) -> None:
    for kind in ("money", "percent", "contact", "duration", "age", "size", "time", "date"):
        assert HELD[kind](text) == []


@given(st.integers(2, 99_999), st.sampled_from("名人位"), st.sampled_from("名人位"))
def test_counts_by_any_measure_that_counts_the_same(number: int, asked: str, held: str) -> None:
    text = f"春山{number}{held}風雨"
    (found,) = counted(asked)(text)
    assert str(number) in text[found.start : found.end]
    assert counted("场")(text) == []


@given(st.text(max_size=1), st.text(max_size=1))
def test_likeness_is_mutual(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
    assert alike(one, one)
