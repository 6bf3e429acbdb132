"""Lines and what their look says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import marks, words
from wuzhen.index.document import Span
from wuzhen.index.text.lines import (
    Line,
    attribution,
    bullet,
    is_caption,
    is_heading,
    is_label,
    is_prose,
    is_said_twice,
    is_statement,
    lines,
)


def line(text: str) -> Line:
    return Line(Span(0, len(text)), text, after_blank=True)


@given(
    st.lists(st.text(" \t　甲b.", max_size=6), max_size=10), st.sampled_from(["\n", "\r\n", "\r"])
)
def test_lines_are_those_that_are_not_blank(written: list[str], end: str) -> None:
    text = end.join(written)
    found = lines(text)
    assert [one.text for one in found] == [one.strip() for one in written if one.strip()]
    assert all(one.span.of(text) == one.text for one in found)
    blank_before = [
        not place or not written[place - 1].strip()
        for place, one in enumerate(written)
        if one.strip()
    ]
    assert [one.after_blank for one in found] == blank_before


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    (found,) = lines("\ufeff標題\n")
    assert found.text == "標題"
    assert found.span == Span(1, 3)


@given(st.sampled_from(["•", "  • ", "·", "- ", "* ", "+ ", "● "]), words)
def test_a_bullet_is_taken_off_and_its_place_kept(mark: str, item: str) -> None:
    text = mark + item
    (found,) = lines(text)
    taken = bullet(found)
    assert taken is not None
    assert taken.text == item
    assert taken.span.of(text) == item


@pytest.mark.parametrize("text", ["甲", "-5度", "*強調*", "•", "1. 甲"])
def test_what_is_no_bulleted_line(text: str) -> None:
    assert bullet(line(text)) is None


@pytest.mark.parametrize("text", ["他走了。", "真的嗎？", "It is open.", "長" * 61, "甲;乙"])
def test_prose(text: str) -> None:
    assert is_prose(line(text))


@pytest.mark.parametrize("text", ["日程安排", "09:30-10:00", "第 3.5 版", "人工智能:讓生活更美好"])
def test_no_prose(text: str) -> None:
    assert not is_prose(line(text))


def test_labels_are_short_and_plain() -> None:
    assert is_label(line("舉辦場館"))
    assert not is_label(line("2017年"))
    assert not is_label(line("甲、乙、丙，丁"))
    assert not is_label(line("《書名》"))
    assert not is_label(line("長" * 13))


def test_headings_may_be_numbered() -> None:
    assert is_heading(line("服務保障"))
    assert is_heading(line("第三章 服務"))
    assert is_heading(line("（一）服務"))
    assert is_heading(line("一、服務"))
    assert not is_heading(line("甲，乙"))
    assert not is_heading(line("「引」"))
    assert not is_heading(line("第三章"))


@given(words)
def test_captions_that_pages_copy_twice(words: str) -> None:
    assert is_said_twice(line(f"{words} {words}"))
    assert is_caption(line(words))
    assert not is_caption(line(words + "[3]"))


@given(words.filter(lambda w: w[: len(w) // 2] != w[len(w) // 2 :]))
def test_what_is_said_once(words: str) -> None:
    assert not is_said_twice(line(words))


@given(st.sampled_from(["參考資料: ", "来源：", ""]), marks())
def test_a_line_that_says_where_a_table_is_from(
    label: str, run: tuple[str, tuple[str, ...]]
) -> None:
    assert attribution(line(label + run[0])) == run[1]
    assert attribution(line("他走了。" + run[0])) is None
    assert attribution(line(label + run[0] + "。")) is None
    assert attribution(line(label + "甲")) is None


def test_statements_end_somewhere() -> None:
    assert is_statement("好。")
    assert not is_statement("好")
