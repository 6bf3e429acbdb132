"""Failures that need a bot of their own: it is killed, stopped, started twice or in a bad moment.

Each has the number by which the project knows it, as in test_failures. Those of the database are
in test_failures_database.
"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import aiohttp
import pytest

from .emulator import BotApi
from .sharing import QUESTION, answered, free_port, own


async def test_row_01_two_pollers(tmp_path: Path, index_folder: Path) -> None:
    folders = [tmp_path / "1", tmp_path / "2"]
    for folder in folders:
        folder.mkdir()
    async with (
        BotApi() as api,
        own(folders[0], index_folder, api) as one,
        own(folders[1], index_folder, api) as other,
        own(folders[0], index_folder, api) as third,
        own(folders[0], index_folder, api, WUZHEN_WORKER="2") as standby,
    ):
        await one.start()
        # With the same database: a second of the same name ends, one with its own stands by.
        await asyncio.gather(third.start(ready=False), standby.start())
        assert await third.ended() == 1
        assert "already running" in third.output
        await answered(api, api.private("Ada"), "/start")
        assert not [call for call in api.calls("getUpdates") if call.error]
        assert await standby.stop() == 0
        # With a database of its own: one of the two gives way, with a status of its own.
        await other.start()
        ended, _ = await asyncio.wait(
            [asyncio.ensure_future(bot.ended()) for bot in (one, other)],
            return_when=asyncio.FIRST_COMPLETED,
        )
        assert [task.result() for task in ended] == [3]
        gone, left = (one, other) if one.returncode is not None else (other, one)
        assert [line["level"] for line in gone.lines if "so this one stops" in line["message"]]
        assert len(gone.logged("CRITICAL")) == 1
        chat = api.private("Bea")
        await answered(api, chat)
        await answered(api, chat, "/help")
        assert len(api.replies(chat)) == 2
        assert await left.stop() == 0


async def test_row_02_polling_after_a_webhook_was_set(tmp_path: Path, index_folder: Path) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api) as bot:
        url = f"{api.url}/bot{api.token}/setWebhook"
        hook = {"url": f"http://127.0.0.1:{free_port()}/nobody"}
        async with aiohttp.ClientSession() as session, session.post(url, data=hook) as done:
            assert done.status == 200
        chat = api.private("Ada")
        api.say(chat, "/start")
        await bot.start()
        assert (await api.reply_in(chat)).text
        assert not api.calls("getUpdates")[0].error
        assert api.state.webhook is None


async def test_row_14_killed_after_the_update_was_confirmed(
    tmp_path: Path, index_folder: Path
) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api) as bot:
        await bot.start()
        chat = api.private("Ada")
        held = api.hold("sendMessage", before=True, chat=chat)
        asked = [api.say(chat, text) for text in (QUESTION, "/start", "/help")]
        await api.drained()
        await api.wait_for(lambda: held.hits or None)
        await bot.kill()
        held.release()
        await bot.start()
        replies = [await api.reply_in(chat) for _ in asked]
        replied = [one.reply_to_message.message_id for one in replies if one.reply_to_message]
        assert replied == [one.message_id for one in asked]
        await answered(api, chat, "/start")
        assert len(api.replies(chat)) == 4


async def test_row_15_the_same_update_again_and_an_old_one(
    tmp_path: Path, index_folder: Path
) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api) as bot:
        await bot.start()
        chat = api.private("Ada")
        await answered(api, chat)
        update = api.sent_updates[-1]
        api.repeat(update)
        await api.drained()
        assert await bot.stop() == 0
        api.repeat(update)
        old = api.private("Old")
        for _ in range(3):
            api.say(old, QUESTION, date=int(time.time()) - 3600 * 5)
        await bot.start()
        api.repeat(update)
        await answered(api, chat, "/start")
        assert len(api.replies(chat)) == 2
        await api.reply_in(old)
        await answered(api, old, "/start")
        assert len(api.replies(old)) == 2, "one apology, not a flood"


async def test_row_21_the_network_is_down_at_the_start(tmp_path: Path, index_folder: Path) -> None:
    port = free_port()
    api = BotApi(port=port)
    async with own(tmp_path, index_folder, api, WUZHEN_HEALTH_PORT=free_port()) as bot:
        bot.settings["TELEGRAM_API_URL"] = f"http://127.0.0.1:{port}"
        await bot.start(ready=False)
        await bot.says("cannot be reached")
        assert "started" in await bot.turns("ready", 503)
        async with api:
            chat = api.private("Ada")
            api.say(chat, "/start")
            assert (await api.reply_in(chat, timeout=20)).text
            await bot.turns("ready", 200)
            assert await bot.stop() == 0


@pytest.mark.parametrize("token", ["123456789:AAWrong", "nonsense"])
async def test_row_21_a_wrong_token_ends_at_once(
    tmp_path: Path, index_folder: Path, token: str
) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api) as bot:
        bot.settings["TELEGRAM_BOT_TOKEN"] = token
        await bot.start(ready=False)
        assert await bot.ended() == 2
        (line,) = bot.output.splitlines()
        assert "TELEGRAM_BOT_TOKEN" in line
        assert token not in bot.output


async def test_row_22_a_poll_that_stalls(tmp_path: Path, index_folder: Path) -> None:
    async with (
        BotApi() as api,
        own(tmp_path, index_folder, api, WUZHEN_HEALTH_PORT=free_port()) as bot,
    ):
        await bot.start()
        await bot.turns("health", 200)
        stuck = api.hold("getUpdates", before=True, times=None)
        assert "stalled" in await bot.turns("health", 503)
        stuck.release()
        await bot.turns("health", 200)
        await answered(api, api.private("Ada"), "/start")


async def test_row_27_the_daily_clean_up_runs_once(tmp_path: Path, index_folder: Path) -> None:
    async with (
        BotApi() as api,
        own(tmp_path, index_folder, api, WUZHEN_WORKER="1") as one,
        own(tmp_path, index_folder, api, WUZHEN_WORKER="2") as other,
    ):
        await one.start()
        await one.says("old rows were deleted")
        await other.start()
        await answered(api, api.private("Ada"), "/start")
        assert await one.stop() == 0
        await other.says("this process leads")
        await answered(api, api.private("Bea"), "/start")
        said = [line for bot in (one, other) for line in bot.lines]
        assert len([line for line in said if line["message"] == "old rows were deleted"]) == 1
        assert len(api.calls("setMyCommands")) == len(
            {str(call.params) for call in api.calls("setMyCommands")}
        )


async def test_row_28_told_to_stop_in_the_middle(tmp_path: Path, index_folder: Path) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api, TELEGRAM_TIMEOUT=20) as bot:
        await bot.start()
        chat = api.private("Ada")
        held = api.hold("sendMessage", 1, chat=chat)
        api.say(chat, QUESTION)
        await api.wait_for(lambda: held.hits or None)
        begun = time.monotonic()
        assert await bot.stop() == 0
        assert time.monotonic() - begun < 10
        await api.reply_in(chat)
        await bot.start()
        await answered(api, chat, "/help")
        assert len(api.replies(chat)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"WUZHEN_KNOWLEDGE": "/nowhere", "WUZHEN_INDEX": "/nowhere/index"},
        {"WUZHEN_DATABASE": "sqlite:////proc/wuzhen.db"},
        {"WUZHEN_HEALTH_PORT": "99999"},
    ],
)
async def test_row_29_whatever_fails_at_the_start_ends_the_process(
    tmp_path: Path, index_folder: Path, wrong: dict[str, str]
) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api, **wrong) as bot:
        await bot.start(ready=False)
        assert await bot.ended() in (1, 2)
        if "WUZHEN_HEALTH_PORT" in wrong:  # what the settings are is not known yet
            assert bot.output.startswith("wuzhen: error: WUZHEN_HEALTH_PORT")
            return
        *_, last = (json.loads(line) for line in bot.output.splitlines())
        assert last["level"] == "CRITICAL"
        assert last["message"]
        assert "error" not in last, "what a user can mend is no exception"


async def test_row_32_a_hundred_questions_at_once(tmp_path: Path, index_folder: Path) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api, TELEGRAM_RATE=30) as bot:
        api.flood.enabled = True
        bot.settings["TELEGRAM_USER_RATE"] = 3
        await bot.start()
        chat = api.private("Ada")
        for _ in range(50):
            api.say(chat, QUESTION)
        await api.drained()
        for _ in range(4):
            await api.reply_in(chat)
        await answered(api, api.private("Bea"))
        done = "SELECT count(*) FROM inbox WHERE state = 'done'"
        await api.wait_for(lambda: bot.rows(done) == [(51,)] or None)
        texts = [one.text for one in api.replies(chat)]
        assert len(texts) == 4, "three answers and one notice"
        assert len(set(texts)) == 2
        assert api.flood.refused == 0
