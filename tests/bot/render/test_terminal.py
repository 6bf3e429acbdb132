"""Quotes as plain lines."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from tests.index.writing import words
from wuzhen.bot.answer import Answer, quote
from wuzhen.bot.render import terminal
from wuzhen.bot.render.tables import columns
from wuzhen.index.document import Passage, Span
from wuzhen.index.passages import cut
from wuzhen.index.sources.markdown import read_markdown


@given(
    st.lists(words, min_size=2, max_size=4, unique=True),
    st.data(),
)
def test_a_row_is_quoted_with_its_columns_below(names: list[str], data: st.DataObject) -> None:
    cells = st.lists(words, min_size=len(names), max_size=len(names))
    rows = data.draw(st.lists(cells, min_size=1, max_size=3))
    lines = [names, ["--"] * len(names), *rows]
    document = read_markdown("a.md", "\n".join(["# 題", "", *map(" | ".join, lines)]))
    for row, passage in zip(rows, cut([document]), strict=True):
        made = quote(document, [passage])
        assert "columns" not in made.as_json()
        assert shown(Answer("?", True, 0.9, (made,))) == [
            f"│ {' '.join(row)}",
            f"  {' | '.join(names)}",
            "  題",
        ]


def test_what_has_no_columns_is_quoted_without_any() -> None:
    timetable = "| 日期 | 時間 | 議題 |\n|--|--|--|\n| 5月1日 | 09:00 | 導覽 |"
    unnamed = "| | |\n|--|--|\n| 甲 | 乙 |"
    document = read_markdown("a.md", f"春天來了。\n\n{timetable}\n\n{unnamed}")
    passages = cut([document])
    assert len(passages) == 3
    for passage in passages:
        assert len(shown(Answer("?", True, 0.9, (quote(document, [passage]),)))) == 2


def test_columns_of_the_same_name_are_all_named_and_shown() -> None:
    opening = "| Day | Open | Close | Open | Close |\n|--|--|--|--|--|\n| Mon | 9 | 12 | 13 | 18 |"
    document = read_markdown("a.md", opening)
    passages = cut([document])
    answer = Answer("?", True, 0.9, (quote(document, passages),))
    assert shown(answer)[:2] == ["│ Mon 9 12 13 18", "  Day | Open | Close | Open | Close"]
    assert printed(terminal.sections(document, passages))[-1].split() == "Mon 9 13 12 18".split()


@pytest.mark.parametrize(
    ("rows", "heads"),
    [
        (["|Season|Single|Double|", "|Low||90|", "|High|80|120|"], "Season Single Double"),
        (["|a|b|c|d|", "|1||2||", "||3|4||", "|5|||6|", "|||7|8|"], "a b c d"),
        (["|a||c|", "|1||2|", "|3|4||"], "a 2 c"),
        (["|2018|2017|", "||1|", "|2|3|"], "2018 2017"),
    ],
)
def test_columns_stand_in_their_order_whatever_cells_are_empty(rows: list[str], heads: str) -> None:
    head, *body = rows
    document = read_markdown("a.md", "\n".join([head, "|--" * (head.count("|") - 1) + "|", *body]))
    lines = printed(terminal.sections(document, cut([document])))
    assert lines[0].split() == heads.split()
    for row, line in zip(body, lines[1:], strict=True):
        assert line.split() == row.replace("|", " ").split()


@given(st.lists(words, min_size=2, max_size=6, unique=True), st.data())
def test_a_whole_row_anywhere_settles_the_order(names: list[str], data: st.DataObject) -> None:
    some = st.lists(st.sampled_from(range(len(names))), min_size=1).map(lambda n: sorted({*n}))
    kept = [*data.draw(st.lists(some, max_size=4)), list(range(len(names)))]
    rows = [tuple(names[at] for at in one) for one in data.draw(st.permutations(kept))]
    spans = (Span(0, 1),)
    made = [Passage(0, "d", 0, "row", (), spans * len(row), (), row, "x") for row in rows]
    assert columns(made) == names


def test_rows_that_contradict_each_other_lose_no_column() -> None:
    rows = [("a", "b", "c"), ("c", "b"), ("d", "a")]
    spans = (Span(0, 1),)
    made = [Passage(0, "d", 0, "row", (), spans * len(row), (), row, "x") for row in rows]
    assert sorted(columns(made)) == ["a", "b", "c", "d"]


def test_tables_that_follow_each_other_are_apart_and_have_references_where_rows_have() -> None:
    tables = ["| 甲 | 乙 |\n|--|--|\n| 一 | 二 [8] |", "| 丙 | 丁 |\n|--|--|\n| 三 | 四 |"]
    document = read_markdown("a.md", "\n\n".join(tables))
    lines = [line.split() for line in printed(terminal.sections(document, cut([document])))]
    assert lines == [["甲", "乙", "refs"], ["一", "二", "[8]"], [], ["丙", "丁"], ["三", "四"]]


@given(st.integers(60, 120))
def test_dates_and_times_of_a_timetable_stay_in_one_line(width: int) -> None:
    head = "| 日期 | 時間 | 議題 | 地點 |\n|--|--|--|--|\n"
    row = f"| 2017年12月02日 | 09:30-10:00 | {'論壇' * 30} | {'會展中心' * 20} |"
    document = read_markdown("a.md", head + row)
    lines = printed(terminal.sections(document, cut([document])), width)
    assert lines[1].startswith("2017年12月02日  09:30-10:00  ")
    assert max(map(cell_len, lines)) <= width
    assert "".join(lines).count("論") == 30


def shown(answer: Answer) -> list[str]:
    return printed(terminal.answer(answer))


def printed(part: RenderableType, width: int = 200) -> list[str]:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    with console.capture() as captured:
        console.print(part)
    return captured.get().splitlines()
