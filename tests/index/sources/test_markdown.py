"""Markdown, quoted with its own characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.passages import cut
from index.sources.markdown import read_markdown
from tests.index.writing import Row, Said, paragraph, timetable, topics, words


@given(st.lists(st.tuples(st.integers(2, 4), words), max_size=5), st.data(), st.booleans())
def test_headings_are_sections(
    headings: list[tuple[int, str]], data: st.DataObject, windows: bool
) -> None:
    written = ["# 山中"]
    said: list[Said] = []
    path: dict[int, str] = {}
    for level, name in headings:
        path = {depth: one for depth, one in path.items() if depth < level} | {level: name}
        body, found = data.draw(paragraph(tuple(path.values())))
        written += ["#" * level + f" {name}", body.rstrip()]
        said += found
    text = "\n\n".join(written).replace("\n", "\r\n" if windows else "\n")
    document = read_markdown("a.md", text)
    assert (document.title, document.text) == ("山中", text)
    assert [Said(p.section, p.text, p.refs) for p in cut([document])] == said


@given(
    st.lists(st.tuples(st.sampled_from("-*+"), st.integers(0, 1), words), min_size=1, max_size=6)
)
def test_list_items_are_bullets(items: list[tuple[str, int, str]]) -> None:
    text = "# 山中\n\n" + "\n".join(f"{mark} {item}。" for mark, _, item in items)
    found = cut([read_markdown("a.md", text)])
    assert [p.text for p in found] == [f"{item}。" for _, _, item in items]
    assert {p.kind for p in found} == {"bullet"}


@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(
            st.lists(st.one_of(topics, st.just("")), min_size=n, max_size=n), min_size=1, max_size=4
        )
    ),
    st.booleans(),
)
def test_table_rows_have_their_columns_headings(rows: list[list[str]], bars: bool) -> None:
    names = [f"列{n}" for n in range(len(rows[0]))]

    def line(cells: list[str]) -> str:
        written = " | ".join(cells)
        return f"| {written} |" if bars or not cells[0] else f"{written} |"

    text = "\n".join(["# 山中", "", line(names), "|--" * len(names) + "|", *map(line, rows)])
    document = read_markdown("a.md", text)
    found = [p for p in cut([document]) if p.kind == "row"]
    expected = [
        [(name, cell) for name, cell in zip(names, row, strict=True) if cell] for row in rows
    ]
    assert [
        [(name, span.of(text)) for name, span in zip(p.names, p.spans, strict=True)] for p in found
    ] == [row for row in expected if row]


@given(timetable())
def test_a_timetable_has_all_cells_in_each_row(made: tuple[list[str], list[Row]]) -> None:
    _, rows = made
    written = ["# 山中", "", "| 日期 | 時間 | 議題 | 地點 |", "|--|--|--|--|"]
    above: list[str] = []
    for row in rows:
        cells = list(row.cells().values())
        same = next((n for n, (a, b) in enumerate(zip(cells, above, strict=False)) if a != b), 0)
        left = ["" if n < same else cell for n, cell in enumerate(cells)]
        written.append(f"| {' | '.join(left)} |")
        above = cells
    text = "\n".join(written)
    found = cut([read_markdown("a.md", text)])
    assert [
        {name: span.of(text) for name, span in zip(one.names, one.spans, strict=True)}
        for one in found
    ] == [row.cells() for row in rows]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**粗**體。", ["**粗**體。"]),
        ("> 引一句。", ["引一句。"]),
        ("```\n一行\n二行\n```", ["一行\n二行"]),
        ("> ~~~~ text\n> 一行\n> ~~~~", ["一行"]),
        ("```\n一行", ["一行"]),
        ("````\n一行\n```\n````", ["一行\n```"]),
        ("標題\n===\n\n正文。", ["正文。"]),
        ("甲\r乙。\r\r丙。\r\r## 丁\r\r戊。", ["甲\r乙。", "丙。", "戊。"]),
        ("\ufeff# 題\n\n正文。", ["正文。"]),
        ("> | 甲 | 乙 |\n> |--|--|\n> | 1 | 2 |", ["1 2"]),
        ("| 甲 | 乙 |\n|--|--|\n| 春[1]、夏[2] | 2 |", ["春 、夏 2"]),
        ("1. 一。\n2. 二。", ["一。", "二。"]),
        ("- 外。\n  - 內。", ["外。", "內。"]),
    ],
)
def test_what_is_quoted(text: str, said: list[str]) -> None:
    assert [passage.text for passage in cut([read_markdown("a.md", text)])] == said


def test_a_file_without_a_heading_is_called_as_itself() -> None:
    assert read_markdown("notes.md", "正文。").title == "notes"
    assert read_markdown("notes.md", "\ufeff# 題\n\n正文。").title == "題"


@given(st.lists(words, min_size=1, max_size=4))
def test_paragraphs_are_those_of_a_parser(paragraphs: list[str]) -> None:
    text = "\n\n".join(f"{one}。" for one in paragraphs)
    tokens = MarkdownIt("commonmark").parse(text)
    assert [p.text for p in cut([read_markdown("a.md", text)])] == [
        token.content for token in tokens if token.type == "inline"
    ]


def test_references_below_a_table_are_those_of_its_rows() -> None:
    table = "| 日期 | 內容 |\n|---|---|\n| 12月3日 | 開幕 |\n| 12月4日 | 論壇[2] |\n\n"
    rows = read_markdown("a.md", f"{table}參考資料: [5]\n\n一句話。[7]").blocks
    assert [[part.refs for part in block.parts] for block in rows] == [
        [("5",), ("5",)],
        [(), ("2",)],
        [("7",)],
    ]
    for between in ("話。\n\n", "# 題\n\n"):
        rows = read_markdown("a.md", f"{table}{between}參考資料: [5]").blocks
        assert not any(part.refs for part in rows[0].parts)
