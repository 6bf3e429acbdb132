"""Knowledge folders as people leave them."""

import os
import socket
import time
from pathlib import Path

import pytest

from tests.index.sources import word
from tests.index.sources.printed import Sheet, pdf
from wuzhen.index.errors import KnowledgeError
from wuzhen.index.passages import cut
from wuzhen.index.sources.bounds import (
    LARGEST_PACKAGE,
    LARGEST_TEXT,
    LONGEST_LINE,
    Unreadable,
    contents,
)
from wuzhen.index.sources.folder import Source, files, lists_digest, look, read_folder, sources
from wuzhen.index.sources.page import read_page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "knowledge"
    made.mkdir()
    (made / "good.txt").write_text("春天來了。[1]\n", "utf-8")
    return made


def digest(folder: Path) -> object:
    """What tells one state of a folder from another."""
    seen = {name: one.digest for name, one in look(folder)[0].items()}
    return tuple(seen.items()), lists_digest(folder)


def warnings(folder: Path) -> list[str]:
    return [str(warning) for warning in read_folder(folder).warnings]


def ids(folder: Path) -> list[str]:
    return [document.id for document in read_folder(folder).documents]


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    for call in (read_folder, look, files):
        with pytest.raises(KnowledgeError, match="does not exist; create it"):
            call(tmp_path / "none")


def test_a_file_instead_of_a_folder(folder: Path) -> None:
    with pytest.raises(KnowledgeError):
        read_folder(folder / "good.txt")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        (None, b"", "can be read"),
        ("a.txt", b"", "a.txt: empty"),
        ("a.txt", b" \n\n", "a.txt: empty"),
        ("a.txt", "甲\n乙\n".encode() + b"\xff", "a.txt:3: not UTF-8"),
        ("a.txt", "春天來了".encode("gb18030"), "a.txt:1: not UTF-8"),
        ("a.txt", "春天來了".encode("utf-16") + b"\n", "a.txt: not UTF-16 throughout"),
        ("a.jsonl", b"{\n", "a.jsonl:1: not a JSON object"),
        ("a.html", b"<script>1</script>", "a.html: nothing to quote"),
        ("a.md", b"# only a title\n", "a.md: nothing to quote"),
        ("a.pdf", b"%PDF", "a.pdf: not a PDF file"),
        ("a.txt", b"%PDF-1.7 ...", "not what its name says; if it is a .pdf file"),
        ("a.html", word.document(word.paragraph("a")), "if it is a .docx file"),
        ("a.docx", b"%PDF-1.7 ...", "a.docx: not a Word document"),
        ("a.html", "<p>春".encode("gb18030"), "a.html:1: not UTF-8, and it declares no other"),
        ("a.html", b"<div hidden><p>a.</p></div>", "nothing to quote"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "can be read"),
        ("README.md", b"read me", "can be read"),
        ("synonyms.txt", b"a = b", "can be read"),
        (".hidden.txt", b"hidden.", "can be read"),
    ],
)
def test_a_folder_with_nothing_to_read_says_why(
    tmp_path: Path, name: str | None, data: bytes, reason: str
) -> None:
    if name:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(KnowledgeError) as caught:
        read_folder(tmp_path)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_read_is_named_and_the_rest_is_read(folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"one\ntwo\xff\n")
    (folder / "empty.md").write_bytes(b"")
    lines = [
        '{"id": "a", "text": "甲。"}',
        "{broken",
        "",
        '{"id": "b"}',
        '{"id": "c", "text": "丙。"}',
    ]
    (folder / "more.jsonl").write_text("\n".join(lines), "utf-8")
    assert ids(folder) == ["good.txt", "a", "c"]
    assert warnings(folder) == [
        "bad.txt:2: not UTF-8; left out",
        "empty.md: empty; left out",
        "more.jsonl:2: not a JSON object; left out",
        "more.jsonl:4: no id or no text; left out",
    ]


def test_every_kind_of_file_is_read_in_order_of_name(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "b.MD").write_text("# 題\n\n甲。", "utf-8")
    (folder / "a.html").write_text("<p>乙。", "utf-8")
    (folder / "z.htm").write_text("<p>丙。", "utf-8")
    (folder / "c.jsonl").write_text('{"id": "d", "text": "丁。"}', "utf-8")
    assert ids(folder) == ["a.html", "d", "good.txt", "sub/b.MD", "z.htm"]
    assert warnings(folder) == []


