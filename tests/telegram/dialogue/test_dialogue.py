"""A private conversation: questions, answers, follow-ups, edits, and what is no question."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import telegram

from tests.telegram.conftest import Scripted
from tests.telegram.talk import ADA, GROUP, ME, PRIVATE, Clock, Shown, Talk, user
from wuzhen.bot.phrases import Language, say
from wuzhen.bot.store import Dialogue as Conversation
from wuzhen.bot.telegram.dialogue.questions import LONGEST_QUESTION

VOLUNTEERS = "志願者有多少人"
FILE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}


@pytest.fixture
def asked(librarian: Scripted) -> str:
    """A question whose answer is known: one quote with the answer in bold, two beside it."""
    librarian.script(
        VOLUNTEERS, ["1240名志願者"], ["1萬多名志願者", "十到二十人為一組"], bold="1240名"
    )
    return VOLUNTEERS


async def test_the_answer_replies_to_its_question_with_a_quote(
    talk: Talk, librarian: Scripted, asked: str
) -> None:
    question = talk.message(asked)
    (shown,) = await talk.update(message=question)
    quote = librarian.answers[asked].quotes[0]
    assert shown.replies_to == question["message_id"]
    assert shown.quotes == [quote.text]
    assert shown.parts("bold") == ["1240名"]
    assert shown.text.endswith(" › ".join((quote.title, *quote.section)) + " [8]")
    assert shown.params["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in shown.params


async def test_what_the_librarian_really_answers_is_quoted_unchanged(
    talk: Talk, librarian: Scripted
) -> None:
    for question in (VOLUNTEERS, "大會的主題是什麼？", "開幕式在哪裡舉行"):
        (shown,) = await talk.say(question)
        answer = librarian.answer(question)
        texts = {quote.text for quote in answer.quotes}
        assert set(shown.quotes) == texts or not answer.answered or len(texts) > 3


async def test_a_refusal_says_so_and_offers_the_nearest_passages(
    talk: Talk, librarian: Scripted
) -> None:
    librarian.script("今天天氣如何", [], ["十到二十人為一組", "1240名志願者"])
    (shown,) = await talk.say("今天天氣如何")
    assert "沒有提到" in shown.text
    assert not shown.quotes
    nearest = [one.text for one in librarian.answers["今天天氣如何"].related]
    offered = [label.rstrip("…") for label in shown.labels if not label.startswith(("👍", "👎"))]
    assert len(offered) == 2
    assert all(text.startswith(label) for text, label in zip(nearest, offered, strict=True))


async def test_small_talk_is_answered_without_buttons(talk: Talk, librarian: Scripted) -> None:
    librarian.script("你好", notice="你好！請問我。")
    (shown,) = await talk.say("你好")
    assert shown.text == "你好！請問我。"
    assert not shown.buttons


async def test_a_long_quote_is_folded_up(talk: Talk, librarian: Scripted) -> None:
    answer = librarian.script("長", ["1240名志願者"])
    document = librarian.collection.documents[answer.quotes[0].document]
    span = answer.quotes[0].spans[0]._replace(start=0, end=2000)
    long = replace(answer.quotes[0], spans=(span,), text=document.text[:2000], highlights=())
    librarian.answers["長"] = replace(answer, quotes=(long,))
    (shown,) = await talk.say("長")
    assert shown.parts("expandable_blockquote") == [document.text[:2000]]
    assert not shown.parts("blockquote")


class TestFollowUps:
    async def test_earlier_questions_are_the_history(self, talk: Talk, librarian: Scripted) -> None:
        for question in ("一是什麼", "二是什麼", "三是什麼"):
            await talk.say(question)
        assert librarian.asked[-1] == ("三是什麼", ("一是什麼", "二是什麼"))

    async def test_history_is_bounded_and_ends(
        self, begin: Callable[..., Talk], librarian: Scripted, clock: Clock
    ) -> None:
        talk = begin(telegram_follow_up_minutes=5)
        for number in range(9):
            clock.time += 2
            await talk.say(f"問題{number}")
        assert librarian.asked[-1][1] == tuple(f"問題{n}" for n in range(2, 8))
        clock.time += 301
        await talk.say("新的問題")
        assert librarian.asked[-1][1] == ()

    async def test_a_reply_continues_its_answer(
        self, talk: Talk, librarian: Scripted, clock: Clock
    ) -> None:
        (first,) = await talk.say("一是什麼")
        clock.time += 1
        await talk.say("二是什麼")
        clock.time += 100_000
        await talk.say("為什麼", reply_to=first)
        assert librarian.asked[-1] == ("為什麼", ("一是什麼",))

    async def test_a_chain_of_replies_is_bounded(self, talk: Talk, librarian: Scripted) -> None:
        (shown,) = await talk.say("問題0")
        for number in range(1, 10):
            (shown,) = await talk.say(f"問題{number}", reply_to=shown)
        assert librarian.asked[-1][1] == tuple(f"問題{n}" for n in range(3, 9))

    async def test_new_begins_anew(self, talk: Talk, librarian: Scripted) -> None:
        await talk.say("一是什麼")
        (shown,) = await talk.say("/new")
        assert "從頭開始" in shown.text
        await talk.say("二是什麼")
        assert librarian.asked[-1] == ("二是什麼", ())

    async def test_a_reply_to_an_unknown_message_has_the_usual_history(
        self, talk: Talk, librarian: Scripted
    ) -> None:
        await talk.say("一是什麼")
        other = talk.message("別人說的")
        await talk.say("二是什麼", reply_to=other)
        assert librarian.asked[-1] == ("二是什麼", ("一是什麼",))


class TestEdits:
    async def test_an_edited_question_edits_its_answer(
        self, talk: Talk, librarian: Scripted, asked: str
    ) -> None:
        question = talk.message("打錯了的問題")
        (before,) = await talk.update(message=question)
        (after,) = await talk.edit(question, asked)
        assert after.id == before.id
        assert after.quotes == [librarian.answers[asked].quotes[0].text]
        answered = await talk.press(after, "下一則")
        assert answered.message.id == before.id

    async def test_each_further_edit_finds_the_same_message(self, talk: Talk) -> None:
        question = talk.message("第一版")
        (before,) = await talk.update(message=question)
        for version in ("第二版", "第三版", "第四版"):
            (after,) = await talk.edit(question, version)
            assert after.id == before.id
        assert len(talk.messages) == 1

    async def test_the_edited_question_replaces_the_old_one_in_the_history(
        self, talk: Talk, librarian: Scripted, clock: Clock
    ) -> None:
        await talk.say("零")
        clock.time += 1
        question = talk.message("打錯了")
        await talk.update(message=question)
        clock.time += 1
        await talk.edit(question, "改好了")
        assert librarian.asked[-1] == ("改好了", ("零",))
        clock.time += 1
        await talk.say("然後呢")
        assert librarian.asked[-1] == ("然後呢", ("零", "改好了"))

    async def test_edited_before_the_answer_was_sent(self, talk: Talk, librarian: Scripted) -> None:
        """The edit waits behind the message that it edits."""
        send, talk.send = talk.send, _nothing  # type: ignore[method-assign]
        question = talk.message("第一版")
        await talk.update(message=question)
        await talk.edit(question, "第二版")
        await talk.edit(question, "第三版")
        talk.send = send  # type: ignore[method-assign]
        shown = await talk.send()
        assert {one.id for one in shown} == {shown[0].id}
        turn = await talk.store.conversations.shown(PRIVATE["id"], shown[0].id)
        assert turn is not None
        assert turn.question == "第三版"

    async def test_other_edits_lead_to_nothing(self, talk: Talk) -> None:
        question = talk.message("同一個問題")
        await talk.update(message=question)
        assert await talk.edit(question, "同一個問題") == []
        assert await talk.edit(question, "😀") == []
        assert await talk.edit(question, "/schedule") == []
        never = talk.message("沒有問過的")
        assert await talk.edit(never, "改了") == []


async def _nothing() -> list[Shown]:
    return []


class TestNoQuestion:
    @pytest.mark.parametrize(
        "text",
        [
            "1️⃣",
            "\u200b\u200b",
            "\u202e",
            "\0",
            " \n\t",
        ],
    )
    async def test_nothing_to_read(self, talk: Talk, librarian: Scripted, text: str) -> None:
        (shown,) = await talk.say(text)
        assert "用文字提問" in shown.text
        assert librarian.asked == []

    @pytest.mark.parametrize("text", ["😀", "👍🏽👍🏽", "…？！", "🇨🇳", "\u2764\ufe0f"])
    @pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
    async def test_signs_are_greeted_as_everywhere(
        self, talk: Talk, librarian: Scripted, text: str, language: str
    ) -> None:
        (shown,) = await talk.say(text, sender={**ADA, "language_code": language})
        name: Language = "en" if language == "en" else "hans" if "hans" in language else "hant"
        assert shown.text == say("greeting", name)
        assert librarian.answer(text).notice == say("greeting", "hant")
        assert await talk.say(f"@{ME.username} {text}", GROUP) == []

    @pytest.mark.parametrize(
        "content",
        [
            {"sticker": {**FILE, "type": "regular", "is_animated": False, "is_video": False}},
            {"photo": [FILE]},
            {"voice": {**FILE, "duration": 1}},
            {"location": {"latitude": 30.7, "longitude": 120.5}},
            {"contact": {"phone_number": "1", "first_name": "A"}},
        ],
        ids=["sticker", "photo", "voice", "location", "contact"],
    )
    async def test_what_is_no_text(self, talk: Talk, content: dict[str, Any]) -> None:
        (shown,) = await talk.say(None, **content)
        assert "只看得懂文字" in shown.text

    async def test_a_caption_is_a_question(self, talk: Talk, librarian: Scripted) -> None:
        await talk.say(None, photo=[FILE], caption="這是哪裡")
        assert librarian.asked[-1][0] == "這是哪裡"

    async def test_hints_are_few(self, talk: Talk) -> None:
        said = [await talk.say("😀") for _ in range(10)]
        assert [len(one) for one in said] == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]

    async def test_unseen_characters_are_taken_away(self, talk: Talk, librarian: Scripted) -> None:
        await talk.say("志願\u200b者\0有多\u202e少\ufeff人")
        assert librarian.asked[-1][0] == VOLUNTEERS

    async def test_a_lone_surrogate_breaks_nothing(self, talk: Talk, librarian: Scripted) -> None:
        await talk.say("志願者\ud83d有多少人")
        assert librarian.asked[-1][0] == VOLUNTEERS

    async def test_a_very_long_text_is_told_so(self, talk: Talk, librarian: Scripted) -> None:
        (shown,) = await talk.say("問" * (LONGEST_QUESTION + 1))
        assert str(LONGEST_QUESTION) in shown.text
        assert librarian.asked == []

    async def test_service_messages_are_not_answered(self, talk: Talk) -> None:
        assert await talk.say(None, new_chat_title="新名字") == []


class TestSenders:
    async def test_bots_are_not_answered(self, talk: Talk) -> None:
        other = {"id": 9, "is_bot": True, "first_name": "Other"}
        assert await talk.say("問題", sender=other) == []

    async def test_what_came_through_a_bot_is_not_answered(self, talk: Talk) -> None:
        me = {"id": ME.id, "is_bot": True, "first_name": "Bot", "username": ME.username}
        assert await talk.say("問題", via_bot=me) == []


class TestQuotas:
    async def test_too_many_questions_get_one_notice(
        self, begin: Callable[..., Talk], clock: Clock
    ) -> None:
        talk = begin(telegram_user_rate=5)
        said = [await talk.say(f"問題{n}") for n in range(50)]
        texts = [one.text for shown in said for one in shown]
        assert len(texts) == 6
        assert "請等" in texts[-1]
        clock.time += 60
        assert len(await talk.say("現在呢")) == 1

    async def test_the_default_is_thirty_a_minute(self, talk: Talk) -> None:
        said = [await talk.say(f"問題{n}") for n in range(32)]
        assert [len(one) for one in said] == [1] * 31 + [0]

    async def test_no_limit(self, begin: Callable[..., Talk]) -> None:
        talk = begin(telegram_user_rate=0)
        assert all([await talk.say(f"問題{n}") for n in range(35)])

    async def test_users_do_not_slow_each_other_down(self, begin: Callable[..., Talk]) -> None:
        talk = begin(telegram_user_rate=1)
        await talk.say("問題")
        other = {"id": 1002, "type": "private"}
        (shown,) = await talk.say("問題", other, {**ADA, "id": 1002})
        assert "請等" not in shown.text

    async def test_a_group_is_told_once_whoever_asks(
        self, begin: Callable[..., Talk], clock: Clock
    ) -> None:
        talk = begin(telegram_group_rate=3)
        people = [user(2000 + n) for n in range(8)]
        said = [await talk.say(f"/ask 問題{n}", GROUP, one) for n, one in enumerate(people)]
        assert [len(one) for one in said] == [1, 1, 1, 1, 0, 0, 0, 0]
        assert "這個群組" in said[3][0].text
        clock.time += 60
        again = [await talk.say(f"/ask 問題{n}", GROUP, one) for n, one in enumerate(people)]
        assert [len(one) for one in again] == [1, 1, 1, 1, 0, 0, 0, 0]

    async def test_in_a_group_each_is_told_of_a_limit_of_its_own(
        self, begin: Callable[..., Talk]
    ) -> None:
        talk = begin(telegram_user_rate=1)
        for one in (user(2001), user(2002)):
            said = [await talk.say(f"/ask 問題{n}", GROUP, one) for n in range(3)]
            assert [len(shown) for shown in said] == [1, 1, 0]
            assert "這個群組" not in said[1][0].text


class TestOldQuestions:
    async def test_an_old_question_gets_one_apology(
        self, begin: Callable[..., Talk], librarian: Scripted, clock: Clock
    ) -> None:
        talk = begin(telegram_oldest_minutes=10)
        old = int(clock()) - 601
        said = [await talk.say(f"問題{n}", date=old) for n in range(4)]
        assert [len(one) for one in said] == [1, 0, 0, 0]
        assert "抱歉" in said[0][0].text
        assert librarian.asked == []

    async def test_a_question_in_time_is_answered(
        self, begin: Callable[..., Talk], librarian: Scripted, clock: Clock
    ) -> None:
        talk = begin(telegram_oldest_minutes=10)
        await talk.say("問題", date=int(clock()) - 590)
        assert librarian.asked


async def test_a_turn_is_kept_with_its_answer_and_its_message(
    talk: Talk, librarian: Scripted, asked: str
) -> None:
    question = talk.message(asked)
    (shown,) = await talk.update(message=question)
    turn = await talk.store.conversations.shown(PRIVATE["id"], shown.id)
    assert turn is not None
    assert (turn.question, turn.answered, turn.asked_in) == (asked, True, question["message_id"])
    assert turn.answer["quotes"][0]["text"] == librarian.answers[asked].quotes[0].text
    assert await talk.store.conversations.last(
        Conversation(PRIVATE["id"], 0, ADA["id"]), 5, 60
    ) == [turn]


async def test_whoever_asked_is_told_that_it_was_given_up(talk: Talk) -> None:
    def update(chat: dict[str, Any], text: str) -> telegram.Update:
        body = {"update_id": 5, "message": talk.message(text, chat)}
        found = telegram.Update.de_json(body, None)
        assert found is not None
        return found

    (call,) = (await talk.dialogue.sorry(update(PRIVATE, "志願者"))).outgoing
    assert "抱歉" in call.payload["text"]
    assert len((await talk.dialogue.sorry(update(GROUP, "/ask 志願者"))).outgoing) == 1
    assert (await talk.dialogue.sorry(update(GROUP, "志願者"))).outgoing == ()
    pressed = telegram.Update.de_json({"update_id": 6}, None)
    assert pressed is not None
    assert (await talk.dialogue.sorry(pressed)).outgoing == ()


async def test_an_update_worked_twice_changes_nothing_more(talk: Talk, librarian: Scripted) -> None:
    """The response is a value: made again after a crash, it is the same."""
    body = {"update_id": 5, "message": talk.message("志願者")}
    update = telegram.Update.de_json(body, None)
    assert update is not None
    assert await talk.dialogue.respond(update) == await talk.dialogue.respond(update)
    assert await talk.store.conversations.asked(PRIVATE["id"], 100) is None
