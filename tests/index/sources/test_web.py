"""HTML: the text that a reader of the page sees."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages import cut
from index.sources.web import read_html
from tests.index.writing import Said, paragraph, topics, words


@given(st.lists(st.tuples(st.integers(2, 4), words), max_size=5), st.data(), st.booleans())
def test_headings_are_sections(
    headings: list[tuple[int, str]], data: st.DataObject, closed: bool
) -> None:
    end = "</p>" if closed else ""
    written = "<html><head><title>頁</title></head><body><h1>山中</h1>"
    said: list[Said] = []
    path: dict[int, str] = {}
    for level, name in headings:
        path = {depth: one for depth, one in path.items() if depth < level} | {level: name}
        body, found = data.draw(paragraph(tuple(path.values())))
        written += f"<h{level}>{name}</h{level}>\n<p>{escape(body)}{end}\n"
        said += found
    document = read_html("a.html", written)
    assert document.title == "山中"
    assert [Said(p.section, p.text, p.refs) for p in cut([document])] == said


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(
            st.lists(st.one_of(topics, st.just("")), min_size=n, max_size=n), min_size=1, max_size=4
        )
    ),
    st.booleans(),
)
def test_table_rows_have_their_columns_headings(rows: list[list[str]], closed: bool) -> None:
    names = [f"列{n}" for n in range(len(rows[0]))]

    def line(tag: str, cells: list[str]) -> str:
        end = f"</{tag}>" if closed else ""
        return "<tr>" + "".join(f"<{tag}>{cell}{end}" for cell in cells) + "</tr>"

    text = f"<table>{line('th', names)}{''.join(line('td', row) for row in rows)}</table>"
    document = read_html("a.html", text)
    expected = [
        [(name, cell) for name, cell in zip(names, row, strict=True) if cell] for row in rows
    ]
    assert [
        [(name, span.of(document.text)) for name, span in zip(p.names, p.spans, strict=True)]
        for p in cut([document])
    ] == [row for row in expected if row]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>甲&amp;乙。</p>", ["甲&乙。"]),
        ("<p>甲<b>乙</b>\n 丙。</p>", ["甲乙 丙。"]),
        ("<script>var a = '甲。'</script><p>乙。</p>", ["乙。"]),
        ("<style>p {}</style><nav><p>甲。</p></nav><p>乙。</p><footer>丙。</footer>", ["乙。"]),
        ("<ul><li>甲。<li>乙。</ul>丙。", ["甲。", "乙。", "丙。"]),
        ("<html><head><title>頁</title><body><p>甲。", ["甲。"]),
        ("<head><meta charset=utf-8><title>頁</title><p>甲。", ["甲。"]),
        ("<p>甲。<![foo[ 乙。]]></p><p>丙。</p>", ["甲。", "丙。"]),
        ("<p>甲。<![if !mso]>乙。<![endif]></p>", ["甲。", "乙。"]),
        ("<p>甲。<!-- 乙。 --></p>", ["甲。"]),
        ("甲。<br>乙。", ["甲。", "乙。"]),
        ("<table><tr><th>年<td>2017年</table>", ["年 2017年"]),
        ("<table><tr><td>春[1]、夏[2]<td>秋</table>", ["春 、夏 秋"]),
        ("<p>甲。</nav></p></div>", ["甲。"]),
    ],
)
def test_what_is_quoted(text: str, said: list[str]) -> None:
    assert [passage.text for passage in cut([read_html("a.html", text)])] == said


def test_titles() -> None:
    assert read_html("a.html", "<title>頁 &amp; 面</title><p>甲。").title == "頁 & 面"
    assert read_html("a.html", "<title>頁</title><h1>題</h1><p>甲。").title == "題"
    assert read_html("b/a.html", "<p>甲。").title == "b/a"


def test_tags_nested_without_end_are_read() -> None:
    assert cut([read_html("a.html", "<div>" * 20_000 + "甲。")])[0].text == "甲。"
