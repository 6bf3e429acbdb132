"""Buttons: views of an answer by editing its message, ratings, and buttons that are too old."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram.conftest import Scripted
from tests.telegram.talk import ADA, BOB, GROUP, PRIVATE, Clock, Shown, Talk
from wuzhen.bot.answer import Answer
from wuzhen.bot.store import Store
from wuzhen.bot.telegram.messages.buttons import (
    LONGEST_DATA,
    REASONS,
    View,
    data,
    press,
    view,
)
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import open_collection

RELATED = ["1萬多名志願者", "十到二十人為一組", "外語技能"]


@pytest.fixture
async def shown(talk: Talk, librarian: Scripted) -> Shown:
    """An answer with three passages beside it."""
    librarian.script("志願者", ["1240名志願者"], RELATED, bold="1240名")
    (shown,) = await talk.say("志願者")
    return shown


class TestData:
    @given(st.builds(View, st.integers(0, 999), st.booleans(), st.integers(0, 999)))
    def test_a_view_is_read_as_it_was_written(self, shown: View) -> None:
        assert view(str(shown)) == shown

    @given(st.text())
    def test_any_data_is_read_or_refused(self, text: str) -> None:
        pressed = press(text)
        assert pressed is None or data(pressed.action, *pressed.values) == text
        shown = view(text)
        assert shown is None or view(str(shown)) == shown

    async def test_data_is_short_everywhere(self, talk: Talk, shown: Shown) -> None:
        await talk.press(shown, "下一則")
        for text in ("/start", "/help", "/ref 5", "/schedule", "/lang", "/forget", "沒有的事"):
            await talk.say(text)
        every = [
            one["callback_data"] for message in talk.messages.values() for one in message.buttons
        ]
        assert len(every) > 20
        assert max(len(one.encode()) for one in every) <= LONGEST_DATA
        assert not any("*" in one for one in every)


class TestViews:
    async def test_the_context_and_back(
        self, talk: Talk, librarian: Scripted, shown: Shown
    ) -> None:
        context = (await talk.press(shown, "上下文")).message
        around = librarian.context(librarian.passage("1240名志願者"))
        assert context.id == shown.id
        assert context.quotes == [around.text]
        assert context.parts("bold") == ["1240名"]
        back = (await talk.press(context, "返回")).message
        assert {**back.params, "message_id": 0} == {
            **{k: v for k, v in shown.params.items() if k != "reply_parameters"},
            "message_id": 0,
        }

    async def test_the_next_passages_one_by_one(
        self, talk: Talk, librarian: Scripted, shown: Shown
    ) -> None:
        related = [quote.text for quote in librarian.answers["志願者"].related]
        now, seen = shown, []
        while "下一則 ▶" in now.labels:
            now = (await talk.press(now, "下一則")).message
            assert now.id == shown.id
            seen += now.quotes
        assert seen == related
        assert "3/3" in now.text
        while "◀ 上一則" in now.labels:
            now = (await talk.press(now, "上一則")).message
        assert now.quotes == [related[0]]
        assert (await talk.press(now, "返回")).message.text == shown.text

    async def test_no_dead_buttons(self, talk: Talk, librarian: Scripted) -> None:
        librarian.script("一個", ["1240名志願者"])
        (alone,) = await talk.say("一個")
        assert "下一則 ▶" not in alone.labels
        assert alone.labels == ["📖 上下文", "👍", "👎"]

    async def test_the_context_of_a_related_passage(self, talk: Talk, shown: Shown) -> None:
        related = (await talk.press(shown, "下一則")).message
        context = (await talk.press(related, "上下文")).message
        assert related.quotes[0] in context.quotes[0]
        assert (await talk.press(context, "返回")).message.text == related.text

    async def test_a_refusals_nearest_passages(self, talk: Talk, librarian: Scripted) -> None:
        answer = librarian.script("天氣", [], RELATED)
        (refusal,) = await talk.say("天氣")
        second = (await talk.press(refusal, answer.related[1].text[:20])).message
        assert second.quotes == [answer.related[1].text]
        assert "未必" in second.text
        assert "2/3" in second.text

    async def test_a_row_in_its_timetable(self, talk: Talk, librarian: Scripted) -> None:
        librarian.script("論壇", ["人工智能:讓生活更美好"])
        (row,) = await talk.say("論壇")
        context = (await talk.press(row, "上下文")).message
        topics = [bold for bold in context.parts("bold") if not bold.startswith("2017年")]
        assert topics == ["人工智能:讓生活更美好"]
        assert context.text.count("📍") > 2

    async def test_several_sessions_are_a_list_by_half_days(
        self, talk: Talk, librarian: Scripted
    ) -> None:
        rows = [p for p in librarian.collection.passages if p.kind == "row"]
        date = librarian.collection.documents[rows[5].document].text[slice(*rows[5].spans[0])]
        day = [librarian.quote([row]) for row in rows if date in row.text]
        librarian.answers["那天"] = Answer("那天", True, 0.9, tuple(day))
        (morning,) = await talk.say("那天")
        assert morning.labels == ["下午", "晚上", "👍", "👎"]
        assert morning.text.startswith(f"{date} · 上午")
        afternoon = (await talk.press(morning, "下午")).message
        evening = (await talk.press(afternoon, "晚上")).message
        topics = [b for one in (morning, afternoon, evening) for b in one.parts("bold")[1:]]
        wanted = [row.cell("topic") for row in rows if date in row.text]
        text = librarian.collection.documents[rows[0].document].text
        assert sorted(topics) == sorted(span.of(text) for span in wanted if span)


class TestRatings:
    async def ratings(self, store: Store) -> list[Any]:
        return [(r.user, r.rating, r.reason) for r in await store.feedback.since(0)]

    async def test_up(self, talk: Talk, store: Store, shown: Shown) -> None:
        answered = await talk.press(shown, "👍")
        assert answered.word == "謝謝！"
        assert answered.messages == []
        assert await self.ratings(store) == [(1001, 1, None)]

    async def test_down_asks_why(self, talk: Talk, store: Store, shown: Shown) -> None:
        asked = await talk.press(shown, "👎")
        assert asked.word == "哪裡不好？"
        assert len(asked.message.buttons) == len(REASONS) + 1
        assert await self.ratings(store) == [(1001, -1, None)]
        told = await talk.press(asked.message, "不完整")
        assert "謝謝" in told.word
        assert told.message.labels == shown.labels
        assert await self.ratings(store) == [(1001, -1, "incomplete")]

    async def test_everybody_rates_once(
        self, talk: Talk, store: Store, librarian: Scripted
    ) -> None:
        (shown,) = await talk.say("/ask 志願者", GROUP)
        for sender in (ADA, BOB, BOB):
            await talk.press(shown, "👍", sender)
        await talk.press(shown, "👎", ADA)
        assert sorted(await self.ratings(store)) == [(1001, -1, None), (1002, 1, None)]


class TestOld:
    async def test_unknown_data_is_told_so(self, talk: Talk, shown: Shown) -> None:
        for text in (
            "v0:old:1",
            "v1:show:AAAAAAAA:q0.0",
            "v1:show",
            "v1:why:x:y",
            "v1:day:99:morning:0",
            "v1:open:AAAAAAAA:0:0",
            "v1:ref:999:0",
            "v1:lang:xx",
            "",
            shown.button("上下文").replace("c0.0", "q9.0"),
            shown.button("上下文").replace("c0.0", "nonsense"),
        ):
            answered = await talk.press_data(shown, text)
            assert answered.alert, text
            assert "失效" in answered.word
            assert answered.messages == []

    async def test_pages_out_of_range_show_the_last(self, talk: Talk, shown: Shown) -> None:
        data = shown.button("上下文").replace("c0.0", "q0.99")
        assert (await talk.press_data(shown, data)).message.text == shown.text

    async def test_a_button_moved_to_another_chat_does_nothing(
        self, talk: Talk, shown: Shown
    ) -> None:
        elsewhere = Shown(GROUP["id"], 5, shown.params)
        assert (await talk.press(elsewhere, "上下文")).alert

    async def test_a_message_that_telegram_does_not_show_any_more(
        self, talk: Talk, shown: Shown
    ) -> None:
        query = {
            "id": "7",
            "from": ADA,
            "chat_instance": "1",
            "data": shown.button("上下文"),
            "message": {"chat": PRIVATE, "message_id": shown.id, "date": 0},
        }
        (edited,) = await talk.update(callback_query=query)
        assert edited.id == shown.id

    async def test_a_press_without_a_message(self, talk: Talk) -> None:
        query = {"id": "7", "from": ADA, "chat_instance": "1", "data": "v1:up:x"}
        assert await talk.update(callback_query={**query, "inline_message_id": "i"}) == []
        assert [call.method for call in talk.calls] == ["answerCallbackQuery"]

    async def test_buttons_work_after_a_restart(
        self, talk: Talk, store: Store, librarian: Scripted, clock: Clock, shown: Shown
    ) -> None:
        again = Talk(store, Scripted(librarian.collection), clock)
        again.messages = talk.messages
        again._updates = talk._updates
        moved = (await again.press(shown, "下一則")).message
        assert moved.quotes == [librarian.answers["志願者"].related[0].text]

    async def test_and_after_the_document_has_changed(
        self, talk: Talk, librarian: Scripted, shown: Shown, tmp_path: Path
    ) -> None:
        """Quotes keep their words; a passage that is gone has no context, and says so."""
        source = next(iter(librarian.collection.documents.values())).text
        knowledge = tmp_path / "knowledge"
        knowledge.mkdir()
        text = "新加的一段話。\n\n" + source.replace("1240名志願者", "1241名志願者")
        (knowledge / next(iter(librarian.collection.documents))).write_text(text, "utf-8")
        build(knowledge, tmp_path / "index", None)
        talk.librarian = Scripted(open_collection(tmp_path / "index", None))
        related = (await talk.press(shown, "下一則")).message
        assert related.quotes == [librarian.answers["志願者"].related[0].text]
        gone = (await talk.press(shown, "上下文")).message
        assert "改過" in gone.text
        assert gone.quotes == shown.quotes
        back = (await talk.press(gone, "返回")).message
        assert back.quotes == shown.quotes
        last = (await talk.press((await talk.press(back, "下一則")).message, "下一則")).message
        context = (await talk.press(last, "上下文")).message
        assert "1241名志願者" in context.quotes[0]


async def test_presses_are_limited(talk: Talk, shown: Shown) -> None:
    edits = [await talk.press(shown, "上下文") for _ in range(70)]
    assert sum(bool(one.messages) for one in edits) == 60
