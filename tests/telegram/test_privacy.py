"""What is kept of a user: told, given out, and deleted when the user says so twice."""

import json
from collections.abc import Callable

import pytest

from bot.store import Store
from tests.telegram.talk import ADA, BOB, GROUP, PRIVATE, Shown, Talk


@pytest.fixture
async def busy(talk: Talk) -> Talk:
    """Ada has asked, rated and chosen; Bob has asked."""
    (shown,) = await talk.say("志願者有多少人")
    await talk.press(shown, "👎")
    await talk.press((await talk.say("/lang"))[0], "English")
    await talk.say("/ask 志願者", GROUP)
    await talk.say("/ask 開幕式", GROUP, BOB)
    return talk


async def test_privacy_states_the_retention(begin: Callable[..., Talk]) -> None:
    talk = begin(telegram_keep_days=33)
    (shown,) = await talk.say("/privacy")
    assert "33 天" in shown.text
    assert "/forget" in shown.text


async def test_export_has_everything_of_the_user_and_nothing_else(busy: Talk) -> None:
    await busy.say("/export")
    (call,) = [one for one in busy.calls if one.method == "sendDocument"]
    held = json.loads(call.payload["document"]["text"])
    assert [turn["question"] for turn in held["turns"]] == ["志願者有多少人", "志願者"]
    assert held["feedback"][0]["rating"] == -1
    assert held["settings"][0]["language"] == "en"
    assert "開幕式" not in call.payload["document"]["text"]
    assert call.payload["document"]["filename"].endswith(".json")


async def test_export_is_private(talk: Talk) -> None:
    (shown,) = await talk.say("/export", GROUP)
    assert "私聊" in shown.text
    assert not [one for one in talk.calls if one.method == "sendDocument"]


class TestForget:
    async def left(self, store: Store, user: int) -> int:
        held = await store.privacy.export(user, user)
        return sum(len(rows) for rows in held.values() if isinstance(rows, list))

    async def ask(self, talk: Talk) -> Shown:
        (shown,) = await talk.say("/forget")
        return shown

    async def test_it_asks_first(self, busy: Talk, store: Store) -> None:
        before = await self.left(store, ADA["id"])
        await self.ask(busy)
        assert await self.left(store, ADA["id"]) >= before

    async def test_no_keeps_everything(self, busy: Talk, store: Store) -> None:
        shown = await self.ask(busy)
        kept = (await busy.press(shown, "Keep")).message
        assert not kept.buttons
        assert (await store.privacy.export(ADA["id"]))["turns"]

    async def test_yes_deletes_everything_of_this_user(self, busy: Talk, store: Store) -> None:
        shown = await self.ask(busy)
        gone = (await busy.press(shown, "Delete")).message
        assert "deleted" in gone.text.lower()
        held = await store.privacy.export(ADA["id"], PRIVATE["id"])
        # The press itself is still among the updates done, which the next deletion empties.
        assert [name for name, rows in held.items() if name not in ("user", "inbox") and rows] == []
        assert (await store.privacy.export(BOB["id"]))["turns"]

    async def test_nobody_else_can_confirm(self, busy: Talk, store: Store) -> None:
        (shown,) = await busy.say("/forget", GROUP)
        answered = await busy.press(shown, "刪除", BOB)
        assert answered.alert
        assert answered.messages == []
        assert (await store.privacy.export(BOB["id"]))["turns"]
        assert (await store.privacy.export(ADA["id"]))["turns"]

    async def test_old_buttons_say_that_they_are_gone(self, talk: Talk) -> None:
        (answer,) = await talk.say("志願者")
        await talk.press(await self.ask(talk), "刪除")
        assert (await talk.press(answer, "👍")).alert

    @pytest.mark.parametrize("command", ["/forget", "/export"])
    async def test_nobody_has_no_data(self, talk: Talk, command: str) -> None:
        (shown,) = await talk.say(command, GROUP, None, sender_chat=GROUP)
        assert "不知道你是誰" in shown.text
