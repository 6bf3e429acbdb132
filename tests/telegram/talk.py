"""A conversation with the dialogue, without a network: updates in, messages out, as in a chat.

The store is real, and every update goes the whole way: inbox, response, one transaction, outbox.
What is sent gets a message id here, and every call is held against the Bot API's rules.
"""

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

import telegram
from aiogram import methods
from aiogram.types import MessageEntity

from tests.telegram.emulator import utf16_slice
from tests.telegram.emulator.limits import check_inline_answer, check_markup
from tests.telegram.emulator.text import format_caption, format_message
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.settings import Settings
from wuzhen.bot.store import Arrival, Store
from wuzhen.bot.telegram.dialogue.dialogue import Dialogue
from wuzhen.bot.telegram.me import Me
from wuzhen.bot.telegram.outgoing import Outgoing, message_of

Json = dict[str, Any]

ME = Me(id=1, username="wuzhen_bot", name="烏鎮問答", reads_groups=True, inline=True)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time


def user(number: int, language: str | None = "zh-hant", **fields: Any) -> Json:
    given = {} if language is None else {"language_code": language}
    return {"id": number, "is_bot": False, "first_name": f"User {number}", **given, **fields}


ADA = user(1001)
BOB = user(1002, "en")
PRIVATE: Json = {"id": 1001, "type": "private", "first_name": "Ada"}
GROUP: Json = {"id": -2001, "type": "group", "title": "Group"}
FORUM: Json = {"id": -1003001, "type": "supergroup", "title": "Forum", "is_forum": True}
CHANNEL: Json = {"id": -1004001, "type": "channel", "title": "Channel"}


