"""The weights that put the evidence together, fitted on questions with known answers.

Two linear models (see `bench/fit.py`): one orders the passages, by a conditional logit over the
candidates of a question (McFadden, 1974); the other tells, by logistic regression on the evidence
for the first of them, how probable it is that the text answers the question at all.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.evidence import FEATURES, Candidate

ANSWER_FEATURES = (
    *(name for name in FEATURES),
    "lead",
    "share",
    "words",
    "unknown",
    "kinds",
    "edition_differs",
)


@dataclass(frozen=True, slots=True)
class Model:
    """Fitted weights."""

    rank: NDArray[np.float64]
    """Shape `(len(FEATURES),)`."""
    answer: NDArray[np.float64]
    """Shape `(len(ANSWER_FEATURES),)`."""
    bias: float
    threshold: float
    """The probability from which a question is answered."""

    def order(self, candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
        """Return candidates with their scores, best first; ties go to the earlier passage."""
        scored = [(c, float(self.rank @ c.features)) for c in candidates]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0].passage.number))

    def probability(self, evidence: NDArray[np.float64]) -> float:
        """Return the probability that the text answers, from `answer_evidence`."""
        logit = self.bias + float(self.answer @ evidence)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def answer_evidence(
    ordered: Sequence[tuple[Candidate, float]], about: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return what speaks for the first candidate as an answer, in the order of the features.

    `about` holds what is known of the question alone: `words`, `unknown`, `kinds` and
    `edition_differs`.
    """
    first, score = ordered[0]
    other = next((s for c, s in ordered[1:] if c.passage.block != first.passage.block), score - 5)
    top = [math.exp(s - score) for _, s in ordered[:10]]
    more = (
        min(score - other, 5.0),
        1 / sum(top),
        about["words"],
        about["unknown"],
        about["kinds"],
        about["edition_differs"],
    )
    return np.concatenate([first.features, more])


@cache
def load() -> Model:
    """Read the weights that come with the program."""
    content: dict[str, Any] = json.loads(files("bot").joinpath("model.json").read_text("utf-8"))
    return Model(
        rank=np.array([content["rank"].get(name, 0.0) for name in FEATURES]),
        answer=np.array([content["answer"].get(name, 0.0) for name in ANSWER_FEATURES]),
        bias=float(content["bias"]),
        threshold=float(content["threshold"]),
    )
