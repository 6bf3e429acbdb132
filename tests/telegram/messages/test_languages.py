"""The interface in three languages, the quote in its own characters."""

import string
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.telegram.conftest import Scripted
from tests.telegram.dialogue.test_admin import Running
from tests.telegram.talk import ADA, BOB, GROUP, Talk, user
from wuzhen.bot.telegram.messages.languages import LANGUAGES, language_of, simplified
from wuzhen.bot.telegram.messages.phrases import PHRASES


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hant", "hant"),
        ("zh-Hant-HK", "hant"),
        ("zh-TW", "hant"),
        ("zh_HK", "hant"),
        ("yue", "hant"),
        ("zh-hans", "hans"),
        ("zh-CN", "hans"),
        ("zh", "hans"),
        ("en", "en"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("zhx", "en"),
        ("", "hant"),
        (None, "hant"),
    ],
)
def test_languages_of_clients(code: str | None, language: str) -> None:
    assert language_of(code) == language


@pytest.mark.parametrize("name", PHRASES)
def test_every_phrase_says_the_same_in_every_language(name: str) -> None:
    phrase = PHRASES[name]
    assert set(phrase) == set(LANGUAGES)
    fields = [
        {field for _, field, _, _ in string.Formatter().parse(phrase[one]) if field}
        for one in LANGUAGES
    ]
    assert fields[0] == fields[1] == fields[2]
    assert simplified(phrase["hans"]) == phrase["hans"]


async def test_the_interface_follows_the_client(talk: Talk) -> None:
    texts = []
    for number, code in enumerate(("zh-hant", "zh-hans", "en"), 5001):
        chat = {"id": number, "type": "private"}
        (shown,) = await talk.say("/new", chat, user(number, code))
        texts.append(shown.text)
    assert [text[:3] for text in texts] == ["好，從", "好，从", "All"]


async def test_quotes_keep_their_characters(talk: Talk, librarian: Scripted) -> None:
    answer = librarian.script("志愿者", ["1240名志願者"])
    chat = {"id": 5001, "type": "private"}
    (shown,) = await talk.say("志愿者", chat, user(5001, "zh-hans"))
    assert shown.quotes == [answer.quotes[0].text]
    assert "📖 上下文" in shown.labels
    assert "下一则 ▶" not in shown.labels


class TestChoosing:
    async def test_a_choice_holds_against_the_client(self, talk: Talk) -> None:
        (panel,) = await talk.say("/lang")
        assert "✓ 自動（跟隨 Telegram）" in panel.labels
        changed = (await talk.press(panel, "English")).message
        assert changed.id == panel.id
        assert "✓ English" in changed.labels
        (shown,) = await talk.say("/new")
        assert shown.text.startswith("All right")
        again = (await talk.press(changed, "automatic")).message
        assert "✓ 自動（跟隨 Telegram）" in again.labels

    async def test_the_chats_commands_change_with_it(self, talk: Talk) -> None:
        (panel,) = await talk.say("/lang")
        changed = (await talk.press(panel, "简体中文")).message
        (call,) = [one for one in talk.calls if one.method == "setMyCommands"]
        assert call.payload["scope"] == {"type": "chat", "chat_id": ADA["id"]}
        described = [one["description"] for one in call.payload["commands"]]
        assert "语言" in described
        await talk.press(changed, "自动")
        assert talk.calls[-1].method == "deleteMyCommands"

    async def test_simplified_beside_the_original(self, talk: Talk, librarian: Scripted) -> None:
        answer = librarian.script("志願者", ["1240名志願者"], ["十到二十人為一組"], bold="1240名")
        (panel,) = await talk.say("/lang")
        on = (await talk.press(panel, "簡體轉換")).message
        assert any(label.startswith("☑") for label in on.labels)
        (shown,) = await talk.say("志願者")
        original = answer.quotes[0].text
        assert shown.quotes == [original, simplified(original)]
        assert original != simplified(original)
        assert "轉換，非原文" in shown.text
        related = (await talk.press(shown, "下一則")).message
        assert related.quotes == [answer.related[0].text, simplified(answer.related[0].text)]
        off = (await talk.press(on, "簡體轉換")).message
        assert any(label.startswith("☐") for label in off.labels)
        (plain,) = await talk.say("志願者")
        assert plain.quotes == [original]


class TestGroups:
    @pytest.fixture
    def running(self) -> Running:
        running = Running()

        async def administers(chat: int, user: int) -> bool:
            return (chat, user) == (GROUP["id"], ADA["id"])

        running.administers = administers  # type: ignore[method-assign]
        return running

    @pytest.fixture
    def group(self, begin: Callable[..., Talk], running: Running) -> Talk:
        return begin(operations=running)

    async def test_an_administrator_chooses_for_all(self, group: Talk) -> None:
        (panel,) = await group.say("/lang", GROUP)
        await group.press(panel, "English")
        for sender in (ADA, BOB, user(7, "zh-hans")):
            (shown,) = await group.say("/new", GROUP, sender)
            assert shown.text.startswith("All right")

    async def test_others_do_not(self, group: Talk) -> None:
        (shown,) = await group.say("/lang", GROUP, BOB)
        assert "administrators" in shown.text
        assert not shown.buttons
        (panel,) = await group.say("/lang", GROUP)
        answered = await group.press(panel, "English", BOB)
        assert answered.alert
        assert answered.messages == []
        assert (await group.store.chats.get(GROUP["id"])).language is None

    async def test_an_anonymous_administrator_is_one(self, group: Talk) -> None:
        (panel,) = await group.say("/lang", GROUP, None, sender_chat=GROUP)
        assert panel.buttons
        channel: dict[str, Any] = {"id": -5, "type": "channel", "title": "C"}
        (other,) = await group.say("/lang", GROUP, None, sender_chat=channel)
        assert not other.buttons

    async def test_without_a_choice_each_is_spoken_to_in_their_language(self, group: Talk) -> None:
        (ada,) = await group.say("/new", GROUP, ADA)
        (bob,) = await group.say("/new", GROUP, BOB)
        assert ada.text != bob.text


async def test_buttons_keep_the_language_of_their_message(talk: Talk, librarian: Scripted) -> None:
    librarian.script("志願者", ["1240名志願者"], ["十到二十人為一組"])
    (shown,) = await talk.say("/ask 志願者", GROUP)
    related = (await talk.press(shown, "下一則", BOB)).message
    assert "相關原文" in related.text
    back = replace(related)
    assert (await talk.press(back, "返回", BOB)).message.text == shown.text
