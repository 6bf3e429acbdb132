"""The figures of all collections: every sixth question with a known answer is asked, once.

All of them are when `FIGURES` is `all`, as `make figures` sets it. They are those that the weights
were fitted on, so the figures guard against falling back; they do not tell how well a new text is
answered.
"""

import os
from collections.abc import Callable

import pytest

from tests.bot.conftest import COLLECTIONS, ROOT, Opened
from wuzhen.bot.evaluation.report import figures
from wuzhen.bot.evaluation.run import Result, ask_all, read_questions
from wuzhen.index.vectors.encoders import Encoder

NAMES = sorted(path.parent.name for path in COLLECTIONS.glob("*/questions.jsonl"))
EVERY = 1 if os.environ.get("FIGURES") == "all" else 6
ELSEWHERE = ROOT.parent / "shared" / "eval" / "questions.dev.jsonl"


@pytest.fixture(scope="session")
def asked(opened: Opened, meaning: Encoder | None) -> list[Result]:
    if meaning is None:
        pytest.skip("the figures are those with the sentence encoder, which is an extra")
    return [
        result
        for name in NAMES
        for result in ask_all(
            opened(name, meaning),
            read_questions(COLLECTIONS / name / "questions.jsonl")[::EVERY],
        )
    ]


def of_kind(asked: list[Result], kind: str) -> list[Result]:
    return [result for result in asked if result.known.kind == kind]


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("questions", lambda value: value > 1700 / EVERY),
        ("hit@1", lambda value: value >= 0.79),
        ("references right", lambda value: value >= 0.99),
        ("refused falsely", lambda value: value <= 0.07),
        ("verbatim", lambda value: value == 1.0),
    ],
)
def test_over_all(asked: list[Result], name: str, holds: Callable[[float], bool]) -> None:
    value = figures(asked)[name]
    assert value is not None
    assert holds(value), f"{name}: {value:.4f}"


@pytest.mark.parametrize(("kind", "least"), [("unanswerable-far", 0.9), ("chitchat", 0.95)])
def test_what_is_not_in_the_text_is_refused(asked: list[Result], kind: str, least: float) -> None:
    part = of_kind(asked, kind)
    assert len(part) >= 20 / EVERY
    assert not any(result.known.answerable for result in part)
    share = sum(not result.answer.answered for result in part) / len(part)
    assert share >= least, f"{kind}: {share:.4f}"


def test_questions_from_elsewhere_are_answered_word_for_word(
    opened: Opened, meaning: Encoder | None
) -> None:
    if not ELSEWHERE.is_file():
        pytest.skip("there are none beside this checkout")
    # Told in numbers alone, so that a failure shows none of them.
    try:
        results = ask_all(opened("conference", meaning), read_questions(ELSEWHERE))
        wrong = sum(not result.verbatim for result in results)
    except Exception as error:
        pytest.fail(type(error).__name__, pytrace=False)
    assert wrong == 0
