"""What end-to-end tests share: an emulator, a bot that polls (see conftest), a few helpers."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiogram.types import Chat, Message

from .emulator import BotApi
from .running import Bot

QUESTION = "大會在哪裏舉行？"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api() -> AsyncIterator[BotApi]:
    """The emulator that tests share; each opens chats of its own, and aims its faults at them."""
    async with BotApi() as api:
        yield api


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bot(
    api: BotApi, index_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Bot]:
    """The bot that tests share: by polling, with a short patience and no limits of its own."""
    bot = await Bot(
        tmp_path_factory.mktemp("bot"),
        api,
        TELEGRAM_GROUP_RATE=0,
        TELEGRAM_TIMEOUT=2,
        TELEGRAM_USER_RATE=0,
        WUZHEN_HEALTH_PORT=free_port(),
        WUZHEN_INDEX=index_folder,
    ).start()
    yield bot
    assert await bot.stop() == 0


# Below those that the system gives out by itself, which somebody may be given in the meantime;
# and each process begins elsewhere.
_PORTS = itertools.count(20_000 + os.getpid() * 100 % 10_000)


def free_port() -> int:
    """Return a port that nobody listens on."""
    for number in _PORTS:
        with suppress(OSError), socket.create_server(("127.0.0.1", number)):
            return number
    raise AssertionError("there is always another")


@asynccontextmanager
async def own(folder: Path, index: Path, api: BotApi, **more: object) -> AsyncIterator[Bot]:
    """A bot that is not started yet, and does not run any more afterwards."""
    settings = {"TELEGRAM_POLL_SECONDS": 1, "TELEGRAM_TIMEOUT": 1, "WUZHEN_INDEX": index} | more
    bot = Bot(folder, api, **settings)
    try:
        yield bot
    finally:
        if bot.process is not None:
            await bot.kill()


async def answered(api: BotApi, chat: Chat, text: str = QUESTION, **more: Any) -> Message:
    """Ask, and return the answer, which has to reply to the question."""
    asked = api.say(chat, text, **more)
    reply = await api.reply_in(chat)
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.message_id == asked.message_id
    return reply
