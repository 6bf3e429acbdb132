"""Reference marks: the numbers they name, and the text that they cover."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import Said, marks, paragraph
from wuzhen.index.document import Span
from wuzhen.index.text.references import MARKS, numbers, statements, trimmed

WHITE = " \t\u3000\u00a0\n"
BLANK = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + "\ufeff"


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("[8]", "8"),
        ("[2-3]", "2 3"),
        ("[10-11]", "10 11"),
        ("[14]  [21]", "14 21"),
        ("[3–6]", "3 4 5 6"),
        ("［２］".replace("２", "2"), "2"),
        ("[1,4]", "1 4"),
        ("[1、3-5]", "1 3 4 5"),
        ("[ 7 ]", "7"),
        ("[5] [5]", "5"),
        ("[2-4] [3-5]", "2 3 4 5"),
        ("[9-7]", "9 7"),
        ("[1-9999]", "1 9999"),
    ],
)
def test_numbers_that_marks_name(written: str, named: str) -> None:
    assert numbers(written) == tuple(named.split())


@pytest.mark.parametrize(
    "text", ["[注]", "[]", "[12345]", "[a1]", "(8)", "[2017年]", "[1 2]", "8]"]
)
def test_what_is_no_mark_stays_in_the_text(text: str) -> None:
    whole = f"一句話{text}。"
    (part,) = statements(whole, Span(0, len(whole)))
    assert part.span.of(whole) == whole
    assert part.refs == ()


@given(marks())
def test_numbers_of_any_run_of_marks(run: tuple[str, tuple[str, ...]]) -> None:
    written, named = run
    assert numbers(written) == named


@given(paragraph())
def test_a_mark_covers_the_text_back_to_the_mark_before_it(made: tuple[str, list[Said]]) -> None:
    text, said = made
    parts = statements(text, Span(0, len(text)))
    found = [(part.span.of(text), part.refs) for part in parts]
    expected: list[tuple[str, tuple[str, ...]]] = []
    # Sentences under the same run of marks are one statement.
    for part in parts:
        covered = part.span.of(text)
        inside = ""
        while inside != covered:
            one = said.pop(0)
            assert one.refs == part.refs
            inside += one.text
        expected.append((inside, part.refs))
    assert found == expected
    assert said == []


@given(st.text("一二。 \n[]［］0123-,a", max_size=60), st.data())
def test_statements_hold_everything_but_marks_with_their_ends_and_white_space(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    parts = statements(text, Span(start, end))
    marked = re.compile(rf"(?:{MARKS.pattern})。*")
    place = start
    for part in parts:
        assert place <= part.span.start < part.span.end <= end
        between = text[place : part.span.start]
        assert marked.sub("", between).strip() == ""
        assert part.span.of(text) == part.span.of(text).strip()
        place = part.span.end
    assert marked.sub("", text[place:end]).strip() == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲乙[1]。丙丁[2]。", [("甲乙", "1"), ("丙丁", "2")]),
        ("甲乙[1]。[2]\n丙", [("甲乙", "1 2"), ("丙", "")]),
        ("「甲[1]。」乙[2]！", [("「甲", "1"), ("乙", "2")]),
        ("It is so [1]. And so [2].", [("It is so", "1"), ("And so", "2")]),
        ("See [1].5 of it", [("See", "1"), (".5 of it", "")]),
        ("甲[1]，乙[2]", [("甲", "1"), ("，乙", "2")]),
    ],
)
def test_an_end_behind_its_mark_is_no_statement(text: str, said: list[tuple[str, str]]) -> None:
    parts = statements(text, Span(0, len(text)))
    assert [(part.span.of(text), " ".join(part.refs)) for part in parts] == said


def test_marks_right_behind_each_other_belong_to_one_statement() -> None:
    text = "甲。[1]\n[3] 乙。"
    first, second = statements(text, Span(0, len(text)))
    assert (first.span.of(text), first.refs) == ("甲。", ("1", "3"))
    assert (second.span.of(text), second.refs) == ("乙。", ())


def test_a_mark_with_nothing_before_it_covers_nothing() -> None:
    text = " [1] 甲。 [2]"
    (part,) = statements(text, Span(0, len(text)))
    assert (part.span.of(text), part.refs) == ("甲。", ("2",))


def test_a_long_run_of_white_space_is_read_once() -> None:
    # Read again from each of its places, this would take hours.
    text = "甲" + " " * 1_000_000 + "乙。"
    (part,) = statements(text, Span(0, len(text)))
    assert part.span == Span(0, len(text))


@given(st.text(WHITE, max_size=5), st.text(max_size=8), st.text(WHITE, max_size=5))
def test_trimmed_is_strip(before: str, middle: str, after: str) -> None:
    text = before + middle + after
    span = trimmed(text, Span(0, len(text)))
    kept = text.strip(BLANK)
    assert (span.of(text) if span else "") == kept


@pytest.mark.parametrize(
    "text",
    ["橋成[1] 。路通[2]。", "橋成[1]\n；路通[2]\n。", "橋成[1]。 路通[2] ."],
)
def test_a_stop_behind_a_mark_is_no_statement(text: str) -> None:
    found = statements(text, Span(0, len(text)))
    assert [(one.span.of(text), one.refs) for one in found] == [("橋成", ("1",)), ("路通", ("2",))]


def test_a_footnote_of_markdown_is_a_mark() -> None:
    text = "橋成[^1][^a]。"
    found = statements(text, Span(0, len(text)))
    assert [(one.span.of(text), one.refs) for one in found] == [("橋成", ("1", "a"))]
