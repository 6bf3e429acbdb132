"""Whole conversations: the bot as its own process, the emulator as Telegram, nothing in between."""

from collections.abc import Callable

import pytest
from aiogram.types import InlineQueryResultArticle, InputTextMessageContent, Message

from tests.telegram.emulator import BotApi, utf16_slice
from tests.telegram.running import ROOT, Bot

pytestmark = pytest.mark.asyncio(loop_scope="session")

KNOWN = "".join(file.read_text("utf-8") for file in sorted((ROOT / "knowledge").glob("*.txt")))
ANSWERED = "大會的主題是什麼？"
REFUSED = "How do I bake sourdough bread?"


def quotes(message: Message) -> list[str]:
    return [
        utf16_slice(message.text or "", one.offset, one.length)
        for one in message.entities or ()
        if one.type in ("blockquote", "expandable_blockquote")
    ]


def labels(message: Message) -> list[str]:
    markup = message.reply_markup
    return [button.text for row in markup.inline_keyboard for button in row] if markup else []


@pytest.fixture(autouse=True)
def clean(api: BotApi, bot: Bot) -> Callable[[], None]:
    """After each test: every call was correct, and nothing went wrong in the bot."""

    def check() -> None:
        api.assert_clean()
        assert not bot.logged("ERROR")

    return check


async def test_commands_are_registered_once(api: BotApi, clean: Callable[[], None]) -> None:
    await api.wait_for(lambda: len(api.calls("setMyShortDescription")) == 2)
    lists = api.calls("setMyCommands")
    scopes = {(call.params["scope"]["type"], call.params.get("language_code")) for call in lists}
    assert {("all_private_chats", None), ("all_group_chats", "zh")} <= scopes
    clean()


async def test_a_question_its_context_and_a_rating(api: BotApi, clean: Callable[[], None]) -> None:
    chat = api.private("Ada", language="zh-hant")
    asked = api.say(chat, "有多少志願者報名？")
    answer = await api.reply_in(chat)
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == asked.message_id
    (quote,) = quotes(answer)
    assert quote in KNOWN
    pressed = api.press(answer, "📖 上下文")
    assert not (await api.callback_answer(pressed)).text
    context = await api.edit_of(answer)
    assert all(words in KNOWN for words in quotes(context)[0].split())
    api.press(context, "↩ 返回")
    back = await api.edit_of(context)
    assert back.text == answer.text
    assert (await api.callback_answer(api.press(back, "👍"))).text == "謝謝！"
    down = api.press(back, "👎")
    assert (await api.callback_answer(down)).text == "哪裡不好？"
    why = await api.edit_of(back)
    await api.callback_answer(api.press(why, "不完整"))
    assert labels(await api.edit_of(why)) == labels(answer)
    clean()


async def test_a_refusal_and_the_nearest_passages(api: BotApi, clean: Callable[[], None]) -> None:
    chat = api.private("Bob", language="en")
    api.say(chat, REFUSED)
    refusal = await api.reply_in(chat)
    assert quotes(refusal) == []
    nearest = [label for label in labels(refusal) if not label.startswith(("👍", "👎"))]
    if nearest:
        api.press(refusal, nearest[0])
        near = await api.edit_of(refusal)
        assert quotes(near)[0].startswith(nearest[0].rstrip("…"))
    clean()


async def test_an_edited_question_edits_its_answer(api: BotApi, clean: Callable[[], None]) -> None:
    chat = api.private("Ada", language="zh-hant")
    asked = api.say(chat, REFUSED)
    before = await api.reply_in(chat)
    api.edit(asked, ANSWERED)
    after = await api.edit_of(before)
    assert quotes(after)[0] in KNOWN
    assert len(api.replies(chat)) == 1
    clean()


async def test_groups_and_topics(api: BotApi, bot: Bot, clean: Callable[[], None]) -> None:
    forum = api.supergroup(forum=True)
    topic = api.topic(forum, "News")
    api.say(forum, ANSWERED, thread=topic)
    api.say(forum, f"/ask@another_bot {ANSWERED}", thread=topic)
    api.say(forum, f"@{api.bot.username} {ANSWERED}", thread=topic)
    answer = await api.reply_in(forum)
    assert answer.message_thread_id == topic
    api.say(forum, f"/ask {ANSWERED}")
    general = await api.reply_in(forum)
    assert general.message_thread_id is None
    api.say(forum, ANSWERED, reply_to=general)
    assert quotes(await api.reply_in(forum))
    group = api.group()
    api.say(group, f"/ask {ANSWERED}", anonymous=True)
    assert quotes(await api.reply_in(group))
    assert len(api.replies(forum)) == 3
    clean()


