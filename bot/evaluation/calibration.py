"""The threshold for a collection from its operator's own questions, with what may be relied on."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from wuzhen.bot.evaluation.curves import would_hit
from wuzhen.bot.evaluation.run import Result

FEWEST = 30
"""Answered questions below which a share tells little: the bound lies 0.1 above 0 wrong of 30."""
_SURE = 0.95
_STEPS = 60


class Calibration(NamedTuple):
    """A threshold and what was seen at it."""

    threshold: float
    """The confidence from which questions are answered."""
    answered: int
    wrong: int
    """Of those answered."""
    asked: int

    @property
    def risk(self) -> float:
        """The share of wrong answers among those given."""
        return self.wrong / self.answered if self.answered else 0.0

    @property
    def bound(self) -> float:
        """The share that the risk is below, surely at 0.95."""
        return upper_bound(self.wrong, self.answered)

    @property
    def too_few(self) -> bool:
        """Whether there are too few answers to tell."""
        return self.answered < FEWEST


def calibrate(results: Sequence[Result], risk: float) -> Calibration | None:
    """Return the lowest threshold at which no more than a share of the answers is wrong.

    None where no threshold reaches that. What was refused counts by its nearest passage.
    """
    ordered = sorted(results, key=lambda result: -result.answer.confidence)
    best: Calibration | None = None
    wrong = 0
    for count, result in enumerate(ordered, 1):
        wrong += not would_hit(result)
        confidence = result.answer.confidence
        last = count == len(ordered) or ordered[count].answer.confidence < confidence
        if last and confidence > 0 and wrong <= risk * count:
            best = Calibration(confidence, count, wrong, len(results))
    return best


def upper_bound(wrong: int, count: int) -> float:
    """Return the one-sided bound of Clopper and Pearson (1934) at 0.95 for a share.

    The greatest share at which `wrong` or fewer of `count` would be seen once in twenty times.
    """
    if wrong >= count:
        return 1.0
    low, high = wrong / count, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, count, middle) > 1 - _SURE else (low, middle)
    return high


def _at_most(wrong: int, count: int, share: float) -> float:
    """Return the chance of no more than some wrong answers at a share, by the binomial law."""
    if share >= 1.0:
        return 0.0
    return sum(
        math.exp(
            math.lgamma(count + 1)
            - math.lgamma(k + 1)
            - math.lgamma(count - k + 1)
            + k * math.log(share)
            + (count - k) * math.log1p(-share)
        )
        if share > 0
        else float(k == 0)
        for k in range(wrong + 1)
    )


def fallen(figures: Mapping[str, float | int | None], file: Path, tolerance: float) -> list[str]:
    """Return the figures that are worse than those of a file, each as a line to be told.

    Raises ValueError where the file holds no figures.
    """
    before = json.loads(file.read_text("utf-8"))
    if not isinstance(before, dict) or not before:
        raise ValueError("no figures")
    said: list[str] = []
    for name, least in before.items():
        now = figures.get(name)
        if now is None or not isinstance(least, int | float) or name not in _DIRECTION:
            continue
        if _DIRECTION[name] * (now - least) < -tolerance:
            said.append(f"{name} is {now:.3f}, and was {least:.3f}")
    return said


_DIRECTION = {
    "hit@1": 1,
    "hit@3": 1,
    "references right": 1,
    "refused rightly": 1,
    "refused falsely": -1,
    "auroc": 1,
    "verbatim": 1,
}
"""1 for figures that are better when higher, -1 for those that are better when lower."""
GATED = tuple(_DIRECTION)
