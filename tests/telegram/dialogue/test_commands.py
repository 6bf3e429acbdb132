"""The commands, their registration, and the timetable."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiogram.methods import SetMyCommands

from tests.telegram.conftest import Scripted
from tests.telegram.emulator.limits import check_commands
from tests.telegram.talk import GROUP, ME, Talk, user
from wuzhen.bot.store import Store
from wuzhen.bot.telegram.dialogue import names
from wuzhen.bot.telegram.dialogue.dialogue import COMMANDS
from wuzhen.bot.telegram.messages import timetable
from wuzhen.bot.telegram.outgoing import Outgoing


class TestStartAndHelp:
    async def test_start_welcomes_and_offers_where_to_begin(
        self, talk: Talk, librarian: Scripted
    ) -> None:
        (shown,) = await talk.say("/start")
        sections = dict.fromkeys(p.section[0] for p in librarian.collection.passages if p.section)
        assert shown.labels == list(sections)[:6]
        first = (await talk.press(shown, shown.labels[0])).message
        assert first.id != shown.id
        assert first.quotes[0] in next(iter(librarian.collection.documents.values())).text

    async def test_simplified_clients_get_a_list_of_their_own(self, talk: Talk) -> None:
        chat = {"id": 5001, "type": "private"}
        await talk.say("/start", chat, user(5001, "zh-hans"))
        (call,) = [one for one in talk.calls if one.method == "setMyCommands"]
        assert call.payload["scope"] == {"type": "chat", "chat_id": 5001}
        await talk.say("/start", {"id": 5002, "type": "private"}, user(5002, "en"))
        assert len([one for one in talk.calls if one.method == "setMyCommands"]) == 1

    async def test_help_lists_what_there_is(self, talk: Talk) -> None:
        (shown,) = await talk.say("/help")
        assert all(f"/{name} — " in shown.text for name in names.PRIVATE)
        (group,) = await talk.say("/help", GROUP)
        assert "/ask — " in group.text

    async def test_help_tells_of_privacy_mode_only_where_it_is_on(
        self, talk: Talk, begin: Callable[..., Talk]
    ) -> None:
        (shown,) = await talk.say("/help")
        assert "/setprivacy" not in shown.text
        hidden = begin(me=replace(ME, reads_groups=False))
        hidden._updates = talk._updates
        (told,) = await hidden.say("/help")
        assert "/setprivacy" in told.text

    async def test_an_unknown_command_is_told(self, talk: Talk) -> None:
        (shown,) = await talk.say("/nonsense")
        assert "/help" in shown.text

    async def test_a_path_is_a_question(self, talk: Talk, librarian: Scripted) -> None:
        await talk.say("/etc/passwd 是什麼")
        assert librarian.asked[-1][0] == "/etc/passwd 是什麼"


class TestRef:
    @pytest.mark.parametrize("text", ["8", "[8]", " 8 ", "08"])
    async def test_what_carries_a_reference(
        self, talk: Talk, librarian: Scripted, text: str
    ) -> None:
        (shown,) = await talk.say(f"/ref {text}")
        wanted = [passage.text for passage in librarian.referring("8")]
        assert all(any(one in quote for quote in shown.quotes) for one in wanted)
        assert "[8]" in shown.text

    async def test_many_are_paged(self, talk: Talk, librarian: Scripted) -> None:
        (now,) = await talk.say("/ref 11")
        first, pages = now.id, [now]
        while any("下一頁" in label for label in now.labels):
            now = (await talk.press(now, "下一頁")).message
            pages.append(now)
        quotes = [quote for page in pages for quote in page.quotes]
        assert {page.id for page in pages} == {first}
        assert len(pages) > 1
        assert pages[0].labels == ["下一頁 ▶"]
        assert pages[-1].labels == ["◀ 上一頁"]
        for passage in librarian.referring("11"):
            assert sum(passage.text in quote for quote in quotes) == 1

    @pytest.mark.parametrize("text", ["", "x", "-1", "８", "1 2", "9" * 20])
    async def test_no_number(self, talk: Talk, text: str) -> None:
        (shown,) = await talk.say(f"/ref {text}")
        assert "/ref" in shown.text

    async def test_none(self, talk: Talk) -> None:
        (shown,) = await talk.say("/ref 999")
        assert "沒有參考資料 [999]" in shown.text


class TestSchedule:
    async def test_every_session_is_on_one_page(self, talk: Talk, librarian: Scripted) -> None:
        (now,) = await talk.say("/schedule")
        topics: list[str] = []
        for number, day in enumerate(timetable.days(librarian)):
            for half in day.halves():
                now = (await talk.press_data(now, f"v1:day:{number}:{half}:0")).message
                assert now.text.startswith(day.date)
                topics += now.parts("bold")[1:]
        rows = [p for p in librarian.collection.passages if p.kind == "row"]
        text = librarian.collection.documents[rows[0].document].text
        assert sorted(topics) == sorted(
            span.of(text) for row in rows if (span := row.cell("topic")) is not None
        )

    async def test_buttons_lead_to_the_other_halves_and_days(self, talk: Talk) -> None:
        (shown,) = await talk.say("/schedule 12月4日")
        assert shown.labels[:2] == ["下午", "晚上"]
        afternoon = (await talk.press(shown, "下午")).message
        assert afternoon.labels[:2] == ["上午", "晚上"]
        assert len(afternoon.labels) == 2 + len(timetable.days(talk.librarian)) - 1

    @pytest.mark.parametrize(
        ("text", "day", "half"),
        [
            ("12月4日", "12月04日", "上午"),
            ("4", "12月04日", "上午"),
            ("四號下午", "12月04日", "下午"),
            ("第三天", "12月04日", "上午"),
            ("day 3 evening", "12月04日", "晚上"),
            ("Dec 4", "12月04日", "上午"),
            ("2017-12-03", "12月03日", "上午"),
            ("", "12月02日", "上午"),
        ],
    )
    async def test_a_day_in_many_forms(self, talk: Talk, text: str, day: str, half: str) -> None:
        (shown,) = await talk.say(f"/schedule {text}")
        assert day in shown.text.splitlines()[0]
        assert half in shown.text.splitlines()[0]

    @pytest.mark.parametrize("text", ["12月9日", "99", "第九天", "明年", "x"])
    async def test_no_such_day(self, talk: Talk, text: str) -> None:
        (shown,) = await talk.say(f"/schedule {text}")
        assert "沒有這一天" in shown.text
        assert len(shown.buttons) == len(timetable.days(talk.librarian))

    @pytest.mark.parametrize(
        ("time", "half"),
        [
            ("09:30-10:00", "morning"),
            ("12:00-13:00", "afternoon"),
            ("中午", "afternoon"),
            ("17:59", "afternoon"),
            ("18:00", "evening"),
            ("19:30-21:00", "evening"),
            ("全天", "morning"),
            ("", "morning"),
            ("2pm", "afternoon"),
        ],
    )
    def test_parts_of_the_day(self, time: str, half: str) -> None:
        assert timetable.half_of(time) == half


class TestRegistration:
    async def test_only_when_changed(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[Outgoing] = []

        async def call(one: Outgoing) -> None:
            made.append(one)

        assert await names.register(store, call) == len(made) > 0
        assert await names.register(store, call) == 0
        monkeypatch.setattr(names, "GROUP", ("ask",))
        assert await names.register(store, call) > 0

    async def test_a_failed_call_is_made_again(self, store: Store) -> None:
        async def fail(one: Outgoing) -> None:
            raise ConnectionError

        with pytest.raises(ConnectionError):
            await names.register(store, fail)

        async def call(one: Outgoing) -> None: ...

        assert await names.register(store, call) > 0

    def test_every_list_is_accepted(self) -> None:
        calls = [one for one in names.registrations() if one.method == "setMyCommands"]
        for one in calls:
            check_commands(SetMyCommands(**one.payload))
        scopes = {(c.payload["scope"]["type"], c.payload.get("language_code", "")) for c in calls}
        assert len(scopes) == len(calls)

    def test_descriptions_are_short_enough(self) -> None:
        for one in names.registrations():
            payload: dict[str, Any] = dict(one.payload)
            assert len(payload.get("description", "")) <= 512
            assert len(payload.get("short_description", "")) <= 120

    def test_every_listed_command_exists(self) -> None:
        listed = {*names.PRIVATE, *names.GROUP, *names.GROUP_ADMIN}
        assert listed <= {*COMMANDS, "ask"}
