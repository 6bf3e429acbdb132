"""HTML: the text that a reader of the page sees."""

from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import Row, Said, paragraph, timetable, topics, words
from wuzhen.index.document import Reference
from wuzhen.index.lexicon import BOILERPLATE, entries
from wuzhen.index.passages import cut
from wuzhen.index.sources.html.reader import read_html, read_web
from wuzhen.index.text.fold import fold

PAGES = Path(__file__).parent / "pages"
Found = list[tuple[tuple[str, ...], str, tuple[str, ...]]]


LEFT_OUT = frozenset(fold(line) for line in entries(BOILERPLATE))


def said(name: str) -> Found:
    document = read_web(name, (PAGES / name).read_bytes(), LEFT_OUT)
    return [(one.section, one.text, one.refs) for one in cut([document])]


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


def test_a_page_of_an_encyclopedia_that_repeats_its_title() -> None:
    served = ("会议准备", "服务保障")
    rows = [
        "2016年5月8日 09:00-09:30 开幕式 茶神庙广场",
        "2016年5月8日 10:00-11:30 采茶比赛 茶神庙广场",
        "2016年5月8日 14:00-17:00 制茶工艺讲座 镇礼堂(二楼)",
        "2016年5月9日 上午 茶价论坛 镇礼堂",
        "2016年5月9日 上午 青年茶农座谈 云溪小学",
    ]
    assert said("baike.html") == [
        ((), "第三届云溪茶市大会是由云溪镇茶业协会主办的区域性会议。", ("1",)),
        ((), "2016年5月8日，大会在云溪镇开幕；5月10日闭幕。", ("2", "3")),
        ((), "中文名 第三届云溪茶市大会", ()),
        ((), "举办地点 云溪镇", ("2",)),
        ((), "活动时间 2016年5月8日 至5月10日", ()),
        (("会议背景",), "云溪镇种茶已有四百年，全镇茶园面积3200亩。", ("2",)),
        ((*served, "志愿服务"), "共有86名志愿者参加服务。", ("4",)),
        ((*served, "志愿服务"), "他们来自三所中学。", ()),
        ((*served, "交通保障"), "会期增开渡船12班。", ("4",)),
        *((("会议日程",), row, ("5",)) for row in rows),
    ]
    document = read_web("baike.html", (PAGES / "baike.html").read_bytes())
    assert document.title == "第三届云溪茶市大会"
    assert document.references == (
        Reference("1", "云溪茶市大会将办第三届", "https://news.example.org/2016/05/tea.html"),
        Reference("2", "四百年茶乡", "https://baike.example.com/redirect/abc123"),
        Reference("3", "《云溪镇志》，云溪出版社，2017年，第88页"),
        Reference("4", "志愿者上岗．茶乡网"),
        Reference("5", "第三届云溪茶市大会日程表", "https://tea.example.org/schedule?id=3&lang=zh"),
    )


def test_a_page_of_a_wiki() -> None:
    traffic = ("車流", "每日平均車流")
    assert said("wikipedia.html") == [
        ((), "跨越 霧江", ()),
        ((), "全長 1,280 米", ("1",)),
        ((), "通車 1998年10月1日", ()),
        ((), "霧江大橋（英語：Fog River Bridge）是一座跨越霧江的斜拉橋，全長1,280米", ("1",)),
        ((), "，由工程師林乙設計。", ("2",)),
        (("歷史",), "大橋於1994年動工，造價4.2億元。", ("3",)),
        (("歷史", "維修"), "2008年更換拉索。", ()),
        (("歷史", "維修"), "2019年重鋪橋面。", ("2",)),
        (traffic, "1999 8,200 2,100", ("3",)),
        (traffic, "2009 21,500 2,100", ("3",)),
    ]
    document = read_web("wikipedia.html", (PAGES / "wikipedia.html").read_bytes())
    assert document.title == "霧江大橋"
    assert document.references == (
        Reference("1", "霧江大橋通車", "https://daily.example.com/bridge"),
        Reference("2", "林乙. 《造橋記》. 霧江: 江邊書局. 2001: 77."),
        Reference("3", "交通統計年報", "https://stats.example.org/traffic.csv"),
    )
    assert [part.name for block in document.blocks[-1:] for part in block.parts] == [
        "年份",
        "車輛 小型車",
        "車輛 貨車",
    ]


