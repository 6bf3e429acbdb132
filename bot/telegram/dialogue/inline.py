"""Inline mode: quotes, word for word, offered in any chat; before a question, the topics."""

from typing import Any

import telegram

from wuzhen.bot.telegram.dialogue.questions import clean, says_something
from wuzhen.bot.telegram.dialogue.quotas import presses_too_much
from wuzhen.bot.telegram.dialogue.scene import Means, allowed
from wuzhen.bot.telegram.messages import links, views
from wuzhen.bot.telegram.messages.entities import Rich, rich, shorten, split
from wuzhen.bot.telegram.messages.excerpts import Excerpt, excerpt, excerpts
from wuzhen.bot.telegram.messages.languages import Language, chosen
from wuzhen.bot.telegram.messages.messages import payload, quote
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.outgoing import Outgoing, Response

A_PAGE = 10
"""Results at a time; the client asks for more with the offset that it was given."""

START = "inline"
"""The payload with which the button above the results opens the private chat: a welcome."""

_CACHE_S = 60
_TITLE, _LINE = 60, 100


async def respond(query: telegram.InlineQuery, means: Means) -> Response:
    """Answer an inline query."""
    chat = await means.store.chats.get(query.from_user.id)
    user = query.from_user.id
    if chat.blocked or not allowed(means, user) or await presses_too_much(user, means):
        return _results(query, [], None)
    language = chosen(chat.language, query.from_user.language_code)
    beside = bool(chat.simplified)
    text = clean(query.query)
    librarian = means.librarian()
    if not says_something(text):
        offered = [_help(means, language)]
        for place, (name, passage) in enumerate(views.topics(librarian).items()):
            begins = excerpt(librarian.quote([passage]), librarian.collection)
            offered.append(_article(begins, place, means, language, beside=beside, title=name))
        return _results(query, offered, say("inline_button", language))
    answer = await means.answering.answer(librarian, text, user=query.from_user.id)
    found = excerpts((*answer.quotes, *answer.related), librarian.collection)
    start = int(query.offset) if query.offset.isascii() and query.offset.isdecimal() else 0
    shown = found[start : start + A_PAGE]
    more = str(start + A_PAGE) if len(found) > start + A_PAGE else ""
    results = [
        _article(one, place, means, language, beside=beside)
        for place, one in enumerate(shown, start)
    ]
    unsure = "inline_not_sure" if answer.verdict == "not_sure" else "inline_refused"
    label = "inline_button" if answer.answered else unsure
    return _results(query, results, say(label, language), more)


def _results(
    query: telegram.InlineQuery, results: list[dict[str, Any]], button: str | None, more: str = ""
) -> Response:
    answer: dict[str, Any] = {
        "inline_query_id": query.id,
        "results": results,
        # Personal: the language and the Simplified rendering are the user's own.
        "is_personal": True,
        "cache_time": _CACHE_S,
        "next_offset": more,
    }
    if button:
        answer["button"] = {"text": button, "start_parameter": START}
    return Response((Outgoing("answerInlineQuery", answer, urgent=True),), user=query.from_user.id)


def _article(
    shown: Excerpt, place: int, means: Means, language: Language, *, beside: bool, title: str = ""
) -> dict[str, Any]:
    text = quote(shown, language, beside=beside)
    if shown.key:
        link = links.passage(means.me, shown.key)
        text += Rich("\n") + rich(say("inline_in_context", language)).within("text_link", link)
    first = split(text)[0]
    lead = "".join(shown.text[mark.start : mark.end] for mark in shown.marks[:1]) or shown.text
    return {
        "type": "article",
        "id": f"{place}:{shown.key}",
        "title": shorten(title or lead, _TITLE) or "…",
        "description": shorten(shown.text, _LINE),
        "input_message_content": _content(first),
    }


def _help(means: Means, language: Language) -> dict[str, Any]:
    line = say("inline_help_line", language, username=means.me.username)
    example = views.example(means.librarian())
    return {
        "type": "article",
        "id": "help",
        "title": say("inline_help", language),
        "description": f"{line}: {example}" if example else line,
        "input_message_content": _content(rich(f"{line}: @{means.me.username} {example}")),
    }


def _content(text: Rich) -> dict[str, Any]:
    content = payload(text)
    return {
        "message_text": content.pop("text"),
        **content,
    }
