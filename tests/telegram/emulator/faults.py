"""Faults on demand: what goes wrong, for which calls, how often."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto

from .errors import Refusal


class Kind(Enum):
    """What happens to a call that a fault strikes."""

    REFUSE = auto()
    """An error is answered; nothing is carried out."""
    HOLD_BEFORE = auto()
    """The call waits; it is carried out only if the client is still there at the end."""
    HOLD_AFTER = auto()
    """The call is carried out, then its answer waits."""
    DROP_BEFORE = auto()
    """The connection is closed; nothing is carried out."""
    DROP_AFTER = auto()
    """The call is carried out, then the connection is closed without an answer."""


@dataclass(eq=False)
class Fault:
    """One fault; `hits` counts the calls that it struck."""

    kind: Kind
    method: str
    """Lower case, or ``*`` for any method."""
    chat: int | None
    """Only calls to this chat; None for any call."""
    times: int | None
    """How many calls are struck; None for all."""
    refusal: Refusal | None = None
    raw: bytes | None = None
    """Sent in place of the JSON body, as a gateway in front of the Bot API would."""
    seconds: float | None = None
    """How long a held call waits; None until `release`."""
    hits: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self, method: str, chat: int | None) -> bool:
        """Whether a call of `method` (lower case) to `chat` is struck."""
        return (
            self.method in ("*", method)
            and (self.chat is None or self.chat == chat)
            and (self.times is None or self.hits < self.times)
        )

    def release(self) -> None:
        """End the fault: held calls go on, no further call is struck."""
        self.times = self.hits
        self._released.set()

    async def wait(self) -> None:
        """Wait as long as a held call has to."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._released.wait(), self.seconds)


class Faults:
    """The faults that are set, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Set a fault."""
        self._faults.append(fault)
        return fault

    def strike(self, method: str, chat: int | None) -> Fault | None:
        """The fault that strikes this call, counted as a hit."""
        for fault in self._faults:
            if fault.strikes(method, chat):
                fault.hits += 1
                return fault
        return None

    def clear(self) -> None:
        """Release every fault."""
        for fault in self._faults:
            fault.release()
        self._faults.clear()
