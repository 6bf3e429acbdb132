"""A call made ready to be sent, and one that was refused (400) made acceptable, if it can be."""

from collections.abc import Mapping
from typing import Any

import telegram

from wuzhen.bot.store import Outgoing, State
from wuzhen.bot.telegram.outgoing import message_of

Payload = Mapping[str, Any]
Call = tuple[str, Payload]

UNCHANGED = "message is not modified"
"""An edit to what stands there already, say after a button was pressed twice: it is done."""

_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")

_EXPENDABLE = (
    (("can't parse entities", "entity_", "entities"), ("entities", "parse_mode")),
    (("message thread not found", "topic_deleted"), ("message_thread_id",)),
    (("message to be replied not found", "reply message not found"), ("reply_parameters",)),
)
"""What a refusal says, and what the call can do without."""


async def prepare(row: Outgoing, state: State) -> Call | None:
    """Return the call that a row stands for; None if there is nothing to do any more."""
    payload: dict[str, Any] = dict(row.payload)
    if row.chat:
        payload["chat_id"] = row.chat
    if row.method == "sendDocument":
        document = payload["document"]
        content = document["text"].encode("utf-8", "replace")
        payload["document"] = telegram.InputFile(content, document["filename"])
    elif row.method.startswith("editMessage") and row.turn and not _names_message(payload):
        message = await message_of(state, row.turn)
        if message is None:
            return _anew(row.method, payload)
        payload["message_id"] = message
    return row.method, payload


def mend(method: str, payload: Payload, reason: str) -> Call | None:
    """Return the next best call after a refusal: plain instead of formatted, new instead of edited.

    Each is a smaller one than that before, so trying again and again ends; None if none is left.
    """
    said = reason.lower()
    for phrases, names in _EXPENDABLE:
        if any(phrase in said for phrase in phrases) and any(name in payload for name in names):
            return method, {name: payload[name] for name in payload if name not in names}
    if any(phrase in said for phrase in _GONE):
        return _anew(method, payload)
    return None


def _names_message(payload: Payload) -> bool:
    return "message_id" in payload or "inline_message_id" in payload


def _anew(method: str, payload: Payload) -> Call | None:
    """Return a new message with what an edit would have shown; None for buttons alone."""
    if method != "editMessageText" or "chat_id" not in payload:
        return None
    return "sendMessage", {name: payload[name] for name in payload if name != "message_id"}
