"""Methods that send, edit and delete messages."""

from __future__ import annotations

from typing import Any

from aiogram import methods as api
from aiogram.types import (
    BufferedInputFile,
    Document,
    InlineKeyboardMarkup,
    Message,
    MessageId,
    ReplyParameters,
)

from .chats import ChatState, now
from .errors import bad_request, violation
from .limits import check_markup
from .registry import handles
from .state import State
from .text import find_quote, format_caption, format_message
from .wire import to_json

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
UPLOAD_LIMIT = 50 * 1024 * 1024


def _written(state: State, chat: ChatState, **fields: Any) -> Message:
    message = chat.add(from_user=None if chat.chat.type == "channel" else state.bot, **fields)
    chat.by_bot.append(message.message_id)
    return message


def _place(chat: ChatState, thread: int | None, reply: ReplyParameters | None) -> dict[str, Any]:
    replied = None
    if reply is not None:
        if reply.chat_id not in (None, chat.chat.id):
            raise violation("the emulator does not know replies across chats")
        replied = chat.messages.get(reply.message_id or 0)
        if replied is None and reply.allow_sending_without_reply is not True:
            raise bad_request("message to be replied not found")
        if replied is not None and isinstance(reply.quote, str):
            quote = find_quote(reply.quote, replied.text or replied.caption or "")
            return chat.thread(thread, replied) | {"quote": quote}
    return chat.thread(thread, replied)


def _inline(markup: object) -> InlineKeyboardMarkup | None:
    """Only inline keyboards become a part of the message."""
    return markup if isinstance(markup, InlineKeyboardMarkup) and markup.inline_keyboard else None


@handles(api.SendMessage)
def _send_message(state: State, call: api.SendMessage) -> object:
    chat = state.writable(call.chat_id)
    check_markup(call.reply_markup)
    text, entities = format_message(call.text, call.entities, call.parse_mode)
    return _written(
        state,
        chat,
        text=text,
        entities=entities,
        link_preview_options=call.link_preview_options,
        reply_markup=_inline(call.reply_markup),
        **_place(chat, call.message_thread_id, call.reply_parameters),
    )


@handles(api.SendDocument)
def _send_document(state: State, call: api.SendDocument) -> object:
    chat = state.writable(call.chat_id)
    check_markup(call.reply_markup)
    caption, entities = format_caption(call.caption, call.caption_entities, call.parse_mode)
    upload = call.document
    if isinstance(upload, BufferedInputFile):
        if len(upload.data) > UPLOAD_LIMIT:
            raise violation("file is too big")
        if not upload.data:
            raise violation("file must be non-empty")
        number, name = state.store_file(upload.data, "document"), upload.filename
    elif isinstance(upload, str) and upload in state.files:
        number, name = upload, None
    else:
        raise bad_request("wrong file identifier/HTTP URL specified")
    document = Document(
        file_id=number,
        file_unique_id=f"unique-{number}",
        file_name=name,
        file_size=len(state.files[number]),
    )
    return _written(
        state,
        chat,
        document=document,
        caption=caption,
        caption_entities=entities,
        reply_markup=_inline(call.reply_markup),
        **_place(chat, call.message_thread_id, call.reply_parameters),
    )


@handles(api.SendMessageDraft)
def _send_message_draft(state: State, call: api.SendMessageDraft) -> object:
    chat = state.writable(call.chat_id)
    if chat.chat.type != "private":
        raise violation("drafts can be sent to private chats only")
    if call.draft_id == 0:
        raise violation("draft_id must be non-zero")
    if call.text:
        format_message(call.text, call.entities, call.parse_mode)
    return True


@handles(api.SendChatAction)
def _send_chat_action(state: State, call: api.SendChatAction) -> object:
    chat = state.writable(call.chat_id)
    if call.message_thread_id is not None and call.message_thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return True


def _own(state: State, call: Any) -> tuple[ChatState, Message]:
    """The message that an editing method names."""
    if call.inline_message_id is not None:
        chat, number = state.inline_messages.get(call.inline_message_id, (None, 0))
        if chat is None or number not in chat.messages:
            raise bad_request("MESSAGE_ID_INVALID")
        return chat, chat.messages[number]
    if call.chat_id is None or call.message_id is None:
        raise violation("message identifier is not specified")
    chat = state.writable(call.chat_id)
    message = chat.messages.get(call.message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.message_id not in chat.by_bot:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(call: Any, chat: ChatState, message: Message, **fields: Any) -> object:
    if all(to_json(getattr(message, name)) == to_json(new) for name, new in fields.items()):
        raise bad_request(NOT_MODIFIED)
    edited = chat.change(message, edit_date=now(), **fields)
    return True if call.inline_message_id is not None else edited


@handles(api.EditMessageText)
def _edit_message_text(state: State, call: api.EditMessageText) -> object:
    chat, message = _own(state, call)
    if call.text is None:
        raise violation("message text is empty")
    check_markup(call.reply_markup)
    text, entities = format_message(call.text, call.entities, call.parse_mode)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    return _edit(
        call,
        chat,
        message,
        text=text,
        entities=entities,
        link_preview_options=call.link_preview_options,
        reply_markup=_inline(call.reply_markup),
    )


@handles(api.EditMessageReplyMarkup)
def _edit_message_reply_markup(state: State, call: api.EditMessageReplyMarkup) -> object:
    chat, message = _own(state, call)
    check_markup(call.reply_markup)
    return _edit(call, chat, message, reply_markup=_inline(call.reply_markup))


@handles(api.DeleteMessage)
def _delete_message(state: State, call: api.DeleteMessage) -> object:
    chat = state.writable(call.chat_id)
    if call.message_id not in chat.messages:
        raise bad_request("message to delete not found")
    theirs = call.message_id not in chat.by_bot
    if theirs and chat.chat.type != "private" and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    del chat.messages[call.message_id]
    return True


@handles(api.DeleteMessages)
def _delete_messages(state: State, call: api.DeleteMessages) -> object:
    chat = state.writable(call.chat_id)
    if not 1 <= len(call.message_ids) <= 100:
        raise violation("message identifiers must be 1-100")
    for number in call.message_ids:
        chat.messages.pop(number, None)
    return True


@handles(api.CopyMessage)
def _copy_message(state: State, call: api.CopyMessage) -> object:
    message = state.find(call.from_chat_id).messages.get(call.message_id)
    chat = state.writable(call.chat_id)
    if message is None:
        raise bad_request("message to copy not found")
    parts = ("text", "entities", "document", "caption", "caption_entities", "photo")
    copied = _written(
        state,
        chat,
        reply_markup=_inline(call.reply_markup),
        **{name: getattr(message, name) for name in parts},
        **_place(chat, call.message_thread_id, call.reply_parameters),
    )
    return MessageId(message_id=copied.message_id)
