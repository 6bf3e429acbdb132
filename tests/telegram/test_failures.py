"""The failures that bots in Telegram meet, each with the number by which the project knows it.

These share a bot that polls; test_failures_alone starts bots of its own, to stop and kill them,
and what concerns the webhook alone is in test_webhook.
"""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Chat

from .emulator import BotApi, utf16_length
from .running import Bot
from .sharing import QUESTION, answered

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTEXT = "📖 Context"


def sends(api: BotApi, chat: Chat) -> int:
    return len(api.calls("sendMessage", chat))


async def test_row_03_too_many_requests_hold_back_that_chat_only(api: BotApi, bot: Bot) -> None:
    one, other = api.private("Ada"), api.private("Bea")
    api.fail("sendMessage", 429, retry_after=2, chat=one)
    api.say(one, "/start")
    await api.wait_for(lambda: sends(api, one) or None)
    await answered(api, other)
    assert sends(api, one) == 1, "the other chat was answered while the first waits"
    await api.reply_in(one)
    first, second = api.calls("sendMessage", one)
    assert second.at - first.at >= 2
    assert len(api.replies(one)) == 1


async def test_row_04_a_long_text_is_sent_in_parts_that_fit(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    await answered(api, chat, "大會" * 2000)  # Telegram's longest message, as a question
    await answered(api, chat, "/help")
    for message in api.replies(chat):
        assert utf16_length(message.text or "") <= 4096
    assert not [call for call in api.calls("sendMessage", chat) if call.error]


async def test_row_05_what_cannot_be_parsed_arrives_as_plain_text(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    usual = await answered(api, chat)
    assert usual.entities
    api.fail("sendMessage", 400, "Bad Request: can't parse entities: offset 7", chat=chat)
    plain = await answered(api, chat)
    assert plain.text == usual.text
    assert not plain.entities
    await answered(api, api.private("<b>&_*[x]()~`"), "<b>&_*[大會]()~`</a>")


async def test_row_06_a_query_too_old_to_be_answered(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    answer = await answered(api, chat)
    reason = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    late = api.fail("answerCallbackQuery", 400, reason)
    api.press(answer, CONTEXT)
    edited = await api.edit_of(answer)
    assert edited.text != answer.text
    assert late.hits == 1


async def test_row_07_a_button_pressed_twice(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    answer = await answered(api, chat)
    assert answer.reply_markup is not None
    data = answer.reply_markup.inline_keyboard[0][0].callback_data or ""
    queries = [api.press_data(answer, data) for _ in range(2)]
    for query in queries:
        await api.callback_answer(query)
    await api.edit_of(answer)
    await answered(api, chat, "/help")
    refused = [call for call in api.calls("editMessageText", chat) if call.error]
    assert all("not modified" in str(call.error) for call in refused)
    assert len(api.replies(chat)) == 2


async def test_row_08_a_button_of_a_message_that_is_gone(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    answer = await answered(api, chat)
    api.fail("editMessageText", 400, "Bad Request: message to edit not found", chat=chat)
    await api.callback_answer(api.press(answer, CONTEXT))
    instead = await api.reply_in(chat)
    assert instead.message_id != answer.message_id
    assert len(instead.text or "") > 20
    query = api.press_data(answer, "v1:show:unknown:c0.0", inaccessible=True)
    assert (await api.callback_answer(query)).text


async def test_row_09_blocked_by_the_user(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user", chat=chat)
    api.say(chat, QUESTION)
    await api.wait_for(lambda: sends(api, chat) or None)
    active = f"SELECT active FROM chats WHERE chat = {chat.id}"
    await api.wait_for(lambda: bot.rows(active) == [(0,)] or None)
    await answered(api, chat, "/start")
    assert sends(api, chat) == 2, "one attempt for each of the two"
    assert bot.rows(active) == [(1,)]
    api.block(chat)
    await api.wait_for(lambda: bot.rows(active) == [(0,)] or None)
    api.unblock(chat)
    await api.wait_for(lambda: bot.rows(active) == [(1,)] or None)


@pytest.mark.parametrize("announced", ["by the refusal", "old first", "new first"])
async def test_row_10_a_group_becomes_a_supergroup(api: BotApi, bot: Bot, announced: str) -> None:
    group = api.group("Town")
    admin = api.user("Grace", language="en")
    await answered(api, group, f"/ask {QUESTION}", sender=admin)
    held = api.hold("sendMessage", before=True, chat=group)
    api.say(group, f"/ask {QUESTION}", sender=admin)
    await api.wait_for(lambda: held.hits or None)
    new = api.migrate(
        group, announce=announced != "by the refusal", new_first=announced == "new first"
    )
    held.release()
    assert len((await api.reply_in(new)).text or "") > 20
    await answered(api, new, f"/ask {QUESTION}", sender=admin)
    moved = bot.rows(f"SELECT count(*) FROM turns WHERE chat = {new.id}")
    assert moved == [(3,)]
    assert bot.rows(f"SELECT count(*) FROM turns WHERE chat = {group.id}") == [(0,)]


async def test_row_11_what_is_refused_is_tried_once(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    refused = api.fail("sendMessage", 400, "Bad Request: PEER_ID_INVALID", chat=chat, times=None)
    api.say(chat, QUESTION)
    api.say(chat, "/help")
    await api.wait_for(lambda: refused.hits >= 2 or None)
    refused.release()
    await answered(api, chat, "/start")
    assert refused.hits == 2, "one attempt for each"


async def test_row_12_sent_but_its_answer_was_lost(api: BotApi, bot: Bot) -> None:
    """At least once, as the sender says: the second copy is the price, and is counted."""
    before = await bot.figure("wuzhen_uncertain_sends_total")
    chat = api.private("Ada")
    api.hold("sendMessage", 10, chat=chat)
    api.say(chat, "/start")
    await api.reply_in(chat)
    again = await api.reply_in(chat)
    assert again.text == api.replies(chat)[0].text
    await answered(api, chat, "/help")
    assert len(api.replies(chat)) == 3
    assert await bot.figure("wuzhen_uncertain_sends_total") == before + 1


async def test_row_13_an_edited_question_edits_its_answer(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    asked = api.say(chat, QUESTION)
    answer = await api.reply_in(chat)
    api.edit(asked, "有多少志願者報名？")
    assert (await api.edit_of(answer)).text != answer.text
    await answered(api, chat, "/help")
    assert len(api.replies(chat)) == 2


@pytest.mark.parametrize(
    "poison",
    [
        {"message": {"message_id": 1, "date": 1, "chat": {"id": 0, "type": "private"}, "text": 7}},
        {"message": {"message_id": "no", "date": "never", "chat": {"id": 0, "type": []}}},
        {"message": []},
        {"callback_query": {"id": "1", "from": 7}},
        {},
    ],
)
async def test_row_16_a_poison_update(api: BotApi, bot: Bot, poison: dict[str, Any]) -> None:
    chat = api.private("Ada")
    first = api.say(chat, "/start")
    message = poison.get("message")
    if isinstance(message, dict):
        message["chat"]["id"] = chat.id
    number = api.inject(poison, lane=chat.id)
    second = api.say(chat, "/help")
    replies = [await api.reply_in(chat) for _ in range(2)]
    replied = [one.reply_to_message.message_id for one in replies if one.reply_to_message]
    assert replied == [first.message_id, second.message_id]
    state = bot.rows(f"SELECT state FROM inbox WHERE update_id = {number}")
    assert state in ([("dead",)], [("done",)])
    letters = bot.rows(f"SELECT reason FROM dead_letters WHERE update_id = {number}")
    assert len(letters) == (state == [("dead",)])


async def test_row_17_forum_topics(api: BotApi, bot: Bot) -> None:
    forum = api.supergroup("Forum", forum=True)
    thread = api.topic(forum, "Bridges")
    inside = await answered(api, forum, f"/ask {QUESTION}", thread=thread)
    assert inside.message_thread_id == thread
    general = await answered(api, forum, f"/ask {QUESTION}")
    assert general.message_thread_id is None
    plain = api.supergroup("Plain")
    chain = await answered(api, plain, f"/ask {QUESTION}")
    await answered(api, plain, f"/ask {QUESTION}", reply_to=chain)
    assert all("message_thread_id" not in call.params for call in api.calls("sendMessage", plain))
    api.fail("sendMessage", 400, "Bad Request: message thread not found", chat=forum)
    await answered(api, forum, f"/ask {QUESTION}", thread=thread)
    assert "message_thread_id" not in api.calls("sendMessage", forum)[-1].params


async def test_row_18_groups_only_when_addressed(api: BotApi, bot: Bot) -> None:
    group = api.supergroup("Town")
    name = api.bot.username
    api.say(group, QUESTION)
    api.say(group, f"/ask@OtherBot {QUESTION}")
    by_command = await answered(api, group, f"/ask@{name} {QUESTION}")
    await answered(api, group, "有多少志願者？", reply_to=by_command)
    await answered(api, group, f"@{name} {QUESTION}")
    assert len(api.replies(group)) == 3


async def test_row_19_nobody_in_particular(api: BotApi, bot: Bot) -> None:
    group = api.supergroup("Town")
    await answered(api, group, f"/ask {QUESTION}", anonymous=True)
    await answered(api, group, f"/ask {QUESTION}", as_chat=api.channel("Press"))
    channel = api.channel("News")
    api.channel_post(channel, f"/ask {QUESTION}")
    assert (await api.reply_in(channel)).text
    assert api.bot.id not in {chat for (chat,) in bot.rows("SELECT lane FROM inbox")}


async def test_row_25_one_chat_in_order_the_others_meanwhile(api: BotApi, bot: Bot) -> None:
    slow, quick = api.private("Ada"), api.private("Bea")
    held = api.hold("sendMessage", before=True, chat=slow)
    asked = [api.say(slow, text) for text in (QUESTION, "/start", "/help")]
    await api.wait_for(lambda: held.hits or None)
    await answered(api, quick)
    assert not api.replies(slow)
    held.release()
    replies = [await api.reply_in(slow) for _ in asked]
    replied = [one.reply_to_message.message_id for one in replies if one.reply_to_message]
    assert replied == [one.message_id for one in asked]


async def test_row_31_bots_are_not_talked_to(api: BotApi, bot: Bot) -> None:
    chat = api.private("Ada")
    api.say(chat, QUESTION, via_bot=api.bot)
    robot = api.user("Robot").model_copy(update={"is_bot": True})
    group = api.supergroup("Town")
    api.say(group, f"/ask {QUESTION}", sender=robot)
    await answered(api, chat, "/help")
    await answered(api, group, f"/ask {QUESTION}")
    assert (len(api.replies(chat)), len(api.replies(group))) == (1, 1)


async def test_row_33_what_is_no_text(api: BotApi, bot: Bot) -> None:
    group = api.supergroup("Town")
    for kind in ("photo", "voice", "sticker"):
        chat = api.private("Ada")
        api.media(chat, kind)
        assert (await api.reply_in(chat)).text
        api.media(group, kind)
    for text in ("😀", "\u200b\u200d", "\u202e\u202d", "\0", "？！"):
        chat = api.private("Ada")
        api.say(chat, text)
        assert (await api.reply_in(chat)).text
        api.say(group, text)
    await answered(api, group, f"/ask {QUESTION}")
    assert len(api.replies(group)) == 1


async def test_an_exhausted_gateway_blocks_nobody(api: BotApi, bot: Bot) -> None:
    """A proxy's 403 or 404 says nothing about the chat or the token."""
    chat = api.private("Ada")
    for code in (403, 404, 413):
        api.fail("sendMessage", code, chat=chat, raw=b"<html>no</html>")
        await answered(api, chat, "/start")
    assert bot.rows(f"SELECT count(*) FROM chats WHERE chat = {chat.id} AND active = 0") == [(0,)]


async def test_row_20_no_token_and_no_text_in_the_log(api: BotApi, bot: Bot) -> None:
    """Last of those that share the bot, whose log of all these faults is at level DEBUG."""
    await answered(api, api.private("Ada"), f"{QUESTION} 秘密")
    api.assert_clean()
    secret = api.token.partition(":")[2]
    for text in (api.token, secret, "秘密", "志願者", QUESTION, "Bea", "Grace"):
        assert text not in bot.output
    errors = [line for line in bot.logged("ERROR") if line["message"] != "an update was given up"]
    assert not errors, errors[:3]
    assert not bot.logged("CRITICAL")
    assert len(bot.lines) == len(bot.output.splitlines()), "every line is JSON"
    assert all({"time", "level", "logger", "message"} <= set(line) for line in bot.lines)
    assert any("request" in line for line in bot.lines)
    assert "Traceback" not in bot.output
