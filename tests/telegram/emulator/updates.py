"""The queue of updates that the bot has not confirmed yet."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that are sent only to a bot that names them in ``allowed_updates``."""


class Signal:
    """Wakes everybody who waits for something to change."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return at the next change, or after so many `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)


@dataclass(eq=False)
class Pending:
    """One update, as it goes over the wire."""

    number: int
    """Its update_id; what a malformed update is ordered and confirmed by, too."""
    payload: Any
    lane: int | None
    """Updates of one lane (a chat, or the user of an inline query) keep their order."""
    forced: bool = False
    """Handed out once even if its number is confirmed already: a repeated update."""


class UpdateQueue:
    """Updates in order of arrival; ids are sequential."""

    def __init__(self, signal: Signal, first: int) -> None:
        self._signal = signal
        self._next = first
        self.pending: list[Pending] = []
        self.allowed: frozenset[str] | None = None
        """Kinds that the bot asked for; None: all but `UNASKED`."""

    def allow(self, kinds: list[str] | None) -> None:
        """Set `allowed`: None leaves it as it was, an empty list is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are sent to the bot."""
        return kind in self.allowed if self.allowed is not None else kind not in UNASKED

    def number(self) -> int:
        """The next update_id."""
        self._next += 1
        return self._next - 1

    def put(self, update: Pending) -> None:
        """Queue an update."""
        self.pending.append(update)
        self._signal.fire()

    def confirm(self, offset: int) -> None:
        """Forget updates below `offset`; a negative one keeps the last ``-offset``."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [one for one in self.pending if one.number >= offset or one.forced]
        self._signal.fire()

    def hand_out(self, limit: int) -> list[Any]:
        """The first updates; they stay queued until confirmed."""
        batch = self.pending[:limit]
        for update in batch:
            update.forced = False
        return [update.payload for update in batch]

    def remove(self, update: Pending) -> None:
        """Forget one update: a webhook took it."""
        if update in self.pending:
            self.pending.remove(update)
            self._signal.fire()

    def clear(self) -> None:
        """Forget everything."""
        self.pending.clear()
        self._signal.fire()
