"""How fast Telegram lets a bot send (https://core.telegram.org/bots/faq, "hitting limits").

About 30 messages a second in all, 1 a second to a chat with short bursts let through, 20 a minute
to a group. The exact values are not published, so a `retry_after` counts more than these. They
hold for the token: the buckets are in the database, for all processes and over a restart.
"""

from wuzhen.bot.store import Rate

CHAT = (1, 1.0, 3)
GROUP = (14, 60.0, 5)
"""Limit, seconds and burst: at most 19 in any minute, one less than are let through."""

_LATE_S = 1 / 8
"""Calls made a second apart arrive closer together by so much, as each takes a time of its own."""


def rates(chat: int, per_second: int) -> tuple[Rate, ...]:
    """Return the buckets that a message to `chat` takes from; none when `per_second` is 0.

    `per_second` is what all chats together get in any second.
    """
    if not per_second:
        return ()
    burst = max(1, per_second // 10)
    steady = max(1, int((per_second - burst) / (1 + _LATE_S)))
    found = [Rate("send", steady, 1.0, burst)]
    if chat:
        found.append(Rate(f"send:{chat}", *CHAT))
    if chat < 0:
        found.append(Rate(f"send:group:{chat}", *GROUP))
    return tuple(found)


def counts(method: str) -> bool:
    """Whether a call counts as a message: whatever puts text before people does."""
    return method.startswith(("send", "edit", "copy", "forward")) and method != "sendChatAction"
