"""Markdown, quoted with its own characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.index.writing import Row, Said, paragraph, timetable, topics, words
from wuzhen.index.passages import cut
from wuzhen.index.sources.markdown import read_markdown


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
        ("![圖](a.png)\n\n一句。", ["一句。"]),
        ("看 ![圖](a.png) 吧。", ["看 ![圖](a.png) 吧。"]),
        ("**帶朋友？** 可以。", ["可以。"]),
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


def read_of(text: str) -> tuple[dict[str, list[tuple[str, str]]], list[tuple[str, ...]]]:
    """Return what is quoted and with which references, by section, and the references listed."""
    document = read_markdown("a.md", text)
    found: dict[str, list[tuple[str, str]]] = {}
    for one in cut([document]):
        found.setdefault(" › ".join(one.section), []).append((one.text, " ".join(one.refs)))
    return found, [tuple(one) for one in document.references]


@pytest.mark.parametrize(
    "listing",
    [
        "[1] 會議記錄\n[2] 安全指南 https://example.org/a\n  與續篇",
        "[1] 會議記錄\n\n[2] 安全指南 https://example.org/a 與續篇",
        "1. 會議記錄\n2. 安全指南 與續篇，https://example.org/a",
    ],
)
def test_a_list_of_references_is_not_quoted(listing: str) -> None:
    text = f"# 船會\n\n創立於1990年。[1]\n\n## 參考資料\n\n{listing}\n\n## 其他\n\n又一句。"
    quoted, listed = read_of(text)
    assert quoted == {"": [("創立於1990年。", "1")], "其他": [("又一句。", "")]}
    assert listed == [("1", "會議記錄", ""), ("2", "安全指南 與續篇", "https://example.org/a")]


def test_a_list_that_no_mark_leads_to_is_quoted() -> None:
    quoted, listed = read_of("# 船會\n\n一句。\n\n## 注\n\n1. 甲\n2. 乙")
    assert quoted == {"": [("一句。", "")], "注": [("甲", ""), ("乙", "")]}
    assert listed == []


def test_a_question_stands_above_its_answer() -> None:
    text = "# 問答\n\n先說。\n\nQ: Open?\nA: Yes.\n\n問：要錢嗎？\n\n答：不用。\n\n## 丙\n\n完。"
    quoted, _ = read_of(text)
    assert quoted == {
        "": [("先說。", "")],
        "Q: Open?": [("A: Yes.", "")],
        "問：要錢嗎？": [("答：不用。", "")],
        "丙": [("完。", "")],
    }
