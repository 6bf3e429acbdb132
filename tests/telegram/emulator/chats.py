"""Chats: who is in them and which messages stand there now."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiogram.types import Chat, Message, User

from .errors import Refusal, bad_request

TOPIC_FIELDS = ("message_thread_id", "is_topic_message")


def now() -> int:
    """The time in Unix seconds, as the Bot API states it."""
    return int(time.time())


@dataclass(eq=False)
class ChatState:
    """One chat. Message ids count from 1 in each chat, from 2 in supergroups.

    The first message of a supergroup tells of its creation; as a thread, 1 is the topic General.
    """

    chat: Chat
    messages: dict[int, Message] = field(default_factory=dict)
    """What stands in the chat now, oldest first, by message id."""
    versions: dict[int, list[Message]] = field(default_factory=dict)
    """Every message there ever was, in all its versions."""
    by_bot: list[int] = field(default_factory=list)
    """Ids of the bot's messages in the order of sending."""
    read: int = 0
    """How many of them a test has read."""
    members: dict[int, tuple[User, str]] = field(default_factory=dict)
    """User id to user and status; absent means an ordinary member."""
    bot_status: str = "member"
    topics: dict[int, str] = field(default_factory=dict)
    """Forum topics: thread id to name."""
    pinned: list[int] = field(default_factory=list)
    migrated_to: int | None = None

    @property
    def next_id(self) -> int:
        """The id of the next message."""
        return len(self.versions) + (2 if self.chat.type == "supergroup" else 1)

    def check_open(self) -> None:
        """Raise the `Refusal` that meets a bot which may not write here."""
        if self.migrated_to is not None:
            reason = "group chat was upgraded to a supergroup chat"
            raise Refusal(400, f"Bad Request: {reason}", migrate_to=self.migrated_to)
        kind = self.chat.type
        if self.bot_status == "kicked" and kind == "private":
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if self.bot_status == "kicked":
            name = "group" if kind == "group" else kind
            raise Refusal(403, f"Forbidden: bot was kicked from the {name} chat")
        if self.bot_status == "left":
            raise Refusal(403, f"Forbidden: bot is not a member of the {kind} chat")

    def add(self, **fields: Any) -> Message:
        """Put a message with these fields into the chat."""
        number = self.next_id
        fields.setdefault("date", datetime.fromtimestamp(now(), UTC))
        message = Message(message_id=number, chat=self.chat, **fields)
        self.versions[number] = [message]
        self.messages[number] = message
        return message

    def change(self, message: Message, **fields: Any) -> Message:
        """Put a new version in the place of `message`."""
        new = message.model_copy(update=fields)
        self.versions[message.message_id].append(new)
        self.messages[message.message_id] = new
        return new

    def thread(self, thread: int | None, reply_to: Message | None) -> dict[str, Any]:
        """The fields that say where in the chat a message stands and what it replies to.

        In a forum every message of a topic replies to something, if only to the service message
        that opened the topic. In a plain supergroup a reply carries the id of the chain's first
        message as its thread, but is no topic message.
        """
        fields: dict[str, Any] = {}
        if self.chat.is_forum:
            if reply_to is not None and reply_to.is_topic_message:
                thread = reply_to.message_thread_id
            if thread is not None:
                if thread not in self.topics:
                    raise bad_request("message thread not found")
                fields |= {"message_thread_id": thread, "is_topic_message": True}
                reply_to = reply_to or self.messages.get(thread)
        elif thread is not None:
            raise bad_request("message thread not found")
        elif reply_to is not None and self.chat.type == "supergroup":
            fields["message_thread_id"] = reply_to.message_thread_id or reply_to.message_id
        if reply_to is not None:
            fields["reply_to_message"] = reply_to.model_copy(update={"reply_to_message": None})
        return fields
