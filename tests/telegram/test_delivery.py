"""The running bot: its limits, its pages, a new index, and calls of every kind on their way."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from wuzhen.index.building.build import build

from .emulator import BotApi
from .running import Bot
from .sharing import QUESTION, answered, free_port, own

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_pages_of_health(api: BotApi, bot: Bot) -> None:
    await answered(api, api.private("Ada"), "/start")
    for name in ("health", "ready"):
        status, text = await bot.page(name)
        assert (status, json.loads(text)) == (200, {"status": "ok", "wrong": {}})
    assert (await bot.page(""))[0] == 404
    status, text = await bot.page("metrics")
    assert status == 200
    assert api.token not in text
    assert await bot.figure("wuzhen_updates_received_total") > 0
    assert await bot.figure("wuzhen_calls_total") > 0
    assert await bot.figure("wuzhen_leading") == 1
    assert await bot.figure("wuzhen_rows") > 0


async def test_a_file_is_uploaded(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    await answered(api, chat)
    api.say(chat, "/export")
    sent = await api.reply_in(chat)
    assert sent.document is not None
    assert f"## {QUESTION}\n" in api.file(sent.document.file_id).decode("utf-8")


async def test_an_inline_query_is_answered(api: BotApi, bot: Bot) -> None:
    answer = await api.inline_answer(api.inline(QUESTION))
    assert answer.results


async def test_an_urgent_call_that_fails_is_of_no_consequence(api: BotApi, bot: Bot) -> None:
    api.fail("answerInlineQuery", 500)
    query = api.inline(QUESTION)
    await api.wait_for(
        lambda: api.calls("answerInlineQuery")[-1].params["inline_query_id"] == query.id
    )
    await answered(api, api.private("Ada"), "/start")


async def test_a_new_index_is_in_use_without_a_failed_answer(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "a.txt").write_text("石橋有三個橋洞。[1]\n", "utf-8")
    index = tmp_path / "index"
    build(knowledge, index, None)
    async with BotApi() as api, own(tmp_path, index, api) as bot:
        bot.settings |= {"WUZHEN_KNOWLEDGE": knowledge, "TELEGRAM_USER_RATE": 0}
        await bot.start()
        chat = api.private("Ada")
        assert "三個橋洞" in str((await answered(api, chat, "石橋有幾個橋洞？")).text)
        (knowledge / "a.txt").write_text("石橋有七個橋洞。[1]\n", "utf-8")
        building = asyncio.create_task(asyncio.to_thread(build, knowledge, index, None))
        while "the new index is in use" not in bot.output:
            assert "個橋洞" in str((await answered(api, chat, "石橋有幾個橋洞？")).text)
        await building
        assert "七個橋洞" in str((await answered(api, chat, "石橋有幾個橋洞？")).text)
        # An index that is damaged, and knowledge that cannot mend it: the old one goes on.
        (knowledge / "a.txt").unlink()
        knowledge.rmdir()
        (index / "CURRENT").write_text(f"generation-{0:032}")
        await bot.says("the old one stays")
        assert "七個橋洞" in str((await answered(api, chat, "石橋有幾個橋洞？")).text)
        assert await bot.stop() == 0


async def test_the_limits_of_telegram_are_kept(tmp_path: Path, index_folder: Path) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api, TELEGRAM_RATE=30) as bot:
        api.flood.enabled = True
        bot.settings |= {"TELEGRAM_GROUP_RATE": 0, "TELEGRAM_USER_RATE": 0}
        await bot.start()
        busy = api.private("Ada")
        for _ in range(8):
            api.say(busy, "/help")
        chats = [api.private(f"P{number}") for number in range(60)]
        for chat in chats:
            api.say(chat, "/help")
        for chat in [*chats, *[busy] * 8]:
            await api.reply_in(chat, timeout=30)
        # Without limits 38 and more are refused. A call that the machine holds up for long may
        # arrive together with those made after it; it is made again.
        assert api.flood.refused <= 2


async def test_a_token_that_is_revoked_ends_the_bot(tmp_path: Path, index_folder: Path) -> None:
    async with BotApi() as api, own(tmp_path, index_folder, api) as bot:
        await bot.start()
        api.fail("*", 401, "Unauthorized", times=None)
        api.say(api.private("Ada"), "/start")
        assert await bot.ended() == 2
        assert "TELEGRAM_BOT_TOKEN is not valid any more" in bot.output.splitlines()[-1]


async def test_it_stops_though_nobody_answers(tmp_path: Path, index_folder: Path) -> None:
    port = free_port()
    async with BotApi(port=port) as api, own(tmp_path, index_folder, api) as bot:
        bot.settings |= {"TELEGRAM_TIMEOUT": 20, "TELEGRAM_POLL_SECONDS": 25}
        await bot.start()
        api.hold("sendMessage", before=True, times=None)
        api.say(api.private("Ada"), "/start")
        await api.wait_for(lambda: api.calls("sendMessage") or None)
        api.hold("getUpdates", before=True, times=None)
        async with asyncio.timeout(12):
            assert await bot.stop() == 0
