"""What passages score for a question."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.document import Passage


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of passages for one question; each of shape `(numbers,)`.

    Of all passages in a small collection (`index.vectors.embeddings.WHOLE`); in others, of the
    best by words.
    """

    numbers: NDArray[np.int64]
    """The passages, in ascending order."""
    total: NDArray[np.float64]
    passage: NDArray[np.float64]
    """BM25 of the passage alone, as a share of what the question's concepts weigh."""
    block: NDArray[np.float64]
    """BM25 of the block around it with its headings, likewise."""
    meaning: NDArray[np.float64]
    """Cosine of the vectors of question and passage; 0 without embeddings."""
    match: NDArray[np.float64]
    """The same by the model of questions and answers; 0 without it."""

    def best(self, limit: int | None = None) -> NDArray[np.int64]:
        """Return passages, the best first; ties go to the earlier one."""
        return self.numbers[np.argsort(-self.total, kind="stable")[:limit]]

    def at(self, number: int) -> int:
        """Return where a passage's scores are; it is one of those that were scored."""
        return int(np.searchsorted(self.numbers, number))


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and its score."""

    passage: Passage
    score: float
