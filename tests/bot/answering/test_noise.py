"""Answers where similarities differ by as much as they do between processors."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.bot.conftest import COLLECTIONS, Opened
from wuzhen.bot.answer import Answer
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.evaluation.run import read_questions
from wuzhen.index.searching.collection import Collection
from wuzhen.index.searching.scores import Scores
from wuzhen.index.vectors.encoders import Encoder

NOISE = 0.002
EVERY = 12
MOST_MOVED = 0.02
"""The share of questions that may get another first quote: their scores lie just at an edge."""


def moved(score: Callable[..., Scores], seed: int) -> Callable[..., Scores]:
    """The same scores, their similarities moved at random."""

    def perturbed(*args: Any, **options: Any) -> Scores:
        found = score(*args, **options)
        random = np.random.default_rng([seed, len(found.numbers)])
        noise = [random.uniform(-NOISE, NOISE, len(found.numbers)) for _ in range(2)]
        return replace(found, meaning=found.meaning + noise[0], match=found.match + noise[1])

    return perturbed


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers quote the same first, or each quotes what the other quotes first."""
    if one.answered != other.answered:
        return False
    if not one.answered or one.quotes[0].spans == other.quotes[0].spans:
        return True
    both = {quote.spans for quote in one.quotes} & {quote.spans for quote in other.quotes}
    return {one.quotes[0].spans, other.quotes[0].spans} <= both


def test_answers_stay_where_similarities_move(
    opened: Opened, meaning: Encoder | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if meaning is None:
        pytest.skip("similarities need the extra [meaning]")
    librarian = opened("conference", meaning)
    questions = read_questions(COLLECTIONS / "conference" / "questions.jsonl")[::EVERY]
    before = [librarian.answer(q.question, q.history) for q in questions]
    monkeypatch.setattr(Collection, "score", moved(Collection.score, 7))
    fresh = Librarian(librarian.collection, librarian.model)
    after = [fresh.answer(q.question, q.history) for q in questions]
    other = [q.id for q, a, b in zip(questions, before, after, strict=True) if not same(a, b)]
    assert len(other) <= MOST_MOVED * len(questions), other
