"""Pages as they are copied, plain texts, and the article."""

from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.conftest import ARTICLE
from tests.index.writing import Said, page, paragraph, words
from wuzhen.index.document import Document, Passage
from wuzhen.index.lexicon import BOILERPLATE, entries
from wuzhen.index.passages import cut
from wuzhen.index.sources.page import read_page
from wuzhen.index.text.fold import fold

LEFT_OUT = frozenset(fold(line) for line in entries(BOILERPLATE))
CENTRE = "烏鎮互聯網國際會展中心"
HOTEL = "西柵景區枕水大酒店華美宮"
# Day, time, topic and place, read off the table by hand.
SCHEDULE = [
    ("02", "09:30-10:00", "“互聯網之光”博覽會開幕式", f"{CENTRE}蓮池廣場"),
    ("03", "10:30-11:30", "大會開幕式", f"{CENTRE}烏鎮廳"),
    ("03", "13:30-15:30", "全體會議", f"{CENTRE}烏鎮廳"),
    ("03", "16:00-18:00", "世界互聯網領先科技成果發佈活動", f"{CENTRE}烏鎮廳"),
    ("03", "19:00-20:30", "“烏鎮之夜”歡迎晚宴(憑請柬)", "枕水酒店龍鳳廳"),
    ("04", "08:10-11:30", "共享紅利:互聯網精準扶貧", f"{CENTRE}通安廳(217)"),
    ("04", "08:30-12:00", "人工智能:讓生活更美好", f"{CENTRE}枕水廳(201)"),
    ("04", "09:00-11:45", "網絡傳播與社會責任——新時代、新機遇、新擔當", HOTEL),
    ("04", "09:00-12:00", "打擊網絡犯罪和網絡恐怖主義國際合作", f"{CENTRE}景行廳(210)"),
    ("04", "09:00-12:00", "全球數字經濟:深化合作,增強互惠", f"{CENTRE}烏鎮廳"),
    ("04", "09:00-12:00", "大連接時代:創新 智能 變革", f"{CENTRE}壟行廳(208)"),
    ("04", "09:00-12:00", "守護未來:未成年人網絡保護", f"{CENTRE}雨讀廳(203)"),
    ("04", "09:00-12:00", "“數字絲綢之路”國際合作", f"{CENTRE}安渡廳(216)"),
    ("04", "08:30-11:40", "包容互鑑:網上文化交流共享", f"{CENTRE}慈雲廳(106)"),
    ("04", "中午", "“互聯網紀念林”植樹活動", "世界互聯網大會紀念林"),
    ("04", "13:30-17:20", "前沿技術領域科學家高峯對話", f"{CENTRE}通安廳(217)"),
    ("04", "14:30-18:00", "海峽兩岸暨香港、澳門互聯網發展論壇", f"{CENTRE}安渡廳(216)"),
    ("04", "14:30-18:00", "互聯網國際高端智庫:網絡空間新型大國關係", f"{CENTRE}雨讀廳(203)"),
    ("04", "14:30-18:00", "互聯網人才培養和交流", f"{CENTRE}慈雲廳(106)"),
    ("04", "14:30-18:00", "中外部長高峯對話論壇——互聯網普惠共享", HOTEL),
    ("04", "14:30-18:00", "分享經濟:創新與治理", f"{CENTRE}壟行廳(208)"),
    ("04", "14:30-18:00", "網絡空間國際規則:共識與前景(應邀與會)", f"{CENTRE}景行廳(210)"),
    ("04", "14:00-16:50", "風險投資和互聯網產業發展:下一個風口", f"{CENTRE}枕水廳(201)"),
    ("04", "19:30-21:00", "文藝演出", "烏鎮大劇院"),
    ("05", "08:00-10:30", "互聯網與金融——迴歸·綠色·共享", f"{CENTRE}通安廳(217)"),
    ("05", "08:00-10:30", "企業家高峯對話——互聯網時代的新經濟", f"{CENTRE}慈雲廳(106)"),
    ("05", "08:00-10:30", "網絡安全閉門會(應邀出席)", f"{CENTRE}壟行廳(208)"),
    ("05", "11:00-12:00", "大會閉幕式", f"{CENTRE}烏鎮廳"),
    ("05", "12:00-13:00", "新聞發佈會", f"{CENTRE}網劇場"),
]


