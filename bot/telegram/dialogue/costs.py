"""What users' questions cost lately, and turns at computing, which go to who has cost the least.

Counting questions is not fair: one may cost a thousand times another. Costs are processor seconds
that fade, so whoever pauses is soon as good as new; nobody is refused, the costly go last.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

HALF_LIFE_S = 60.0
"""The time in which half of a cost is forgotten."""
COSTLY_S = 1.0
"""Processor seconds from which a user's updates are claimed after those of others: 50 ordinary
questions."""
_MOST = 100
"""How many costly users are told of: they are values of a statement."""
_FORGOTTEN_S = 0.001
_SWEPT = 1_000
"""Users from which those are forgotten who cost next to nothing."""


class Costs:
    """Processor seconds by user."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._spent: dict[int, tuple[float, float]] = {}
        """By user what was left of the costs at a time, and that time."""

    def of(self, user: int) -> float:
        """Return what is left of a user's costs."""
        seconds, at = self._spent.get(user, (0.0, 0.0))
        return seconds * math.exp2((at - self._now()) / HALF_LIFE_S)

    def add(self, user: int, seconds: float) -> None:
        """Count a cost."""
        self._spent[user] = self.of(user) + seconds, self._now()
        if len(self._spent) > _SWEPT:
            self._spent = {
                one: left for one, left in self._spent.items() if self.of(one) > _FORGOTTEN_S
            }

    def costly(self) -> list[int]:
        """Return the users who have cost much, most first."""
        users = [user for user in self._spent if self.of(user) >= COSTLY_S]
        return sorted(users, key=self.of, reverse=True)[:_MOST]


class Turns:
    """So many turns at a time; the next goes to the user who has cost the least."""

    def __init__(self, at_once: int, costs: Costs) -> None:
        self._free = at_once
        self._costs = costs
        self._waiting: dict[int, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, user: int) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end of the block."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(user)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, user: int) -> None:
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user, deque()).append(given)
        try:
            await given
        except asyncio.CancelledError:
            if not given.cancelled():  # it was given at the same moment
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            user = min(self._waiting, key=self._costs.of)
            given = self._waiting[user].popleft()
            if not self._waiting[user]:
                del self._waiting[user]
            if not given.done():
                given.set_result(None)
                return
        self._free += 1
