"""Failures of the database while the bot runs: it is locked, its disk is full or cannot be written.

Each has the number by which the project knows it, as in test_failures.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from .emulator import BotApi
from .running import Bot
from .sharing import QUESTION, answered, free_port, own


async def test_row_30_a_database_that_is_locked(tmp_path: Path, index_folder: Path) -> None:
    """No answer from memory: it would be lost with a crash, so Telegram keeps the updates."""
    async with (
        BotApi() as api,
        own(tmp_path, index_folder, api, WUZHEN_HEALTH_PORT=free_port()) as bot,
    ):
        await bot.start()
        await bot.turns("ready", 200)
        lock = sqlite3.connect(tmp_path / "wuzhen.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        chat = api.private("Ada")
        asked = api.say(chat, "/start")
        while "locked" not in await bot.turns("health", 503):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        assert api.pending == 1
        assert not api.replies(chat)
        lock.execute("ROLLBACK")
        lock.close()
        reply = await api.reply_in(chat, timeout=20)
        assert reply.reply_to_message is not None
        assert reply.reply_to_message.message_id == asked.message_id
        await bot.turns("health", 200)


@contextmanager
def no_more_writing(bot: Bot) -> Iterator[None]:
    """Have every write of the bot's to a file fail: it may write none beyond its first byte."""
    assert bot.process is not None
    _, hard = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def no_space(folder: Path) -> Iterator[None]:
    """Fill the disk to the last byte."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (4096, 1):
            with suppress(OSError):
                while True:
                    file.write(b"x" * size)
    try:
        yield
    finally:
        ballast.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes; only the superuser may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    found = shutil.which("mount") is not None
    if not found or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def goes_on_afterwards(api: BotApi, bot: Bot, trouble: AbstractContextManager[None]) -> None:
    """While the trouble lasts Telegram keeps the updates; afterwards each is answered, once."""
    await bot.start()
    await bot.turns("ready", 200)
    chats = [api.private("Ada"), api.private("Bea")]
    for chat in chats:
        await answered(api, chat, "/start")
    with trouble:
        asked = [api.say(chat, text) for chat in chats for text in ("/help", QUESTION)]
        await bot.turns("health", 503)
        await asyncio.sleep(1)
        assert api.pending == len(asked)
        assert [len(api.replies(chat)) for chat in chats] == [1, 1]
    for chat in chats:
        for _ in range(2):
            await api.reply_in(chat, timeout=40)
        replied = [reply.reply_to_message for reply in api.replies(chat)[1:]]
        ids = [one.message_id for one in asked if one.chat.id == chat.id]
        assert [one and one.message_id for one in replied] == ids
    await bot.turns("health", 200)
    assert await bot.stop() == 0


async def test_row_30_a_disk_that_cannot_be_written_to(tmp_path: Path, index_folder: Path) -> None:
    async with (
        BotApi() as api,
        own(tmp_path, index_folder, api, WUZHEN_HEALTH_PORT=free_port()) as bot,
    ):
        await goes_on_afterwards(api, bot, no_more_writing(bot))


async def test_row_30_a_disk_that_is_full(
    tmp_path: Path, small_disk: Path, index_folder: Path
) -> None:
    database = f"sqlite:///{small_disk}/wuzhen.db"
    async with (
        BotApi() as api,
        own(
            tmp_path,
            index_folder,
            api,
            WUZHEN_DATABASE=database,
            WUZHEN_HEALTH_PORT=free_port(),
        ) as bot,
    ):
        await goes_on_afterwards(api, bot, no_space(small_disk))
        assert "the disk of the database is full" in bot.output


async def test_a_database_that_is_none_ends_the_bot_as_bad_settings_do(
    tmp_path: Path, index_folder: Path
) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api) as bot:
        bot.settings["WUZHEN_DATABASE"] = "mysql://me:hush@localhost/x"
        await bot.start(ready=False)
        assert await bot.ended() == 2
        (line,) = bot.output.splitlines()
        assert "WUZHEN_DATABASE" in line
        assert "hush" not in line
