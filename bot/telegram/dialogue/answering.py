"""Asking the librarian: beside the loop, a few questions at a time, and the same one only once."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from wuzhen.bot.answer import Answer
from wuzhen.bot.answering.librarian import Librarian

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
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._librarian: Librarian | None = None
        self._known: OrderedDict[tuple[str, ...], Answer] = OrderedDict()
        self._asked: dict[tuple[str, ...], asyncio.Task[Answer]] = {}

    async def answer(
        self, librarian: Librarian, question: str, history: Sequence[str] = ()
    ) -> Answer:
        """Answer a question after the earlier ones of `history`, oldest first."""
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
                self._work(librarian, question, tuple(history), self._known, self._asked)
            )
        # Whoever gives up waiting does not stop the work: others may wait for it, too.
        return await asyncio.shield(task)

    async def _work(
        self,
        librarian: Librarian,
        question: str,
        history: tuple[str, ...],
        known: OrderedDict[tuple[str, ...], Answer],
        asked: dict[tuple[str, ...], asyncio.Task[Answer]],
    ) -> Answer:
        """Ask, and remember it among what is known of this librarian's, whichever is in use."""
        key = (question, *history)
        try:
            async with self._turns:
                answer = await asyncio.to_thread(librarian.answer, question, history)
        finally:
            asked.pop(key, None)
        known[key] = answer
        if len(known) > self._most:
            known.popitem(last=False)
        return answer
