"""Answers in panels, at every width: word for word, and their edges below one another."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from tests.bot.conftest import COLLECTIONS
from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.render import terminal_panels
from wuzhen.index.document import Span

QUESTIONS = [
    json.loads(line)["question"]
    for line in (COLLECTIONS / "conference" / "questions.jsonl").read_text("utf-8").splitlines()
]
FRAME = str.maketrans("", "", "╭╮╰╯─│")


def shown(what: RenderableType, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(what, width=width)
    return captured.get().splitlines()


def letters(text: str) -> str:
    return "".join(text.translate(FRAME).split())


@settings(max_examples=40)
@given(st.sampled_from(QUESTIONS), st.integers(30, 130))
def test_quotes_stand_there_word_for_word(wordwise: Librarian, question: str, width: int) -> None:
    answer = wordwise.answer(question)
    lines = shown(terminal_panels.answer(answer, wordwise.collection), width)
    assert all(cell_len(line) <= width for line in lines)
    edges = [line for line in lines if line[0] in "╭│╰"]
    assert {cell_len(line) for line in edges} <= {width}
    whole = letters("".join(lines))
    for quote in answer.quotes:
        if len(answer.quotes) == 1:
            assert letters(quote.text) in whole
        for ref in quote.refs:
            assert f"[{ref}]" in whole
    if not answer.answered and answer.related:
        assert not edges
        assert all(letters(quote.text) in whole for quote in answer.related[:3])


@pytest.mark.parametrize("width", [50, 100])
def test_sessions_stand_under_their_date(wordwise: Librarian, width: int) -> None:
    answer = wordwise.answer("12月4日下午有哪些論壇")
    assert len(answer.quotes) > 3
    lines = shown(terminal_panels.answer(answer, wordwise.collection), width)
    assert sum("2017年12月04日" in line for line in lines) == 1
    assert sum(line.startswith("╭") for line in lines) == 1
    times = [line for line in lines if line[2:13].replace("-", "").replace(":", "").isdigit()]
    assert len(times) == len(answer.quotes)


def test_a_hostile_document_steers_nothing(wordwise: Librarian) -> None:
    text = "前\x1b[2J\x1b]0;title\x07後\u202e"
    quote = Quote("d", text, (text,), (text,), (Span(0, len(text)),), text, (Span(0, 3),))
    for answer in (
        Answer("q", True, 1.0, (quote,)),
        Answer("q", False, 0.0, (), (quote,), "no"),
    ):
        console = Console(width=60, file=io.StringIO(), force_terminal=True, color_system=None)
        with console.capture() as captured:
            console.print(terminal_panels.answer(answer, wordwise.collection))
        printed = captured.get()
        assert "\x1b[2J" not in printed
        assert "\x1b]" not in printed
        assert "\u202e" not in printed


def test_several_places_are_numbered(wordwise: Librarian) -> None:
    quotes = [wordwise.quote([wordwise.collection.passages[n]]) for n in (0, 1)]
    text = "\n".join(
        shown(
            terminal_panels.answer(Answer("q", True, 1.0, tuple(quotes)), wordwise.collection), 80
        )
    )
    assert "1/2" in text
    assert "2/2" in text
