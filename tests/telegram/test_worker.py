"""A worker with answers that go wrong: nothing is lost, nothing goes on for ever."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import telegram

from wuzhen.bot.errors import StoreError, Unavailable
from wuzhen.bot.store import Arrival, State, Store, open_store
from wuzhen.bot.telegram.delivery.calls import open_bot
from wuzhen.bot.telegram.delivery.urgent import Urgent
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.outgoing import Outgoing, Response
from wuzhen.bot.telegram.worker import Worker

BODY = {"update_id": 7, "message": {"message_id": 1, "date": 1, "text": "a",
        "chat": {"id": 5, "type": "private"}}}  # fmt: skip


class Broken:
    """An effect that fails in the transaction."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def apply(self, state: State) -> None:
        await state.values.set("half", 1)
        raise self.error


class Answers:
    """Fails `failures` times, in answering or in committing, then answers."""

    def __init__(self, error: Exception, failures: int, late: bool) -> None:
        self.error = error
        self.failures = failures
        self.late = late
        self.tried = 0

    def typing(self, update: telegram.Update) -> Outgoing | None:
        return Outgoing("sendChatAction", {"action": "typing"}, 5)

    async def urgent(self, update: telegram.Update) -> tuple[Outgoing, ...]:
        return ()

    async def respond(self, update: telegram.Update) -> Response:
        self.tried += 1
        if self.tried <= self.failures and not self.late:
            raise self.error
        effects = (Broken(self.error),) if self.tried <= self.failures else ()
        return Response((Outgoing("sendMessage", {"text": "answer"}, 5),), effects=effects)

    async def sorry(self, update: telegram.Update) -> Response:
        return Response((Outgoing("sendMessage", {"text": "sorry"}, 5),))


class Noted(Urgent):
    """Notes the calls instead of making them."""

    def __init__(self, bot: telegram.Bot, metrics: Metrics) -> None:
        super().__init__(bot, metrics)
        self.noted: list[str] = []

    def send(self, calls: Iterable[Outgoing]) -> None:
        self.noted += [one.method for one in calls]


class Later:
    """A clock that is ahead, so that what waits is due."""

    ahead = 1_000_000.0

    def __call__(self) -> float:
        self.ahead += 60
        return self.ahead


@asynccontextmanager
async def working(folder: Path, answers: Answers) -> AsyncIterator[tuple[Store, Worker]]:
    async with (
        open_store(f"sqlite:///{folder}/a.db", "1", now=Later(), lease=1e9) as store,
        open_bot("1:x", "http://127.0.0.1:9", 1) as bot,
    ):
        metrics = Metrics()
        yield store, Worker(store, bot, answers, Noted(bot, metrics), metrics)


async def drain(store: Store, worker: Worker) -> list[str]:
    await store.inbox.take([Arrival(7, 5, json.dumps(BODY))])
    for _ in range(10):
        update = await store.inbox.claim()
        if update is None:
            break
        await worker.work(update)
    texts = []
    while (call := await store.outbox.claim()) is not None:
        texts.append(call.payload["text"])
        await store.outbox.sent(call)
    return texts


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("error", [TypeError("a"), StoreError("the database refused it")])
async def test_what_fails_always_is_given_up_with_a_word(
    tmp_path: Path, error: Exception, late: bool
) -> None:
    answers = Answers(error, 100, late)
    async with working(tmp_path, answers) as (store, worker):
        assert await drain(store, worker) == ["sorry"]
        (letter,) = await store.inbox.dead_letters()
        assert (letter.reason, letter.attempts) == (type(error).__name__, 5)
        assert answers.tried == 5
        assert await store.values.get("half") is None


@pytest.mark.parametrize("late", [False, True])
async def test_what_fails_at_first_is_answered_once(tmp_path: Path, late: bool) -> None:
    async with working(tmp_path, Answers(KeyError("a"), 3, late)) as (store, worker):
        assert await drain(store, worker) == ["answer"]
        assert not await store.inbox.dead_letters()


async def test_a_database_that_is_down_costs_no_attempt(tmp_path: Path) -> None:
    async with working(tmp_path, Answers(Unavailable("locked"), 8, False)) as (store, worker):
        assert await drain(store, worker) == ["answer"]


async def test_what_is_no_update_is_given_up_at_once(tmp_path: Path) -> None:
    async with working(tmp_path, Answers(KeyError(), 0, False)) as (store, worker):
        await store.inbox.take([Arrival(8, 5, '{"update_id": 8, "message": {"chat": []}}')])
        await store.inbox.take([Arrival(9, 5, "{")])
        assert await drain(store, worker) == ["answer"]
        assert {letter.attempts for letter in await store.inbox.dead_letters()} == {1}


class Slow(Answers):
    """Takes its time; `error` is raised after it."""

    def __init__(self, seconds: float, error: Exception | None = None) -> None:
        super().__init__(error or KeyError(), 1 if error else 0, late=False)
        self.seconds = seconds

    async def respond(self, update: telegram.Update) -> Response:
        await asyncio.sleep(self.seconds)
        return await super().respond(update)


@pytest.mark.parametrize(
    ("answers", "shown"),
    [(Slow(0.5), 3), (Slow(0.5, TypeError()), 3), (Slow(0), 0)],
    ids=["slow", "slow and failing", "quick"],
)
async def test_typing_is_shown_and_renewed_while_an_answer_is_worked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: Slow, shown: int
) -> None:
    monkeypatch.setattr("wuzhen.bot.telegram.worker.TYPING_AFTER_S", 0.05)
    monkeypatch.setattr("wuzhen.bot.telegram.worker.TYPING_EVERY_S", 0.1)
    async with working(tmp_path, answers) as (store, worker):
        assert await drain(store, worker) == ["answer"]
        noted = worker._urgent.noted  # type: ignore[attr-defined]
        assert noted.count("sendChatAction") >= shown
        assert not shown or noted
        await asyncio.sleep(0.3)
        assert worker._urgent.noted == noted  # type: ignore[attr-defined]
        if not shown:
            assert noted == []


class Poison(Answers):
    """Fails at one text, always, and answers the others."""

    def __init__(self) -> None:
        super().__init__(KeyError(), 0, late=False)

    async def respond(self, update: telegram.Update) -> Response:
        assert update.message is not None
        if update.message.text == "poison":
            raise TypeError
        return Response((Outgoing("sendMessage", {"text": f"to {update.message.text}"}, 5),))


async def test_the_rest_goes_on_after_one_word_about_what_was_given_up(tmp_path: Path) -> None:
    async with working(tmp_path, Poison()) as (store, worker):
        for number, text in ((10, "a"), (11, "poison"), (12, "b")):
            message = {**BODY["message"], "text": text}  # type: ignore[dict-item]
            body = {"update_id": number, "message": message}
            await store.inbox.take([Arrival(number, 5, json.dumps(body))])
        assert await drain(store, worker) == ["to a", "sorry", "to b", "to a"]
        (letter,) = await store.inbox.dead_letters()
        assert letter.update_id == 11
