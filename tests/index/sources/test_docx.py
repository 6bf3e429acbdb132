"""Word documents, and files that claim to be one."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.sources import word
from tests.index.writing import words
from wuzhen.index.document import Document, Reference
from wuzhen.index.passages import cut
from wuzhen.index.sources.bounds import Unreadable
from wuzhen.index.sources.word.reader import read_docx

BILLION = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def said(document: Document) -> list[tuple[str, tuple[str, ...], str, tuple[str, ...]]]:
    return [(one.kind, one.section, one.text, one.refs) for one in cut([document])]


def test_headings_lists_and_notes() -> None:
    document = read_docx(
        "report.docx",
        word.document(
            word.paragraph("茶業報告", style="Title"),
            word.paragraph("茶園", style="1"),
            word.paragraph("茶園三千畝。", word.note(2), "茶農八百戶。", word.note(5)),
            word.paragraph("品種", style="2"),
            word.paragraph("龍井。", bullet=True),
            word.paragraph("碧螺春。[9]", bullet=True),
            word.paragraph("參考文獻", style="1"),
            word.paragraph("[9] 《茶譜》，https://tea.example.org/9。"),
            notes={2: "縣統計局。", 5: "見 https://stats.example.org/5"},
        ),
    )
    assert document.title == "茶業報告"
    assert said(document) == [
        ("paragraph", ("茶園",), "茶園三千畝。", ("1",)),
        ("paragraph", ("茶園",), "茶農八百戶。", ("2",)),
        ("bullet", ("茶園", "品種"), "龍井。", ()),
        ("bullet", ("茶園", "品種"), "碧螺春。", ("9",)),
    ]
    assert set(document.references) == {
        Reference("1", "縣統計局。"),
        Reference("2", "見", "https://stats.example.org/5"),
        Reference("9", "《茶譜》", "https://tea.example.org/9"),
    }


def test_a_timetable_with_merged_cells_has_all_cells_in_each_row() -> None:
    rows: word.Rows = [
        ["日期", "時間", "議題", "地點"],
        [("5月8日", "down"), "09:00", "開幕", ("廣場", "down")],
        [("", "on"), "10:00", "比賽", ("", "on")],
        ["", "14:00", "講座", "禮堂"],
    ]
    (first, second, third) = cut([read_docx("a.docx", word.document(word.table(rows)))])
    assert first.names == second.names == ("date", "time", "topic", "place")
    assert (first.text, second.text) == ("5月8日 09:00 開幕 廣場", "5月8日 10:00 比賽 廣場")
    assert third.text == "5月8日 14:00 講座 禮堂"


@pytest.mark.parametrize("head", [True, False])
def test_a_table_names_its_columns(head: bool) -> None:
    rows: word.Rows = [
        ["項目", "收入", "支出"],
        ["門票", "1200", "300"],
        ["攤位", ("無", "across")],
    ]
    found = cut([read_docx("a.docx", word.document(word.table(rows, head=head)))])
    assert [(one.text, one.names) for one in found] == [
        ("門票 1200 300", ("項目", "收入", "支出")),
        ("攤位 無", ("項目", "收入")),
    ]


def test_a_bold_line_above_a_paragraph_is_a_heading() -> None:
    body = [word.paragraph(word.text("交通", bold=True)), word.paragraph("有渡船。")]
    assert said(read_docx("a.docx", word.document(*body))) == [
        ("paragraph", ("交通",), "有渡船。", ())
    ]


def test_a_main_heading_that_comes_first_and_alone_is_the_title() -> None:
    body = [
        word.paragraph("茶", style="1"),
        word.paragraph("水", style="2"),
        word.paragraph("甲。"),
    ]
    document = read_docx("a.docx", word.document(*body))
    assert (document.title, document.blocks[0].section) == ("茶", ("水",))
    body.append(word.paragraph("酒", style="1"))
    assert read_docx("a.docx", word.document(*body)).title == "a"


def test_hidden_text_is_not_quoted() -> None:
    body = word.paragraph(word.text("藏起來。", hidden=True), "看得見。")
    document = read_docx("a.docx", word.document(body))
    assert document.text == "看得見。\n"


@given(st.lists(words, min_size=1, max_size=5))
def test_paragraphs_are_read_back(written: list[str]) -> None:
    body = [word.paragraph(f"{one}。") for one in written]
    document = read_docx("a.docx", word.document(*body))
    assert [one.text for one in cut([document])] == [f"{one}。" for one in written]


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_docx("a.docx", data)
    return str(caught.value)


def spoiled(name: str, data: bytes) -> bytes:
    return word.packed(word.parts(word.paragraph("甲。")) | {name: data})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Word file"),
        (b"\x00\x01 no zip at all", "not a Word document"),
        (b"PK\x03\x04" + bytes(100), "not a Word document"),
        (word.document(word.paragraph("甲。"))[:-30], "not a Word document"),
        (word.packed({"xl/workbook.xml": b"<a/>"}), "not a Word document"),
        (spoiled("word/document.xml", b"<w:document"), "damaged"),
        (spoiled("word/styles.xml", b"\xff\xfe\x00"), "damaged"),
        (spoiled("word/document.xml", b"<a>" * 5000 + b"</a>" * 5000), "nested too deeply"),
        (spoiled("word/document.xml", b" " * 30_000_000), "may be a bomb"),
        (spoiled("word/document.xml", bytes(70_000_000)), "unpacks to more than 64 MiB"),
        (
            spoiled("word/document.xml", f"<!DOCTYPE a [<!ENTITY a0 'x'>{BILLION}]><a/>".encode()),
            "declares XML entities",
        ),
        (
            spoiled(
                "word/footnotes.xml",
                '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'.encode("utf-16"),
            ),
            "declares XML entities",
        ),
    ],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    assert reason in refused(data)


def test_a_part_that_is_larger_than_it_says() -> None:
    part = b"<a>" + b"x" * 5000 + b"</a>"
    data = spoiled("word/document.xml", part)
    said = len(part).to_bytes(4, "little")
    assert data.count(said) >= 2  # before the part, and in the list of parts at the end
    assert refused(data.replace(said, (10).to_bytes(4, "little")))


def test_a_part_with_a_password() -> None:
    data = bytearray(word.document(word.paragraph("甲。")))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    assert "password" in refused(bytes(data))


def test_names_that_lead_out_of_the_package_are_not_unpacked() -> None:
    data = word.packed(
        word.parts(word.paragraph("甲。")) | {"../../word/evil.xml": b"<a/>", "/etc/x": b"y"}
    )
    assert [one.text for one in cut([read_docx("a.docx", data)])] == ["甲。"]


def test_two_parts_of_one_name() -> None:
    file = io.BytesIO(word.document(word.paragraph("甲。")))
    with zipfile.ZipFile(file, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("word/document.xml", b"<a/>")
    assert refused(file.getvalue())


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([("chineseCountingThousand", "第%1條")], ["第一條 茶要熱。", "第二條 水要清。"]),
        ([("taiwaneseCountingThousand", "（%1）")], ["（一）茶要熱。", "（二）水要清。"]),
        ([("decimal", "Article %1")], ["Article 1 茶要熱。", "Article 2 水要清。"]),
        ([("upperRoman", "%1)")], ["I) 茶要熱。", "II) 水要清。"]),
        ([("ideographDigital", "%1、")], ["一、茶要熱。", "二、水要清。"]),
        ([("decimal", "%1.")], ["茶要熱。", "水要清。"]),
    ],
)
def test_numbers_that_word_makes_are_text(
    levels: list[tuple[str, str]], expected: list[str]
) -> None:
    written = word.parts(
        word.paragraph("茶規", style="Title"),
        word.paragraph("茶要熱。", bullet=True),
        word.paragraph("水要清。", bullet=True),
    )
    level = "".join(
        f'<w:lvl w:ilvl="{at}"><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (format, text) in enumerate(levels)
    )
    bullets = b'<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
    written["word/numbering.xml"] = written["word/numbering.xml"].replace(bullets, level.encode())
    document = read_docx("a.docx", word.packed(written))
    assert [one.text for one in cut([document])] == expected


def test_a_table_of_contents_is_left_out() -> None:
    document = read_docx(
        "a.docx",
        word.document(
            word.paragraph("茶規", style="Title"),
            word.paragraph("總則\t1", style="TOC1"),
            word.paragraph("總則", style="1"),
            word.paragraph("茶要熱。"),
        ),
    )
    assert said(document) == [("paragraph", ("總則",), "茶要熱。", ())]


def test_references_are_a_list_though_no_mark_leads_to_them() -> None:
    document = read_docx(
        "a.docx",
        word.document(
            word.paragraph("茶規", style="Title"),
            word.paragraph("茶要熱。"),
            word.paragraph("References", style="1"),
            word.paragraph("[1] 《茶譜》，1999年。"),
            word.paragraph("[2] 《水經》，2001年。"),
        ),
    )
    assert [one.text for one in cut([document])] == ["茶要熱。"]
    assert [one.title for one in document.references] == [
        "《茶譜》，1999年。",
        "《水經》，2001年。",
    ]
