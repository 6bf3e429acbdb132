"""The emulator held against real clients, other implementations and the documented limits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest
import telegram
from aiogram.types import MessageEntity, Update
from aiogram.utils.text_decorations import html_decoration
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)
from telegram import MessageEntity as PtbEntity
from telegram import Update as PtbUpdate
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, TimedOut
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from tests.telegram.emulator import BotApi, utf16_length, utf16_slice
from tests.telegram.emulator.errors import Refusal, Violation
from tests.telegram.emulator.flood import Flood
from tests.telegram.emulator.html_mode import parse_html
from tests.telegram.emulator.text import detect, format_message
from tests.telegram.emulator.updates import Pending, Signal, UpdateQueue
from tests.telegram.emulator.wire import to_json

ROOT = Path(__file__).parents[2]
Post = Callable[..., Coroutine[Any, Any, Any]]
JSON = {"Content-Type": "application/json"}
SOME = [[{"text": "More", "callback_data": "more"}]]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def post(api: BotApi) -> AsyncIterator[Post]:
    """Calls a method with JSON and returns the whole answer."""
    async with httpx.AsyncClient(base_url=f"{api.url}/bot{api.token}/", timeout=10) as client:

        async def post(method: str, **params: Any) -> Any:
            return (await client.post(method, content=json.dumps(params), headers=JSON)).json()

        yield post


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(
        api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot"
    ) as bot:
        yield bot


@contextlib.asynccontextmanager
async def polling(api: BotApi) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """A bot that greets, echoes, and edits its message when a button is pressed."""

    async def start(update: PtbUpdate, _: object) -> None:
        assert update.message
        button = InlineKeyboardButton("More", callback_data="more")
        await update.message.reply_text("Welcome", reply_markup=InlineKeyboardMarkup([[button]]))

    async def echo(update: PtbUpdate, _: object) -> None:
        assert update.message
        assert update.message.text
        await update.message.reply_text(update.message.text)

    async def more(update: PtbUpdate, _: object) -> None:
        assert update.callback_query
        await update.callback_query.answer("Here")
        await update.callback_query.edit_message_text("All of it")

    app = Application.builder().token(api.token).base_url(f"{api.url}/bot").build()
    app.add_handler(CommandHandler("start", start))
    app.add_handler(MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, echo))
    app.add_handler(CallbackQueryHandler(more))
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_polling(timeout=5)
        yield app
        await app.updater.stop()
        await app.stop()


class TestWithPythonTelegramBot:
    """A whole bot on the most used client library."""

    async def test_a_conversation(self, api: BotApi) -> None:
        async with polling(api):
            chat = api.private("Ada")
            api.say(chat, "/start")
            welcome = await api.reply_in(chat)
            assert welcome.text == "Welcome"
            query = api.press(welcome, "More")
            assert (await api.callback_answer(query)).text == "Here"
            assert (await api.edit_of(welcome)).text == "All of it"
            assert [one.text for one in api.versions(welcome)] == ["Welcome", "All of it"]
            api.say(chat, "123")
            assert (await api.reply_in(chat)).text == "123"
            standing = [one.text for one in api.messages(chat)]
            assert standing == ["/start", "All of it", "123", "123"]
            await api.drained()
        api.assert_clean()

    async def test_topics_and_groups(self, api: BotApi) -> None:
        async with polling(api):
            forum = api.supergroup(forum=True)
            thread = api.topic(forum, "News")
            api.say(forum, "in a topic", thread=thread)
            assert (await api.reply_in(forum)).message_thread_id == thread
            api.say(forum, "in General")
            assert (await api.reply_in(forum)).message_thread_id is None
            group = api.group()
            api.say(group, "in a group", anonymous=True)
            assert (await api.reply_in(group)).text == "in a group"
        api.assert_clean()

    async def test_a_document(self, api: BotApi, bot: Bot) -> None:
        chat = api.private()
        sent = await bot.send_document(chat.id, b'{"a": 1}', filename="a.json", caption="Yours")
        (stored,) = api.replies(chat)
        assert stored.document
        assert stored.document.file_name == "a.json"
        assert stored.caption == "Yours"
        assert api.file(stored.document.file_id) == b'{"a": 1}'
        assert sent.document
        file = await sent.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b'{"a": 1}'
        api.assert_clean()

    async def test_entities_and_numbers_in_strings(self, api: BotApi, bot: Bot) -> None:
        chat = api.private()
        await bot.send_message(chat.id, "12", entities=[PtbEntity("bold", 0, 2)])
        (call,) = api.calls("sendMessage")
        assert call.params == {
            "chat_id": chat.id,
            "text": "12",
            "entities": [{"type": "bold", "offset": 0, "length": 2}],
        }
        assert call.chat == chat.id
        api.assert_clean()

    async def test_inline_mode(self, api: BotApi, bot: Bot) -> None:
        query = api.inline("tea")
        (update,) = await bot.get_updates()
        assert update.inline_query
        assert update.inline_query.query == "tea"
        button = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="m")]])
        content = InputTextMessageContent("<b>Tea</b>", parse_mode="HTML")
        article = InlineQueryResultArticle("1", "Tea", content, reply_markup=button)
        await update.inline_query.answer([article], cache_time=5)
        assert (await api.inline_answer(query)).cache_time == 5
        message = api.choose(query, "1", api.group())
        assert message.text == "Tea"
        assert message.via_bot == api.bot
        api.press(message, "More")
        updates = await bot.get_updates(offset=update.update_id + 1)
        assert updates[0].message
        assert updates[0].message.via_bot == bot.bot
        assert updates[1].chosen_inline_result
        pressed = updates[2].callback_query
        assert pressed
        assert pressed.inline_message_id
        await bot.edit_message_text("More tea", inline_message_id=pressed.inline_message_id)
        now = api.standing(message)
        assert now
        assert now.text == "More tea"
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await update.inline_query.answer([])
        api.assert_clean()

    async def test_nothing_a_correct_client_sends_is_a_violation(
        self, api: BotApi, bot: Bot
    ) -> None:
        chat = api.private()
        forum = api.supergroup(forum=True)
        thread = api.topic(forum, "News")
        api.bot_status(forum, "administrator")
        markups: list[Any] = [
            telegram.ReplyKeyboardMarkup([["a", "b"]], resize_keyboard=True),
            telegram.ReplyKeyboardRemove(),
            telegram.ForceReply(input_field_placeholder="Ask"),
            InlineKeyboardMarkup(
                [
                    [InlineKeyboardButton("a", url="https://example.org/")],
                    [InlineKeyboardButton("b", switch_inline_query="b")],
                    [InlineKeyboardButton("c", copy_text=telegram.CopyTextButton("c"))],
                ]
            ),
        ]
        for markup in markups:
            sent = await bot.send_message(
                chat.id,
                "a <b>bold</b> text",
                parse_mode="HTML",
                link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
                disable_notification=True,
                protect_content=True,
                reply_markup=markup,
            )
        await sent.edit_reply_markup(None)
        await sent.edit_text("b", entities=[PtbEntity("text_link", 0, 1, url="https://a.org/")])
        await bot.send_chat_action(forum.id, "typing", message_thread_id=thread)
        await bot.send_message_draft(chat.id, 1, "thinking")
        copied = await bot.copy_message(forum.id, chat.id, sent.id, message_thread_id=thread)
        await bot.set_message_reaction(forum.id, copied.message_id, "👀")
        await bot.pin_chat_message(forum.id, copied.message_id, disable_notification=True)
        pinned = (await bot.get_chat(forum.id)).pinned_message
        assert pinned
        assert pinned.id == copied.message_id
        await bot.unpin_chat_message(forum.id)
        scopes = [
            telegram.BotCommandScopeDefault(),
            telegram.BotCommandScopeAllPrivateChats(),
            telegram.BotCommandScopeAllGroupChats(),
            telegram.BotCommandScopeAllChatAdministrators(),
            telegram.BotCommandScopeChat(chat.id),
            telegram.BotCommandScopeChatAdministrators(forum.id),
            telegram.BotCommandScopeChatMember(forum.id, api.ada.id),
        ]
        for number, scope in enumerate(scopes):
            await bot.set_my_commands([(f"c{number}", "a")], scope, "zh")
        for number, scope in enumerate(scopes):
            (command,) = await bot.get_my_commands(scope, "zh")
            assert command.command == f"c{number}"
        await bot.delete_my_commands(scopes[0], "zh")
        await bot.set_my_name("Wuzhen", "zh")
        await bot.set_my_short_description("Answers", "zh")
        content = telegram.InputTextMessageContent("a", entities=[PtbEntity("bold", 0, 1)])
        results = [
            telegram.InlineQueryResultArticle("1", "a", content, description="b"),
            telegram.InlineQueryResultPhoto("2", "https://a.org/a", "https://a.org/b"),
            telegram.InlineQueryResultDocument(
                "3", "https://a.org/a", "a", "application/pdf", input_message_content=content
            ),
            telegram.InlineQueryResultCachedVoice("4", "voice", "a"),
        ]
        button = telegram.InlineQueryResultsButton("Ask in private", start_parameter="inline")
        query = api.inline("a")
        await bot.answer_inline_query(
            query.id, results, cache_time=5, is_personal=True, next_offset="4", button=button
        )
        await bot.set_webhook(
            "https://example.org/hook",
            max_connections=4,
            allowed_updates=["message", "callback_query"],
            secret_token="a-b_C",
            drop_pending_updates=True,
        )
        info = await bot.get_webhook_info()
        assert info.allowed_updates == ("callback_query", "message")
        await bot.delete_webhook()
        await bot.delete_messages(chat.id, [sent.id])
        await bot.leave_chat(forum.id)
        api.assert_clean()

    async def test_about_the_bot(self, api: BotApi, bot: Bot) -> None:
        me = await bot.get_me()
        assert me.is_bot
        assert me.can_join_groups
        assert me.supports_inline_queries
        await bot.set_my_commands([("ask", "Ask")], language_code="en")
        assert [one.command for one in await bot.get_my_commands(language_code="en")] == ["ask"]
        assert await bot.get_my_commands() == ()
        await bot.set_my_description("What it does")
        assert (await bot.get_my_description("de")).description == "What it does"
        group = api.supergroup()
        api.member_status(group, api.ada, "administrator")
        (admin,) = await bot.get_chat_administrators(group.id)
        assert admin.user.id == api.ada.id
        assert (await bot.get_chat_member(group.id, api.ada.id)).status == "administrator"
        assert (await bot.get_chat(group.id)).title == group.title
        api.assert_clean()


class TestPolling:
    async def test_offset_confirms_and_nothing_else_does(self, api: BotApi, post: Post) -> None:
        for text in "abc":
            api.say(1, text)
        first = (await post("getUpdates", limit=2))["result"]
        again = (await post("getUpdates"))["result"]
        assert [one["message"]["text"] for one in first] == ["a", "b"]
        assert [one["message"]["text"] for one in again] == ["a", "b", "c"]
        assert [one["update_id"] for one in again] == [
            again[0]["update_id"] + number for number in range(3)
        ]
        rest = (await post("getUpdates", offset=again[1]["update_id"]))["result"]
        assert [one["message"]["text"] for one in rest] == ["b", "c"]
        last = (await post("getUpdates", offset=-1))["result"]
        assert [one["message"]["text"] for one in last] == ["c"]
        assert api.pending == 1
        assert (await post("getUpdates", offset=last[0]["update_id"] + 1))["result"] == []
        assert api.pending == 0

    async def test_a_poll_waits_for_an_update(self, api: BotApi, post: Post) -> None:
        poll = asyncio.create_task(post("getUpdates", timeout=30))
        await api.polled()
        message = api.say(1, "at last")
        (update,) = (await poll)["result"]
        assert update["message"] == to_json(message)
        assert isinstance(update["message"]["date"], int)

    async def test_allowed_updates(self, api: BotApi, post: Post) -> None:
        group = api.group()
        api.member_status(group, api.ada, "administrator")
        assert (await post("getUpdates"))["result"] == [], "chat_member only when asked for"
        await post("getUpdates", allowed_updates=["chat_member"])
        api.say(group, "not asked for")
        api.member_status(group, api.ada, "member")
        (update,) = (await post("getUpdates"))["result"]
        assert update["chat_member"]["new_chat_member"]["status"] == "member"

    async def test_a_second_poller_ends_the_first(self, api: BotApi, post: Post) -> None:
        first = asyncio.create_task(post("getUpdates", timeout=30))
        await api.polled()
        second = asyncio.create_task(post("getUpdates", timeout=30))
        assert (await first)["error_code"] == 409
        api.say(1, "for the second")
        assert len((await second)["result"]) == 1

    async def test_a_poller_that_dies_takes_nothing_along(self, api: BotApi, post: Post) -> None:
        poll = asyncio.create_task(post("getUpdates", timeout=30))
        await api.polled()
        poll.cancel()
        await api.wait_for(lambda: not api.state.poller.is_open)
        api.say(1, "kept")
        assert len((await post("getUpdates"))["result"]) == 1

    async def test_the_same_update_twice(self, api: BotApi, post: Post) -> None:
        api.say(1, "twice")
        (update,) = (await post("getUpdates"))["result"]
        assert (await post("getUpdates", offset=update["update_id"] + 1))["result"] == []
        api.repeat()
        again = (await post("getUpdates", offset=update["update_id"] + 1))["result"]
        assert again == [update]
        assert (await post("getUpdates", offset=update["update_id"] + 1))["result"] == []

    async def test_malformed_updates(self, api: BotApi, post: Post) -> None:
        api.say(1, "before")
        number = api.inject({"message": {"message_id": "no number"}})
        api.inject({"update_id": None, "message": 3})
        api.say(1, "after")
        updates = (await post("getUpdates"))["result"]
        assert updates[1] == {"update_id": number, "message": {"message_id": "no number"}}
        assert updates[2] == {"message": 3}
        rest = await post("getUpdates", offset=updates[3]["update_id"])
        assert [one["message"]["text"] for one in rest["result"]] == ["after"]

    async def test_down_and_up(self, api: BotApi, post: Post) -> None:
        api.say(1, "kept")
        await api.down()
        with pytest.raises(httpx.ConnectError):
            await post("getMe")
        await api.up()
        assert len((await post("getUpdates"))["result"]) == 1


CALLS = st.lists(
    st.one_of(st.just(None), st.tuples(st.integers(-3, 12), st.integers(1, 5))), max_size=30
)


@given(CALLS)
def test_the_queue_against_a_list(calls: list[tuple[int, int] | None]) -> None:
    """None puts an update, a pair is the offset (positive: counted from the first) and limit."""
    queue = UpdateQueue(Signal(), 1000)
    kept: list[int] = []
    put = 0
    for call in calls:
        if call is None:
            queue.put(Pending(queue.number(), {"update_id": 1000 + put}, None))
            kept.append(1000 + put)
            put += 1
            continue
        offset, limit = call
        queue.confirm(1000 + offset if offset > 0 else offset)
        if offset > 0:
            kept = [one for one in kept if one >= 1000 + offset]
        elif offset < 0:
            kept = kept[-min(-offset, len(kept)) :] if kept else []
        for _ in range(2):
            assert [one["update_id"] for one in queue.hand_out(limit)] == kept[:limit]


@contextlib.asynccontextmanager
async def receiver(
    answer: Callable[[dict[str, Any], dict[str, str]], int],
) -> AsyncIterator[str]:
    """A webhook that answers each update with the status that `answer` gives."""

    async def take(request: web.Request) -> web.Response:
        return web.Response(status=answer(await request.json(), dict(request.headers)))

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


class TestWebhook:
    async def test_secret_repetition_and_order(self, api: BotApi, post: Post) -> None:
        taken: list[str] = []
        secrets: set[str] = set()
        broken = True

        def answer(update: dict[str, Any], headers: dict[str, str]) -> int:
            secrets.add(headers["X-Telegram-Bot-Api-Secret-Token"])
            text = update["message"]["text"]
            if broken and text == "1a":
                return 500
            taken.append(text)
            return 200

        async with receiver(answer) as url:
            await post("setWebhook", url=url, secret_token="s3cret")
            for text in ("1a", "1b", "1c"):
                api.say(1, text)
            api.say(2, "2a")
            await api.wait_for(lambda: "2a" in taken)
            info = (await post("getWebhookInfo"))["result"]
            assert info["url"] == url
            assert info["pending_update_count"] == 3
            assert "500" in info["last_error_message"]
            assert info["last_error_date"] > 0
            assert taken == ["2a"], "a chat's later updates wait for the earlier ones"
            broken = False
            await api.drained()
            assert taken == ["2a", "1a", "1b", "1c"]
            assert secrets == {"s3cret"}
            api.repeat()
            await api.drained()
            assert taken[-1] == "2a"
            await post("deleteWebhook")
        assert (await post("getWebhookInfo"))["result"]["url"] == ""
        api.assert_clean()

    async def test_no_polling_beside_a_webhook(self, api: BotApi, post: Post) -> None:
        poll = asyncio.create_task(post("getUpdates", timeout=30))
        await api.polled()
        await post("setWebhook", url="http://127.0.0.1:1/")
        assert "setWebhook" in (await poll)["description"]
        refused = await post("getUpdates")
        assert refused["error_code"] == 409
        assert "webhook is active" in refused["description"]
        api.say(1, "kept")
        await post("deleteWebhook")
        assert len((await post("getUpdates"))["result"]) == 1
        await post("deleteWebhook", drop_pending_updates=True)
        assert api.pending == 0
        api.assert_clean()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"url": "http://example.org/"},
            {"url": "https://example.org:8080/"},
            {"url": "https://example.org/", "secret_token": "no spaces"},
            {"url": "https://example.org/", "max_connections": 101},
        ],
    )
    async def test_settings(self, api: BotApi, post: Post, wrong: dict[str, Any]) -> None:
        assert (await post("setWebhook", **wrong))["error_code"] == 400
        assert (await post("getWebhookInfo"))["result"]["url"] == ""
        assert len(api.violations) == 1


class TestStrictness:
    @pytest.mark.parametrize(
        ("method", "params", "named"),
        [
            ("sendMessage", {"chat_id": 1, "text": "a", "bogus": 1}, "bogus"),
            ("sendMessage", {"chat_id": 1}, "text"),
            ("sendMessage", {"chat_id": 1, "text": 5}, "text"),
            ("sendMessage", {"chat_id": 1, "text": "a", "entities": "bold"}, "entities"),
            (
                "sendMessage",
                {
                    "chat_id": 1,
                    "text": "a",
                    "reply_markup": {
                        "inline_keyboard": [[{"text": "a", "callback_data": "a", "colour": "red"}]]
                    },
                },
                "reply_markup.inline_keyboard.0.0.colour",
            ),
            (
                "setMyCommands",
                {"commands": [{"command": "a", "description": "b", "hidden": True}]},
                "commands.0.hidden",
            ),
            ("sendMesage", {}, "method not found"),
            ("sendDice", {"chat_id": 1}, "does not know sendDice"),
        ],
    )
    async def test_refused_and_recorded(
        self, api: BotApi, post: Post, method: str, params: dict[str, Any], named: str
    ) -> None:
        api.say(1, "hello")
        answer = await post(method, **params)
        assert not answer["ok"]
        assert named in answer["description"]
        with pytest.raises(AssertionError, match=named):
            api.assert_clean()
        assert not api.replies(1)

    async def test_form_values_are_decoded(self, api: BotApi) -> None:
        api.say(1, "hello")
        async with httpx.AsyncClient(base_url=f"{api.url}/bot{api.token}/") as client:
            markup = json.dumps({"inline_keyboard": SOME})
            form = {"chat_id": "1", "text": "[1]", "reply_markup": markup}
            assert (await client.post("sendMessage", data=form)).status_code == 200
            (sent,) = api.replies(1)
            assert sent.text == "[1]"
            assert sent.reply_markup
            form = {"chat_id": "1", "text": "a", "reply_markup": "{broken"}
            assert (await client.post("sendMessage", data=form)).status_code == 400
            assert len(api.violations) == 1

    async def test_the_token(self, api: BotApi) -> None:
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{api.url}/bot1:wrong/getMe")
        assert answer.status_code == 401
        assert not api.calls()


class TestSemantics:
    async def test_editing(self, api: BotApi, post: Post) -> None:
        theirs = api.say(1, "hello")
        keyboard = {"inline_keyboard": SOME}
        sent = await post("sendMessage", chat_id=1, text="a", reply_markup=keyboard)
        place = {"chat_id": 1, "message_id": sent["result"]["message_id"]}
        same = {"text": "a", "reply_markup": keyboard}
        answer = await post("editMessageText", **place, **same)
        assert "message is not modified" in answer["description"]
        answer = await post("editMessageText", **place, text="a")
        assert "reply_markup" not in answer["result"]
        assert answer["result"]["edit_date"]
        answer = await post("editMessageText", chat_id=1, message_id=99, text="a")
        assert "message to edit not found" in answer["description"]
        answer = await post("editMessageText", chat_id=1, message_id=theirs.message_id, text="a")
        assert "can't be edited" in answer["description"]
        assert (await post("deleteMessage", **place))["ok"]
        assert "not found" in (await post("deleteMessage", **place))["description"]
        answer = await post("editMessageText", **place, text="b")
        assert "message to edit not found" in answer["description"]
        assert api.messages(1) == [theirs]
        api.assert_clean()

    async def test_chats(self, api: BotApi, post: Post) -> None:
        async def send(chat: int, **more: Any) -> str:
            answer = await post("sendMessage", chat_id=chat, text="a", **more)
            return str(answer.get("description", "sent"))

        assert "chat not found" in await send(5)
        chat = api.private()
        assert await send(chat.id) == "sent"
        assert "message thread not found" in await send(chat.id, message_thread_id=3)
        lost = {"message_id": 77}
        assert "replied not found" in await send(chat.id, reply_parameters=lost)
        lost["allow_sending_without_reply"] = True
        assert await send(chat.id, reply_parameters=lost) == "sent"
        api.block(chat)
        assert await send(chat.id) == "Forbidden: bot was blocked by the user"
        api.unblock(chat)
        assert await send(chat.id) == "sent"
        api.assert_clean()

    async def test_replies(self, api: BotApi, post: Post) -> None:
        asked = api.say(1, "𠮷 what is it")
        reply = {"message_id": asked.message_id, "quote": "what"}
        sent = (await post("sendMessage", chat_id=1, text="a", reply_parameters=reply))["result"]
        assert sent["reply_to_message"] == to_json(asked)
        assert sent["quote"] == {"text": "what", "position": 3}
        reply["quote"] = "who"
        answer = await post("sendMessage", chat_id=1, text="a", reply_parameters=reply)
        assert "quote not found" in answer["description"]

    async def test_threads(self, api: BotApi, post: Post) -> None:
        forum = api.supergroup(forum=True)
        thread = api.topic(forum, "News")
        asked = api.say(forum, "a", thread=thread)
        assert asked.is_topic_message
        assert asked.reply_to_message
        assert asked.reply_to_message.message_id == thread, "the message that opened the topic"
        for wrong in (1, 99):
            answer = await post("sendMessage", chat_id=forum.id, text="a", message_thread_id=wrong)
            assert "message thread not found" in answer["description"]
        plain = api.supergroup()
        first = api.say(plain, "a")
        reply = api.say(plain, "b", reply_to=first)
        assert reply.message_thread_id == first.message_id
        assert not reply.is_topic_message
        answer = await post(
            "sendMessage", chat_id=plain.id, text="a", message_thread_id=reply.message_thread_id
        )
        assert "message thread not found" in answer["description"]

    async def test_migration(self, api: BotApi, bot: Bot) -> None:
        group = api.group()
        new = api.migrate(group)
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(group.id, "a")
        assert moved.value.new_chat_id == new.id
        await bot.send_message(new.id, "a")
        to, back = await bot.get_updates()
        assert to.message
        assert to.message.migrate_to_chat_id == new.id
        assert back.message
        assert back.message.migrate_from_chat_id == group.id

    async def test_queries(self, api: BotApi, bot: Bot) -> None:
        chat = api.private()
        sent = await bot.send_message(
            chat.id, "a", reply_markup=InlineKeyboardMarkup.de_json({"inline_keyboard": SOME})
        )
        (message,) = api.replies(chat)
        with pytest.raises(LookupError, match="More"):
            api.press(message, "Less")
        query = api.press(message, "More")
        api.expire(query)
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query(query.id)
        api.press(message, "More", inaccessible=True)
        await sent.delete()
        api.press_data(message, "more")
        for update in (await bot.get_updates())[1:]:
            assert update.callback_query
            assert update.callback_query.message
            assert not update.callback_query.message.is_accessible

    async def test_every_builder_makes_valid_updates(self, api: BotApi, bot: Bot) -> None:
        await bot.get_updates(allowed_updates=PtbUpdate.ALL_TYPES)
        chat, group = api.private(), api.group()
        channel = api.channel()
        said = api.say(chat, "/start@x see https://example.org @you")
        api.edit(said, "changed")
        for kind in ("photo", "voice", "sticker", "document", "video", "audio", "location"):
            api.media(chat, kind, caption="look")
        api.edit(api.channel_post(channel, "news"), "old news")
        api.say(group, "a", as_chat=channel)
        api.say(group, "a", anonymous=True)
        api.say(group, "a", via_bot=api.bot, date=1_500_000_000)
        api.service(group, new_chat_members=[api.bot])
        api.bot_status(group, "administrator")
        api.member_status(group, api.ada, "creator")
        api.migrate(group, new_first=True)
        api.inline("a")
        api.press_data(said, "a")
        updates = await bot.get_updates(limit=100)
        assert len(updates) == len(api.sent_updates) == 21
        for sent, got in zip(api.sent_updates, updates, strict=True):
            wire = to_json(sent)
            assert not got.api_kwargs
            assert to_json(Update.model_validate(wire)) == wire
        entities = updates[0].message.entities if updates[0].message else ()
        assert [one.type for one in entities] == ["bot_command", "url", "mention"]

    async def test_privacy_mode(self) -> None:
        async with BotApi(reads_all_groups=False) as api:
            group = api.group()
            own = api.state.ensure(group).add(from_user=api.bot, text="mine")
            api.say(group, "chatter")
            api.say(group, "/ask@other_bot a")
            api.say(group, "/ask a")
            api.say(group, f"/ask@{api.bot.username} a")
            api.say(group, "a reply", reply_to=own)
            texts = [one.message.text for one in api.sent_updates if one.message]
            assert texts == ["/ask a", f"/ask@{api.bot.username} a", "a reply"]


class TestFaults:
    async def test_errors(self, api: BotApi, post: Post) -> None:
        api.say(1, "a")
        api.say(2, "a")
        fault = api.fail("sendMessage", 429, chat=1, times=2, retry_after=7)
        answers = [await post("sendMessage", chat_id=1, text="a") for _ in range(3)]
        assert [one["ok"] for one in answers] == [False, False, True]
        assert answers[0]["error_code"] == 429
        assert answers[0]["parameters"] == {"retry_after": 7}
        assert fault.hits == 2
        assert len(api.replies(1)) == 1
        api.fail("*", 400, "Bad Request: moved", migrate_to=-100123)
        assert (await post("getMe"))["parameters"] == {"migrate_to_chat_id": -100123}
        api.fail("getMe", 401, times=None)
        assert not (await post("getMe"))["ok"]
        assert not (await post("getMe"))["ok"]
        api.heal()
        assert (await post("getMe"))["ok"]
        api.assert_clean()

    async def test_as_the_client_sees_them(self, api: BotApi, bot: Bot) -> None:
        chat = api.private()
        api.fail("sendMessage", 403, "Forbidden: user is deactivated")
        with pytest.raises(Forbidden):
            await bot.send_message(chat.id, "a")
        api.fail("sendMessage", 502, raw=b"<html>Bad Gateway</html>")
        with pytest.raises(NetworkError):
            await bot.send_message(chat.id, "a")
        api.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request")
        with pytest.raises(Conflict):
            await bot.get_updates()
        assert not api.replies(chat)

    async def test_dropped_connections(self, api: BotApi, bot: Bot) -> None:
        chat = api.private()
        api.drop("sendMessage")
        with pytest.raises(NetworkError):
            await bot.send_message(chat.id, "lost")
        assert not api.replies(chat)
        api.drop("sendMessage", stored=True)
        with pytest.raises(NetworkError):
            await bot.send_message(chat.id, "stored")
        assert [one.text for one in api.replies(chat)] == ["stored"]

    async def test_late_answers(self, api: BotApi, bot: Bot) -> None:
        chat = api.private()
        api.hold("sendMessage")
        with pytest.raises(TimedOut):
            await bot.send_message(chat.id, "stored", read_timeout=0.2)
        assert [one.text for one in api.replies(chat)] == ["stored"]
        fault = api.hold("sendMessage", before=True)
        with pytest.raises(TimedOut):
            await bot.send_message(chat.id, "never", read_timeout=0.2)
        fault.release()
        api.hold("sendMessage", 0.05, before=True)
        await bot.send_message(chat.id, "slow")
        held = api.hold("sendMessage")
        waiting = asyncio.create_task(bot.send_message(chat.id, "released"))
        assert (await api.reply_in(chat)).text == "stored"
        assert (await api.reply_in(chat)).text == "slow"
        assert (await api.reply_in(chat)).text == "released"
        assert not waiting.done()
        held.release()
        assert (await waiting).text == "released"

    async def test_leaving_with_a_held_call(self) -> None:
        async with BotApi() as api, httpx.AsyncClient() as client:
            api.hold("getMe")
            call = asyncio.create_task(client.get(f"{api.url}/bot{api.token}/getMe"))
            await api.wait_for(lambda: api.calls("getMe"))
        with contextlib.suppress(httpx.HTTPError):
            await call


class TestLimits:
    @pytest.mark.parametrize(
        ("params", "reason"),
        [
            ({"text": "a" * 4097}, "too long"),
            ({"text": "𠮷" * 2049}, "too long"),
            ({"text": " \n "}, "non-empty"),
            ({"text": "\ud83d"}, "UTF-8"),
            (
                {"text": "ab", "entities": [{"type": "bold", "offset": 1, "length": 2}]},
                "ends after",
            ),
            ({"text": "a𠮷", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "UTF-16"),
            ({"text": "ab", "entities": [{"type": "loud", "offset": 0, "length": 1}]}, "loud"),
            (
                {"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 1}] * 101},
                "entities",
            ),
            (
                {
                    "text": "abc",
                    "entities": [
                        {"type": "bold", "offset": 0, "length": 2},
                        {"type": "italic", "offset": 1, "length": 2},
                    ],
                },
                "overlaps",
            ),
            ({"text": "a", "keyboard": [[("a", "烏" * 22)]]}, "BUTTON_DATA_INVALID"),
            ({"text": "a", "keyboard": [[("a", "")]]}, "BUTTON_DATA_INVALID"),
            ({"text": "a", "keyboard": [[(" ", "a")]]}, "non-empty"),
            ({"text": "a", "keyboard": [[("a", "a")] * 9]}, "in a row"),
            ({"text": "a", "keyboard": [[("a", "a")]] * 101}, "100 buttons"),
        ],
    )
    async def test_messages(
        self, api: BotApi, post: Post, params: dict[str, Any], reason: str
    ) -> None:
        api.say(1, "hello")
        if rows := params.get("keyboard"):
            keys = [[{"text": text, "callback_data": data} for text, data in row] for row in rows]
            params = {"text": params["text"], "reply_markup": {"inline_keyboard": keys}}
        answer = await post("sendMessage", chat_id=1, **params)
        assert reason in answer["description"]
        assert len(api.violations) == 1

    async def test_just_within(self, api: BotApi, post: Post) -> None:
        api.say(1, "hello")
        keys = [[{"text": "a", "callback_data": "a" * 64}] * 8] * 12
        for text in ("a" * 4096, "𠮷" * 2048):
            markup = {"inline_keyboard": keys}
            entities = [{"type": "bold", "offset": 0, "length": 4096}]
            answer = await post(
                "sendMessage", chat_id=1, text=text, reply_markup=markup, entities=entities
            )
            assert answer["result"]["text"] == text
        api.assert_clean()

    async def test_flood(self, api: BotApi, post: Post) -> None:
        group = api.group()
        api.flood.enabled = True
        api.flood.clock = lambda: 0.0
        answers = [await post("sendMessage", chat_id=group.id, text="a") for _ in range(6)]
        assert [one["ok"] for one in answers] == [True] * 5 + [False]
        assert answers[5]["error_code"] == 429
        assert answers[5]["parameters"] == {"retry_after": 1}
        assert api.flood.refused == 1
        api.assert_clean()


EVENTS = st.lists(
    st.tuples(st.floats(0, 3), st.sampled_from([1, 2, 3, -1, -2])), min_size=1, max_size=200
)


@given(EVENTS)
def test_flood_windows(events: list[tuple[float, int]]) -> None:
    """Whatever is let through fits the windows, and after retry_after it is let through."""
    now = 0.0
    flood = Flood(enabled=True, clock=lambda: now)
    sent: list[tuple[float, int]] = []
    refused = 0
    for wait, chat in events:
        now += wait / 10
        wait_more = 0
        try:
            flood.check(chat)
        except Refusal as refusal:
            wait_more = refusal.retry_after or 0
        if flood.refused > refused:
            refused += 1
            assert wait_more >= 1
            now += wait_more
            flood.check(chat)
        sent.append((now, chat))
    for at, chat in sent:
        within = [(then, one) for then, one in sent if at <= then < at + 1]
        assert len(within) <= 30
        assert sum(one == chat for _, one in within) <= 6
        minute = [one for then, one in sent if at <= then < at + 59.99]
        assert chat > 0 or minute.count(chat) <= 20


TEXTS = st.text(st.sampled_from("ab 烏鎮𠮷😀\n\r\x00<&\"'>"), min_size=1, max_size=30)


@given(TEXTS, st.data())
def test_entities_keep_covering_the_same_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    (given_,) = PtbEntity.adjust_message_entities_to_utf_16(
        text, [PtbEntity("bold", start, end - start)]
    )
    entity = MessageEntity(type="bold", offset=given_.offset, length=given_.length)
    covered = text[start:end].replace("\r", "").replace("\x00", " ")
    try:
        cleaned, kept = format_message(text, [entity], None)
    except Violation:
        assert not text.replace("\x00", " ").strip()
        return
    assert utf16_length(cleaned) <= utf16_length(text)
    got = "".join(utf16_slice(cleaned, one.offset, one.length) for one in kept or [])
    assert got.rstrip() == covered.rstrip()
    assert cleaned == cleaned.rstrip()


@given(TEXTS.map(lambda text: text.replace("\r", "")), st.data())
def test_html_is_the_inverse_of_another_writer(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    kinds = ["bold", "italic", "code", "expandable_blockquote", "spoiler", "strikethrough"]
    entities = [
        MessageEntity(
            type=kind,
            offset=utf16_length(text[:start]),
            length=utf16_length(text[start:end]),
        )
        for kind, start, end in zip(kinds, cuts[::2], cuts[1::2], strict=False)
    ]
    assert parse_html(html_decoration.unparse(text, entities)) == (text, entities)


@pytest.mark.parametrize("source", ["<b>a", "a</b>", "<b><i>a</b></i>", "<p>a</p>", "a < b"])
def test_html_that_cannot_be_parsed(source: str) -> None:
    with pytest.raises(Refusal, match="can't parse entities"):
        parse_html(source)


def test_html_links() -> None:
    text, (link,) = parse_html('see <a href="https://example.org/?a=1&amp;b=2">this &lt;3</a>')
    assert text == "see this <3"
    assert (link.type, link.offset, link.length) == ("text_link", 4, 7)
    assert link.url == "https://example.org/?a=1&b=2"


def test_detected_entities() -> None:
    text = "𠮷 /ask@a_bot 1/2 a@b.c @ada"
    found = [(one.type, utf16_slice(text, one.offset, one.length)) for one in detect(text)]
    assert found == [("bot_command", "/ask@a_bot"), ("mention", "@ada")]


class TestWaiting:
    async def test_failure_names_the_last_calls(self, api: BotApi, post: Post) -> None:
        await post("getMe")
        with pytest.raises(AssertionError, match=r"a reply in chat 1.*\n.*getMe"):
            await api.reply_in(1, timeout=0.01)

    async def test_silence(self, api: BotApi, post: Post) -> None:
        api.say(1, "a")
        await post("getUpdates", offset=-0)
        api.state.updates.clear()
        await api.no_reply_in(1, seconds=0.01)
        await post("sendMessage", chat_id=1, text="loud")
        with pytest.raises(AssertionError, match="loud"):
            await api.no_reply_in(1, seconds=0.01)


async def test_control_routes(api: BotApi, post: Post) -> None:
    async with httpx.AsyncClient(base_url=f"{api.url}/control/") as client:
        said = (await client.post("say", json={"chat": 1, "text": "hello"})).json()
        await post("sendMessage", chat_id=1, text="a", reply_markup={"inline_keyboard": SOME})
        shown = (await client.get("messages", params={"chat": 1})).json()
        assert shown[0] == said
        assert shown[1]["text"] == "a"
        press = {"chat": 1, "message_id": shown[1]["message_id"], "button": "More"}
        assert (await client.post("press", json=press)).json()["data"] == "more"
        calls = (await client.get("calls")).json()
        assert [one["method"] for one in calls] == ["sendMessage"]
        assert (await client.post("press", json=press | {"button": "x"})).status_code == 400
        assert (await client.get("violations")).json() == []


async def test_on_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.telegram.emulator", cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
        shown = dict(line.split("=", 1) for line in lines)
        url = f"{shown['TELEGRAM_API_URL']}/bot{shown['TELEGRAM_BOT_TOKEN']}/getMe"
        async with httpx.AsyncClient() as client:
            assert (await client.get(url)).json()["result"]["is_bot"]
        process.terminate()
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
