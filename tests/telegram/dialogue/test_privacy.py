"""What is kept of a user: told, given out, and deleted when the user says so twice."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram.talk import ADA, BOB, GROUP, PRIVATE, Shown, Talk
from wuzhen.bot.store import Arrival, Store
from wuzhen.bot.telegram.messages.transcript import transcript


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
    text = call.payload["document"]["text"]
    held = await busy.store.privacy.export(ADA["id"], PRIVATE["id"])
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings[:2] == ["志願者有多少人", "志願者"]
    for turn in held["turns"]:
        answer = turn["answer"]
        assert answer["quotes"]
        for quote in (*answer["quotes"], *answer["related"]):
            assert f"> {quote['text']}\n> \n> — " in text
            assert all(f"[{number}]" in text for number in quote["refs"])
        assert time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(turn["at"])) in text
        assert f"chat {turn['chat']}" in text
        assert f"asked in message {turn['asked_in']}" in text
    assert "👎 (" in text
    assert "language: en" in text
    for row in held["inbox"]:
        assert f"update {row['update_id']}" in text
    assert "開幕式" not in headings
    assert str(BOB["id"]) not in text
    assert call.payload["document"]["filename"].endswith(".md")


async def test_export_has_what_is_not_done_or_failed_whole(talk: Talk, store: Store) -> None:
    await store.inbox.take([Arrival(900, 7, '{"poison": "秘密一"}', ADA["id"])])
    claimed = await store.inbox.claim()
    assert claimed is not None
    await store.inbox.dead(claimed, "KeyError")
    await store.inbox.take([Arrival(901, 8, '{"later": "秘密二"}', ADA["id"])])
    await store.outbox.put(8, "sendMessage", {"text": "秘密三"}, user=ADA["id"], not_before=9e9)
    text = transcript(await store.privacy.export(ADA["id"], ADA["id"]), "hant")
    for kept in ("秘密一", "KeyError", "秘密二", "秘密三"):
        assert text.count(kept) == 1


@given(st.text(), st.text())
def test_a_question_stays_in_its_heading_and_a_quote_in_its_block(
    question: str, quoted: str
) -> None:
    turn = {
        "id": "a", "question": question, "answer": {"answered": True, "quotes": [{"text": quoted}]},
        "at": 0.0, "chat": 1, "thread": 0, "asked_in": 1, "shown_in": 2,
    }  # fmt: skip
    none: dict[str, Any] = {"feedback": [], "inbox": [], "dead_letters": [], "outbox": []}
    text = transcript({"user": 1, "turns": [turn], **none}, "en")
    rest = text.partition("\n\n## ")[2]
    assert not rest.partition("\n")[2].startswith("#")
    lines = rest.splitlines()
    blocks = [line for line in lines if line.startswith("> ")]
    assert blocks[: len(quoted.splitlines())] == [f"> {line}" for line in quoted.splitlines()]


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