def test_a_second_document_of_an_id_is_left_out(folder: Path) -> None:
    lines = ['{"id": "a", "text": "甲。"}', '{"id": "a", "text": "乙。"}']
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "b.jsonl").write_text('{"id": "good.txt", "text": "丙。"}', "utf-8")
    read = read_folder(folder)
    assert [(d.id, d.text) for d in read.documents] == [("a", "甲。"), ("good.txt", "丙。")]
    assert [str(warning) for warning in read.warnings] == [
        "a.jsonl: another document has the id a; left out",
        "good.txt: another document has the id good.txt; left out",
    ]


def test_links_that_lead_out_are_passed_over(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("秘密。", "utf-8")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "linked").symlink_to(outside)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "gone.txt").symlink_to(folder / "nothing.txt")
    (folder / "inside.txt").symlink_to(folder / "good.txt")
    (folder / "round").symlink_to(folder)
    assert ids(folder) == ["good.txt", "inside.txt"]
    assert warnings(folder) == [
        "gone.txt: a link that leads nowhere; left out",
        "link.txt: a link that leads out of the knowledge folder; left out",
        "linked: a link that leads out of the knowledge folder; left out",
        "loop.txt: a link that leads nowhere; left out",
    ]
    assert "秘密" not in "".join(document.text for document in read_folder(folder).documents)


def test_a_folder_s_own_boilerplate_is_left_out(folder: Path) -> None:
    (folder / "good.txt").write_text("廣告在這裏。\n春天來了。", "utf-8")
    (folder / "boilerplate.txt").write_text("广告在这里。", "utf-8")
    assert [passage.text for passage in cut(read_folder(folder).documents)] == ["春天來了。"]


def test_a_name_that_is_not_utf_8_is_named_and_left_out(folder: Path) -> None:
    name = os.fsencode(folder) + b"/" + "春.txt".encode("gb18030")
    try:
        Path(os.fsdecode(name)).write_text("秋天走了。", "utf-8")
    except OSError:
        pytest.skip("the file system takes names in UTF-8 alone")
    assert ids(folder) == ["good.txt"]
    (warning,) = warnings(folder)
    assert "not UTF-8" in warning
    warning.encode("utf-8")
    assert digest(folder) == digest(folder)


@pytest.mark.parametrize(
    "text",
    [
        "字" * 300_000,
        "春天來了。" * 20_000,
        "春\x00天\x1b[31m來\x07了。",
        "\x00",
        "\u202e春天來了。\u2066",
        "[" * 50_000 + "春",
        "1" * 100_000,
        "\u0301" * 1000,
    ],
    ids=["line", "sentences", "control", "nul", "bidi", "brackets", "digits", "marks"],
)
def test_strange_files_are_read_as_they_are(folder: Path, text: str) -> None:
    (folder / "strange.txt").write_bytes(text.encode())
    read = read_folder(folder)
    assert (read.documents[1].text, read.warnings) == (text, ())
    for passage in cut(read.documents):
        whole = read.documents[0 if passage.document == "good.txt" else 1].text
        assert passage.text == " ".join(span.of(whole) for span in passage.spans)


def test_what_is_no_file_is_named_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "folder.txt").mkdir()
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(folder / "socket.md"))
        assert ids(folder) == ["good.txt"]
        assert warnings(folder) == [
            "device.txt: a link that leads out of the knowledge folder; left out",
            "pipe.txt: not a regular file; left out",
            "socket.md: not a regular file; left out",
        ]
        assert digest(folder) == digest(folder)


def test_a_file_is_not_waited_for_that_has_become_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    with pytest.raises(Unreadable, match="not a regular file"):
        contents(folder / "pipe.txt", 10)


def test_a_file_that_vanishes_or_cannot_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "gone.txt").write_text("甲。", "utf-8")
    (folder / "shut.txt").write_text("乙。", "utf-8")
    really_open = os.open

    def opened(path: Path, flags: int) -> int:
        if path.name == "gone.txt":
            path.unlink(missing_ok=True)
        if path.name == "shut.txt":
            raise PermissionError(13, "Permission denied")
        return really_open(path, flags)

    monkeypatch.setattr("wuzhen.index.sources.bounds.os.open", opened)
    assert warnings(folder) == [
        "gone.txt: No such file or directory; left out",
        "shut.txt: Permission denied; left out",
    ]


