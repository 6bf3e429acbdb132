"""Tables flattened to one cell a line, read back."""

from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import Row, timetable, topics, words
from wuzhen.index.document import Part
from wuzhen.index.sources.page import read_page
from wuzhen.index.sources.tables.flattened import read_table
from wuzhen.index.text.lines import lines

Made = tuple[list[str], list[Row]]


def cells(text: str, row: tuple[Part, ...]) -> dict[str, str]:
    return {part.name: part.span.of(text) for part in row}


@given(timetable(), st.sampled_from(["\n", "\r\n", "  \n"]))
def test_a_timetable_with_merged_cells_is_read_back(made: Made, end: str) -> None:
    written, rows = made
    text = end.join(written)
    table = read_table(lines(text))
    assert table is not None
    assert table.length == len(written)
    assert [cells(text, row) for row in table.rows] == [row.cells() for row in rows]


@given(timetable(), st.integers(1, 99))
def test_in_a_page_each_row_has_the_references_below_the_table(made: Made, ref: int) -> None:
    written, rows = made
    before = ["甲會", "", "甲會背景", "", "春天來了。", "", "甲會日程", ""]
    after = [f"參考資料: [{ref}]", "", "甲會影響", "", "秋天走了。"]
    text = "\n".join([*before, *written, *after])
    blocks = read_page("a.txt", text, frozenset()).blocks
    read = [block for block in blocks if block.kind == "row"]
    assert [cells(text, block.parts) for block in read] == [row.cells() for row in rows]
    assert {block.section for block in read} == {("日程",)}
    assert {part.refs for block in read for part in block.parts} == {(str(ref),)}
    assert [block.kind for block in blocks if block.kind != "row"] == ["paragraph"] * 2


@given(
    timetable(),
    st.one_of(words, st.sampled_from(["日程", "活動", "活動時間", "第二章 日程", "Schedule"])),
    st.booleans(),
)
def test_a_heading_right_above_a_timetable_is_none_of_a_column(
    made: Made, heading: str, blank: bool
) -> None:
    written, rows = made
    between = [""] if blank else []
    text = "\n".join(["甲會", "", "春天來了。", "", heading, *between, *written])
    blocks = read_page("a.txt", text, frozenset()).blocks
    assert [block.section for block in blocks] == [(), *[(heading,)] * len(rows)]
    assert [cells(text, block.parts) for block in blocks[1:]] == [row.cells() for row in rows]


@given(timetable(), words)
def test_columns_of_any_name_begin_behind_a_blank_line(made: Made, heading: str) -> None:
    written, rows = renamed(made)
    text = "\n".join(["甲會", "", "春天來了。", "", heading, "", *written])
    blocks = read_page("a.txt", text, frozenset()).blocks[1:]
    assert [block.section for block in blocks] == [(heading,)] * len(rows)
    assert [cells(text, block.parts) for block in blocks] == [row.cells() for row in rows]


@given(timetable())
def test_where_all_cells_stand_apart_blank_lines_tell_nothing(made: Made) -> None:
    written, rows = renamed(made)
    text = "\n\n".join(written)
    table = read_table(lines(text))
    assert table is not None
    assert [cells(text, row) for row in table.rows] == [row.cells() for row in rows]


def renamed(made: Made) -> Made:
    """A timetable of which no column is called as one of dates or times."""
    written, rows = made
    first = written.index(rows[0].date)
    return ["幾時", "做甚麼", "何處", *written[first:]], rows


@given(timetable())
def test_a_table_ends_at_prose(made: Made) -> None:
    written, rows = made
    table = read_table(lines("\n".join([*written, "後來大家都走了。", "甲"])))
    assert table is not None
    assert (table.length, len(table.rows)) == (len(written), len(rows))


def test_date_and_time_may_share_a_cell() -> None:
    text = "時間\n議題\n地點\n12月3日 09:00\n春\n東廳\n12月4日 10:00-11:00\n夏\n西廳"
    table = read_table(lines(text))
    assert table is not None
    assert [cells(text, row) for row in table.rows] == [
        {"date": "12月3日", "time": "09:00", "topic": "春", "place": "東廳"},
        {"date": "12月4日", "time": "10:00-11:00", "topic": "夏", "place": "西廳"},
    ]


def test_a_new_date_takes_no_time_from_the_day_before() -> None:
    text = "時間\n議題\n地點\n12月3日\n09:00\n春\n東廳\n10:00\n冬\n南廳\n12月4日\n夏\n西廳"
    table = read_table(lines(text))
    assert table is not None
    assert cells(text, table.rows[-1]) == {"date": "12月4日", "topic": "夏", "place": "西廳"}


@given(
    st.lists(words, min_size=2, max_size=4, unique=True),
    st.lists(
        st.tuples(st.integers(1990, 2030), st.lists(topics, min_size=3, max_size=3)), min_size=2
    ),
)
def test_a_table_without_merged_cells_is_read_by_its_columns(
    names: list[str], rows: list[tuple[int, list[str]]]
) -> None:
    names = [name[:8] for name in names]
    columns = len(names)
    expected = [[f"{year}年", *rest[: columns - 1]] for year, rest in rows]
    text = "\n".join(names + [cell for row in expected for cell in row])
    table = read_table(lines(text))
    assert table is not None
    assert table.length == columns * (len(rows) + 1)
    assert [[part.span.of(text) for part in row] for row in table.rows] == expected
    assert all([part.name for part in row] == names for row in table.rows)


@given(st.lists(st.one_of(topics, st.just("他走了。")), max_size=12))
def test_what_has_no_dates_is_no_table(written: list[str]) -> None:
    assert read_table(lines("\n".join(written))) is None
