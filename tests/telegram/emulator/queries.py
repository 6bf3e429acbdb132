"""Buttons pressed and inline queries typed."""

from __future__ import annotations

from typing import Any

from aiogram.methods import AnswerInlineQuery
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChosenInlineResult,
    InaccessibleMessage,
    InlineQuery,
    InputTextMessageContent,
    Message,
    User,
)

from .people import People
from .text import format_message


class Queries(People):
    """Builders of callback and inline queries."""

    def press(
        self,
        message: Message,
        button: str,
        *,
        sender: User | None = None,
        inaccessible: bool = False,
    ) -> CallbackQuery:
        """Press the button with this text on the message as it stands now.

        `inaccessible` names the message to the bot, but shows it no more: it is too old.
        """
        standing = self.state.standing(message)
        markup = standing.reply_markup if standing is not None else None
        buttons = [one for row in markup.inline_keyboard for one in row] if markup else []
        for one in buttons:
            if one.text == button and one.callback_data is not None:
                return self.press_data(
                    message, one.callback_data, sender=sender, inaccessible=inaccessible
                )
        raise LookupError(f"no button {button!r} among {[one.text for one in buttons]}")

    def press_data(
        self,
        message: Message,
        data: str,
        *,
        sender: User | None = None,
        inaccessible: bool = False,
    ) -> CallbackQuery:
        """Send this callback data as from a button of `message`, which may be gone."""
        state = self.state.ensure(message.chat)
        standing = None if inaccessible else state.messages.get(message.message_id)
        inline = next(
            (
                number
                for number, place in self.state.inline_messages.items()
                if place == (state, message.message_id)
            ),
            None,
        )
        gone = InaccessibleMessage(chat=state.chat, message_id=message.message_id)
        query = CallbackQuery(
            id=str(7_000_000_000 + len(self.state.queries)),
            from_user=self.sender_in(state, sender),
            chat_instance=str(state.chat.id * 7919),
            message=None if inline else standing or gone,
            inline_message_id=inline,
            data=data,
        )
        self.state.ask(query.id)
        self.state.send("callback_query", query, state.chat.id)
        return query

    def expire(self, query: CallbackQuery | InlineQuery) -> None:
        """Make a query too old to be answered."""
        self.state.queries[query.id].expired = True

    def inline(
        self,
        query: str,
        *,
        sender: User | None = None,
        offset: str = "",
        chat_type: str | None = "sender",
    ) -> InlineQuery:
        """Type ``@bot query`` in some chat."""
        sender = sender or self.ada
        asked = InlineQuery(
            id=str(8_000_000_000 + len(self.state.queries)),
            from_user=sender,
            query=query,
            offset=offset,
            chat_type=chat_type,
        )
        self.state.ask(asked.id)
        self.state.send("inline_query", asked, sender.id)
        return asked

    def choose(self, query: InlineQuery, result: str, chat: int | Chat) -> Message:
        """Send the text of an inline result, by its id, to a chat.

        The bot gets the choice, and the message too if it is a member there. Edits by the inline
        message's id change the message in the chat.
        """
        answer = self.state.queries[query.id].answer
        assert isinstance(answer, AnswerInlineQuery), "the query has no answer yet"
        chosen = next(one for one in answer.results if one.id == result)
        content = getattr(chosen, "input_message_content", None)
        assert isinstance(content, InputTextMessageContent), "the result is no text"
        text, entities = format_message(content.message_text, content.entities, content.parse_mode)
        state = self.state.ensure(chat)
        fields: dict[str, Any] = {"text": text, "entities": entities}
        fields |= {"via_bot": self.state.bot, "reply_markup": chosen.reply_markup}
        message = self.write(state.chat, fields, query.from_user)
        inline_id = None
        if chosen.reply_markup is not None:
            inline_id = f"inline-{len(self.state.inline_messages) + 1}"
            self.state.inline_messages[inline_id] = (state, message.message_id)
        choice = ChosenInlineResult(
            result_id=result,
            from_user=query.from_user,
            query=query.query,
            inline_message_id=inline_id,
        )
        self.state.send("chosen_inline_result", choice, query.from_user.id)
        return message
