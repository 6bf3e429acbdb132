"""The best k passages of a segment by NumPy alone, a term at a time.

Turtle and Flood, "Query Evaluation: Strategies and Optimizations" (1995): concepts are taken by
their bounds, greatest first; once those that are left cannot lift a new passage into the best k,
they are only looked up for the passages found so far.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.postings.model import BOUND_STEP, TIE_BITS, gains
from wuzhen.index.postings.segment import Segment

_Terms = list[tuple[int, float]]


def best(
    segment: Segment,
    deleted: NDArray[np.bool_] | None,
    norms: NDArray[np.float64],
    drift: float,
    places: Sequence[int],
    weights: Sequence[float],
    firsts: Sequence[int],
    k: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the passages, in the segment, that may be among the best k, and their scores.

    Every passage that equals the last of the k is among them. Term `i` is at `places[i]` of the
    dictionary, or -1; concept `c` has the terms from `firsts[c]` to `firsts[c + 1]`.
    """
    concepts = _concepts(segment, drift, places, weights, firsts)
    left = sum(bound for bound, _ in concepts)
    total = np.zeros(segment.passages, np.int64)
    found = np.zeros(0, np.int64)
    threshold = 0
    for at, (bound, terms) in enumerate(concepts):
        if left < threshold:
            # Of no new passage: what is left is looked up for those that can still win.
            found = np.sort(found)
            score = total[found]
            for rest, several in concepts[at:]:
                stay = score + left >= threshold
                found, score = found[stay], score[stay]
                score += _of(segment, norms, several, found)
                left -= rest
                threshold = max(threshold, _threshold(score, k))
            return _cut(found, score, k)
        passages, gained = _postings(segment, norms, terms)
        new = passages[total[passages] == 0]
        total[passages] += gained
        if deleted is not None:
            new = new[~deleted[new]]
        found = np.concatenate([found, new])
        left -= bound
        threshold = max(threshold, _threshold(total[found], k))
    found = np.sort(found)
    return _cut(found, total[found], k)


def score(
    segment: Segment,
    norms: NDArray[np.float64],
    passages: NDArray[np.int64],
    places: Sequence[int],
    weights: Sequence[float],
    firsts: Sequence[int],
) -> NDArray[np.int64]:
    """Return what some ascending passages of the segment score."""
    result = np.zeros(len(passages), np.int64)
    for _, terms in _concepts(segment, 1.0, places, weights, firsts):
        result += _of(segment, norms, terms, passages)
    return result


def _concepts(
    segment: Segment,
    drift: float,
    places: Sequence[int],
    weights: Sequence[float],
    firsts: Sequence[int],
) -> list[tuple[int, _Terms]]:
    """Return each concept's bound and those of its terms that the segment has, greatest first."""
    concepts: list[tuple[int, _Terms]] = []
    for first, last in pairwise(firsts):
        terms = [(places[t], weights[t]) for t in range(first, last) if places[t] >= 0]
        terms = [(place, weight) for place, weight in terms if weight > 0]
        bound = 0
        for place, weight in terms:
            chunks = slice(segment.first_chunk[place], segment.first_chunk[place + 1])
            most = int(segment.chunk_bound[chunks].max(initial=0)) * BOUND_STEP
            bound = max(bound, int(weight * most * drift) + 2)
        if terms:
            concepts.append((bound, terms))
    return sorted(concepts, key=lambda concept: -concept[0])


def _values(
    segment: Segment,
    norms: NDArray[np.float64],
    weight: float,
    passages: NDArray[np.int64],
    tf: NDArray[np.int64],
) -> NDArray[np.int64]:
    return (weight * gains(tf, norms[segment.lengths[passages]])).astype(np.int64) + 1


def _postings(
    segment: Segment, norms: NDArray[np.float64], terms: _Terms
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the passages that hold a concept, and what each gains by the best of its terms."""
    read: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for place, weight in terms:
        passages, tf = segment.rows(place, place + 1)
        read.append((passages, _values(segment, norms, weight, passages, tf)))
    if len(read) == 1:
        return read[0]
    every = np.concatenate([passages for passages, _ in read])
    gained = np.concatenate([values for _, values in read])
    order = np.lexsort((gained, every))
    every, gained = every[order], gained[order]
    last = np.flatnonzero(np.diff(every, append=-1))
    return every[last], gained[last]


def _of(
    segment: Segment,
    norms: NDArray[np.float64],
    terms: _Terms,
    passages: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return what a concept gives to some passages, in ascending order."""
    result = np.zeros(len(passages), np.int64)
    for place, weight in terms:
        at, tf = segment.find(place, passages)
        gained = _values(segment, norms, weight, passages[at], tf)
        result[at] = np.maximum(result[at], gained)
    return result


def _threshold(scores: NDArray[np.int64], k: int) -> int:
    """Return what a score must reach to be among the best k, ties included."""
    if len(scores) < k:
        return 0
    at = len(scores) - k
    return int(np.partition(scores, at)[at]) >> TIE_BITS << TIE_BITS


def _cut(
    passages: NDArray[np.int64], scores: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    stay = scores >= _threshold(scores, k)
    return passages[stay], scores[stay]
