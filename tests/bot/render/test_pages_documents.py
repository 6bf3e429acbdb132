"""The page of the documents: all of their text in it, every passage found by its anchor."""

import re
from xml.etree.ElementTree import Element

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.bot.conftest import COLLECTIONS, KNOWLEDGE
from tests.bot.render.parsed import by_id, parsed, texts
from wuzhen.bot.anchors import anchor
from wuzhen.bot.render.pages import documents, writable
from wuzhen.index.document import Block, BlockKind, Document, Part, Passage, Reference, Span
from wuzhen.index.passages import cut
from wuzhen.index.sources.folder import Knowledge, Warning, read_folder
from wuzhen.index.sources.markdown import read_markdown

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>x</script>",
    '"><img src=x onerror=alert(1)>',
    "' onclick='x",
    "&lt;b&gt; &amp;amp; &#60;",
    "<!--",
    "]]>",
    "\u202eevil\u202c \u2066x\u200f",
    "{{ 7 * 7 }}{% raw %}",
    "a\r\nb\rc",
    "\x00\x07\x1b[31m\x7f\x85\ufffe\U0001fffe",
    "  two  spaces\t",
    "字",
)
WORDS = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=12))
SECTIONS = st.lists(st.sampled_from(["一", "二", HOSTILE[0], HOSTILE[2]]), max_size=3).map(tuple)
REFS = st.lists(st.sampled_from(["1", "2", "10", "0"]), max_size=2, unique=True).map(tuple)
TIMETABLE = ("date", "time", "topic", "place")


@st.composite
def blocks(
    draw: st.DrawFn,
) -> tuple[BlockKind, tuple[str, ...], list[tuple[str, str, tuple[str, ...]]]]:
    """A block before its places are known: its kind, its section, and its parts."""
    kind: BlockKind = draw(st.sampled_from(["paragraph", "bullet", "field", "row"]))
    if kind == "row":
        drop = draw(st.sampled_from(["", "date", "place"]))
        regular = [name for name in TIMETABLE if name != drop]
        names = draw(st.one_of(st.just(regular), st.lists(WORDS, min_size=1, max_size=4)))
    elif kind == "field":
        names = ["name", *["value"] * draw(st.integers(1, 2))]
    else:
        names = [""] * draw(st.integers(1, 3))
    parts = [(name, draw(WORDS), draw(REFS)) for name in names]
    return kind, draw(SECTIONS), [part for part in parts if part[1].strip()]


@st.composite
def written(draw: st.DrawFn) -> Document:
    """A document of any text whatever, some of its cells merged into those above."""
    text = ""
    made: list[Block] = []
    above: dict[str, Span] = {}
    for kind, section, pieces in draw(st.lists(blocks(), max_size=8)):
        parts: list[Part] = []
        for name, words, refs in pieces:
            if kind == "row" and name in above and draw(st.booleans()):
                parts.append(Part(above[name], refs, name))
                continue
            span = Span(len(text), len(text) + len(words))
            text += words + draw(st.sampled_from(["", " ", "\n"]))
            above[name] = span
            parts.append(Part(span, refs, name))
        if parts:
            made.append(Block(kind, section, tuple(parts)))
    return Document(draw(WORDS), draw(WORDS), text, tuple(made))


COLLECTED = st.lists(written(), min_size=1, max_size=3, unique_by=lambda document: document.id)


def shown(read: tuple[Document, ...], *warnings: Warning) -> tuple[Element, list[Passage]]:
    passages = cut(read)
    return parsed(documents.page(Knowledge(read, warnings), passages)), passages


def said(passage: Passage, by_anchor: dict[str, Element], tree: Element) -> list[str]:
    """What the page has of a passage: its own text, and for a timetable's row that of its day."""
    row = by_anchor[anchor(passage)]
    if row.tag != "tr":
        return texts(row)
    day = ""
    for body in tree.iter("tbody"):
        if row in list(body):
            heads = [one for one in body if one.attrib.get("class") == "day"]
            day = texts(heads[0])[0] if heads else ""
    return [*([day] if day else []), *texts(row)]


def own(passage: Passage, text: str) -> list[str]:
    spans = [writable(span.of(text)) for span in passage.spans]
    return spans if passage.names else [writable(passage.text)]


@given(COLLECTED)
def test_every_passage_is_in_the_page_character_for_character(read: list[Document]) -> None:
    tree, passages = shown(tuple(read))
    found = by_id(tree)
    by_document = {document.id: document.text for document in read}
    for passage in passages:
        assert sorted(said(passage, found, tree)) == sorted(
            own(passage, by_document[passage.document])
        )
    numbers = [
        int("".join(one.itertext()))
        for one in tree.iter("a")
        if one.attrib.get("class") == "number"
    ]
    assert sorted(numbers) == list(range(1, 1 + len(passages)))


