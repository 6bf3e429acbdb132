"""Forms in which people write the same thing, each read in the same way."""

import pytest

from wuzhen.index.document import Document
from wuzhen.index.passages import cut
from wuzhen.index.sources.html.reader import read_html
from wuzhen.index.sources.markdown import read_markdown
from wuzhen.index.sources.page import read_page
from wuzhen.index.sources.readers import READ, read

Found = list[tuple[tuple[str, ...], str]]


def read_as(ending: str, text: str) -> Document:
    if ending == "md":
        return read_markdown("a.md", text)
    if ending == "html":
        return read_html("a.html", f"<html><body><h1>驛站</h1>{text}</body></html>")
    return read_page("a.txt", text, frozenset())


def found(ending: str, text: str) -> Found:
    return [(one.section, one.text) for one in cut([read_as(ending, text)])]


@pytest.mark.parametrize(
    ("ending", "text", "question"),
    [
        ("md", "# 驛站\n\n**行李能寄放嗎？**\n\n能，放櫃檯。", "行李能寄放嗎？"),
        ("md", "# 驛站\n\n__行李能寄放嗎？__\n能，放櫃檯。", "行李能寄放嗎？"),
        ("md", "# 驛站\n\n3. **行李能寄放嗎？**\n\n   能，放櫃檯。", "行李能寄放嗎？"),
        ("md", "# 驛站\n\n- 行李能寄放嗎？\n\n  能，放櫃檯。", "行李能寄放嗎？"),
        ("md", "# 驛站\n\n### 行李能寄放嗎？\n\n能，放櫃檯。", "行李能寄放嗎？"),
        (
            "md",
            "# 驛站\n\n<details><summary>行李能寄放嗎？</summary>\n\n能，放櫃檯。\n\n</details>",
            "行李能寄放嗎？",
        ),
        ("md", "# 驛站\n\n問：行李能寄放嗎？\n\n能，放櫃檯。", "問：行李能寄放嗎？"),
        ("md", "# 驛站\n\n<b>行李能寄放嗎？</b>\n\n能，放櫃檯。", "行李能寄放嗎？"),
        ("html", "<p><b>行李能寄放嗎？</b></p><p>能，放櫃檯。</p>", "行李能寄放嗎？"),
        ("html", "<p><strong>行李能寄放嗎？</strong><br>能，放櫃檯。</p>", "行李能寄放嗎？"),
        (
            "html",
            "<details><summary>行李能寄放嗎？</summary><p>能，放櫃檯。</p></details>",
            "行李能寄放嗎？",
        ),
        ("html", "<div class=q>行李能寄放嗎？</div><div>能，放櫃檯。</div>", "行李能寄放嗎？"),
        ("html", "<ol><li>行李能寄放嗎？<p>能，放櫃檯。</p></li></ol>", "行李能寄放嗎？"),
        ("txt", "驛站\n\n(2) 行李能寄放嗎？\n能，放櫃檯。", "(2) 行李能寄放嗎？"),
        ("txt", "驛站\n\n行李能寄放嗎？\n\n能，放櫃檯。", "行李能寄放嗎？"),
        ("txt", "驛站\n\nQ1. 行李能寄放嗎?\n能，放櫃檯。", "Q1. 行李能寄放嗎?"),
        ("txt", "驛站\n\n問：行李能寄放嗎？ 能，放櫃檯。", "問：行李能寄放嗎？"),
    ],
)
def test_a_question_heads_its_answer(ending: str, text: str, question: str) -> None:
    assert found(ending, text) == [((question,), "能，放櫃檯。")]


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("txt", "驛站\n\n春天來得早嗎？沒有人知道。\n\n路不好走。"),
        ("md", "# 驛站\n\n春天來得早嗎？沒有人知道。\n\n路不好走。"),
        ("html", "<p>春天來得早嗎？沒有人知道。</p><p>路不好走。</p>"),
    ],
)
def test_a_question_within_a_paragraph_heads_nothing(ending: str, text: str) -> None:
    assert found(ending, text) == [
        ((), "春天來得早嗎？"),
        ((), "沒有人知道。"),
        ((), "路不好走。"),
    ]