async def test_languages_in_a_group_are_for_administrators(
    api: BotApi, clean: Callable[[], None]
) -> None:
    group = api.supergroup()
    ada, bob = api.user("Ada", language="zh-hant"), api.user("Bob", language="en")
    api.member_status(group, ada, "administrator")
    api.say(group, "/lang", sender=bob)
    assert "administrators" in ((await api.reply_in(group)).text or "")
    api.say(group, "/lang", sender=ada)
    panel = await api.reply_in(group)
    assert (await api.callback_answer(api.press(panel, "English", sender=bob))).show_alert
    await api.callback_answer(api.press(panel, "English", sender=ada))
    assert "Language" in ((await api.edit_of(panel)).text or "")
    api.say(group, "/new", sender=ada)
    assert "fresh start" in ((await api.reply_in(group)).text or "")
    clean()


async def test_inline_quotes_and_the_link_back(api: BotApi, clean: Callable[[], None]) -> None:
    chat = api.private("Ada", language="zh-hant")
    answer = await api.inline_answer(api.inline(ANSWERED))
    first = answer.results[0]
    assert isinstance(first, InlineQueryResultArticle)
    content = first.input_message_content
    assert isinstance(content, InputTextMessageContent)
    link = next(one.url for one in content.entities or () if one.type == "text_link")
    assert link is not None
    api.say(chat, f"/start {link.partition('start=')[2]}")
    opened = await api.reply_in(chat)
    assert quotes(opened)
    help_, *topics = (await api.inline_answer(api.inline(""))).results
    assert help_.id == "help"
    assert topics
    clean()


async def test_the_timetable_is_turned_in_place(api: BotApi, clean: Callable[[], None]) -> None:
    chat = api.private("Ada", language="zh-hant")
    api.say(chat, "/schedule 12月4日")
    morning = await api.reply_in(chat)
    api.press(morning, "下午")
    afternoon = await api.edit_of(morning)
    assert "下午" in (afternoon.text or "").splitlines()[0]
    assert "上午" in labels(afternoon)
    clean()


async def test_export_and_forget(api: BotApi, clean: Callable[[], None]) -> None:
    chat = api.private("Ada", language="zh-hant")
    api.say(chat, ANSWERED)
    await api.reply_in(chat)
    api.say(chat, "/export")
    sent = await api.reply_in(chat)
    assert sent.document is not None
    assert f"## {ANSWERED}\n" in api.file(sent.document.file_id).decode("utf-8")
    api.say(chat, "/forget")
    question = await api.reply_in(chat)
    api.press(question, "🗑 刪除")
    await api.edit_of(question)
    api.say(chat, "/export")
    again = await api.reply_in(chat)
    assert again.document is not None
    assert ANSWERED not in api.file(again.document.file_id).decode("utf-8")
    clean()


async def test_everything_that_is_no_question(api: BotApi, clean: Callable[[], None]) -> None:
    chat = api.private("Ada", language="en")
    for kind in ("sticker", "voice"):
        api.media(chat, kind)
        assert "text" in ((await api.reply_in(chat)).text or "")
    api.say(chat, "😀")
    assert "Ask me" in ((await api.reply_in(chat)).text or "")
    api.say(chat, "問" * 4096)
    assert "too long" in ((await api.reply_in(chat)).text or "")
    for command in ("/start", "/help", "/privacy", "/new", "/ref 8", "/nonsense", "/stats"):
        api.say(chat, command)
        assert (await api.reply_in(chat)).text
    clean()


async def test_a_group_moves_and_keeps_its_conversation(
    api: BotApi, clean: Callable[[], None]
) -> None:
    group = api.group()
    api.say(group, f"/ask {ANSWERED}")
    await api.reply_in(group)
    new = api.migrate(group)
    api.say(new, f"/ask {ANSWERED}")
    assert quotes(await api.reply_in(new))
    clean()
