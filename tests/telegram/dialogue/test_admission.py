"""Who may ask at all (TELEGRAM_ALLOWED), and when the bot answers in a group (/when)."""

import re
from collections.abc import Callable

import pytest

from tests.telegram.conftest import Scripted
from tests.telegram.talk import ADA, BOB, GROUP, ME, PRIVATE, Clock, Json, Talk

QUESTION = "志願者有多少人？"
OTHERS = {"id": BOB["id"], "type": "private"}


@pytest.fixture
def known(librarian: Scripted) -> None:
    librarian.script(QUESTION, ["1240名志願者"], bold="1240名")


def joined(chat: Json, by: Json) -> Json:
    """The bot was put into a group."""
    me = {"id": ME.id, "is_bot": True, "first_name": "Bot", "username": ME.username}
    member = {"user": me, "status": "member"}
    left = {"user": me, "status": "left"}
    return {
        "chat": chat,
        "from": by,
        "date": 1_700_000_000,
        "old_chat_member": left,
        "new_chat_member": member,
    }


class TestAllowed:
    async def test_a_stranger_gets_one_word_with_the_number_to_tell(
        self, begin: Callable[..., Talk], librarian: Scripted, clock: Clock
    ) -> None:
        talk = begin(telegram_allowed=(ADA["id"],))
        assert len(await talk.say(QUESTION)) == 1
        librarian.asked.clear()
        said = [await talk.say(text, OTHERS, BOB) for text in (QUESTION, "/start", "/ask a", "😀")]
        assert [len(one) for one in said] == [1, 0, 0, 0]
        assert str(BOB["id"]) in said[0][0].text
        assert librarian.asked == []
        clock.time += 86_401
        assert len(await talk.say(QUESTION, OTHERS, BOB)) == 1

    async def test_in_a_group_the_groups_number_is_told_too(
        self, begin: Callable[..., Talk]
    ) -> None:
        talk = begin(telegram_allowed=(7,))
        (said,) = await talk.say(f"/ask {QUESTION}", GROUP, BOB)
        assert {str(GROUP["id"]), str(BOB["id"])} <= set(re.findall(r"-?\d+", said.text))
        (anonymous,) = await talk.say(f"/ask {QUESTION}", GROUP, None, sender_chat=GROUP)
        assert re.findall(r"-?\d+", anonymous.text) == [str(GROUP["id"])]
        (alone,) = await talk.say(QUESTION, OTHERS, BOB)
        assert re.findall(r"-?\d+", alone.text) == [str(BOB["id"])]
        for told in (GROUP["id"], BOB["id"]):
            allowing = begin(telegram_allowed=(told,))
            allowing._updates = talk._updates
            assert (await allowing.say(f"/ask {QUESTION}", GROUP, BOB))[0].quotes

    async def test_a_listed_group_is_open_to_all_in_it(self, begin: Callable[..., Talk]) -> None:
        talk = begin(telegram_allowed=(GROUP["id"],))
        (shown,) = await talk.say(f"/ask {QUESTION}", GROUP, BOB)
        assert shown.quotes
        (word,) = await talk.say(QUESTION, OTHERS, BOB)
        assert not word.quotes

    async def test_a_listed_user_may_ask_in_any_group(self, begin: Callable[..., Talk]) -> None:
        talk = begin(telegram_allowed=(ADA["id"],))
        (shown,) = await talk.say(f"/ask {QUESTION}", GROUP, ADA)
        assert shown.quotes
        assert not (await talk.say(f"/ask {QUESTION}", GROUP, BOB))[0].quotes

    async def test_administrators_always_may(self, begin: Callable[..., Talk]) -> None:
        talk = begin(telegram_allowed=(7,), telegram_admins=(ADA["id"],))
        assert (await talk.say(QUESTION))[0].quotes

    async def test_buttons_and_inline_queries_of_strangers(
        self, begin: Callable[..., Talk], known: None
    ) -> None:
        talk = begin(telegram_allowed=(ADA["id"],))
        (shown,) = await talk.say(f"/ask {QUESTION}", GROUP, ADA)
        pressed = await talk.press(shown, "Context" if "Context" in shown.labels else "上下文", BOB)
        assert (pressed.messages, pressed.alert) == ([], True)
        assert pressed.word
        assert (await talk.inline(QUESTION, sender=BOB))["results"] == []
        assert (await talk.inline(QUESTION, sender=ADA))["results"] != []

    async def test_an_edited_question_of_a_stranger(self, begin: Callable[..., Talk]) -> None:
        open_to_all = begin()
        message = open_to_all.message(QUESTION, OTHERS, BOB)
        assert len(await open_to_all.update(message=message)) == 1
        closed = begin(telegram_allowed=(ADA["id"],))
        closed._updates = open_to_all._updates
        assert await closed.edit(message, "大會的主題是什麼？") == []

    async def test_a_group_of_strangers_is_left(self, begin: Callable[..., Talk]) -> None:
        talk = begin(telegram_allowed=(ADA["id"],))
        await talk.update(my_chat_member=joined(GROUP, BOB))
        assert [call.method for call in talk.calls] == ["leaveChat"]
        await talk.update(my_chat_member=joined(GROUP, ADA))
        assert talk.calls[-1].method == "sendMessage"


