"""Asking the librarian: beside the loop, a few questions at a time, and the same one only once.

Where more wait, the next is that of the user whose questions have cost the least.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence

from wuzhen.bot.answer import Answer
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.telegram.dialogue.costs import Costs, Turns

REMEMBERED = 2048
"""Answers in memory, each with its question and the questions before it; of nobody's in particular.

An answer depends on nothing else, and what many ask they ask in the same words: a button of the
welcome, the question of the day. After a new index nothing is remembered.
"""

AT_ONCE = 2
"""Questions answered at the same time: more would only take turns in computing (the GIL), but one
that waits for a server of embeddings must not hold up all others."""


class Answering:
    """Answers questions."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self.costs = Costs()
        self._turns = Turns(AT_ONCE, self.costs)
        self._librarian: Librarian | None = None
        self._known: OrderedDict[tuple[str, ...], Answer] = OrderedDict()
        self._asked: dict[tuple[str, ...], asyncio.Task[Answer]] = {}

    async def answer(
        self, librarian: Librarian, question: str, history: Sequence[str] = (), user: int = 0
    ) -> Answer:
        """Answer a user's question after the earlier ones of `history`, oldest first."""
        if librarian is not self._librarian:
            self._librarian = librarian
            self._known, self._asked = OrderedDict(), {}
        key = (question, *history)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.ensure_future(
                self._work(librarian, question, tuple(history), user, self._known, self._asked)
            )
        # Whoever gives up waiting does not stop the work: others may wait for it, too.
        return await asyncio.shield(task)

    async def _work(
        self,
        librarian: Librarian,
        question: str,
        history: tuple[str, ...],
        user: int,
        known: OrderedDict[tuple[str, ...], Answer],
        asked: dict[tuple[str, ...], asyncio.Task[Answer]],
    ) -> Answer:
        """Ask, and remember it among what is known of this librarian's, whichever is in use."""
        key = (question, *history)
        try:
            async with self._turns.turn(user):
                answer, seconds = await asyncio.to_thread(_measured, librarian, question, history)
                self.costs.add(user, seconds)
        finally:
            asked.pop(key, None)
        known[key] = answer
        if len(known) > self._most:
            known.popitem(last=False)
        return answer


def _measured(
    librarian: Librarian, question: str, history: tuple[str, ...]
) -> tuple[Answer, float]:
    """Return the answer and the processor time that it took, in seconds."""
    begun = time.thread_time()
    answer = librarian.answer(question, history)
    return answer, time.thread_time() - begun
