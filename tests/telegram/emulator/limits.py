"""Limits of keyboards, commands and inline answers (telegram.constants has the numbers)."""

from __future__ import annotations

import re

from aiogram.methods import AnswerInlineQuery, SetMyCommands
from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    ReplyKeyboardMarkup,
    ReplyMarkupUnion,
)
from telegram.constants import (
    BotCommandLimit,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    InlineQueryLimit,
    InlineQueryResultLimit,
    InlineQueryResultsButtonLimit,
    ReplyLimit,
)

from .errors import violation
from .text import format_message

_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_START = re.compile(r"[A-Za-z0-9_-]+")


def check_markup(markup: ReplyMarkupUnion | None) -> None:
    """Raise `Violation` for a keyboard that the service would refuse."""
    match markup:
        case InlineKeyboardMarkup():
            rows = markup.inline_keyboard
            if any(len(row) > InlineKeyboardMarkupLimit.BUTTONS_PER_ROW for row in rows):
                raise violation("reply markup is too long: more than 8 buttons in a row")
            if sum(map(len, rows)) > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER:
                raise violation("reply markup is too long: more than 100 buttons")
            for row in rows:
                for button in row:
                    _check_button(button)
        case ReplyKeyboardMarkup():
            if not markup.keyboard or any(not key.text for row in markup.keyboard for key in row):
                raise violation("keyboard button text must be non-empty")
            _check_placeholder(markup.input_field_placeholder)
        case ForceReply():
            _check_placeholder(markup.input_field_placeholder)


def _check_button(button: InlineKeyboardButton) -> None:
    given = [name for name in _ACTIONS if getattr(button, name) is not None]
    if not button.text.strip():
        raise violation("inline keyboard button text must be non-empty")
    if not given:
        raise violation("text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        raise violation(f"inline keyboard button with {' and '.join(given)}")
    if button.callback_data is not None:
        size = len(button.callback_data.encode())
        low = InlineKeyboardButtonLimit.MIN_CALLBACK_DATA
        if not low <= size <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
            raise violation(f"BUTTON_DATA_INVALID: {size} bytes")
    if button.url is not None and not button.url.startswith(("http://", "https://", "tg://")):
        raise violation(f"inline keyboard button URL '{button.url}' is invalid")
    if button.copy_text is not None and not (
        1 <= len(button.copy_text.text) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT
    ):
        raise violation("copied text must be 1-256 characters")


def _check_placeholder(text: str | None) -> None:
    if text is not None and not (
        ReplyLimit.MIN_INPUT_FIELD_PLACEHOLDER
        <= len(text)
        <= ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER
    ):
        raise violation("input field placeholder must be 1-64 characters")


def check_commands(call: SetMyCommands) -> None:
    """Raise `Violation` for a command list that the service would refuse."""
    if len(call.commands) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise violation("BOT_COMMANDS_TOO_MUCH")
    names = [one.command.removeprefix("/") for one in call.commands]
    if len(set(names)) < len(names):
        raise violation("BOT_COMMAND_INVALID: given twice")
    for name, command in zip(names, call.commands, strict=True):
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise violation(f"BOT_COMMAND_INVALID: {name}")
        if not 1 <= len(command.description) <= BotCommandLimit.MAX_DESCRIPTION:
            raise violation(f"BOT_COMMAND_DESCRIPTION_INVALID: {name}")
    check_language(call.language_code)


def check_language(code: str | None) -> None:
    """Texts of the bot are kept by two-letter ISO 639-1 codes: ``zh``, not ``zh-hant``."""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise violation("invalid language code specified")


def check_inline_answer(call: AnswerInlineQuery) -> None:
    """Raise `Violation` for an inline answer that the service would refuse."""
    if len(call.results) > InlineQueryLimit.RESULTS:
        raise violation("RESULTS_TOO_MUCH")
    if len((call.next_offset or "").encode()) > InlineQueryLimit.MAX_OFFSET_LENGTH:
        raise violation("NEXT_OFFSET_INVALID")
    ids = [result.id for result in call.results]
    if len(set(ids)) < len(ids):
        raise violation("RESULT_ID_DUPLICATE")
    if any(not 1 <= len(one.encode()) <= InlineQueryResultLimit.MAX_ID_LENGTH for one in ids):
        raise violation("RESULT_ID_INVALID")
    for result in call.results:
        check_markup(result.reply_markup)
        content = getattr(result, "input_message_content", None)
        if isinstance(result, InlineQueryResultArticle) and not result.title:
            raise violation("ARTICLE_TITLE_EMPTY")
        if isinstance(content, InputTextMessageContent):
            format_message(content.message_text, content.entities, content.parse_mode)
    if call.button is not None and call.button.start_parameter is not None:
        start = call.button.start_parameter
        short = len(start) <= InlineQueryResultsButtonLimit.MAX_START_PARAMETER_LENGTH
        if not short or not _START.fullmatch(start):
            raise violation("SWITCH_PM_PARAM_INVALID")
