"""The weights that put the features together, fitted on questions with known answers.

Linear models (see `bench/fit.py`): one orders the passages, by a conditional logit over the
candidates of a question (McFadden, 1974), another those that a reader has read; two logistic
regressions on the features of the first passage tell whether it answers, and whether the text
speaks of the question's subject at all.
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
    "reader",
)
_NOISE = 0.15
"""In logits: similarities differ by up to 0.002 between processors, and what they weigh makes twice
0.07 of that."""
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
    reread: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(FEATURES)))
    """Shape `(len(FEATURES),)`: the order of the passages that a reader has read."""

    scale: float = 1.0
    """What makes the log-odds of the confidence those that the answer is right."""
    unsure: float = 0.0
    """How far below the threshold one is not sure that the text does not say."""

    def order(self, candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
        """Return candidates with their scores, best first.

        What is no further from the first than similarities differ by between processors is a tie
        with it, and goes by the words that both have and the order of the text.
        """
        return _in_order(candidates, self.rank)

    def reorder(self, read: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
        """Return candidates that a reader has read with their scores, best first."""
        return _in_order(read, self.reread)

    def logits(self, evidence: NDArray[np.float64]) -> tuple[float, float]:
        """Return how far the evidence is above what an answer takes, and above being off subject.

        Both are 0 at the threshold.
        """
        answers = self.answer_bias + float(self.answer @ evidence)
        speaks = self.subject_bias + float(self.subject @ evidence[_SUBJECT])
        return answers, speaks

    def confidence(self, evidence: NDArray[np.float64]) -> float:
        """Return the confidence, from 0 to 1, that the text answers; it does from a half on."""
        logit = self.scale * min(self.logits(evidence))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))

    @property
    def silent(self) -> float:
        """The confidence below which the text does not say; from it to a half one is not sure."""
        return 1 / (1 + math.exp(self.scale * self.unsure))


def _in_order(
    candidates: Sequence[Candidate], weights: NDArray[np.float64]
) -> list[tuple[Candidate, float]]:
    scored = [(c, float(weights @ c.features)) for c in candidates]
    if not scored:
        return []
    scored.sort(key=lambda pair: (-pair[1], pair[0].passage.number))
    tied = sum(scored[0][1] - score <= _NOISE for _, score in scored)
    scored[:tied] = sorted(scored[:tied], key=_exactly)
    return scored


def _exactly(pair: tuple[Candidate, float]) -> tuple[float, float, int]:
    """Order what ties by what no processor rounds: words, runs of characters, the text's order."""
    candidate = pair[0]
    return -candidate["covered"], -candidate["shared_run"], candidate.passage.number


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
WITH_READER = "reader"
"""The weights for one with both models and the reader."""


def kind_of(collection: Collection, *, read: bool) -> str:
    """Return which weights a collection takes; `read` where a reader reads its passages."""
    if read:
        return WITH_READER
    return WITH_MEANING if collection.vectors is not None else WORDS_ALONE


@cache
def load(kind: str) -> Model:
    """Read weights that come with the program, by the kind that `kind_of` names."""
    text = files("wuzhen.bot.ranking").joinpath("model.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)[kind]
    return Model(
        rank=np.array([content["rank"].get(name, 0.0) for name in FEATURES]),
        answer=np.array([content["answer"].get(name, 0.0) for name in ANSWER_FEATURES]),
        answer_bias=float(content["answer_bias"]),
        subject=np.array([content["subject"].get(name, 0.0) for name in SUBJECT_FEATURES]),
        subject_bias=float(content["subject_bias"]),
        scale=float(content.get("scale", 1.0)),
        unsure=float(content.get("unsure", 0.0)),
        reread=np.array([content.get("reread", {}).get(name, 0.0) for name in FEATURES]),
    )
