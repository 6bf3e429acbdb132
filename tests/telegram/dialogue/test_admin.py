"""The operator's commands, known by id; to everybody else they do not exist."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.telegram.conftest import ROOT, Scripted
from tests.telegram.emulator import BotApi
from tests.telegram.talk import ADA, BOB, GROUP, PRIVATE, Talk
from wuzhen.bot.telegram.delivery.calls import open_bot
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.operations import Operations
from wuzhen.bot.telegram.reload import Shelf

COMMANDS = [
    "/stats",
    "/status",
    "/feedback",
    "/reload",
    "/block 1002",
    "/unblock 1002",
    "/broadcast a",
]

KNOWN = "".join(file.read_text("utf-8") for file in (ROOT / "knowledge").glob("*.txt"))


class Running:
    """The running program, as the commands see it."""

    def __init__(self) -> None:
        self.reloaded = 0
        self.shown: Mapping[str, object] = {"mode": "polling", "index": "generation-7"}

    async def status(self) -> Mapping[str, object]:
        return self.shown

    async def reload(self) -> str:
        self.reloaded += 1
        return "100 passages from 1 documents"

    async def administers(self, chat: int, user: int) -> bool:
        return False


@pytest.fixture
def running() -> Running:
    return Running()


@pytest.fixture
def admin(begin: Callable[..., Talk], running: Running) -> Talk:
    return begin(telegram_admins=(ADA["id"],), operations=running)


@pytest.mark.parametrize("command", COMMANDS)
async def test_to_others_they_are_like_any_unknown_command(talk: Talk, command: str) -> None:
    (shown,) = await talk.say(command)
    (unknown,) = await talk.say("/nonsense")
    assert shown.text == unknown.text
    assert not (await talk.store.chats.get(1002)).blocked


@pytest.mark.parametrize("command", COMMANDS)
async def test_not_in_groups(admin: Talk, command: str) -> None:
    assert await admin.say(command, GROUP) == []


async def test_help_names_them_to_administrators_only(
    admin: Talk, begin: Callable[..., Talk]
) -> None:
    (shown,) = await admin.say("/help")
    assert "/stats" in shown.text
    bob = {"id": 1002, "type": "private"}
    (other,) = await admin.say("/help", bob, BOB)
    assert "/stats" not in other.text


async def test_stats(admin: Talk, librarian: Scripted) -> None:
    librarian.script("志願者", ["1240名志願者"])
    librarian.script("天氣")
    (shown,) = await admin.say("志願者")
    await admin.press(shown, "👍")
    await admin.say("天氣")
    (stats,) = await admin.say("/stats")
    assert "today: 2 questions, 1 answered, 1 users" in stats.text
    assert "👍 1 👎 0" in stats.text


async def test_feedback_is_given_out_without_the_user(admin: Talk, librarian: Scripted) -> None:
    (none,) = await admin.say("/feedback")
    assert "no ratings" in none.text
    librarian.script("志願者", ["1240名志願者"])
    (shown,) = await admin.say("志願者")
    down = (await admin.press(shown, "👎")).message
    await admin.press(down, "引錯了")
    await admin.say("/feedback")
    (call,) = [one for one in admin.calls if one.method == "sendDocument"]
    (line,) = call.payload["document"]["text"].splitlines()
    rating = json.loads(line)
    assert (rating["question"], rating["rating"], rating["reason"]) == ("志願者", -1, "wrong")
    assert rating["answer"]["quotes"][0]["text"] in KNOWN
    assert str(ADA["id"]) not in line


async def test_status(admin: Talk) -> None:
    (shown,) = await admin.say("/status")
    names = [line.partition(":")[0] for line in shown.text.splitlines()]
    assert names[:4] == ["mode", "index", "documents", "passages"]
    assert len(names) == len(set(names))
    assert "passages: 100" in shown.text
    assert "dead letters: 0" in shown.text


async def test_each_thing_stands_in_the_status_once(
    admin: Talk, running: Running, tmp_path: Path
) -> None:
    """As it is told by the program that really runs, of which Telegram knows something too."""
    shelf = Shelf(tmp_path, lambda say: admin.librarian, Metrics())
    await shelf.open()
    async with BotApi() as api, open_bot(api.token, api.url, 5) as bot:
        found = await Operations(bot, shelf, None).status()
    assert found["updates still at Telegram"] == 0
    running.shown = found
    (shown,) = await admin.say("/status")
    words = [line.partition(":")[0].replace("_", " ") for line in shown.text.splitlines()]
    assert len(words) == len(set(words))
    assert not any("_" in line.partition(":")[0] for line in shown.text.splitlines())
    assert sum("dead letters" in word for word in words) == 1
    assert sum("waits" in word for word in words) == 2


async def test_reload(admin: Talk, running: Running) -> None:
    (shown,) = await admin.say("/reload")
    assert "100 passages" in shown.text
    assert running.reloaded == 1


class TestBroadcast:
    WORD = "明天九點回來。\n🙂"

    async def confirm(self, admin: Talk, label: str, text: str = WORD) -> list[tuple[int, str]]:
        """Ask for a broadcast and press a button, twice; what the chats then got."""
        bob = {"id": 1002, "type": "private"}
        await admin.say("/ask 志願者", GROUP, BOB)
        await admin.say("志願者", bob, BOB)
        await admin.say("志願者")
        await admin.store.chats.change(GROUP["id"], active=False)
        command = admin.message(f"/broadcast {text}")
        (asked,) = await admin.update(message=command)
        assert "2 chats" in asked.text
        sent = []
        for _ in range(2):
            query = {"id": "7", "from": ADA, "chat_instance": "1", "data": asked.button(label)}
            message = {**asked.as_json, "reply_to_message": command}
            shown = await admin.update(callback_query={**query, "message": message})
            sent += [(one.chat, one.text) for one in shown if one.id != asked.id]
        return sent

    async def test_it_goes_once_to_every_chat_that_can_be_written_to(self, admin: Talk) -> None:
        assert await self.confirm(admin, "Send it") == [(1001, self.WORD), (1002, self.WORD)]

    async def test_it_can_be_called_off(self, admin: Talk) -> None:
        assert await self.confirm(admin, "Cancel") == []

    async def test_nobody_else_can_press_it(self, admin: Talk, begin: Callable[..., Talk]) -> None:
        (asked,) = await admin.say("/broadcast a")
        others = begin()
        others._updates = admin._updates
        pressed = await others.press(asked, "Send it")
        assert (pressed.messages, pressed.alert) == ([], True)

    async def test_without_a_text(self, admin: Talk) -> None:
        (shown,) = await admin.say("/broadcast")
        assert "needs a text" in shown.text


class TestBlocking:
    async def test_a_blocked_user_gets_nothing_anywhere(
        self, admin: Talk, librarian: Scripted
    ) -> None:
        bob = {"id": 1002, "type": "private"}
        (before,) = await admin.say("志願者", bob, BOB)
        await admin.say("/block 1002")
        librarian.asked.clear()
        assert await admin.say("志願者", bob, BOB) == []
        assert await admin.say("/ask 志願者", GROUP, BOB) == []
        pressed = await admin.press(before, "👍", BOB)
        assert (pressed.word, pressed.messages) == ("", [])
        assert librarian.asked == []
        await admin.say("/unblock 1002")
        assert len(await admin.say("志願者", bob, BOB)) == 1

    async def test_a_blocked_group_gets_nothing(self, admin: Talk) -> None:
        await admin.say(f"/block {GROUP['id']}")
        assert await admin.say("/ask 志願者", GROUP) == []
        assert len(await admin.say("志願者")) == 1

    @pytest.mark.parametrize("text", ["", "bob", "0", "1 2", "９", "1" * 30])
    async def test_a_bad_id_is_told(self, admin: Talk, text: str) -> None:
        (shown,) = await admin.say(f"/block {text}")
        assert "needs the id" in shown.text

    async def test_not_oneself(self, admin: Talk) -> None:
        await admin.say(f"/block {ADA['id']}")
        assert not (await admin.store.chats.get(PRIVATE["id"])).blocked