def test_a_file_too_large_is_named(folder: Path) -> None:
    for name, largest in (("a.txt", LARGEST_TEXT), ("a.pdf", LARGEST_PACKAGE)):
        with (folder / name).open("wb") as file:
            file.truncate(largest + 1)
    assert warnings(folder) == [
        "a.pdf: larger than 64 MiB; split it; left out",
        "a.txt: larger than 16 MiB; split it; left out",
    ]
    assert digest(folder) == digest(folder)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_line_too_long_is_named(folder: Path, name: str) -> None:
    (folder / name).write_text("甲。\n乙。\n" + "字" * (LONGEST_LINE + 1) + "\n丙。", "utf-8")
    assert warnings(folder) == [f"{name}:3: a line of more than 1,000,000 characters; left out"]


def test_a_large_text_is_read_as_a_small_one_is(folder: Path) -> None:
    text = "".join(f"第{n}天下雨。[{n % 7}]\n" for n in range(20_000))
    (folder / "large.txt").write_text(text, "utf-8")
    read = read_folder(folder).documents[1]
    assert read == read_page("large.txt", text, frozenset())


def test_a_text_that_takes_long_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "large.md").write_text("甲。\n\n" * 200_000, "utf-8")
    monkeypatch.setattr("wuzhen.index.sources.isolated.SECONDS", 0.2)
    assert warnings(folder) == ["large.md: takes more than 0.2 seconds to read; left out"]


def test_a_name_cannot_write_lines_of_its_own(folder: Path) -> None:
    (folder / "a\nb\x1b[2J.txt").write_text("", "utf-8")
    assert warnings(folder) == ["a\\nb\\x1b[2J.txt: empty; left out"]


def test_word_pdf_and_pages_are_read_beside_text(folder: Path) -> None:
    sheet = Sheet()
    sheet.paragraph(60, 780, "丁说。")
    (folder / "b.docx").write_bytes(word.document(word.paragraph("丙說。")))
    (folder / "c.PDF").write_bytes(pdf(sheet))
    (folder / "d.htm").write_text("<p>戊說。", "utf-8")
    (folder / "e.docx").write_bytes(b"broken")
    texts = [document.text for document in read_folder(folder).documents]
    assert texts == ["丙說。\n", "丁说。\n", "戊說。\n", "春天來了。[1]\n"]
    assert warnings(folder) == ["e.docx: not a Word document, or a damaged one; left out"]


def test_the_digest_changes_with_the_library_that_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "b.docx").write_bytes(word.document(word.paragraph("丙說。")))
    before = digest(folder)
    monkeypatch.setattr("wuzhen.index.sources.folder.version", lambda _: "0.0")
    assert digest(folder) != before


def test_line_ends_are_kept(folder: Path) -> None:
    (folder / "good.txt").write_bytes("甲。\r\n乙。\r丙。".encode())
    assert read_folder(folder).documents[0].text == "甲。\r\n乙。\r丙。"


def test_the_digest_changes_with_anything_that_is_built_from(folder: Path) -> None:
    seen = {digest(folder)}

    def changed() -> bool:
        now = digest(folder)
        new = now not in seen
        seen.add(now)
        return new

    assert not changed()
    (folder / "good.txt").write_text("春天來了！", "utf-8")
    assert changed()
    (folder / "good.txt").rename(folder / "better.txt")
    assert changed()
    for name in ("synonyms.txt", "glossary.txt", "boilerplate.txt"):
        (folder / name).write_text("甲 = 乙", "utf-8")
        assert changed()
    (folder / "README.md").write_text("read me", "utf-8")
    (folder / "picture.png").write_bytes(b"")
    assert not changed()


def settled(path: Path, text: str, seconds: float) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (seconds, seconds))


def test_what_is_known_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(folder / "good.txt", "春天來了。", 1000)
    settled(folder / "new.txt", "夏天來了。", 1000)
    seen, _ = look(folder)
    known = {name: one for name, one in seen.items() if name != "new.txt"}
    really_open, looked = os.open, []

    def opened(path: Path, flags: int) -> int:
        looked.append(Path(path).name)
        return really_open(path, flags)

    monkeypatch.setattr("wuzhen.index.sources.bounds.os.open", opened)
    assert look(folder, known, time.time() + 10)[0] == seen
    assert looked == ["new.txt"]


def test_what_says_that_it_was_written_when_another_was_is_read_again(folder: Path) -> None:
    settled(folder / "good.txt", "春天來了。", 1000)
    seen, _ = look(folder)
    time.sleep(0.05)  # so much later that the system's clock has gone on
    settled(folder / "new", "冬天來了。", 1000)
    (folder / "new").replace(folder / "good.txt")
    assert look(folder, seen, time.time() + 10)[0] == look(folder)[0] != seen


