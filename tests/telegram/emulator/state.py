"""Everything the emulated service knows: the bot, chats, updates, queries, files."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Any

from aiogram.types import BotCommand, Chat, Message, Update, User

from .chats import ChatState
from .decode import Method
from .errors import bad_request
from .polling import Poller
from .updates import Pending, Signal, UpdateQueue
from .webhook import Webhook
from .wire import to_json

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(eq=False)
class Query:
    """A callback or inline query that waits for its answer."""

    asked: float
    answer: Method | None = None
    expired: bool = False


@dataclass(eq=False)
class State:
    """The service as one bot sees it. Times are those of ``time.monotonic``."""

    bot: User
    reads_all_groups: bool
    query_deadline: float
    signal: Signal = field(default_factory=Signal)
    chats: dict[int, ChatState] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    inline_messages: dict[str, tuple[ChatState, int]] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[BotCommand]] = field(default_factory=dict)
    """By scope (as JSON) and language."""
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    """Name, description and short description, by field and language."""
    files: dict[str, bytes] = field(default_factory=dict)
    """Contents by file id."""
    sent: list[Update] = field(default_factory=list)
    """Every update there was, in order."""
    lanes: dict[int, int | None] = field(default_factory=dict)
    """The lane of each of them by update_id."""
    webhook: Webhook | None = None
    updates: UpdateQueue = field(init=False)
    poller: Poller = field(init=False)

    def __post_init__(self) -> None:
        self.updates = UpdateQueue(self.signal, random.randrange(10**8, 9 * 10**8))
        self.poller = Poller(self.updates, self.signal)

    def find(self, chat: int | str) -> ChatState:
        """The chat with this id or @username, as a bot may name it."""
        for state in self.chats.values():
            name = state.chat.username
            if chat == state.chat.id or (name and chat == f"@{name}"):
                return state
        raise bad_request("chat not found")

    def writable(self, chat: int | str) -> ChatState:
        """The same, raising the `Refusal` for a chat where the bot may not write."""
        state = self.find(chat)
        state.check_open()
        return state

    def ensure(self, chat: int | Chat) -> ChatState:
        """The chat a test means; an id not seen before becomes a chat of the kind it implies."""
        number = chat if isinstance(chat, int) else chat.id
        if number not in self.chats:
            self.chats[number] = ChatState(self._imply(number) if isinstance(chat, int) else chat)
        return self.chats[number]

    def _imply(self, number: int) -> Chat:
        if number > 0:
            user = self.user(number)
            return Chat(
                id=number, type="private", first_name=user.first_name, username=user.username
            )
        kind = "supergroup" if str(number).startswith("-100") else "group"
        return Chat(id=number, type=kind, title=f"Group {abs(number)}")

    def user(self, number: int) -> User:
        """The user with this id, made up if not seen before."""
        if number not in self.users:
            self.users[number] = User(
                id=number, is_bot=False, first_name=f"User {number}", language_code="en"
            )
        return self.users[number]

    def send(self, kind: str, content: object, lane: int | None) -> Update:
        """Queue an update for the bot, if it asked for updates of this kind."""
        fields: dict[str, Any] = {kind: content}
        update = Update(update_id=self.updates.number(), **fields)
        self.sent.append(update)
        self.lanes[update.update_id] = lane
        if self.updates.wants(kind):
            self.updates.put(Pending(update.update_id, to_json(update), lane))
        return update

    def ask(self, number: str) -> None:
        """Open a query."""
        self.queries[number] = Query(time.monotonic())

    def answer(self, number: str, call: Method) -> None:
        """Close a query; raises ``query is too old`` unless it waits for an answer."""
        query = self.queries.get(number)
        late = query is None or time.monotonic() - query.asked > self.query_deadline
        if query is None or late or query.expired or query.answer is not None:
            raise bad_request(TOO_OLD)
        query.answer = call

    def store_file(self, content: bytes, prefix: str) -> str:
        """Keep a file and return its id."""
        number = f"{prefix}-{len(self.files) + 1}"
        self.files[number] = content
        return number

    def standing(self, message: Message) -> Message | None:
        """The version of `message` that stands in its chat now."""
        return self.ensure(message.chat).messages.get(message.message_id)