class TestWhen:
    async def choose(self, talk: Talk, label: str) -> None:
        (shown,) = await talk.say("/when", GROUP)
        assert (await talk.press(shown, label, {**BOB, "language_code": "zh-hant"})).alert
        pressed = await talk.press(shown, label)
        assert any(one.startswith("✓") and label in one for one in pressed.message.labels)

    @pytest.fixture
    def talk(self, begin: Callable[..., Talk]) -> Talk:
        return begin(operations=Administering())

    async def test_by_default_only_when_spoken_to(self, talk: Talk) -> None:
        assert await talk.say(QUESTION, GROUP) == []

    async def test_every_question_that_the_text_answers(
        self, talk: Talk, librarian: Scripted, known: None
    ) -> None:
        librarian.script("午飯吃什麼好呢？", [], ["1240名志願者"])
        await self.choose(talk, "每個問題")
        message = talk.message(QUESTION, GROUP)
        (shown,) = await talk.update(message=message)
        assert shown.quotes
        assert shown.replies_to == message["message_id"]
        for text in (
            "今天天氣很好。",
            "午飯吃什麼好呢？",
            "?",
            "/help@other_bot",
            "@other_bot 在嗎？",
        ):
            assert await talk.say(text, GROUP) == [], text
        assert len(await talk.say("/ask 午飯吃什麼", GROUP)) == 1
        (edited,) = await talk.edit(message, "午飯吃什麼好呢？")
        assert edited.id == shown.id

    async def test_too_many_questions_to_nobody_get_no_notice(
        self, begin: Callable[..., Talk], known: None
    ) -> None:
        talk = begin(operations=Administering(), telegram_user_rate=2)
        await self.choose(talk, "每個問題")
        said = [await talk.say(QUESTION, GROUP, BOB) for _ in range(4)]
        assert [len(one) for one in said] == [1, 1, 0, 0]

    async def test_not_at_all(self, talk: Talk) -> None:
        await self.choose(talk, "不回答")
        for text in (f"/ask {QUESTION}", f"@{ME.username} {QUESTION}", "/help"):
            assert await talk.say(text, GROUP) == [], text
        assert len(await talk.say("/when", GROUP)) == 1

    async def test_only_administrators_may_and_only_in_groups(self, talk: Talk) -> None:
        (refused,) = await talk.say("/when", GROUP, {**BOB, "language_code": "zh-hant"})
        assert "管理員" in refused.text
        (private,) = await talk.say("/when", PRIVATE)
        assert "群組" in private.text


class Administering:
    """What tells who is an administrator."""

    async def administers(self, chat: int, user: int) -> bool:
        return bool(user == ADA["id"])