@given(page())
def test_a_page_is_read_back(made: tuple[str, str, list[Said]]) -> None:
    text, title, said = made
    document = read_page("a.txt", text, LEFT_OUT)
    assert (document.title, document.text) == (title, text)
    assert [Said(p.section, p.text, p.refs) for p in cut([document])] == said


@given(st.lists(words, min_size=1, max_size=4, unique=True), st.data())
def test_a_plain_text_is_read_back(names: list[str], data: st.DataObject) -> None:
    title, *headings = names
    written = [title, ""]
    said: list[Said] = []
    for name in headings:
        body, found = data.draw(paragraph((name,)))
        written += [name, body, ""]
        said += found
    if not said:
        body, said = data.draw(paragraph())
        written += [body]
    document = read_page("notes.txt", "\n".join(written), LEFT_OUT)
    assert document.title == title
    assert [Said(p.section, p.text, p.refs) for p in cut([document])] == said


def test_a_text_without_a_title_is_called_as_its_file() -> None:
    assert read_page("on/notes.v2.txt", "春天來了。\n秋天走了。", LEFT_OUT).title == "on/notes.v2"
    assert read_page("notes.txt", "春天來了。", LEFT_OUT, "山中").title == "山中"


@given(st.sampled_from(entries(BOILERPLATE)), st.booleans())
def test_boilerplate_is_left_out_where_it_is_all_of_a_line(line: str, simplified: bool) -> None:
    written = opencc.OpenCC("t2s").convert(line) if simplified else line
    document = read_page("a.txt", f"{written}\n春天{line}來了。\n {written} \n秋天走了。", LEFT_OUT)
    assert [passage.text for passage in cut([document])] == [f"春天{line}來了。", "秋天走了。"]


@given(st.lists(st.tuples(words, words), min_size=2, max_size=5))
def test_an_infobox_is_read_as_fields(pairs: list[tuple[str, str]]) -> None:
    fields = "\n".join(f"{name}\n{value}2017 [7]" for name, value in pairs)
    text = f"甲會\n春天來了。\n{fields}\n\n" + "".join(
        f"甲會{name}\n\n秋天走了。\n\n" for name in ("背景", "日程", "影響")
    )
    found = [p for p in cut([read_page("a.txt", text, LEFT_OUT)]) if p.kind == "field"]
    assert [p.text for p in found] == [f"{name} {value}2017" for name, value in pairs]
    assert {p.names for p in found} == {("name", "value")}
    assert {p.refs for p in found} == {("7",)}


def test_the_article_is_exactly_what_is_on_disk(article: Document) -> None:
    assert article.text.encode("utf-8") == ARTICLE.read_bytes()
    assert article.title == "第四屆世界互聯網大會"


def test_the_article_s_timetable(article: Document, article_passages: list[Passage]) -> None:
    rows = [passage for passage in article_passages if passage.kind == "row"]
    assert [tuple(span.of(article.text) for span in row.spans) for row in rows] == [
        (f"2017年12月{day}日", time, topic, place) for day, time, topic, place in SCHEDULE
    ]
    assert len(rows) == 29
    assert {row.names for row in rows} == {("date", "time", "topic", "place")}
    assert {row.refs for row in rows} == {("5",)}
    assert {row.section for row in rows} == {("會議進程", "日程安排")}