@given(COLLECTED)
def test_references_lead_to_a_list_and_back(read: list[Document]) -> None:
    tree, passages = shown(tuple(read))
    found = by_id(tree)
    entries = {name: one for name, one in found.items() if name.startswith("r_")}
    carried = {(passage.document, ref) for passage in passages for ref in passage.refs}
    assert len(entries) == len(carried)
    leading = 0
    for name, one in found.items():
        if not name.startswith("p_"):
            continue
        for link in one.iter("a"):
            target = link.attrib["href"][1:]
            if target in entries:
                leading += 1
                back = [a.attrib["href"] for a in entries[target].iter("a")]
                assert f"#{name}" in back
                assert "".join(link.itertext()) == f"[{target.rsplit('_', 1)[1]}]"
    assert leading == sum(len(passage.refs) for passage in passages)


@given(written(), st.lists(blocks(), min_size=1, max_size=2))
def test_anchors_last_through_edits_elsewhere(
    document: Document,
    more: list[tuple[BlockKind, tuple[str, ...], list[tuple[str, str, tuple[str, ...]]]]],
) -> None:
    text = ""
    put: list[Block] = []
    for kind, section, pieces in more:
        parts = []
        for name, words, refs in pieces:
            parts.append(Part(Span(len(text), len(text) + len(words)), refs, name))
            text += words + "\n"
        if parts:
            put.append(Block(kind, section, tuple(parts)))
    moved = tuple(
        Block(
            block.kind,
            block.section,
            tuple(
                part._replace(span=Span(part.span.start + len(text), part.span.end + len(text)))
                for part in block.parts
            ),
        )
        for block in document.blocks
    )
    edited = document._replace(text=text + document.text, blocks=(*put, *moved))
    before, passages = shown((document,))
    after, all_passages = shown((edited,))
    new = {anchor(passage) for passage in all_passages[: len(all_passages) - len(passages)]}
    assume(not new & {anchor(passage) for passage in passages})
    old, now = by_id(before), by_id(after)
    for name, one in old.items():
        if name.startswith("p_"):
            assert texts(now[name]) == texts(one)


@pytest.mark.parametrize("name", sorted(path.name for path in COLLECTIONS.iterdir()))
def test_real_documents_whole(name: str) -> None:
    own_folder = COLLECTIONS / name / "knowledge"
    read = read_folder(own_folder if own_folder.is_dir() else KNOWLEDGE)
    tree, passages = shown(read.documents)
    found = by_id(tree)
    for document in read.documents:
        for passage in passages:
            if passage.document == document.id:
                assert sorted(said(passage, found, tree)) == sorted(own(passage, document.text))


@pytest.fixture(scope="module")
def article() -> Element:
    return shown(read_folder(KNOWLEDGE).documents)[0]


def test_the_timetable_is_a_table_by_days(article: Element) -> None:
    (table,) = (one for one in article.iter("table") if one.attrib.get("class") == "timetable")
    days = [texts(one)[0] for one in table.iter("tr") if one.attrib.get("class") == "day"]
    assert days == [f"2017年12月0{day}日" for day in (2, 3, 4, 5)]
    rows = [one for one in table.iter("tr") if one.attrib.get("class") == "passage"]
    assert len(rows) == 29
    (plenary,) = (row for row in rows if "全體會議" in texts(row))
    assert texts(plenary) == ["13:30-15:30", "全體會議", "烏鎮互聯網國際會展中心烏鎮廳"]
    assert [texts(cell) for cell in plenary if "merged" in cell.attrib.get("class", "")] == [
        ["烏鎮互聯網國際會展中心烏鎮廳"]
    ]
    (opening,) = (row for row in rows if "大會開幕式" in texts(row))
    assert all("merged" not in cell.attrib.get("class", "") for cell in opening)


def test_contents_fields_headings_and_language(article: Element) -> None:
    (nav,) = article.iter("nav")
    listed = ["".join(link.itertext()) for link in nav.iter("a")]
    assert listed[:3] == ["第四屆世界互聯網大會", "會議背景", "會議準備"]
    heads = ["".join(one.itertext()) for level in "23456" for one in article.iter(f"h{level}")]
    assert sorted(listed[1:]) == sorted(heads)
    assert [texts(one)[0] for one in article.iter("dt")][:2] == ["中文名", "外文名"]
    assert article.attrib["lang"] == "zh-Hant"
    main = {"".join(one.itertext()) for one in article.iter("h4")}
    assert "志願服務" in main


