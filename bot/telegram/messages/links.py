"""Deep links: `https://t.me/BOT?start=PAYLOAD`, where the payload is a short id, never data."""

import re
from typing import Literal, NamedTuple

from wuzhen.bot.telegram.me import Me

_PASSAGE = re.compile(r"p_([A-Za-z0-9_-]{8})")
_REFERENCE = re.compile(r"r_(\d{1,6})", re.ASCII)


class Target(NamedTuple):
    """What a link opens: a passage by its key, or the passages with a reference number."""

    kind: Literal["passage", "reference"]
    name: str


def passage(me: Me, key: str) -> str:
    """Return the link that opens a passage in the private chat with the bot."""
    return f"https://t.me/{me.username}?start=p_{key}"


def reference(me: Me, number: str) -> str:
    """Return the link that opens what carries a reference number."""
    return f"https://t.me/{me.username}?start=r_{number}"


def target(payload: str) -> Target | None:
    """Return what the payload of /start opens; None for one that no link of ours has."""
    if found := _PASSAGE.fullmatch(payload):
        return Target("passage", found[1])
    if found := _REFERENCE.fullmatch(payload):
        return Target("reference", found[1])
    return None
