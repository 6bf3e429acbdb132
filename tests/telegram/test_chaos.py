"""Everything goes wrong at once, and every question is still answered, in order, once.

Telegram's limits are off here (`TELEGRAM_RATE=0`, the emulator's too): thousands of answers at
thirty a second would take minutes and show nothing that `test_sender` does not. 429s come at
random instead. The size is set by CHAOS_CHATS, CHAOS_QUESTIONS,
CHAOS_WEBHOOK_QUESTIONS and CHAOS_KILLS; `make chaos` runs it several times as large.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram.types import Message
from aiohttp import web

from wuzhen.bot.telegram.run import SENDERS

from .emulator import BotApi, Call, Fault
from .running import Bot
from .sharing import free_port

CHATS = int(os.environ.get("CHAOS_CHATS", "100"))
QUESTIONS = int(os.environ.get("CHAOS_QUESTIONS", "800"))
WEBHOOK_QUESTIONS = int(os.environ.get("CHAOS_WEBHOOK_QUESTIONS", "300"))
KILLS = int(os.environ.get("CHAOS_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", "0")) or random.randrange(10**6)
PATIENCE = 60 + QUESTIONS / 10

SETTINGS = {
    "TELEGRAM_GROUP_RATE": 0,
    "TELEGRAM_OLDEST_MINUTES": 1000,
    "TELEGRAM_TIMEOUT": 1,
    "TELEGRAM_USER_RATE": 0,
    "WUZHEN_LOG_LEVEL": "INFO",
}

KNOWN = "石橋有三個橋洞。[1]\n\n東柵的水市每天清晨開市。[2]\n\nThe mill was built in 1872. [3]\n"
"""Short, since it is not answering that is tried here."""

ASKED = ("石橋有幾個橋洞？", "水市什麼時候開市？", "When was the mill built?", "誰建了石橋？")


class Trouble:
    """Faults and kills at random moments."""

    def __init__(self, api: BotApi, dice: random.Random) -> None:
        self.api = api
        self.dice = dice
        self.faults: list[Fault] = []
        self.kills: list[float] = []

    async def make(self, stop: asyncio.Event) -> None:
        """Make trouble until `stop`."""
        while not stop.is_set():
            await asyncio.sleep(self.dice.uniform(0.02, 0.15))
            # One call in ten or so is struck; faults that wait must not pile up.
            if all(fault.hits for fault in self.faults[-2:]) and self.dice.random() < 0.7:
                self._one()
        self.api.heal()

    def _one(self) -> None:
        api, dice = self.api, self.dice
        polled = () if api.state.webhook else ("getUpdates",)
        method = dice.choice(("sendMessage",) * 3 + polled)
        match dice.randrange(7):
            case 0:
                fault = api.fail(method, 429, retry_after=1)
            case 1:
                fault = api.fail(method, 502, raw=b"<html>Bad Gateway</html>")
            case 2:
                fault = api.fail(method, 500, "Internal Server Error")
            case 3:
                fault = api.hold(method, 1.5, before=True)
            case 4:
                fault = api.drop(method)
            case 5:
                fault = api.drop(method, stored=True)
            case _:
                fault = api.hold(method, 1.5)
        self.faults.append(fault)

    def updates(self) -> None:
        """Now and then an update that came before, or one that is malformed."""
        if self.dice.random() < 0.1:
            self.api.repeat(self.dice.choice(self.api.sent_updates))
        if self.dice.random() < 0.05:
            chat = self.dice.choice(list(self.api.state.chats))
            broken: list[Any] = [
                {"message": {"chat": {"id": chat}, "text": 7}},
                {"message": {"message_id": "x", "date": "now", "chat": {"id": chat, "type": []}}},
                {"message": None, "edited_message": [], "nonsense": {"chat": chat}},
                {"callback_query": {"id": 1, "from": None, "message": {"chat": {"id": chat}}}},
            ]
            self.api.inject(self.dice.choice(broken), lane=chat)


async def ask(api: BotApi, dice: random.Random, trouble: Trouble, questions: int) -> list[Message]:
    """Have many people ask many questions, some in groups, some quickly one after the other."""
    chats = [api.supergroup(f"G{n}") if n % 10 == 0 else api.private(f"P{n}") for n in range(CHATS)]
    asked = []
    for number in range(questions):
        chat = chats[number % CHATS] if number < CHATS else dice.choice(chats)
        text = dice.choice(ASKED)
        asked.append(api.say(chat, f"/ask {text}" if chat.type != "private" else text))
        trouble.updates()
        if number % 20 == 0:
            await asyncio.sleep(dice.uniform(0.05, 0.3))
    return asked


def answers(api: BotApi, asked: list[Message]) -> Counter[tuple[int, int]]:
    """How often each question was answered, by chat and message id."""
    chats = {message.chat.id for message in asked}
    return Counter((chat, message) for chat in chats for message in answered(api, chat))


def answered(api: BotApi, chat: int) -> list[int]:
    """The questions that the answers in a chat reply to, in the order of the answers."""
    replied = [reply.reply_to_message for reply in api.replies(chat)]
    return [question.message_id for question in replied if question is not None]


async def survive(api: BotApi, bots: list[Bot], questions: int) -> None:
    """Ask, make trouble, kill, and check what came of it."""
    dice = random.Random(SEED)
    trouble = Trouble(api, dice)
    stop = asyncio.Event()
    making = asyncio.ensure_future(trouble.make(stop))
    asking = asyncio.ensure_future(ask(api, dice, trouble, questions))
    for number in range(KILLS):
        enough = int(questions * (number + dice.uniform(0.2, 0.9)) / (KILLS + 1))
        await until(partial(reached, api, enough))
        bot = bots[number % len(bots)]
        await bot.kill()
        trouble.kills.append(time.monotonic())
        await asyncio.sleep(dice.uniform(0, 0.5))
        await bot.start(ready=False)
    asked = await asking
    # The trouble ends before the last few, or each of their tries would be struck.
    await until(partial(reached, api, int(questions * 0.95)))
    stop.set()
    await making
    await until(lambda: len(answers(api, asked)) == questions)
    await asyncio.sleep(2)  # what is still being tried again
    for bot in bots:
        assert await bot.stop() == 0, bot.output[-3000:]
    check(api, bots, asked, trouble)


async def until(condition: Callable[[], bool]) -> None:
    """Look now and then: after each of so many calls would keep the machine busy with looking."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.25)