@given(timetable())
def test_a_timetable_s_merged_cells_are_in_each_row(drawn: tuple[list[str], list[Row]]) -> None:
    _, rows = drawn
    cells = [list(row.cells().values()) for row in rows]
    written = ""
    for place, row in enumerate(rows):
        line = ""
        for column in range(4):
            same = [one[: column + 1] == cells[place][: column + 1] for one in cells[place:]]
            if column > 1:
                same = [True] + [False] * len(same)
            if (
                place
                and column <= 1
                and cells[place - 1][: column + 1] == cells[place][: column + 1]
            ):
                continue
            run = next((n for n, is_same in enumerate(same) if not is_same), len(same))
            line += f"<td rowspan={run}>{escape(cells[place][column])}</td>"
        assert row
        written += f"<tr>{line}</tr>"
    head = "<tr><th>日期<th>時間<th>議題<th>地點</tr>"
    document = read_html("a.html", f"<table>{head}{written}</table>")
    found = [
        {name: span.of(document.text) for name, span in zip(one.names, one.spans, strict=True)}
        for one in cut([document])
    ]
    expected = [{n: " ".join(c.split()) for n, c in row.cells().items()} for row in rows]
    assert found == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>甲。</script>",
        "<style>甲。</style>",
        "<template>甲。</template>",
        "<noscript>甲。</noscript>",
        "<textarea>甲。</textarea>",
        "<p hidden>甲。</p>",
        "<p style='display:none'>甲。</p>",
        "<p style='COLOR:red; Display : NONE'>甲。</p>",
        "<div style='visibility:hidden'><p>甲。</p></div>",
        "<p style='font-size:0'>甲。</p>",
        "<p aria-hidden=true>甲。</p>",
        "<div role=navigation>甲。</div>",
        "<svg><text>甲。</text></svg>",
        "<iframe srcdoc='甲。'>甲。</iframe>",
        "<table><tr><td style='display:none'>甲。</td></tr></table>",
        "<ul hidden><li>甲。</ul>",
        "<div class='main-nav'>甲。</div>",
        "<p title='甲。' onclick='甲。'><img alt='甲。'></p>",
    ],
)
def test_what_is_not_shown_is_not_taken(hidden: str) -> None:
    document = read_html("a.html", f"<p>乙說了一句長話。</p>{hidden}<p>丙。</p>")
    assert document.text == "乙說了一句長話。\n丙。\n"


@pytest.mark.parametrize(
    ("page", "section", "text"),
    [
        ("<ul><li>交通</ul><p>有渡船。</p>", ("交通",), "有渡船。"),
        ("<p><b>交通</b></p><ul><li>有渡船。</ul>", ("交通",), "有渡船。"),
        ("<p><b>交通</b>便利。</p><p>乙。</p>", (), "交通便利。"),
        ("<ul><li>交通</ul><ol><li>渡船</ol>", (), "交通"),
        ("<ul><li>交通<li>住宿</ul><p>乙。</p>", (), "交通"),
        ("<p><b>交通。</b></p><p>乙。</p>", (), "交通。"),
    ],
)
def test_captions(page: str, section: tuple[str, ...], text: str) -> None:
    first = cut([read_html("a.html", page)])[0]
    assert (first.section, first.text) == (section, text)


def test_a_frame_by_its_name_that_holds_the_text_is_no_frame() -> None:
    page = "<body class='has-sidebar'><div class='menu share'><h1>題</h1><p>甲。</p></div></body>"
    assert read_html("a.html", page).text == "題\n甲。\n"


@pytest.mark.parametrize(
    ("page", "references"),
    [
        ("<p>甲。<sup><a href='#f1'>1</a></sup><p id=f1>乙書</p>", [("1", "乙書", "")]),
        (
            "<p>甲。<a href='#_ftn1' name='_ftnref1'>[1]</a><div id=ftn1><p>"
            "<a href='#_ftnref1' name='_ftn1'>[1]</a> 乙書 https://a.example/1</p></div>",
            [("1", "乙書", "https://a.example/1")],
        ),
        (
            "<p>甲。[1]</p><h2>參考資料</h2><p>[1] 乙書</p><p>[2] 丙書</p>",
            [("1", "乙書", ""), ("2", "丙書", "")],
        ),
        ("<p>甲。[1]</p><h2>References</h2><ol><li>乙書</ol>", [("1", "乙書", "")]),
        (
            "<p>甲。[2]</p><ol class=references><li>乙書<li><a href='http://[bad'>丙書</a></ol>",
            [("1", "乙書", ""), ("2", "丙書", "")],
        ),
        (
            "<base href='https://a.example/x/'><p>甲。[1]</p><ol class=references>"
            "<li><a href='烏鎮?a=1&amp;b=2'>乙書</a></ol>",
            [("1", "乙書", "https://a.example/x/%E7%83%8F%E9%8E%AE?a=1&b=2")],
        ),
        ("<p>甲。</p><h2>Notes</h2><ol><li>乙。</ol>", []),
        ("<p>甲。<a href='#x'>[1]</a></p>", []),
    ],
)
def test_reference_lists(page: str, references: list[tuple[str, str, str]]) -> None:
    document = read_html("a.html", page)
    assert [tuple(one) for one in document.references] == references
    assert ("乙" in document.text) == (not references and "乙" in page)


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td rowspan=65534 colspan=1000>甲。<td>乙。<tr><td>丙。</table>",
        "<table>" + "<tr>" + "<td>甲" * 3000 + "</table><p>乙。",
        "<ul><li>" * 3000 + "甲。",
        "<table><tr><td>" * 1000 + "甲。",
        "<b>" * 3000 + "甲。",
        "<div class=nav>" * 1000 + "甲。",
        "</p></div></table>" * 3000 + "甲。",
        "&#0;&#xD800;&#x110000;甲。",
        "<a href='#1'>[1]</a>" * 3000 + "甲。<li id=1>",
    ],
    ids=["spans", "wide", "lists", "tables", "bold", "frames", "ends", "characters", "marks"],
)
def test_pages_made_to_harm(page: str) -> None:
    document = read_html("a.html", page)
    document.text.encode("utf-8")
    for passage in cut([document]):
        assert passage.text == " ".join(span.of(document.text) for span in passage.spans)
