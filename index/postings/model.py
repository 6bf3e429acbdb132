"""BM25 as rank-bm25 defines it, reckoned in whole numbers.

A term adds to a passage `weight * idf * gain(tf, length)` with
`gain = tf (k1 + 1) / (tf + k1 (1 - b + b length / mean))` (Robertson and Zaragoza, "The
Probabilistic Relevance Framework: BM25 and Beyond", 2009; `index.bm25` has the IDF), rounded up
once to a multiple of 2**-46, so that it is never nil. Whole numbers add up to the same in any
order: every way of reckoning a score gives the same bits, and a bound never fails by a rounding.

Scores are compared, and returned, in multiples of 2**-22: what differs by the rounding of its
terms alone is a tie, and goes to the passage that comes first.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.bm25 import K1, B, idf

__all__ = ["BOUND_STEP", "K1", "SCALE", "TIE_BITS", "B", "bounds", "drift", "gains", "idf", "norms"]

TIE_BITS = 24
SCALE = 2.0**46
MOST = 2048.0
"""What the weights of a question's terms may add up to, so that no score leaves 63 bits."""

BOUND_STEP = (K1 + 1) / 255


def gains(tf: NDArray[np.integer[Any]], norm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each of some postings gains before the weight of its term."""
    count = tf.astype(np.float64)
    return count * (K1 + 1) / (count + norm)


def norms(longest: int, mean: float) -> NDArray[np.float64]:
    """Return what each length from 0 to the longest adds below the line of the gain."""
    result: NDArray[np.float64] = K1 * (1 - B + B * np.arange(longest + 1, dtype=np.float64) / mean)
    return result


FEW = 3


def table(norm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the norms of each length, and the gains for frequencies from 1 to `FEW`."""
    rows = [gains(np.full(len(norm), tf), norm) for tf in range(1, FEW + 1)]
    return np.concatenate([norm, *rows])


def bounds(best: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return gains as bytes, rounded up: a byte times `BOUND_STEP` is never less than the gain."""
    return np.minimum(np.ceil(best / BOUND_STEP * (1 + 1e-12)), 255).astype(np.uint8)


def drift(mean: float, mean_then: float) -> float:
    """Return by how much gains can have grown since the mean length was `mean_then`.

    The mean stands only under the length, so a gain grows at most as the mean does.
    """
    return max(1.0, mean / mean_then) * (1 + 1e-12)
