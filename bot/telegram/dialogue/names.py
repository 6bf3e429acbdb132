"""The bot's commands and descriptions, registered per language and scope, only when changed.

The Bot API takes two-letter language codes here, so that `zh` stands for both scripts: it gets
Traditional, and a chat whose language is Simplified gets a list of its own (`of_chat`).
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from wuzhen.bot.store import Store
from wuzhen.bot.telegram.messages.languages import Language
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.outgoing import Outgoing

PRIVATE = ("schedule", "ref", "new", "lang", "help", "privacy", "export", "forget")
GROUP = ("ask", "schedule", "ref", "new", "help")
GROUP_ADMIN = ("ask", "schedule", "ref", "new", "lang", "when", "help", "privacy")

_REGISTERED: tuple[tuple[str, Language], ...] = (("", "en"), ("zh", "hant"))
_KEY = "names"

Call = Callable[[Outgoing], Awaitable[object]]


async def register(store: Store, call: Call) -> int:
    """Make the calls that register everything, unless the same was registered before.

    Returns how many calls were made. `call` raises when one fails: then all are made again at the
    next start.
    """
    calls = list(registrations())
    digest = hashlib.sha256(json.dumps([[c.method, c.payload] for c in calls]).encode()).hexdigest()
    if await store.values.get(_KEY) == digest:
        return 0
    for one in calls:
        await call(one)
    await store.values.set(_KEY, digest)
    return len(calls)


def registrations() -> Iterator[Outgoing]:
    """Every call that registers commands and descriptions."""
    scopes = (
        ("default", PRIVATE),
        ("all_private_chats", PRIVATE),
        ("all_group_chats", GROUP),
        ("all_chat_administrators", GROUP_ADMIN),
    )
    for code, language in _REGISTERED:
        where = {"language_code": code} if code else {}
        for scope, names in scopes:
            payload = {"commands": commands(names, language), "scope": {"type": scope}, **where}
            yield Outgoing("setMyCommands", payload)
        about, short = say("about", language), say("about_short", language)
        yield Outgoing("setMyDescription", {"description": about, **where})
        yield Outgoing("setMyShortDescription", {"short_description": short, **where})


def of_chat(chat: int, language: Language | None, *, private: bool) -> Outgoing:
    """Return the call that gives a chat a list in its own language; None takes it away again."""
    scope = {"type": "chat", "chat_id": chat}
    if language is None:
        return Outgoing("deleteMyCommands", {"scope": scope})
    names = PRIVATE if private else GROUP
    return Outgoing("setMyCommands", {"commands": commands(names, language), "scope": scope})


def commands(names: tuple[str, ...], language: Language) -> list[dict[str, Any]]:
    """Return the Bot API's BotCommand objects."""
    return [{"command": name, "description": say(f"command_{name}", language)} for name in names]
