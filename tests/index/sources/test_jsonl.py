"""JSON Lines: a document a line, and a reason for each line that is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.sources.jsonl import read_jsonl

encodable = st.text(st.characters(codec="utf-8"), min_size=1)
bodies = encodable.filter(lambda text: bool(text.strip()))


@given(
    st.lists(st.tuples(encodable, st.none() | encodable, bodies), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
)
def test_documents_are_read_as_they_were_written(
    entries: list[tuple[str, str | None, str]], end: str
) -> None:
    written = end.join(
        json.dumps({"id": id, "title": title, "text": text}, ensure_ascii=len(text) % 2 == 0)
        for id, title, text in entries
    )
    documents, problems = read_jsonl(written, frozenset())
    assert problems == []
    assert [(d.id, d.text) for d in documents] == [(id, text) for id, _, text in entries]
    for document, (_, title, _) in zip(documents, entries, strict=True):
        assert title is None or document.title == title


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "not json",
        "[1]",
        "1",
        "null",
        "{}",
        '{"id": "a"}',
        '{"text": "甲。"}',
        '{"id": 1, "text": "甲。"}',
        '{"id": "", "text": "甲。"}',
        '{"id": "a", "text": "  "}',
        '{"id": "a", "text": null}',
        '{"id": "a", "text": "\\ud800"}',
        '{"id": "\\udc00", "text": "甲。"}',
        "[" * 100_000,
        '{"id": "a", "text": "甲。", "n": ' + "9" * 5000 + "}",
        '{"id": "a", "text": "甲。"} {"id": "b", "text": "乙。"}',
    ],
)
def test_a_line_that_is_no_document_is_named_by_its_number(line: str) -> None:
    good = '{"id": "good", "text": "春天來了。"}'
    documents, problems = read_jsonl(f"\n{good}\n\n{line}\n", frozenset())
    assert [document.id for document in documents] == ["good"]
    ((number, reason),) = problems
    assert number == 4
    assert reason


def test_a_title_that_is_no_text_is_not_used() -> None:
    for title in ("7", '"\\ud800"', '["a"]'):
        line = f'{{"id": "a", "title": {title}, "text": "春天來了。秋天走了。"}}'
        ((document,), problems) = read_jsonl(line, frozenset())
        assert (document.title, problems) == ("a", [])


def test_a_byte_order_mark_hides_no_document() -> None:
    documents, problems = read_jsonl('\ufeff{"id": "a", "text": "甲。"}\n', frozenset())
    assert (len(documents), problems) == (1, [])