@pytest.mark.parametrize("written", [999.0, 1000.0, 1000.5])
def test_what_was_written_shortly_before_is_read_again(folder: Path, written: float) -> None:
    settled(folder / "good.txt", "春天來了。", written)
    seen, _ = look(folder)
    settled(folder / "good.txt", "冬天來了。", written)
    assert look(folder, seen, 1000.9)[0] == look(folder)[0] != seen


@pytest.mark.parametrize(("text", "written"), [("春天來了！！", 1000), ("冬天來了。", 1001)])
def test_another_size_or_time_is_read_again(folder: Path, text: str, written: float) -> None:
    settled(folder / "good.txt", "春天來了。", 1000)
    seen, _ = look(folder)
    settled(folder / "good.txt", text, written)
    assert look(folder, seen, 2000)[0] == look(folder)[0] != seen


def test_what_could_not_be_read_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(folder / "good.txt", "春天來了。", 1000)
    really_open = os.open

    def shut(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("wuzhen.index.sources.bounds.os.open", shut)
    seen, _ = look(folder)
    monkeypatch.setattr("wuzhen.index.sources.bounds.os.open", really_open)
    assert look(folder, seen, 2000)[0] == look(folder)[0]


def test_many_lines_are_more_than_a_text_may_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuzhen.index.sources.folder.LARGEST_TEXT", 2000)
    entries = [f'{{"id": "d{n}", "text": "第{n}天下雨。"}}'.encode() for n in range(100)]
    entries[10] = b'{"id": "long", "text": "' + b"a" * 2000 + b'"}'
    entries[20] = b'{"id": "bad", "text": "\xff"}'
    entries[30] = b'{"id": "none"'
    entries[40] = b'{"id": "longest", "text": "' + b"a" * 3_000_000 + b'"}'
    data = b"\n".join(entries)
    (folder / "many.jsonl").write_bytes(data)
    (folder / "many.txt").write_bytes(b"a" * 2001)
    left = [f"d{n}" for n in range(100) if n not in (10, 20, 30, 40)]
    assert ids(folder) == ["good.txt", *left]
    assert [(w.file, w.line) for w in read_folder(folder).warnings] == [
        ("many.jsonl", 11),
        ("many.jsonl", 21),
        ("many.jsonl", 31),
        ("many.jsonl", 41),
        ("many.txt", None),
    ]


def test_a_file_of_lines_may_be_larger_than_any_text(folder: Path) -> None:
    line = '{"id": "d%d", "text": "%s。"}\n'
    with (folder / "many.jsonl").open("w", encoding="utf-8") as file:
        for number in range(LARGEST_TEXT // 2**20 + 2):
            file.write(line % (number, "雨" * (2**18)))
            file.write(line % (number + 100, "雨" * (2**17)))
    assert (folder / "many.jsonl").stat().st_size > LARGEST_TEXT
    found = [one for one in sources(folder, "many.jsonl") if isinstance(one, Source)]
    assert [one.line for one in found] == list(range(1, len(found) + 1))
    assert sum(len(one.data) for one in found) == (folder / "many.jsonl").stat().st_size
    assert len({one.key for one in found}) == len(found)


def test_files_of_endings_that_are_not_read_are_named_once_for_each(folder: Path) -> None:
    for name in ("b.odt", "a.ODT", "sheet.ods", "Makefile", ".hidden.odt", "README.md"):
        (folder / name).write_bytes(b"x")
    assert warnings(folder) == [
        "Makefile: a file without an ending is not read; left out",
        "a.ODT: .odt files are not read (2 of them); left out",
        "sheet.ods: .ods files are not read; left out",
    ]


def test_lines_of_word_lists_without_effect_are_named(folder: Path) -> None:
    lists = "# a remark\n溫室 = 玻璃屋\n溫室\n\n= 玻璃屋  # half a line\n"
    (folder / "synonyms.txt").write_text(lists, "utf-8")
    (folder / "glossary.txt").write_bytes("greenhouse = 溫室\n".encode() + b"caf\xe9 = x\n")
    (folder / "boilerplate.txt").write_text("掃碼關注\n", "utf-8")
    no_effect = "names nothing that means the same; expected a = b; left out"
    assert warnings(folder) == [
        "glossary.txt:2: not UTF-8; left out",
        f"synonyms.txt:3: {no_effect}",
        f"synonyms.txt:5: {no_effect}",
    ]
