"""Conversations by id: the questions that the next one may lean on, in memory for some minutes."""

import time
from collections import OrderedDict
from collections.abc import Callable

KEPT_S = 15 * 60.0
_CONVERSATIONS = 4096
_QUESTIONS = 6


class Conversations:
    """The last questions of each conversation. A token reaches no other token's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: OrderedDict[tuple[str, str], tuple[float, tuple[str, ...]]] = OrderedDict()

    def history(self, token: str, id: str) -> tuple[str, ...]:
        """Return the questions of a conversation, oldest first; none after 15 minutes' silence."""
        last, questions = self._asked.get((token, id), (0.0, ()))
        return questions if self._clock() - last <= KEPT_S else ()

    def add(self, token: str, id: str, question: str) -> None:
        """Note a question of a conversation."""
        questions = (*self.history(token, id), question)[-_QUESTIONS:]
        self._asked[token, id] = (self._clock(), questions)
        self._asked.move_to_end((token, id))
        oldest = next(iter(self._asked))
        expired = self._clock() - self._asked[oldest][0] > KEPT_S
        if expired or len(self._asked) > _CONVERSATIONS:
            del self._asked[oldest]
