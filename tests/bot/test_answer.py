"""Quotes: cut out of the document, with what belongs to them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import paragraph
from wuzhen.bot.answer import Answer, quote
from wuzhen.index.document import Document, Passage, Span
from wuzhen.index.passages import cut
from wuzhen.index.sources.page import read_page


def passages_of(text: str) -> tuple[Document, list[Passage]]:
    document = read_page("a.txt", text, frozenset(), "題")
    return document, cut([document])


def test_sentences_side_by_side_become_one_span() -> None:
    document, (first, second, third) = passages_of("春山有雪。夏水有魚。 [3]秋風有雲。[4-5]")
    made = quote(document, [first, second])
    assert made.text == "春山有雪。夏水有魚。"
    assert made.spans == (Span(0, 10),)
    assert made.refs == ("3",)
    made = quote(document, [first, third])
    assert made.text == "春山有雪。 秋風有雲。"
    assert made.refs == ("3", "4", "5")
    assert made.passages == (0, 2)


def test_a_reference_mark_between_keeps_them_apart() -> None:
    document, passages = passages_of("春山有雪。 [3]秋風有雲。[4]")
    assert quote(document, passages).text == "春山有雪。 秋風有雲。"


@given(paragraph(), st.data())
def test_a_quote_is_what_its_spans_cut_out(
    written: tuple[str, list[object]], data: st.DataObject
) -> None:
    document, passages = passages_of(written[0])
    chosen = sorted(
        data.draw(st.sets(st.sampled_from(range(len(passages))), min_size=1)),
    )
    length = len(document.text)
    places = st.tuples(st.integers(0, length), st.integers(0, length))
    marks = [Span(*place) for place in data.draw(st.lists(places, max_size=5))]
    made = quote(document, [passages[n] for n in chosen], highlights=marks, score=1.23456)
    assert made.text == " ".join(document.text[start:end] for start, end in made.spans)
    for number in chosen:
        assert passages[number].text in made.text
        assert set(passages[number].refs) <= set(made.refs)
    kept = set(made.highlights)
    for mark in marks:
        inside = any(s.start <= mark.start < mark.end <= s.end for s in made.spans)
        assert (mark in kept) == inside
    shown = json.loads(json.dumps(Answer("?", True, 0.987654, (made,)).as_json()))
    assert shown["confidence"] == pytest.approx(0.9877)
    assert shown["quotes"][0] == {
        "document": "a.txt",
        "title": "題",
        "section": list(made.section),
        "refs": list(made.refs),
        "spans": [list(span) for span in made.spans],
        "text": made.text,
        "highlights": [list(mark) for mark in made.highlights],
        "score": 1.2346,
    }
