"""Methods about the bot itself, its commands, its texts and the answers to queries."""

from __future__ import annotations

import json
from typing import Any

from aiogram import methods as api
from aiogram.types import BotDescription, BotName, BotShortDescription, File, WebhookInfo

from .errors import bad_request, violation
from .limits import check_commands, check_inline_answer, check_language
from .registry import handles
from .state import State
from .wire import to_json


@handles(api.GetMe)
def _get_me(state: State, call: api.GetMe) -> object:
    can = {
        "can_join_groups": True,
        "can_read_all_group_messages": state.reads_all_groups,
        "supports_inline_queries": True,
        "supports_guest_queries": False,
        "supports_join_request_queries": False,
        "can_connect_to_business": False,
        "can_manage_bots": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }
    return state.bot.model_copy(update=can)


@handles(api.AnswerCallbackQuery)
def _answer_callback_query(state: State, call: api.AnswerCallbackQuery) -> object:
    if len(call.text or "") > 200:
        raise violation("MESSAGE_TOO_LONG")
    state.answer(call.callback_query_id, call)
    return True


@handles(api.AnswerInlineQuery)
def _answer_inline_query(state: State, call: api.AnswerInlineQuery) -> object:
    check_inline_answer(call)
    state.answer(call.inline_query_id, call)
    return True


def _commands_key(call: Any) -> tuple[str, str]:
    scope = to_json(call.scope) if call.scope is not None else {"type": "default"}
    return json.dumps(scope, sort_keys=True), call.language_code or ""


@handles(api.SetMyCommands)
def _set_my_commands(state: State, call: api.SetMyCommands) -> object:
    check_commands(call)
    state.commands[_commands_key(call)] = call.commands
    return True


@handles(api.GetMyCommands)
def _get_my_commands(state: State, call: api.GetMyCommands) -> object:
    return state.commands.get(_commands_key(call), [])


@handles(api.DeleteMyCommands)
def _delete_my_commands(state: State, call: api.DeleteMyCommands) -> object:
    state.commands.pop(_commands_key(call), None)
    return True


def _describe(state: State, call: Any, field: str, limit: int) -> bool:
    text = getattr(call, field) or ""
    check_language(call.language_code)
    if len(text) > limit:
        raise violation(f"{field} is too long: more than {limit} characters")
    state.profile[field, call.language_code or ""] = text
    return True


def _described(state: State, call: Any, field: str, default: str = "") -> str:
    fallback = state.profile.get((field, ""), default)
    return state.profile.get((field, call.language_code or "")) or fallback


@handles(api.SetMyName)
def _set_my_name(state: State, call: api.SetMyName) -> object:
    return _describe(state, call, "name", 64)


@handles(api.SetMyDescription)
def _set_my_description(state: State, call: api.SetMyDescription) -> object:
    return _describe(state, call, "description", 512)


@handles(api.SetMyShortDescription)
def _set_my_short_description(state: State, call: api.SetMyShortDescription) -> object:
    return _describe(state, call, "short_description", 120)


@handles(api.GetMyName)
def _get_my_name(state: State, call: api.GetMyName) -> object:
    return BotName(name=_described(state, call, "name", state.bot.first_name))


@handles(api.GetMyDescription)
def _get_my_description(state: State, call: api.GetMyDescription) -> object:
    return BotDescription(description=_described(state, call, "description"))


@handles(api.GetMyShortDescription)
def _get_my_short_description(state: State, call: api.GetMyShortDescription) -> object:
    return BotShortDescription(short_description=_described(state, call, "short_description"))


@handles(api.GetFile)
def _get_file(state: State, call: api.GetFile) -> object:
    if call.file_id not in state.files:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return File(
        file_id=call.file_id,
        file_unique_id=f"unique-{call.file_id}",
        file_size=len(state.files[call.file_id]),
        file_path=f"files/{call.file_id}",
    )


@handles(api.GetWebhookInfo)
def _get_webhook_info(state: State, call: api.GetWebhookInfo) -> object:
    if state.webhook is not None:
        return state.webhook.info()
    pending = len(state.updates.pending)
    return WebhookInfo(url="", has_custom_certificate=False, pending_update_count=pending)
