"""Quotes as plain lines."""

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.answer import Answer, quote
from bot.render import terminal
from index.passages import cut
from index.sources.markdown import read_markdown
from tests.index.writing import words


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


def shown(answer: Answer) -> list[str]:
    console = Console(width=200, file=io.StringIO(), color_system=None)
    with console.capture() as captured:
        console.print(terminal.answer(answer))
    return captured.get().splitlines()
