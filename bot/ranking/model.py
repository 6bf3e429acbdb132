"""The weights that put the evidence together, fitted on questions with known answers.

Linear models (see `bench/fit.py`): one orders the passages, by a conditional logit over the
candidates of a question (McFadden, 1974); two logistic regressions on the evidence for the first
of them tell whether it answers, and whether the text speaks of the question's subject at all. A
last one looks again at answers that are in doubt, with evidence that costs more to gather.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuzhen.bot.ranking.features import FEATURES, Candidate
from wuzhen.index.searching.collection import Collection

ANSWER_FEATURES = (
    *(name for name in FEATURES),
    "lead",
    "share",
    "words",
    "unknown",
    "unknown_name",
    "kinds",
    "yes_no",
    "edition_differs",
)
SUBJECT_FEATURES = (
    "passage",
    "block",
    "meaning",
    "match",
    "covered_block",
    "soft_block",
    "missing",
    "missing_weight",
    "least",
    "least_block",
    "words",
    "unknown",
    "unknown_name",
)
DOUBT_FEATURES = (*ANSWER_FEATURES, "pull")
_DIGITS = 9
_SUBJECT = [ANSWER_FEATURES.index(name) for name in SUBJECT_FEATURES]


@dataclass(frozen=True, slots=True)
class Model:
    """Fitted weights."""

    rank: NDArray[np.float64]
    """Shape `(len(FEATURES),)`."""
    answer: NDArray[np.float64]
    """Shape `(len(ANSWER_FEATURES),)`: whether the first passage answers."""
    answer_bias: float
    subject: NDArray[np.float64]
    """Shape `(len(SUBJECT_FEATURES),)`: whether the text speaks of the subject at all."""
    subject_bias: float
    doubt: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(DOUBT_FEATURES)))
    """Shape `(len(DOUBT_FEATURES),)`: whether the first passage answers, looked at again."""
    doubt_bias: float = 0.0
    sure: float = 0.0
    """How far above what an answer takes the evidence must be to leave no doubt; 0: never any."""

    def order(self, candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
        """Return candidates with their scores, best first; ties go to the earlier passage.

        What differs by no more than sums of one order and another do, is a tie: which machine
        adds decides nothing.
        """
        scored = [(c, float(self.rank @ c.features)) for c in candidates]
        return sorted(scored, key=lambda pair: (-round(pair[1], _DIGITS), pair[0].passage.number))

    def logits(self, evidence: NDArray[np.float64]) -> tuple[float, float]:
        """Return how far the evidence is above what an answer takes, and above being off subject.

        Both are 0 at the threshold.
        """
        answers = self.answer_bias + float(self.answer @ evidence)
        speaks = self.subject_bias + float(self.subject @ evidence[_SUBJECT])
        return answers, speaks

    def in_doubt(self, evidence: NDArray[np.float64]) -> bool:
        """Tell whether the evidence is enough for an answer, but not by much."""
        answers, speaks = self.logits(evidence)
        return speaks >= 0 and 0 <= answers < self.sure

    def confidence(self, evidence: NDArray[np.float64], pull: float | None = None) -> float:
        """Return the confidence, from 0 to 1, that the text answers; it does from a half on.

        `pull` is what was found on looking again (see `Collection.pulls`), if one did.
        """
        answers, speaks = self.logits(evidence)
        if pull is not None:
            answers = self.doubt_bias + float(self.doubt[:-1] @ evidence + self.doubt[-1] * pull)
        logit = min(answers, speaks)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def answer_evidence(
    ordered: Sequence[tuple[Candidate, float]], about: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return what speaks for the first candidate as an answer, in the order of the features.

    `about` holds what is known of the question alone: `words`, `unknown`, `unknown_name`, `kinds`,
    `yes_no` and `edition_differs`.
    """
    first, score = ordered[0]
    other = next((s for c, s in ordered[1:] if c.passage.block != first.passage.block), score - 5)
    top = [math.exp(s - score) for _, s in ordered[:10]]
    more = (
        min(score - other, 5.0),
        1 / sum(top),
        about["words"],
        about["unknown"],
        about["unknown_name"],
        about["kinds"],
        about["yes_no"],
        about["edition_differs"],
    )
    return np.concatenate([first.features, more])


WORDS_ALONE = "words"
"""The weights for a collection without embeddings."""
WITH_MEANING = "meaning"
"""The weights for one with sentence embeddings."""
WITH_MATCH = "match"
"""The weights for one with those and the model of questions and answers beside them."""


def kind_of(collection: Collection) -> str:
    """Return which weights a collection takes."""
    if collection.matches is not None:
        return WITH_MATCH
    return WITH_MEANING if collection.vectors is not None else WORDS_ALONE


@cache
def load(kind: str) -> Model:
    """Read weights that come with the program: `WORDS_ALONE`, `WITH_MEANING` or `WITH_MATCH`."""
    text = files("wuzhen.bot.ranking").joinpath("model.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)[kind]
    return Model(
        rank=np.array([content["rank"].get(name, 0.0) for name in FEATURES]),
        answer=np.array([content["answer"].get(name, 0.0) for name in ANSWER_FEATURES]),
        answer_bias=float(content["answer_bias"]),
        subject=np.array([content["subject"].get(name, 0.0) for name in SUBJECT_FEATURES]),
        subject_bias=float(content["subject_bias"]),
        doubt=np.array([content["doubt"].get(name, 0.0) for name in DOUBT_FEATURES]),
        doubt_bias=float(content["doubt_bias"]),
        sure=float(content["sure"]),
    )
