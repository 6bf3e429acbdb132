"""What would be answered and refused at every threshold that the confidence could be held against.

A question is answered when its confidence is at least the threshold. The *risk* is the share of
wrong answers among those given, the *coverage* the share of questions that are answered
(El-Yaniv and Wiener, 2010).
"""

from collections.abc import Sequence
from typing import NamedTuple

from wuzhen.bot.evaluation.run import Result, places


class Point(NamedTuple):
    """What happens at one threshold, each as a share from 0 to 1."""

    threshold: float
    coverage: float
    risk: float


class Refusals(NamedTuple):
    """What is refused at one threshold, each as a share from 0 to 1."""

    threshold: float
    falsely: float
    """Of the questions that the text answers."""
    rightly: float
    """Of those that it does not answer."""


class Bin(NamedTuple):
    """How many questions have a confidence in `[low, high)`, the last bin with its end."""

    low: float
    high: float
    right: int
    """The text answers them, and by what was quoted, or would have been."""
    wrong: int
    """The text answers them, but by something else."""
    unanswerable: int


def would_hit(result: Result) -> bool:
    """Tell whether the answer is right, or where it was refused, the nearest passage would be."""
    if result.answer.answered:
        return result.hit
    return result.known.answerable and bool(places(result.known, result.answer.related[:1]))


def risk_coverage(results: Sequence[Result]) -> list[Point]:
    """Return the risk at each coverage, from the surest answer alone to all questions answered."""
    points: list[Point] = []
    wrong = 0
    ordered = sorted(results, key=_confidence, reverse=True)
    for count, result in enumerate(ordered, 1):
        wrong += not would_hit(result)
        confidence = result.answer.confidence
        if count < len(ordered) and ordered[count].answer.confidence == confidence:
            continue
        points.append(Point(confidence, count / len(ordered), wrong / count))
    return points


def operating_point(results: Sequence[Result]) -> Point | None:
    """Return what did happen: the least confidence that was answered, the coverage, the risk."""
    given = [result for result in results if result.answer.answered]
    if not given:
        return None
    wrong = sum(not result.hit for result in given)
    least = min(map(_confidence, given))
    return Point(least, len(given) / len(results), wrong / len(given))


def refusals(asked: Sequence[Result], silent: Sequence[Result]) -> list[Refusals]:
    """Return false refusals against right ones, from nothing refused to everything.

    `asked` are questions that the text answers, `silent` others; neither is empty. The area under
    the curve is the AUROC of the confidence.
    """
    thresholds = sorted({result.answer.confidence for result in (*asked, *silent)})
    return [at(threshold, asked, silent) for threshold in (*thresholds, float("inf"))]


def at(threshold: float, asked: Sequence[Result], silent: Sequence[Result]) -> Refusals:
    """Return what is refused at a threshold."""
    return Refusals(threshold, _refused(asked, threshold), _refused(silent, threshold))


def bins(results: Sequence[Result], count: int = 20) -> list[Bin]:
    """Return how many questions of each sort have which confidence, in bins of the same width."""
    sorts: list[tuple[int, int]] = []
    for result in results:
        place = min(count - 1, int(result.answer.confidence * count))
        sort = 2 if not result.known.answerable else int(not would_hit(result))
        sorts.append((place, sort))
    return [
        Bin(place / count, (place + 1) / count, *(sorts.count((place, sort)) for sort in range(3)))
        for place in range(count)
    ]


def _confidence(result: Result) -> float:
    return result.answer.confidence


def _refused(results: Sequence[Result], threshold: float) -> float:
    return sum(result.answer.confidence < threshold for result in results) / len(results)