def reached(api: BotApi, count: int) -> bool:
    return sum(len(state.by_bot) for state in api.state.chats.values()) >= count


def check(api: BotApi, bots: list[Bot], asked: list[Message], trouble: Trouble) -> None:
    found = answers(api, asked)
    assert set(found) == {(one.chat.id, one.message_id) for one in asked}
    for chat in {message.chat.id for message in asked}:
        first = list(dict.fromkeys(answered(api, chat)))
        assert first == sorted(first), f"out of order in chat {chat}"
    lost, slow, cut_off = windows(api, trouble)
    struck = Counter(fault.kind.name for fault in trouble.faults if fault.hits)
    print(  # noqa: T201
        f"\nseed {SEED}: {len(asked)} questions in {CHATS} chats, {KILLS} kills, "
        f"faults {dict(struck)}; {sum(found.values()) - len(asked)} answers came twice: the Bot "
        f"API's reply to {lost} was lost after it had sent them, that to {slow} came too late, "
        f"{dict(cut_off)} were being sent at the kills"
    )
    # Every answer that came twice fell into one of the documented windows: a kill cuts off no
    # more calls than are made at the same time, and the bot says when it gives up waiting.
    assert lost + slow + sum(cut_off.values()) == sum(found.values()) - len(asked)
    assert all(count <= SENDERS for count in cut_off.values()), cut_off
    again = [line for bot in bots for line in bot.lines if "sendMessage again" in line["message"]]
    assert slow <= sum("Timeout" in line["message"] for line in again)
    for bot in bots:
        assert not bot.logged("ERROR"), bot.logged("ERROR")[:5]
        assert not bot.logged("CRITICAL"), bot.logged("CRITICAL")
    api.assert_clean()


def windows(api: BotApi, trouble: Trouble) -> tuple[int, int, Counter[int]]:
    """How many answers came again: after a lost reply, a late reply, and the kills by number."""
    lost, slow, cut_off = 0, 0, Counter[int]()
    sent: dict[tuple[int | None, int], list[Call]] = {}
    for call in api.calls("sendMessage"):
        if call.result is not None:
            question = call.params["reply_parameters"]["message_id"]
            sent.setdefault((call.chat, question), []).append(call)
    for copies in sent.values():
        for call, again in pairwise(copies):
            between = [n for n, at in enumerate(trouble.kills, 1) if call.at < at < again.at]
            if call.fault in ("DROP_AFTER", "HOLD_AFTER"):
                lost += 1
            elif between:
                cut_off[between[0]] += 1
            else:
                slow += 1
    return lost, slow, cut_off


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "town.txt").write_text(KNOWN, "utf-8")
    return folder


async def test_chaos_by_polling(tmp_path: Path, knowledge: Path) -> None:
    async with BotApi() as api:
        bot = await Bot(tmp_path, api, **SETTINGS, WUZHEN_KNOWLEDGE=knowledge).start()
        try:
            await survive(api, [bot], QUESTIONS)
        finally:
            await bot.kill()
            (tmp_path / "log").write_text(bot.output, "utf-8")


async def test_chaos_with_two_webhook_workers(
    tmp_path: Path,
    knowledge: Path,
    new_postgresql: Callable[[], str],
) -> None:
    ports = [free_port(), free_port()]
    async with BotApi() as api, balanced(ports) as url:
        settings = {
            **SETTINGS,
            "TELEGRAM_WEBHOOK_URL": url,
            "WUZHEN_DATABASE": new_postgresql(),
            "WUZHEN_KNOWLEDGE": knowledge,
        }
        bots: list[Bot] = []
        for port in ports:
            own = {"TELEGRAM_WEBHOOK_LISTEN": f"127.0.0.1:{port}", "WUZHEN_WORKER": len(bots)}
            bots.append(await Bot(tmp_path, api, **settings, **own).start())
        try:
            await survive(api, bots, WEBHOOK_QUESTIONS)
        finally:
            for number, bot in enumerate(bots):
                await bot.kill()
                (tmp_path / f"log{number}").write_text(bot.output, "utf-8")


@asynccontextmanager
async def balanced(ports: list[int]) -> AsyncIterator[str]:
    """A balancer before the workers, which goes to the next when one does not answer."""
    turn = 0

    async def forward(request: web.Request) -> web.Response:
        nonlocal turn
        turn += 1
        body = await request.read()
        for attempt in range(len(ports)):
            port = ports[(turn + attempt) % len(ports)]
            try:
                async with session.post(
                    f"http://127.0.0.1:{port}{request.path}", data=body, headers=request.headers
                ) as answer:
                    return web.Response(status=answer.status)
            except aiohttp.ClientError:
                continue
        return web.Response(status=502)

    app = web.Application()
    app.router.add_post("/{path:.*}", forward)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with aiohttp.ClientSession() as session:
        try:
            yield f"http://127.0.0.1:{port}/chaos"
        finally:
            await runner.cleanup()


@pytest.fixture(autouse=True)
def _shown(record_property: Callable[[str, object], None]) -> None:
    record_property("seed", SEED)