@pytest.mark.parametrize("ending", ["md", "txt"])
def test_a_question_that_nothing_answers_is_not_lost(ending: str) -> None:
    head = "# 驛站" if ending == "md" else "驛站"
    assert found(ending, f"{head}\n\n你住哪裡？\n\n你幾歲？") == [
        ((), "你住哪裡？"),
        ((), "你幾歲？"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["平日 07:00", "假日 08:30", "除夕 10:00"],
        ["Tent $12", "Cabin $40", "Lodge $90"],
        ["帳篷……120元", "木屋……900元", "別館……1600元"],
        ["北站 02-5550-1111", "南站 02-5550-2222"],
        ["木屋（四人） 1200元", "木屋（六人） 1600元"],
    ],
)
@pytest.mark.parametrize("apart", ["\n", "\n\n"])
def test_short_lines_of_one_shape_are_all_said(lines: list[str], apart: str) -> None:
    assert found("txt", f"驛站\n\n收費\n\n{apart.join(lines)}") == [
        (("收費",), line) for line in lines
    ]


def test_headings_in_a_row_lose_no_line() -> None:
    text = "驛站\n\n水果\n\n蘋果\n\n桃子\n\n梨子\n\n甜的先賣完。"
    said = " ".join(" ".join((*section, words)) for section, words in found("txt", text))
    assert all(name in said for name in ("水果", "蘋果", "桃子", "梨子"))


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: 驛站手冊\ndate: 2021-03-04\n---\n",
        "---\nlayout: page\ntitle: '驛站手冊'\ntags:\n  - 路\n  - 橋\n---\n",
        '+++\ntitle = "驛站手冊"\ndraft = false\n+++\n',
        '\ufeff---\r\ntitle: "驛站手冊"  \r\n---\r\n',
    ],
)
def test_front_matter_gives_the_title_alone(front: str) -> None:
    document = read_markdown("a.md", f"{front}\n# 住宿\n\n每晚四百元。\n")
    assert document.title == "驛站手冊"
    assert [(p.section, p.text) for p in cut([document])] == [(("住宿",), "每晚四百元。")]


def test_a_rule_is_no_front_matter() -> None:
    document = read_markdown("a.md", "---\n\n夜裡有雨。\n\n---\n\n早上放晴。\n")
    assert [p.text for p in cut([document])] == ["夜裡有雨。", "早上放晴。"]


@pytest.mark.parametrize(
    ("text", "refs", "title"),
    [
        ("石橋長九丈。[^1]\n\n[^1]: 《鎮志》卷二。", ("1",), "《鎮志》卷二。"),
        ("石橋長九丈[^zhi]。\n\n[^zhi]: 《鎮志》\n    卷二。", ("zhi",), "《鎮志》 卷二。"),
        ("石橋長九丈[^1]。\n\n[^1]:《鎮志》卷二。", ("1",), "《鎮志》卷二。"),
        ("石橋長九丈[^03]。\n\n[^03]: *《鎮志》*卷二。\n", ("3",), "《鎮志》卷二。"),
    ],
)
def test_footnotes_are_references(text: str, refs: tuple[str, ...], title: str) -> None:
    document = read_markdown("a.md", f"# 石橋\n\n{text}")
    passages = cut([document])
    assert [one.refs for one in passages] == [refs]
    assert passages[0].text.startswith("石橋長九丈")
    assert [(one.number, one.title) for one in document.references] == [(refs[0], title)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>茶水<b>免費</b>。</p>", [((), "茶水<b>免費</b>。")]),
        ("<h3>茶水</h3>\n<p>免費。</p>", [(("茶水",), "免費。")]),
        ("<ul>\n<li>茶</li>\n<li>水</li>\n</ul>", [((), "茶"), ((), "水")]),
        ("<script>\nlet a = 1;\n</script>\n\n茶水免費。", [((), "茶水免費。")]),
        ("<!-- 草稿 -->\n\n茶水免費。", [((), "茶水免費。")]),
        ('<img src="a.png">\n\n茶水免費。', [((), "茶水免費。")]),
        (
            "<table><tr><th>品名</th><th>價錢</th></tr><tr><td>茶</td><td>9元</td></tr></table>",
            [((), "茶 9元")],
        ),
    ],
)
def test_html_in_markdown_is_read_as_html(html: str, expected: Found) -> None:
    assert found("md", f"# 驛站\n\n{html}\n") == expected


