"""The emulator as tests use it."""

# A timeout is what a test thinks in here; ruff would have asyncio.timeout around each call.
# ruff: noqa: ASYNC109

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from aiogram.methods import AnswerCallbackQuery, AnswerInlineQuery
from aiogram.types import CallbackQuery, Chat, InlineQuery, Message, Update, User

from .calls import Call
from .control import routes
from .errors import Refusal, Violation
from .faults import Fault, Kind
from .flood import Flood
from .membership import Membership
from .queries import Queries
from .server import Server
from .state import State
from .updates import Pending
from .wire import to_json

TOKEN = "123456789:AAEmulatedBotApiTokenOfNoValue00000"
PATIENCE = 10.0
"""Seconds that the waiting functions wait at most, unless told otherwise."""

T = TypeVar("T")


class BotApi(Queries, Membership):
    """A Bot API server of one bot, on a loopback port, with everything needed to test the bot.

    `reads_all_groups` off is privacy mode; `query_deadline` is the time in seconds to answer a
    callback or inline query; `webhook_retry` the wait after a failed delivery, doubled each time
    up to a second; `webhook_timeout` the patience with one delivery.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        username: str = "wuzhen_test_bot",
        reads_all_groups: bool = True,
        query_deadline: float = 15.0,
        webhook_retry: float = 0.05,
        webhook_timeout: float = 10.0,
    ) -> None:
        number = int(token.partition(":")[0])
        bot = User(id=number, is_bot=True, first_name="Wuzhen", username=username)
        super().__init__(State(bot, reads_all_groups, query_deadline))
        self._server = Server(self.state, token, port, webhook_retry, webhook_timeout)

    # Running

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._server.close()

    async def up(self) -> None:
        """Listen, again on the same port after `down`."""
        await self._server.start(*routes(self))

    async def down(self) -> None:
        """Refuse connections until `up`; everything known stays known."""
        await self._server.stop()

    @property
    def token(self) -> str:
        """The bot's token."""
        return self._server.token

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``; a bot adds ``/bot`` and its token."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def bot(self) -> User:
        """The bot as a user."""
        return self.state.bot

    # Updates of any kind

    def inject(self, update: Update | dict[str, Any], *, lane: int | None = None) -> int:
        """Queue an update as it is, valid or not; returns its update_id.

        A dict without ``update_id`` gets the next one, unless it holds ``"update_id": None``,
        which sends it without any. Updates of one `lane` (a chat's id) are delivered in order.
        """
        payload = to_json(update)
        number = payload.get("update_id", self.state.updates.number())
        payload["update_id"] = number
        if number is None:
            del payload["update_id"]
        if not isinstance(number, int):
            number = self.state.updates.number()
        self.state.updates.put(Pending(number, payload, lane))
        return number

    def repeat(self, update: Update | None = None) -> Update:
        """Hand an update out once more with the same id, confirmed or not; by default the last."""
        update = update or self.state.sent[-1]
        number = update.update_id
        lane = self.state.lanes.get(number)
        self.state.updates.put(Pending(number, to_json(update), lane, forced=True))
        return update

    @property
    def sent_updates(self) -> list[Update]:
        """Every update made by a builder, oldest first."""
        return self.state.sent

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed or taken."""
        return len(self.state.updates.pending)

    # Faults and limits

    def fail(
        self,
        method: str,
        code: int,
        description: str = "",
        *,
        chat: int | Chat | None = None,
        times: int | None = 1,
        retry_after: int | None = None,
        migrate_to: int | None = None,
        raw: bytes | None = None,
    ) -> Fault:
        """Answer the next calls of `method` (``*``: any) with an error; nothing is carried out.

        `times` None is for ever, until ``release``. `raw` is sent instead of JSON, as a gateway
        does.
        """
        if not description:
            description = f"Error {code}"
            if retry_after is not None:
                description = f"Too Many Requests: retry after {retry_after}"
        refusal = Refusal(code, description, retry_after=retry_after, migrate_to=migrate_to)
        return self._fault(Kind.REFUSE, method, chat, times, refusal=refusal, raw=raw)

    def hold(
        self,
        method: str,
        seconds: float | None = None,
        *,
        before: bool = False,
        chat: int | Chat | None = None,
        times: int | None = 1,
    ) -> Fault:
        """Carry the calls out but hold the answers, for `seconds` or until ``release``.

        `before` holds the call itself: it is carried out only if the client waits long enough.
        """
        kind = Kind.HOLD_BEFORE if before else Kind.HOLD_AFTER
        return self._fault(kind, method, chat, times, seconds=seconds)

    def drop(
        self,
        method: str,
        *,
        stored: bool = False,
        chat: int | Chat | None = None,
        times: int | None = 1,
    ) -> Fault:
        """Close the connection without an answer; `stored` carries the call out before."""
        kind = Kind.DROP_AFTER if stored else Kind.DROP_BEFORE
        return self._fault(kind, method, chat, times)

    def heal(self) -> None:
        """End every fault."""
        self._server.faults.clear()

    @property
    def flood(self) -> Flood:
        """The flood limits; set ``flood.enabled`` to have them enforced."""
        return self._server.flood

    def _fault(
        self, kind: Kind, method: str, chat: int | Chat | None, times: int | None, **more: Any
    ) -> Fault:
        number = chat.id if isinstance(chat, Chat) else chat
        return self._server.faults.add(Fault(kind, method.lower(), number, times, **more))

    # What happened

    def calls(self, method: str | None = None, chat: int | Chat | None = None) -> list[Call]:
        """The calls, oldest first; without a method, all but ``getUpdates``."""
        number = chat.id if isinstance(chat, Chat) else chat
        return [
            call
            for call in self._server.log
            if (call.method == method if method else call.method != "getUpdates")
            and (number is None or call.chat == number)
        ]

    @property
    def violations(self) -> list[Call]:
        """The calls that no correct client makes; see `assert_clean`."""
        return [call for call in self._server.log if isinstance(call.error, Violation)]

    def assert_clean(self) -> None:
        """Fail with the list of `violations`, if there are any."""
        if found := self.violations:
            raise AssertionError("\n".join(["calls against the Bot API:", *map(str, found)]))

    def messages(self, chat: int | Chat) -> list[Message]:
        """What stands in the chat now, oldest first."""
        return list(self.state.ensure(chat).messages.values())

    def replies(self, chat: int | Chat) -> list[Message]:
        """What stands there of the bot's own messages."""
        state = self.state.ensure(chat)
        return [state.messages[one] for one in state.by_bot if one in state.messages]

    def versions(self, message: Message) -> list[Message]:
        """A message as it was sent and after each edit, deleted or not."""
        return self.state.ensure(message.chat).versions[message.message_id]

    def standing(self, message: Message) -> Message | None:
        """The message as it stands now; None after deletion."""
        return self.state.standing(message)

    def file(self, file_id: str) -> bytes:
        """The contents of a file."""
        return self.state.files[file_id]

    def clear_log(self) -> None:
        """Forget calls, violations and faults, and which replies were read; chats stay."""
        self.heal()
        self._server.log.clear()
        for state in self.state.chats.values():
            state.read = len(state.by_bot)

    # Waiting

    async def wait_for(
        self, predicate: Callable[[], T | None], timeout: float = PATIENCE, what: str = ""
    ) -> T:
        """The first true value of `predicate`, tried after each call and each change.

        Raises AssertionError with the last calls when `timeout` seconds have passed.
        """
        deadline = time.monotonic() + timeout
        while not (value := predicate()):
            left = deadline - time.monotonic()
            if left <= 0:
                last = "\n".join(map(str, self.calls()[-8:])) or "none"
                raise AssertionError(f"waited {timeout} s for {what or predicate}; calls:\n{last}")
            # What the predicate looks at may change without a call.
            await self.state.signal.wait(min(left, 0.05))
        return value

    async def reply_in(self, chat: int | Chat, timeout: float = PATIENCE) -> Message:
        """The bot's next message in the chat that no earlier `reply_in` has returned."""
        state = self.state.ensure(chat)
        await self.wait_for(
            lambda: len(state.by_bot) > state.read, timeout, f"a reply in chat {state.chat.id}"
        )
        number = state.by_bot[state.read]
        state.read += 1
        return state.messages.get(number) or state.versions[number][-1]

    async def no_reply_in(self, chat: int | Chat, seconds: float = 0.3) -> None:
        """Fail if an unread reply is there, or comes within `seconds` of the last update's taking.

        A test that lets the bot answer a later message instead is quicker and surer.
        """
        state = self.state.ensure(chat)
        await self.drained()
        await asyncio.sleep(seconds)
        unread = [state.versions[one][-1].text for one in state.by_bot[state.read :]]
        assert not unread, f"unexpected in chat {state.chat.id}: {unread}"

    async def edit_of(self, message: Message, timeout: float = PATIENCE) -> Message:
        """The next version of `message` that stands in its chat."""

        def edited() -> Message | None:
            now = self.standing(message)
            return now if now is not message else None

        return await self.wait_for(edited, timeout, f"an edit of message {message.message_id}")

    async def callback_answer(
        self, query: CallbackQuery, timeout: float = PATIENCE
    ) -> AnswerCallbackQuery:
        """The answer to a pressed button."""
        answer = await self._answer(query.id, timeout)
        assert isinstance(answer, AnswerCallbackQuery)
        return answer

    async def inline_answer(
        self, query: InlineQuery, timeout: float = PATIENCE
    ) -> AnswerInlineQuery:
        """The answer to an inline query."""
        answer = await self._answer(query.id, timeout)
        assert isinstance(answer, AnswerInlineQuery)
        return answer

    async def _answer(self, number: str, timeout: float) -> object:
        query = self.state.queries[number]
        return await self.wait_for(lambda: query.answer, timeout, f"an answer to query {number}")

    async def drained(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot has confirmed (or its webhook taken) every update."""
        await self.wait_for(lambda: not self.pending, timeout, "every update to be taken")

    async def polled(self, timeout: float = PATIENCE) -> None:
        """Wait until a client waits in ``getUpdates``."""
        await self.wait_for(lambda: self.state.poller.is_open, timeout, "a poll")
