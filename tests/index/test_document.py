"""Spans and quotes: what is cut out of a text is that text."""

from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.document import Passage, Span, quoted


@given(st.text(), st.data())
def test_a_span_cuts_what_stands_between_its_ends(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    cut = Span(start, end).of(text)
    assert text[:start] + cut + text[end:] == text
    assert len(cut) == end - start


@given(st.lists(st.text(min_size=1), max_size=5))
def test_a_quote_is_its_spans_joined_by_single_spaces(pieces: list[str]) -> None:
    text = "|".join(pieces)
    spans: list[Span] = []
    for piece in pieces:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(piece)))
    assert quoted(text, spans) == " ".join(pieces)


def test_positions_are_code_points_beyond_the_basic_plane_too() -> None:
    assert Span(1, 2).of("𠮷𠮶野") == "𠮶"


def test_a_passage_finds_its_cells_by_role() -> None:
    spans = (Span(0, 2), Span(3, 5))
    row = Passage(0, "a", 0, "row", (), spans, (), ("date", "topic"), "12 34")
    assert row.cell("topic") == Span(3, 5)
    assert row.cell("place") is None
