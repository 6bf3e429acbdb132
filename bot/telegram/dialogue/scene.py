"""Where something is said: the chat, the topic, the user, the language, and how to reply there."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import telegram
from telegram.constants import ChatType

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.settings import Settings
from wuzhen.bot.store import Chat, Store
from wuzhen.bot.store import Dialogue as Conversation
from wuzhen.bot.telegram.dialogue.answering import Answering
from wuzhen.bot.telegram.me import Me
from wuzhen.bot.telegram.messages.buttons import Button
from wuzhen.bot.telegram.messages.entities import Rich, rich
from wuzhen.bot.telegram.messages.languages import Language, chosen
from wuzhen.bot.telegram.messages.messages import payload
from wuzhen.bot.telegram.outgoing import Effect, NewTurn, Outgoing, Response

Payload = dict[str, Any]


class Operations(Protocol):
    """What the dialogue asks of the running program."""

    async def status(self) -> Mapping[str, object]:
        """Return what /status shows: names and values, one a line."""

    async def reload(self) -> str:
        """Open the index anew; what came of it, in one line."""

    async def administers(self, chat: int, user: int) -> bool:
        """Whether a user is one of a group's administrators."""


@dataclass(frozen=True, slots=True)
class Means:
    """What everything in the dialogue works with."""

    store: Store
    librarian: Callable[[], Librarian]
    settings: Settings
    me: Me
    operations: Operations | None = None
    now: Callable[[], float] = time.time
    answering: Answering = field(default_factory=Answering)


@dataclass(frozen=True, slots=True)
class Scene:
    """A message that was sent, seen as a place to reply to."""

    chat: Chat
    private: bool
    user: int
    """0: an anonymous administrator, a channel, nobody."""
    thread: int
    """The topic of a forum, 0 outside topics."""
    message: int
    language: Language
    as_chat: bool = False
    """Whether an anonymous administrator of the group speaks."""

    @property
    def where(self) -> Conversation:
        """The conversation that goes on here: in groups each user has one of their own."""
        return Conversation(self.chat.chat, self.thread, self.user)

    @property
    def beside(self) -> bool:
        """Whether a Simplified rendering stands beside quotes."""
        return bool(self.chat.simplified)

    def reply(self, shown: Mapping[str, Any], turn: str | None = None) -> Outgoing:
        """Return a message that replies to this one, in the same topic."""
        return Outgoing("sendMessage", {**shown, **self.place()}, self.chat.chat, turn=turn)

    def document(self, filename: str, text: str, caption: str) -> Outgoing:
        """Return a file that replies to this message."""
        document = {"filename": filename, "text": text}
        payload = {"document": document, "caption": caption, **self.place()}
        return Outgoing("sendDocument", payload, self.chat.chat)

    def place(self) -> Payload:
        """Return the parameters that put a new message into its topic, as a reply to this one."""
        return {
            **({"message_thread_id": self.thread} if self.thread else {}),
            "reply_parameters": {
                "message_id": self.message,
                "allow_sending_without_reply": True,
            },
        }

    def edit(self, shown: Mapping[str, Any], turn: str | None = None) -> Outgoing:
        """Return the text and buttons of this message (the bot's own), anew."""
        return Outgoing(
            "editMessageText",
            {**shown, "message_id": self.message},
            self.chat.chat,
            turn=turn,
            merge=f"message:{self.message}",
        )

    def response(
        self, *outgoing: Outgoing, turn: NewTurn | None = None, effects: tuple[Effect, ...] = ()
    ) -> Response:
        """Return what the message leads to."""
        return Response(outgoing, turn, effects, self.user)

    def says(self, text: Rich | str, keyboard: Sequence[Sequence[Button]] = ()) -> Response:
        """Return a response of one message in the bot's own words."""
        return self.response(self.reply(payload(rich("") + text, keyboard)))


async def scene(
    message: telegram.MaybeInaccessibleMessage, means: Means, user: telegram.User | None = None
) -> Scene:
    """Look at a message; `user` is who acts when that is not its sender (a button's presser)."""
    chat = await means.store.chats.get(message.chat.id)
    sender_chat, sender, thread = None, None, 0
    if isinstance(message, telegram.Message):
        sender_chat = message.sender_chat
        sender = message.from_user
        # Replies in plain groups have a thread id too, which no message may be sent to.
        thread = (message.message_thread_id or 0) if message.is_topic_message else 0
    who = user or (None if sender_chat else sender)
    return Scene(
        chat=chat,
        private=message.chat.type == ChatType.PRIVATE,
        user=who.id if who else 0,
        thread=thread,
        message=message.message_id,
        language=chosen(chat.language, who.language_code if who else None),
        as_chat=user is None and sender_chat is not None and sender_chat.id == message.chat.id,
    )


def allowed(means: Means, *ids: int) -> bool:
    """Whether one of these users and chats may ask."""
    listed = means.settings.telegram_allowed
    return not listed or not {*listed, *means.settings.telegram_admins}.isdisjoint(ids)


async def administers(place: Scene, means: Means) -> bool:
    """Whether the user may change the chat's settings."""
    if place.private or place.as_chat:
        return True
    if not place.user or means.operations is None:
        return False
    return await means.operations.administers(place.chat.chat, place.user)
