"""Passages: every one is what its spans cut out of its document."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.index.writing import Said, page, timetable
from wuzhen.index.document import Document, quoted
from wuzhen.index.passages import cut
from wuzhen.index.sources.html.reader import read_html
from wuzhen.index.sources.jsonl import read_jsonl
from wuzhen.index.sources.markdown import read_markdown
from wuzhen.index.sources.page import read_page

pieces = st.lists(
    st.sampled_from(
        [
            "春天來了。",
            " [3]",
            "[4-5] ",
            "\n",
            "\n\n",
            "# 山",
            "- ",
            "> ",
            "| 甲 | 乙 |",
            "|--|--|",
            "  • ",
            "```",
            "\r\n",
            "\r",
            "\ufeff",
            "\x00",
            "\x0c",
            "&amp;",
            "<p>",
            "</p>",
            "<li>",
            "<table>",
            "<tr>",
            "<td>",
            "<th>",
            "<h2>",
            "<!--",
            "-->",
            "<![",
            "12月3日",
            "09:00",
            "東廳",
            "𠮷",
            "\u2028",
            "1. ",
            "    ",
        ]
    ),
    max_size=40,
).map("".join)
texts = st.one_of(pieces, st.text(max_size=60), st.text(st.characters(codec="utf-8"), max_size=60))


def check(document: Document) -> None:
    passages = cut([document])
    assert [passage.number for passage in passages] == list(range(len(passages)))
    for passage in passages:
        assert passage.document == document.id
        assert passage.text == " ".join(document.text[a:b] for a, b in passage.spans)
        assert passage.text == quoted(document.text, passage.spans)
        assert passage.text.strip()
        assert all(0 <= start < end <= len(document.text) for start, end in passage.spans)
        assert all(ref.isdecimal() for ref in passage.refs)
        if passage.names:
            assert len(passage.names) == len(passage.spans)
        else:
            assert len(passage.spans) == 1
        block = document.blocks[passage.block]
        assert (passage.kind, passage.section) == (block.kind, block.section)
    # The blocks follow each other, and each has a passage.
    assert sorted({passage.block for passage in passages}) == list(range(len(document.blocks)))


@settings(max_examples=150)
@given(texts)
def test_of_any_text(text: str) -> None:
    check(read_page("a.txt", text, frozenset()))
    assert read_page("a.txt", text, frozenset()).text == text


@settings(max_examples=150)
@given(texts)
def test_of_any_markdown(text: str) -> None:
    check(read_markdown("a.md", text))
    assert read_markdown("a.md", text).text == text


@settings(max_examples=150)
@given(texts)
def test_of_any_page_of_the_web(text: str) -> None:
    check(read_html("a.html", text))


@given(st.lists(texts, max_size=3))
def test_of_any_json_lines(bodies: list[str]) -> None:
    written = "\n".join(json.dumps({"id": str(n), "text": text}) for n, text in enumerate(bodies))
    documents, problems = read_jsonl(written, frozenset())
    assert len(documents) + len(problems) == len(bodies)
    for document in documents:
        assert document.text == bodies[int(document.id)]
        check(document)


@given(page())
def test_of_a_page(made: tuple[str, str, list[Said]]) -> None:
    check(read_page("a.txt", made[0], frozenset()))


@given(timetable())
def test_of_a_timetable(made: tuple[list[str], list[object]]) -> None:
    document = read_page("a.txt", "\n".join(made[0]), frozenset())
    check(document)
    rows = [passage for passage in cut([document]) if passage.kind == "row"]
    for row in rows:
        topic = row.cell("topic")
        assert topic is not None
        assert topic.of(document.text) in row.text


def test_blocks_and_passages_are_numbered_through_the_collection() -> None:
    documents = [
        read_page(f"{n}.txt", "春天來了。秋天走了。\n山高。", frozenset()) for n in range(3)
    ]
    passages = cut(documents)
    assert [passage.number for passage in passages] == list(range(9))
    assert [passage.block for passage in passages] == [0, 0, 1, 2, 2, 3, 4, 4, 5]
    assert cut([]) == []