def test_headings_need_no_blank_but_tags_and_numbers_are_none() -> None:
    text = "# 驛站\n\n##住宿\n\n每晚四百元。\n\n###早餐\n\n另計。\n\n見 #旅行 和 #12 。\n\n#12\n"
    assert found("md", text) == [
        (("住宿",), "每晚四百元。"),
        (("住宿", "早餐"), "另計。"),
        (("住宿", "早餐"), "見 #旅行 和 #12 。"),
        (("住宿", "早餐"), "#12"),
    ]


@pytest.mark.parametrize("formula", ["$$\nx\n=\ny\n$$", "$$ x\n- y\n--- $$", "\\[\n# x\n---\n\\]"])
def test_a_formula_makes_no_heading(formula: str) -> None:
    document = read_markdown("a.md", f"# 算式\n\n## 面積\n\n{formula}\n\n以上。\n")
    assert {one.section for one in cut([document])} == {("面積",)}
    assert cut([document])[-1].text == "以上。"


@pytest.mark.parametrize(
    ("ending", "table"),
    [
        ("md", "**各館時間**\n\n| 館 | 開門 |\n| - | - |\n| 東館 | 八點 |"),
        ("md", "表二 各館時間\n\n| 館 | 開門 |\n| - | - |\n| 東館 | 八點 |"),
        ("html", "<p>各館時間</p><table><tr><th>館<th>開門<tr><td>東館<td>八點</table>"),
        ("html", "<p><b>各館時間</b></p><table><tr><th>館<th>開門<tr><td>東館<td>八點</table>"),
    ],
)
def test_a_line_right_above_a_table_heads_it(ending: str, table: str) -> None:
    text = f"# 驛站\n\n{table}\n" if ending == "md" else table
    passages = cut([read_as(ending, text)])
    assert [one.text for one in passages] == ["東館 八點"]
    assert "各館時間" in passages[0].section[-1]


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ("<tr><td><td>晴天<td>雨天<tr><td>山路<td>2時<td>3時", ("", "晴天", "雨天")),
        (
            "<tr><td rowspan=2>路<td colspan=2>時間<tr><td>晴天<td>雨天<tr><td>山路<td>2時<td>3時",
            ("路", "時間 晴天", "時間 雨天"),
        ),
        ("<tr><td>路<td>2023年<td>2024年<tr><td>山路<td>2時<td>3時", ("路", "2023年", "2024年")),
        (
            "<tr><td>路<td>晴天<td>雨天<tr><th>山路<td>2時<td>3時",
            ("1", "2", "3"),
        ),
    ],
)
def test_columns_are_headed_without_marked_cells(rows: str, names: tuple[str, ...]) -> None:
    last = cut([read_as("html", f"<table>{rows}</table>")])[-1]
    assert last.text == "山路 2時 3時"
    if names != ("1", "2", "3"):  # a marked cell at the side says that others could be marked
        assert last.names == names


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-16-be"])
def test_text_in_other_encodings_is_read(encoding: str) -> None:
    text = "驛站須知\n\n開放時間\n\n每天早上八點開門，晚上六點關門。星期三全天休息。\n"
    data = (b"\xfe\xff" if encoding == "utf-16-be" else b"") + text.encode(encoding)
    documents, problems = read("a.txt", data, frozenset())
    assert documents[0].text == text
    assert [line for line, _ in problems] == ([] if "utf" in encoding else [READ])


def test_lists_of_links_to_other_pages_are_left_out() -> None:
    links = "<ul><li><a href=1>城門修好了</a><li><a href=2>河水漲了</a></ul>"
    for other in (f"<h3>相關閱讀</h3>{links}", f"<h4>Related articles</h4>{links}"):
        assert found("html", f"<p>驛站重開。</p>{other}") == [((), "驛站重開。")]
    kept = found("html", f"<h3>各地消息</h3>{links}")
    assert [words for _, words in kept] == ["城門修好了", "河水漲了"]
