"""How much one person or group may ask, and how often it is told so."""

import math

from wuzhen.bot.store import Rate
from wuzhen.bot.telegram.dialogue.scene import Means, Scene
from wuzhen.bot.telegram.messages.entities import rich
from wuzhen.bot.telegram.messages.messages import payload
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.outgoing import Outgoing

MINUTE = 60.0
DAY = 86_400.0

PRESSES = 60
"""Buttons a minute and user, and inline queries likewise."""

HINTS = 3
"""Hints a minute and chat: a shower of stickers is not answered one by one."""

LATE_WINDOW = 600.0


async def refused(place: Scene, means: Means) -> tuple[Outgoing, ...] | None:
    """Count a question; None when it may be answered, else what is said instead.

    Buckets are counted at once, not with the answer: a question that is worked twice after a
    crash counts twice, which does no harm.
    """
    settings, store = means.settings, means.store
    own: list[Rate] = []
    if place.user and settings.telegram_user_rate:
        own.append(Rate(f"ask:user:{place.user}", settings.telegram_user_rate, MINUTE))
    shared: list[Rate] = []
    if not place.private and settings.telegram_group_rate:
        shared.append(Rate(f"ask:chat:{place.chat.chat}", settings.telegram_group_rate, MINUTE))
    wait = await store.rates.take(*own, *shared)
    if not wait:
        return None
    # What holds for a whole group is said to it once, whoever asks.
    of_group = not await store.rates.wait(*own)
    told = 0 if of_group else place.user
    if await store.rates.take(Rate(f"notice:{place.chat.chat}:{told}", 1, max(MINUTE, wait))):
        return ()
    phrase = "slow_down_group" if of_group else "slow_down"
    said = say(phrase, place.language, seconds=max(1, math.ceil(wait)))
    return (place.reply(payload(rich(said))),)


async def late(place: Scene, means: Means) -> tuple[Outgoing, ...]:
    """Return the apology for what was not answered in time, if there was none just now."""
    window = Rate(f"late:{place.chat.chat}:{place.user}", 1, LATE_WINDOW)
    if await means.store.rates.take(window):
        return ()
    return (place.reply(payload(rich(say("late", place.language)))),)


async def stranger(place: Scene, means: Means) -> tuple[Outgoing, ...]:
    """Return the word for who may not ask, once a day."""
    window = Rate(f"stranger:{place.chat.chat}:{place.user}", 1, DAY)
    if await means.store.rates.take(window):
        return ()
    chat, user = place.chat.chat, place.user
    if user and not place.private:
        said = say("stranger_in_group", place.language, group=chat, user=user)
    else:
        said = say("stranger", place.language, id=user or chat)
    return (place.reply(payload(rich(said))),)


async def hint(place: Scene, means: Means, text: str) -> tuple[Outgoing, ...]:
    """Return a hint how to ask, unless there were several just now."""
    if await means.store.rates.take(Rate(f"hint:{place.chat.chat}", HINTS, MINUTE)):
        return ()
    return (place.reply(payload(rich(text))),)


async def presses_too_much(user: int, means: Means) -> bool:
    """Count a pressed button or an inline query."""
    return await means.store.rates.take(Rate(f"press:{user}", PRESSES, MINUTE)) > 0
