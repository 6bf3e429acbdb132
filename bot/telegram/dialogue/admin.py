"""The commands of whoever runs the bot, known by id. Nobody else learns that they exist."""

import json
import re
from collections.abc import Mapping

import telegram

from wuzhen.bot.telegram.dialogue.questions import clean
from wuzhen.bot.telegram.dialogue.scene import Means, Scene
from wuzhen.bot.telegram.messages.buttons import button
from wuzhen.bot.telegram.messages.entities import rich
from wuzhen.bot.telegram.messages.messages import payload
from wuzhen.bot.telegram.outgoing import Broadcast, Chosen, Response

DAY = 86_400.0

NAMES = ("stats", "status", "feedback", "reload", "block", "unblock", "broadcast")

_COMMAND = re.compile(r"/broadcast(?:@\w+)?\s+(\S.*)", re.ASCII | re.DOTALL | re.IGNORECASE)
_CHAT = re.compile(r"-?\d{1,19}", re.ASCII)


def may(place: Scene, means: Means) -> bool:
    """Whether the user runs the bot, and nobody else is listening."""
    return place.private and place.user in means.settings.telegram_admins


async def respond(name: str, place: Scene, means: Means, text: str) -> Response:
    """Carry out a command; English only, as logs and settings are."""
    match name:
        case "stats":
            return place.says(await _stats(means))
        case "status":
            return place.says(await _status(means))
        case "feedback":
            return await _feedback(place, means)
        case "reload":
            return place.says(await _reload(means))
        case "broadcast":
            return await _broadcast(place, means, text)
        case _:
            return _block(name, place, text)


async def _stats(means: Means) -> str:
    lines = []
    for title, days in (("today", 1), ("7 days", 7), ("30 days", 30)):
        stats = await means.store.upkeep.stats(means.now() - days * DAY)
        lines.append(
            f"{title}: {stats.questions} questions, {stats.answered} answered, "
            f"{stats.users} users, 👍 {stats.ratings.get(1, 0)} 👎 {stats.ratings.get(-1, 0)}"
        )
    lines.append(
        f"chats: {stats.chats} with settings, {stats.inactive_chats} inactive, "
        f"{stats.blocked_chats} blocked"
    )
    return "\n".join(lines)


async def _status(means: Means) -> str:
    stats = await means.store.upkeep.stats(means.now())
    collection = means.librarian().collection
    lines = {
        **(await means.operations.status() if means.operations else {}),
        "documents": len(collection.documents),
        "passages": len(collection.passages),
        "updates": _counts(stats.updates),
        "oldest update waits": f"{stats.waiting:.0f} s",
        "calls": _counts(stats.calls),
        "oldest call waits": f"{stats.unsent:.0f} s",
        "dead letters": stats.dead_letters,
        "reads all group messages": "yes" if means.me.reads_groups else "no (privacy mode)",
        "inline mode": "on" if means.me.inline else "off (/setinline at @BotFather)",
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items())


async def _feedback(place: Scene, means: Means) -> Response:
    """Send the ratings of the last 30 days with question and answer, and without the user."""
    ratings = await means.store.feedback.since(means.now() - 30 * DAY)
    lines = (
        json.dumps(
            {
                "turn": one.turn,
                "rating": one.rating,
                "reason": one.reason,
                "question": one.question,
                "answer": one.answer,
            },
            ensure_ascii=False,
        )
        for one in ratings
    )
    if not ratings:
        return place.says("no ratings in the last 30 days")
    return place.response(place.document("feedback.jsonl", "\n".join(lines), f"{len(ratings)}"))


async def _reload(means: Means) -> str:
    if means.operations is None:
        return "the index cannot be reloaded here"
    return await means.operations.reload()


async def _broadcast(place: Scene, means: Means, text: str) -> Response:
    """Ask whether a text is to go to everybody; the button finds it in the message replied to."""
    if not text:
        return place.says("/broadcast needs a text: /broadcast Back tomorrow at nine.")
    count = len(await means.store.chats.active())
    buttons = [button("Send it", "broadcast", "yes"), button("Cancel", "broadcast", "no")]
    chats = "1 chat" if count == 1 else f"{count} chats"
    return place.says(f"Send this to {chats}, as it stands?", [buttons])


def broadcast(chosen: str, message: telegram.Message, place: Scene) -> Response | None:
    """Send it, or do not; None when the text is not there any more."""
    if chosen != "yes":
        return place.response(place.edit(payload(rich("Not sent."))))
    asked = message.reply_to_message
    command = _COMMAND.match((asked and asked.text) or "")
    if command is None:
        return None
    key = f"{place.chat.chat}:{place.message}"
    sent = place.edit(payload(rich("On its way; /status counts what waits.")))
    word = Broadcast(key, payload(rich(clean(command[1]))))
    return place.response(sent, effects=(word,))


def _block(name: str, place: Scene, text: str) -> Response:
    if not _CHAT.fullmatch(text) or not int(text):
        return place.says(f"/{name} needs the id of a user or group: /{name} 123456789")
    chat = int(text)
    if chat == place.user:
        return place.says("that is you")
    blocked = name == "block"
    said = place.says(f"{chat} is {'blocked' if blocked else 'no longer blocked'}")
    return place.response(*said.outgoing, effects=(Chosen(chat, {"blocked": blocked}),))


def _counts(by_state: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(by_state.items())) or "none"