@pytest.mark.parametrize(
    ("said", "refs", "section"),
    [
        ("習近平向大會致賀信", "2 3", ""),
        ("採用四迴路供電", "10 11", "會議準備/服務保障/電力保障"),
        ("它的控制方式是", "10 11", "會議準備/服務保障/電力保障"),
        ("1500多名嘉賓", "14 21", "會議成果/嘉賓代表"),
        ("1240名志願者", "8", "會議準備/服務保障/志願服務"),
        ("10個語種", "12", "會議準備/服務保障/志願服務"),
        ("334G", "11", "會議準備/服務保障/網絡保障"),
        ("近700名精幹力量", "11", "會議準備/會議籌備"),
        ("全體會議在烏鎮舉行", "13", "會議進程/重要進展"),
        ("三枚“世界互聯網大會·烏鎮峯會”標誌", "17", "會議特色/文化主題/形象標誌"),
        ("《相聚烏鎮》", "18", "會議特色/文化主題/宣傳短片"),
        ("五大板塊", "15", "會議特色/設置創新/內容豐富、話題新穎"),
        ("(浙江省人民政府副省長高興夫評)", "19", "會議評價"),
        ("(北京青年報評)", "23", "會議評價"),
        ("在銘牌上書寫下自己的名字", "20", "會議影響"),
        ("成為國際社會的廣泛共識", "2", "會議背景"),
    ],
)
def test_the_article_s_references_and_sections(
    article_passages: list[Passage], said: str, refs: str, section: str
) -> None:
    (found,) = [passage for passage in article_passages if said in passage.text]
    assert found.refs == tuple(refs.split())
    assert found.section == tuple(section.split("/") if section else ())


def test_the_article_s_fields(article: Document, article_passages: list[Passage]) -> None:
    fields = [passage for passage in article_passages if passage.kind == "field"]
    assert [tuple(span.of(article.text) for span in field.spans) for field in fields] == [
        ("中文名", "第四屆世界互聯網大會"),
        ("外文名", "2014 World Internet Conference"),
        ("活動時間", "2017年12月2日 至 2017年12月5日"),
        ("舉辦方", "中國國家互聯網信息辦公室、浙江省人民政府"),
        ("舉辦地點", "浙江烏鎮"),
        ("舉辦場館", "烏鎮互聯網國際會展中心"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "複製鏈接",
        "請複製以下鏈接發送給好友",
        "鎖定",
        "展開全部 收起",
        "參考資料",
        "參考資料: [5]",
        "大會現場",
        "紀念林現場",
        "志願者出征儀式 志願者出征儀式",
        "世界互聯網大會標誌 世界互聯網大會標誌",
    ],
)
def test_what_of_the_article_is_not_quoted(
    article: Document, article_passages: list[Passage], line: str
) -> None:
    assert f"\n{line}" in f"\n{article.text}"
    held = [passage for passage in article_passages if line in passage.text]
    assert all(line in ("大會現場", "參考資料") and len(p.text) > 20 for p in held)
    assert all("[" not in passage.text for passage in article_passages)


def test_every_other_line_of_the_article_is_quoted(
    article: Document, article_passages: list[Passage]
) -> None:
    covered = [False] * len(article.text)
    for passage in article_passages:
        for start, end in passage.spans:
            covered[start:end] = [True] * (end - start)
    left: list[str] = []
    for number, line in enumerate(article.text.splitlines(keepends=True)):
        start = sum(map(len, article.text.splitlines(keepends=True)[:number]))
        if line.strip() and not any(covered[start : start + len(line)]):
            left.append(line.strip())
    headings = [line for line in left if line.startswith(article.title)]
    sections = {name for passage in article_passages for name in passage.section}
    assert {line.removeprefix(article.title) for line in headings} <= {"", *sections}
    bullets = [line for line in left if line.startswith("•")]
    assert {line.removeprefix("•").strip() for line in bullets} <= sections
    assert set(left) - {*headings, *bullets} == {
        "複製鏈接",
        "請複製以下鏈接發送給好友",
        "鎖定",
        "志願者出征儀式 志願者出征儀式",
        "大會現場",
        "時間",
        "議題",
        "地點",
        "參考資料: [5]",
        "世界互聯網大會標誌 世界互聯網大會標誌",
        "紀念林現場",
        "參考資料",
        "展開全部 收起",
    }


