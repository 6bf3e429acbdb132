"""Methods about a chat: its members, what is pinned, reactions."""

from __future__ import annotations

from aiogram import methods as api
from aiogram.types import AcceptedGiftTypes, ChatFullInfo

from .chats import ChatState
from .errors import bad_request, violation
from .members import as_member
from .registry import handles
from .state import State
from .wire import to_json


@handles(api.PinChatMessage)
def _pin_chat_message(state: State, call: api.PinChatMessage) -> object:
    chat = _pinnable(state, call.chat_id)
    if call.message_id not in chat.messages:
        raise bad_request("message to pin not found")
    chat.pinned = [*(one for one in chat.pinned if one != call.message_id), call.message_id]
    return True


@handles(api.UnpinChatMessage)
def _unpin_chat_message(state: State, call: api.UnpinChatMessage) -> object:
    chat = _pinnable(state, call.chat_id)
    number = call.message_id or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    return True


def _pinnable(state: State, number: int | str) -> ChatState:
    chat = state.writable(number)
    if chat.chat.type != "private" and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@handles(api.SetMessageReaction)
def _set_message_reaction(state: State, call: api.SetMessageReaction) -> object:
    if call.message_id not in state.writable(call.chat_id).messages:
        raise bad_request("message to react not found")
    if len(call.reaction or ()) > 1:
        raise violation("REACTIONS_TOO_MANY")
    return True


@handles(api.GetChat)
def _get_chat(state: State, call: api.GetChat) -> object:
    chat = state.find(call.chat_id)
    gifts = AcceptedGiftTypes(
        unlimited_gifts=False,
        limited_gifts=False,
        unique_gifts=False,
        premium_subscription=False,
        gifts_from_channels=False,
    )
    return ChatFullInfo(
        **to_json(chat.chat),
        accent_color_id=0,
        max_reaction_count=11,
        accepted_gift_types=gifts,
        pinned_message=chat.messages.get(chat.pinned[-1]) if chat.pinned else None,
    )


@handles(api.GetChatMember)
def _get_chat_member(state: State, call: api.GetChatMember) -> object:
    chat = state.find(call.chat_id)
    if call.user_id == state.bot.id:
        return as_member(state.bot, chat.bot_status)
    if call.user_id not in chat.members and call.user_id not in state.users:
        raise bad_request("PARTICIPANT_ID_INVALID")
    user, status = chat.members.get(call.user_id, (state.user(call.user_id), "member"))
    return as_member(user, status)


@handles(api.GetChatAdministrators)
def _get_chat_administrators(state: State, call: api.GetChatAdministrators) -> object:
    chat = state.find(call.chat_id)
    if chat.chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    leading = ("administrator", "creator")
    found = [as_member(*one) for one in chat.members.values() if one[1] in leading]
    if chat.bot_status in leading:
        found.append(as_member(state.bot, chat.bot_status))
    return found


@handles(api.GetChatMemberCount)
def _get_chat_member_count(state: State, call: api.GetChatMemberCount) -> object:
    return len(state.find(call.chat_id).members) + 1


@handles(api.LeaveChat)
def _leave_chat(state: State, call: api.LeaveChat) -> object:
    state.writable(call.chat_id).bot_status = "left"
    return True
