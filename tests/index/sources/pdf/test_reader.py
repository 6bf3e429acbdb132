"""PDF files with Chinese in them, with tables, and without text."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.sources.printed import Sheet, pdf
from tests.index.writing import words
from wuzhen.index.document import Reference
from wuzhen.index.passages import cut
from wuzhen.index.sources.bounds import Unreadable
from wuzhen.index.sources.pdf.letters import joined
from wuzhen.index.sources.pdf.reader import read_pdf

LONG = (
    "云溪镇种茶已有四百年，全镇茶园面积3200亩，其中高山茶园1100亩，平地茶园2100亩，"
    "分布在十二个村，茶农共有八百四十户，每户平均三亩有余。"
)


@given(st.lists(st.lists(words, min_size=1, max_size=12), min_size=1, max_size=4))
def test_the_lines_of_paragraphs_are_joined_without_spaces(clauses: list[list[str]]) -> None:
    paragraphs = ["，".join(one) + "。" for one in clauses]
    sheet = Sheet()
    y = 780.0
    for one in paragraphs:
        y = sheet.paragraph(60, y, one, width=20)
    document = read_pdf("a.pdf", pdf(sheet))
    assert [one.text for one in cut([document])] == paragraphs


def test_headings_marks_and_references() -> None:
    first, second = Sheet(), Sheet()
    first.text(200, 780, "云溪镇茶业报告", 20)
    first.text(60, 740, "茶园", 14)
    first.paragraph(60, 715, LONG + "[1]")
    second.text(60, 740, "茶市", 14)
    second.paragraph(60, 715, "茶市每年举办。[2]")
    second.text(60, 600, "参考资料", 14)
    second.text(60, 580, "[1] 《云溪镇志》，https://zhi.example.org/1")
    second.text(60, 560, "[2] 茶业协会")
    document = read_pdf("a.pdf", pdf(first, second, title="未命名"))
    assert document.title == "云溪镇茶业报告"
    assert [(one.section, one.text, one.refs) for one in cut([document])] == [
        (("茶园",), LONG, ("1",)),
        (("茶市",), "茶市每年举办。", ("2",)),
    ]
    assert document.references == (
        Reference("1", "《云溪镇志》", "https://zhi.example.org/1"),
        Reference("2", "茶业协会"),
    )


def test_a_table_drawn_with_lines_is_rows_with_merged_cells_filled() -> None:
    sheet = Sheet()
    sheet.paragraph(60, 780, "日程如下。")
    sheet.table(
        60,
        740,
        [80, 90, 150, 120],
        [
            ["日期", "时间", "议题", "地点"],
            ["5月8日", "09:00-09:30", "开幕式", "茶神庙广场"],
            ["^", "10:00-11:30", "采茶比赛", "^"],
            ["5月9日", "上午", "茶价论坛", "镇礼堂"],
        ],
    )
    sheet.paragraph(60, 600, "另行通知。")
    found = cut([read_pdf("a.pdf", pdf(sheet))])
    assert [one.text for one in found] == [
        "日程如下。",
        "5月8日 09:00-09:30 开幕式 茶神庙广场",
        "5月8日 10:00-11:30 采茶比赛 茶神庙广场",
        "5月9日 上午 茶价论坛 镇礼堂",
        "另行通知。",
    ]
    assert found[1].names == ("date", "time", "topic", "place")


def test_a_table_goes_on_over_the_page() -> None:
    first, second = Sheet(), Sheet()
    head = ["项目", "收入", "支出"]
    first.table(60, 200, [100, 100, 100], [head, ["门票", "12", "3"]])
    second.table(60, 780, [100, 100, 100], [head, ["摊位", "56", "9"]])
    found = cut([read_pdf("a.pdf", pdf(first, second))])
    assert [(one.text, one.names) for one in found] == [
        ("门票 12 3", tuple(head)),
        ("摊位 56 9", tuple(head)),
    ]


def test_a_paragraph_goes_on_over_the_page_and_running_heads_are_left_out() -> None:
    sheets = [Sheet() for _ in range(4)]
    for number, sheet in enumerate(sheets, 1):
        sheet.text(60, 815, "云溪镇茶业协会内部资料", 8)
        sheet.text(290, 30, f"- {number} -", 9)
    sheets[0].text(60, 100, LONG[:40])
    sheets[1].text(60, 780, LONG[40:])
    sheets[2].paragraph(60, 780, "乙说。")
    sheets[3].paragraph(60, 780, "丙说。")
    found = cut([read_pdf("a.pdf", pdf(*sheets))])
    assert [one.text for one in found] == [LONG, "乙说。", "丙说。"]


def test_without_a_heading_the_title_is_what_the_file_says() -> None:
    sheet = Sheet()
    sheet.paragraph(60, 780, "甲说。")
    assert read_pdf("a.pdf", pdf(sheet, title="茶业报告")).title == "茶业报告"
    assert read_pdf("a.pdf", pdf(sheet)).title == "a"


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("春天", "來了", "春天來了"),
        ("in the", "spring", "in the spring"),
        ("inter-", "national", "international"),
        ("共有86", "名", "共有86名"),
        ("用English", "文", "用English文"),
        ("https://example.org/a", "b/c", "https://example.org/ab/c"),
        ("2016-", "2017", "2016-2017"),
        ("“互联网”", "2017年", "“互联网”2017年"),
        ("the “spring”", "fair", "the “spring” fair"),
        ("春天——", "“来了”", "春天——“来了”"),
        ("面积2", "100亩", "面积2100亩"),
        ("in 2016", "2017", "in 2016 2017"),
        ("", "甲", "甲"),
    ],
)
def test_how_lines_are_joined(first: str, second: str, whole: str) -> None:
    assert joined(first, second) == whole


def test_spaces_are_kept_between_latin_words_and_where_they_were_typed() -> None:
    sheet = Sheet()
    sheet.text(60, 780, "The fair of “tea” opens")
    sheet.text(60, 740, "云溪 2016 Tea Fair，茶 市。")
    texts = [one.text for one in cut([read_pdf("a.pdf", pdf(sheet))])]
    assert texts == ["The fair of “tea” opens", "云溪 2016 Tea Fair，茶 市。"]


def test_a_table_of_contents_is_left_out() -> None:
    sheet = Sheet()
    sheet.text(60, 780, "一 茶园 . . . . . . . . . 3")
    sheet.text(60, 760, "二 茶市 ………………")
    sheet.text(400, 760, "12")
    sheet.paragraph(60, 720, "甲说。")
    assert [one.text for one in cut([read_pdf("a.pdf", pdf(sheet))])] == ["甲说。"]


def pictured() -> Sheet:
    sheet = Sheet()
    sheet.picture()
    return sheet


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html>", "not a PDF file"),
        (b"%PDF-1.7\n" + bytes(100), "damaged"),
        (pdf(Sheet(), password="secret"), "password"),
        (pdf(pictured()), "pictures without text"),
        (pdf(Sheet()), "holds no text"),
        (pdf(), "damaged, or no PDF"),
    ],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_pdf("a.pdf", data)


def test_a_file_cut_off_is_read_or_refused() -> None:
    sheet = Sheet()
    sheet.paragraph(60, 780, "甲说。")
    whole = pdf(sheet)
    for end in range(0, len(whole), 97):
        try:
            document = read_pdf("a.pdf", whole[:end])
        except Unreadable:
            continue
        assert {one.text for one in cut([document])} <= {"甲说。"}


def test_a_stream_that_unfolds_is_bounded() -> None:
    bomb = zlib.compress(b" " * 50_000_000 + b"BT /F1 9 Tf 60 700 Td <7532> Tj ET", 9)
    sheet = Sheet()
    marker = b"\nendstream"
    sheet.drawn.append("%")
    data = pdf(sheet)
    start = data.rfind(b"<< /Length", 0, data.find(marker))
    end = data.find(marker)
    packed = f"<< /Length {len(bomb)} /Filter /FlateDecode >>\nstream\n".encode() + bomb
    data = data[:start] + packed + data[end:]
    try:
        document = read_pdf("a.pdf", data)
    except Unreadable:
        return
    assert len(document.text) < 100