def test_the_same_page_in_simplified_script_is_read_alike(
    article: Document, article_passages: list[Passage]
) -> None:
    to_simplified = opencc.OpenCC("t2s").convert
    text = to_simplified(article.text)
    simplified = read_page(article.id, text, LEFT_OUT)
    assert simplified.text == text
    assert fold(simplified.title) == fold(article.title)
    passages = cut([simplified])
    assert len(text) == len(article.text)
    assert [(p.kind, p.spans, p.refs, p.names) for p in passages] == [
        (p.kind, p.spans, p.refs, p.names) for p in article_passages
    ]
    assert [[fold(name) for name in p.section] for p in passages] == [
        [fold(name) for name in p.section] for p in article_passages
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_the_article_with_other_line_ends_is_read_alike(
    article: Document, article_passages: list[Passage], end: str
) -> None:
    document = read_page(article.id, article.text.replace("\n", end), LEFT_OUT)
    found = [(p.kind, p.section, p.text, p.refs) for p in cut([document])]
    assert found == [(p.kind, p.section, p.text, p.refs) for p in article_passages]


def test_every_other_collection_is_quoted_from(pytestconfig: pytest.Config) -> None:
    texts = sorted(Path(pytestconfig.rootpath, "tests/collections").glob("*/knowledge/*.txt"))
    for path in texts:
        text = path.read_bytes().decode("utf-8")
        passages = cut([read_page(path.name, text, LEFT_OUT)])
        assert passages
        assert all(passage.text.strip() for passage in passages)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        # The first of numbered lines below each other is none of a heading, whatever it says.
        (
            "規則\n\n1. 禁止奔跑\n2. 禁止跳水\n3. 先淋浴",
            {"": ["1. 禁止奔跑", "2. 禁止跳水", "3. 先淋浴"]},
        ),
        ("Rules\n\n(1) No glass\n(2) No dogs", {"": ["(1) No glass", "(2) No dogs"]}),
        (
            "規則\n\n一、費用\n1. 十元\n\n二、時間\n1. 八點",
            {"一、費用": ["1. 十元"], "二、時間": ["1. 八點"]},
        ),
        ("規則\n\n第一章 總則\n第一條 每日開放", {"第一章 總則": ["第一條 每日開放"]}),
        # Nor is what carries a reference, or ends as a sentence.
        ("Rules\n\n1. No running [1]\nIt is wet.", {"": ["1. No running", "It is wet."]}),
        ("Rules\n\nNo running at all.\nIt is wet.", {"": ["No running at all.", "It is wet."]}),
        # A question that says it is one stands above its answer.
        (
            "FAQ\n\nQ: Open?\nA: Yes.\nQ2. Late?\nA: No.",
            {"Q: Open?": ["A: Yes."], "Q2. Late?": ["A: No."]},
        ),
        (
            "問答\n\n停車\n問：要錢嗎？\n答：不用。\n\n入場\n先排隊。",
            {"停車 › 問：要錢嗎？": ["答：不用。"], "入場": ["先排隊。"]},
        ),
    ],
)
def test_what_is_a_heading_of_plain_text(text: str, read: dict[str, list[str]]) -> None:
    found: dict[str, list[str]] = {}
    for one in cut([read_page("a.txt", text, frozenset())]):
        found.setdefault(" › ".join(one.section), []).append(one.text)
    assert found == read


def test_thousands_of_short_lines_are_read() -> None:
    # Looked up line by line in each other, these would take minutes.
    text = "\n\n".join(f"第{number}行" for number in range(20_000))
    assert read_page("a.txt", text, frozenset()).text == text
