"""The whole way once: a person writes, the bot answers."""

from __future__ import annotations

from pathlib import Path

from .emulator import BotApi
from .running import ROOT, Bot


async def test_a_greeting_and_a_question(tmp_path: Path) -> None:
    known = "".join(file.read_text("utf-8") for file in (ROOT / "knowledge").iterdir())
    async with BotApi() as api:
        bot = await Bot(tmp_path, api).start()
        try:
            chat = api.private("Ada", language="zh-hant")
            api.say(chat, "/start")
            assert (await api.reply_in(chat)).text
            asked = api.say(chat, "第四屆世界互聯網大會在哪裏舉行？")
            answer = await api.reply_in(chat)
            quoted = max((answer.text or "").splitlines(), key=len)
            assert all(words in known for words in quoted.split())
            assert answer.reply_to_message is not None
            assert answer.reply_to_message.message_id == asked.message_id
            api.assert_clean()
        finally:
            assert await bot.stop() == 0
        assert not bot.logged("ERROR"), bot.output
