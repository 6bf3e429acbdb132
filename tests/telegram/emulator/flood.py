"""The flood limits: how much the Bot API lets one bot send.

About 30 messages a second in all, one a second to one chat with short bursts let through, 20 a
minute to one group (core.telegram.org/bots/faq). The service does not publish exact values; these
are the documented ones.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import Refusal


@dataclass
class Flood:
    """Sliding windows over the messages sent; off until `enabled` is set."""

    enabled: bool = False
    clock: Callable[[], float] = time.monotonic
    per_second: int = 30
    chat_burst: int = 5
    """Messages that one chat takes at once; it regains one a second."""
    group_per_minute: int = 20
    refused: int = 0
    """Calls that were answered 429."""
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _spent: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Per chat: messages of the burst that are spent, at which time."""

    def check(self, chat: int | None) -> None:
        """Count one message to `chat` (None: inline); raises a 429 `Refusal` if it is too many."""
        if not self.enabled:
            return
        now = self.clock()
        waits = [_wait(self._all, self.per_second, 1.0, now)]
        spent = 0.0
        if chat is not None:
            level, at = self._spent.get(chat, (0.0, now))
            spent = max(0.0, level - (now - at))
            waits.append(spent + 1 - self.chat_burst)
            if chat < 0:
                waits.append(_wait(self._groups[chat], self.group_per_minute, 60.0, now))
        if (wait := max(waits)) > 0:
            self.refused += 1
            seconds = math.ceil(wait)
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self._all.append(now)
        if chat is not None:
            self._spent[chat] = (spent + 1, now)
            if chat < 0:
                self._groups[chat].append(now)


def _wait(sent: deque[float], limit: int, window: float, now: float) -> float:
    """Seconds until one more fits into the window; not positive if it fits now."""
    while sent and sent[0] <= now - window:
        sent.popleft()
    return sent[0] + window - now if len(sent) >= limit else 0.0