def test_a_section_that_goes_on_after_those_below_it_has_its_heading_again() -> None:
    text = "abc"
    made = [
        Block("paragraph", section, (Part(Span(place, place + 1)),))
        for place, section in enumerate([("一",), ("一", "二"), ("一",)])
    ]
    tree, _ = shown((Document("d", "d", text, tuple(made)),))
    heads = [texts(one)[0] for one in tree.iter() if re.fullmatch("h[23]", str(one.tag))]
    assert heads == ["一", "二", "一"]


def test_tables_with_other_columns_are_tables_of_their_own() -> None:
    rows = [("a", "b"), ("a", "c"), ("d", "e"), ("e",)]
    text = "".join(name for row in rows for name in row)
    place = 0
    made = []
    for row in rows:
        parts = []
        for name in row:
            parts.append(Part(Span(place, place + 1), (), name))
            place += 1
        made.append(Block("row", (), tuple(parts)))
    tree, _ = shown((Document("d", "d", text, tuple(made)),))
    heads = [texts(one) for one in tree.iter("thead")]
    assert heads == [["a", "b", "c"], ["d", "e"]]


def test_columns_stand_in_their_order_whatever_cells_are_empty() -> None:
    table = "| Season | Single | Double |\n|--|--|--|\n| Low | | 90 |\n| High | 80 | 120 |"
    tree, _ = shown((read_markdown("a.md", table),))
    assert [texts(one) for one in tree.iter("thead")] == [["Season", "Single", "Double"]]
    cells = [[texts(cell) for cell in row if cell.tag == "td"] for row in tree.iter("tr")]
    assert [row[1:-1] for row in cells[1:]] == [
        [["Low"], [], ["90"]],
        [["High"], ["80"], ["120"]],
    ]


def test_what_a_reference_is_and_who_cites_it_are_words_apart() -> None:
    text = "ab"
    made = tuple(
        Block("paragraph", section, (Part(Span(at, at + 1), ("1",)),))
        for at, section in enumerate([(), ("History",)])
    )
    known = Reference("1", "The Ferry Book", "https://archive.example/ferry")
    tree, _ = shown((Document("d", "d", text, made, (known,)),))
    (entry,) = (one for name, one in by_id(tree).items() if name.startswith("r_"))
    assert " ".join("".join(entry.itertext()).split()) == (
        "[1] The Ferry Book https://archive.example/ferry (lead) 1; History 2"
    )


@pytest.mark.parametrize(
    ("text", "one", "two"),
    [
        ("The hall is open.", "1 passage · 1 section · 1 reference", "2 passages · 2 sections"),
        ("圖書館每天開放。", "1 個片段 · 1 節 · 1 個參考編號", "2 個片段 · 2 節 · 1 個參考編號"),
    ],
)
def test_what_there_is_one_of_is_counted_as_one(text: str, one: str, two: str) -> None:
    part = Part(Span(0, len(text)), ("1",))
    for sections, said in (("一",), one), (("一", "二"), two):
        made = tuple(Block("paragraph", (name,), (part,)) for name in sections)
        tree, _ = shown((Document("d", "d", text, made),))
        assert said in "".join(next(iter(tree.iter("header"))).itertext())


@given(st.lists(WORDS, max_size=3))
def test_what_was_left_out_stands_first(names: list[str]) -> None:
    document = Document("d", "d", "x", (Block("paragraph", (), (Part(Span(0, 1)),)),))
    warnings = [Warning(name, "empty", 3) for name in names]
    tree, _ = shown((document,), *warnings)
    asides = list(tree.iter("aside"))
    assert len(asides) == bool(names)
    if names:
        assert next(iter(tree.iter("main")))[0] is asides[0]
        warned = ["".join(one.itertext()) for one in asides[0].iter("li")]
        assert warned == [writable(str(warning)) for warning in warnings]


@pytest.mark.parametrize(
    ("text", "lang", "contents"),
    [
        ("The hall is open daily.", "en", "Contents"),
        ("图书馆每天开放，欢迎读者。", "zh-Hans", "目录"),
        ("圖書館每天開放，歡迎讀者。", "zh-Hant", "目錄"),
    ],
)
def test_the_page_speaks_the_language_of_its_documents(text: str, lang: str, contents: str) -> None:
    document = Document("d", "d", text, (Block("paragraph", (), (Part(Span(0, len(text))),)),))
    tree, _ = shown((document,))
    assert tree.attrib["lang"] == lang
    assert contents in next(iter(tree.iter("summary"))).itertext()