@dataclass
class Shown:
    """A message of the bot's as it stands in its chat."""

    chat: int
    id: int
    params: Json
    versions: list[Json] = field(default_factory=list)

    @property
    def text(self) -> str:
        return str(self.params["text"])

    @property
    def replies_to(self) -> int | None:
        found = self.params.get("reply_parameters")
        return found and int(found["message_id"])

    @property
    def buttons(self) -> list[Json]:
        markup = self.params.get("reply_markup") or {"inline_keyboard": []}
        return [button for row in markup["inline_keyboard"] for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def button(self, label: str) -> str:
        return next(str(b["callback_data"]) for b in self.buttons if label in b["text"])

    def parts(self, *kinds: str) -> list[str]:
        """The stretches of the text that are of these kinds."""
        return [
            utf16_slice(self.text, entity["offset"], entity["length"])
            for entity in self.params.get("entities", ())
            if entity["type"] in kinds
        ]

    @property
    def quotes(self) -> list[str]:
        return self.parts("blockquote", "expandable_blockquote")

    @property
    def as_json(self) -> Json:
        """As Telegram gives it back with a pressed button or a reply."""
        return {
            "message_id": self.id,
            "date": 1_700_000_000,
            "chat": {"id": self.chat, "type": "private" if self.chat > 0 else "supergroup"},
            "from": {"id": ME.id, "is_bot": True, "first_name": "Bot", "username": ME.username},
            "text": self.text,
        }


class Talk:
    """One bot, any number of chats."""

    def __init__(
        self,
        store: Store,
        librarian: Librarian,
        clock: Clock,
        me: Me = ME,
        operations: Any = None,
        **settings: Any,
    ) -> None:
        self.store = store
        self.librarian = librarian
        self.clock = clock
        self.settings = Settings(**{"_env_file": None, **settings})
        self.dialogue = Dialogue(
            store, lambda: self.librarian, self.settings, me, operations, now=clock
        )
        self.calls: list[Outgoing] = []
        """All that was called, the chat among the payload."""
        self.messages: dict[tuple[int, int], Shown] = {}
        self._ids = itertools.count(100)
        self._updates = itertools.count(1)

    # What people do

    async def say(
        self, text: str | None, chat: Json = PRIVATE, sender: Json | None = ADA, **fields: Any
    ) -> list[Shown]:
        """Write a message; what the bot then says or edits."""
        return await self.update(message=self.message(text, chat, sender, **fields))

    async def edit(self, message: Json, text: str) -> list[Shown]:
        now = int(self.clock())
        found = {**message, "text": text, "edit_date": now, "entities": _entities(text)}
        return await self.update(edited_message=found)

    def message(
        self, text: str | None, chat: Json = PRIVATE, sender: Json | None = ADA, **fields: Any
    ) -> Json:
        reply = fields.pop("reply_to", None)
        written = {} if text is None else {"text": text, "entities": _entities(text)}
        return {
            "message_id": next(self._ids),
            "date": int(self.clock()),
            "chat": chat,
            **({"from": sender} if sender else {}),
            **({"reply_to_message": reply.as_json} if isinstance(reply, Shown) else {}),
            **({"reply_to_message": reply} if isinstance(reply, dict) else {}),
            **written,
            **fields,
        }

    async def press(self, shown: Shown, label: str, sender: Json = ADA) -> "Answered":
        """Press a button by (part of) its label."""
        return await self.press_data(shown, shown.button(label), sender)

    async def press_data(self, shown: Shown, data: str, sender: Json = ADA) -> "Answered":
        before = len(self.calls)
        query = {"id": "7", "from": sender, "chat_instance": "1", "message": shown.as_json}
        messages = await self.update(callback_query={**query, "data": data})
        answers = [one for one in self.calls[before:] if one.method == "answerCallbackQuery"]
        answer = dict(answers[0].payload) if answers else {}
        return Answered(messages, answer.get("text", ""), answer.get("show_alert", False))

    async def inline(self, text: str, offset: str = "", sender: Json = ADA) -> Json:
        """Ask inline; the parameters of answerInlineQuery."""
        before = len(self.calls)
        query = {"id": "7", "from": sender, "query": text, "offset": offset}
        await self.update(inline_query=query)
        (answer,) = [one for one in self.calls[before:] if one.method == "answerInlineQuery"]
        return dict(answer.payload)

    # The whole way of an update

    async def update(self, **body: Any) -> list[Shown]:
        """Take any update; the messages that it led to, sent or edited."""
        number = next(self._updates)
        self.clock.time += 0.001  # no two turns of the same moment
        update = telegram.Update.de_json({"update_id": number, **body}, None)
        assert update is not None
        chat = update.effective_chat
        lane = chat.id if chat else 0
        sender = update.effective_user
        arrival = Arrival(number, lane, "{}", sender.id if sender else 0)
        await self.store.inbox.take([arrival])
        claimed = await self.store.inbox.claim()
        assert claimed is not None
        for call in await self.dialogue.urgent(update):
            self._check(call)
        response = await self.dialogue.respond(update)
        for call in response.urgent:
            self._check(call)
        async with self.store.finish(claimed) as state:
            await response.commit(state)
        return await self.send()

    async def send(self) -> list[Shown]:
        """Make all calls of the outbox."""
        shown: list[Shown] = []
        while (row := await self.store.outbox.claim()) is not None:
            payload = dict(row.payload)
            method = row.method
            if method == "editMessageText" and "message_id" not in payload:
                found = await message_of(self.store, row.turn or "")
                method = "sendMessage" if found is None else method
                payload |= {} if found is None else {"message_id": found}
            self._check(Outgoing(method, payload, row.chat or None))
            message = None
            if method == "sendMessage":
                message = next(self._ids)
                self.messages[row.chat, message] = Shown(row.chat, message, payload)
            elif method == "editMessageText":
                message = payload["message_id"]
                old = self.messages[row.chat, message]
                new = Shown(row.chat, message, payload, [*old.versions, old.params])
                self.messages[row.chat, message] = new
            if message is not None:
                shown.append(self.messages[row.chat, message])
            await self.store.outbox.sent(row, message, message)
        return shown

    def _check(self, call: Outgoing) -> None:
        """Hold a call against the models of the specification, and the limits."""
        params = call.parameters()
        self.calls.append(Outgoing(call.method, params, urgent=call.urgent))
        if "document" in params:
            assert set(params["document"]) == {"filename", "text"}
            format_caption(params["caption"], None, None)
            return
        model = getattr(methods, call.method[0].upper() + call.method[1:])
        parsed = model(**params)
        unknown = set(params) - set(model.model_fields)
        assert not unknown, f"{call.method} has no {unknown}"
        if "text" in params and call.method in ("sendMessage", "editMessageText"):
            entities = [MessageEntity(**one) for one in params.get("entities", ())]
            format_message(params["text"], entities, None)
            check_markup(parsed.reply_markup)
        if call.method == "answerInlineQuery":
            check_inline_answer(parsed)


@dataclass
class Answered:
    """What a pressed button led to."""

    messages: list[Shown]
    word: str
    alert: bool

    @property
    def message(self) -> Shown:
        (only,) = self.messages
        return only


def _entities(text: str) -> list[Json]:
    kinds = (("bot_command", r"^/\w+(@\w+)?"), ("mention", r"(?<![\w@])@\w{3,32}"))
    return [
        {
            "type": kind,
            "offset": len(text[: found.start()].encode("utf-16-le", "surrogatepass")) // 2,
            "length": len(found.group()),
        }
        for kind, pattern in kinds
        for found in re.finditer(pattern, text, re.ASCII)
    ]
