"""What people do in Telegram: each function queues the update that the bot gets of it."""

from __future__ import annotations

from collections.abc import Container
from itertools import count
from typing import Any, Literal

from aiogram.types import (
    Audio,
    Chat,
    Document,
    ForumTopicCreated,
    Location,
    Message,
    MessageEntity,
    PhotoSize,
    Sticker,
    User,
    Video,
    Voice,
)

from .chats import ChatState, now
from .state import State
from .text import detect

Media = Literal["photo", "voice", "sticker", "document", "video", "audio", "location"]

ANONYMOUS_ADMIN = User(id=1087968824, is_bot=True, first_name="Group", username="GroupAnonymousBot")
CHANNEL_BOT = User(id=136817688, is_bot=True, first_name="Channel", username="Channel_Bot")


class People:
    """Builders of chats, people and updates. A chat may be given by its id everywhere.

    In a private chat the sender is the chat's own user; in a group it is Ada, unless told
    otherwise.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.ada = self.user("Ada")

    # People and chats

    def user(self, name: str, *, language: str | None = "en", username: str | None = None) -> User:
        """A new user."""
        number = _free(1001, self.state.users, 1)
        user = User(
            id=number,
            is_bot=False,
            first_name=name,
            username=username,
            language_code=language,
        )
        self.state.users[number] = user
        return user

    def private(self, user: User | str = "Ada", *, language: str | None = "en") -> Chat:
        """The private chat with a user, or with a new user of this name."""
        if isinstance(user, str):
            user = self.user(user, language=language)
        return self._open(
            Chat(id=user.id, type="private", first_name=user.first_name, username=user.username)
        )

    def group(self, title: str = "Group") -> Chat:
        """A new basic group."""
        return self._open(Chat(id=_free(-2001, self.state.chats, -1), type="group", title=title))

    def supergroup(
        self, title: str = "Supergroup", *, forum: bool = False, username: str | None = None
    ) -> Chat:
        """A new supergroup; with topics if `forum`."""
        number = _free(-1001000000001, self.state.chats, -1)
        return self._open(
            Chat(
                id=number,
                type="supergroup",
                title=title,
                username=username,
                is_forum=forum or None,
            )
        )

    def channel(self, title: str = "Channel", *, username: str | None = None) -> Chat:
        """A new channel, with the bot as an administrator."""
        number = _free(-1001000000001, self.state.chats, -1)
        chat = self._open(Chat(id=number, type="channel", title=title, username=username))
        self.state.ensure(chat).bot_status = "administrator"
        return chat

    def topic(self, chat: int | Chat, name: str) -> int:
        """Open a topic in a forum; returns its thread id."""
        state = self.state.ensure(chat)
        number = state.next_id
        state.topics[number] = name
        self.service(
            chat,
            message_thread_id=number,
            is_topic_message=True,
            forum_topic_created=ForumTopicCreated(name=name, icon_color=7322096),
        )
        return number

    def _open(self, chat: Chat) -> Chat:
        return self.state.ensure(chat).chat

    # Messages

    def say(
        self,
        chat: int | Chat,
        text: str,
        *,
        sender: User | None = None,
        thread: int | None = None,
        reply_to: Message | None = None,
        via_bot: User | None = None,
        anonymous: bool = False,
        as_chat: Chat | None = None,
        entities: list[MessageEntity] | None = None,
        date: int | None = None,
    ) -> Message:
        """Write a text; commands, mentions and links get their entities.

        `anonymous` writes as an anonymous administrator, `as_chat` in a channel's name. `date`
        is in Unix seconds, for messages that are old on arrival.
        """
        found = entities if entities is not None else detect(text) or None
        fields: dict[str, Any] = {"text": text, "entities": found, "via_bot": via_bot}
        if date is not None:
            fields["date"] = date
        return self.write(chat, fields, sender, thread, reply_to, anonymous, as_chat)

    def media(
        self,
        chat: int | Chat,
        kind: Media,
        *,
        caption: str | None = None,
        content: bytes = b"content",
        sender: User | None = None,
        thread: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a photo, voice, sticker, …"""
        number = self.state.store_file(content, kind)
        found = detect(caption or "") or None
        fields = _media(kind, number) | {"caption": caption, "caption_entities": found}
        return self.write(chat, fields, sender, thread, reply_to)

    def edit(self, message: Message, text: str) -> Message:
        """Edit a text that was written before."""
        state = self.state.ensure(message.chat)
        edited = state.change(
            state.messages[message.message_id],
            text=text,
            entities=detect(text) or None,
            edit_date=now(),
        )
        kind = "edited_channel_post" if state.chat.type == "channel" else "edited_message"
        self.state.send(kind, edited, state.chat.id)
        return edited

    def channel_post(self, channel: int | Chat, text: str) -> Message:
        """Post in a channel: nobody is named as the sender."""
        state = self.state.ensure(channel)
        message = state.add(sender_chat=state.chat, text=text, entities=detect(text) or None)
        self.state.send("channel_post", message, state.chat.id)
        return message

    def service(self, chat: int | Chat, **fields: Any) -> Message:
        """A service message with these fields of ``Message`` (new_chat_members, …)."""
        state = self.state.ensure(chat)
        fields.setdefault("from_user", self.sender_in(state, None))
        message = state.add(**fields)
        self.state.send("message", message, state.chat.id)
        return message

    def write(
        self,
        chat: int | Chat,
        fields: dict[str, Any],
        sender: User | None = None,
        thread: int | None = None,
        reply_to: Message | None = None,
        anonymous: bool = False,
        as_chat: Chat | None = None,
    ) -> Message:
        """Any message, by its fields."""
        state = self.state.ensure(chat)
        author = self.sender_in(state, sender)
        if anonymous:
            author, fields["sender_chat"] = ANONYMOUS_ADMIN, state.chat
        elif as_chat is not None:
            author, fields["sender_chat"] = CHANNEL_BOT, as_chat
        message = state.add(from_user=author, **fields, **state.thread(thread, reply_to))
        if self._reaches_bot(state, message):
            self.state.send("message", message, state.chat.id)
        return message

    def sender_in(self, chat: ChatState, sender: User | None) -> User:
        """`sender`, or who writes in this chat unless told otherwise."""
        if sender is not None:
            return sender
        return self.state.user(chat.chat.id) if chat.chat.type == "private" else self.ada

    def _reaches_bot(self, chat: ChatState, message: Message) -> bool:
        """Privacy mode: in groups only commands, replies to the bot and its inline messages."""
        if self.state.reads_all_groups or chat.chat.type == "private":
            return True
        bot = self.state.bot
        text = message.text or message.caption or ""
        command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
        replied = message.reply_to_message
        return (
            chat.bot_status == "administrator"
            or (bool(command) and command.partition("@")[2] in ("", bot.username))
            or (replied is not None and replied.from_user == bot)
            or message.via_bot == bot
        )


def _free(first: int, taken: Container[int], step: int) -> int:
    return next(number for number in count(first, step) if number not in taken)


def _media(kind: Media, number: str) -> dict[str, Any]:
    same: dict[str, Any] = {"file_id": number, "file_unique_id": f"unique-{number}"}
    sized = same | {"width": 320, "height": 240}
    match kind:
        case "photo":
            return {"photo": [PhotoSize(**sized)]}
        case "voice":
            return {"voice": Voice(**same, duration=3, mime_type="audio/ogg")}
        case "audio":
            return {"audio": Audio(**same, duration=180)}
        case "video":
            return {"video": Video(**sized, duration=5)}
        case "sticker":
            return {"sticker": Sticker(**sized, type="regular", is_animated=False, is_video=False)}
        case "document":
            return {"document": Document(**same, file_name="notes.txt", mime_type="text/plain")}
        case "location":
            return {"location": Location(latitude=30.74, longitude=120.49)}
