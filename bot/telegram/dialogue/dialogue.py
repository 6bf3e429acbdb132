"""The dialogue: an update goes in, what it leads to comes out.

Nothing lives in here between two updates. The store is read, and written only where a count must
hold at once (see `quotas`); everything else is in the `Response`, which the worker commits.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import telegram
from telegram.constants import UpdateType

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.phrases import say as greeting
from wuzhen.bot.question.small_talk import small_talk
from wuzhen.bot.settings import Settings
from wuzhen.bot.store import Store, clock
from wuzhen.bot.telegram.dialogue import (
    admin,
    asking,
    commands,
    groups,
    inline,
    members,
    pressing,
    privacy,
    quotas,
)
from wuzhen.bot.telegram.dialogue.questions import LONGEST_QUESTION, Asked, read, says_something
from wuzhen.bot.telegram.dialogue.scene import Means, Operations, Scene, allowed, scene
from wuzhen.bot.telegram.me import Me
from wuzhen.bot.telegram.messages import views
from wuzhen.bot.telegram.messages.languages import chosen
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.outgoing import Chosen, Outgoing, Response

KINDS = (
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CHANNEL_POST,
    UpdateType.EDITED_CHANNEL_POST,
    UpdateType.INLINE_QUERY,
    UpdateType.CALLBACK_QUERY,
    UpdateType.MY_CHAT_MEMBER,
)
"""The updates that the bot wants to be sent."""

Command = Callable[[Scene, Means, str], Awaitable[Response]]

COMMANDS: dict[str, Command] = {
    "start": commands.start,
    "help": commands.help_,
    "ref": commands.ref,
    "schedule": commands.schedule,
    "new": commands.new,
    "lang": commands.lang,
    "when": groups.when,
    "privacy": privacy.privacy,
    "forget": privacy.forget,
    "export": privacy.export,
}


class Dialogue:
    """Answers updates; see `KINDS` for those that it knows, all others lead to nothing."""

    def __init__(
        self,
        store: Store,
        librarian: Callable[[], Librarian],
        settings: Settings,
        me: Me,
        operations: Operations | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._means = Means(store, librarian, settings, me, operations, now)

    def costly(self) -> list[int]:
        """Return the users whose questions have cost much lately: those of others go before."""
        return self._means.answering.costs.costly()

    async def urgent(self, update: telegram.Update) -> tuple[Outgoing, ...]:
        """Return what is to be sent before the work begins: the answer to a pressed button."""
        query = update.callback_query
        if query is None or await self._blocked(query.from_user.id):
            return ()
        if not self._may_press(query):
            language = chosen(None, query.from_user.language_code)
            refused = pressing.Pressed(say("stranger_pressed", language), alert=True)
            return (pressing.word(query, refused),)
        return (pressing.word(query, await pressing.respond(query, self._means)),)

    def typing(self, update: telegram.Update) -> Outgoing | None:
        """Return the call that shows that the answer to a question is being worked on."""
        message = update.message
        asked = None if message is None else self._asked(message)
        if message is None or asked is None or asked.command not in ("", "ask"):
            return None
        topic = message.message_thread_id if message.is_topic_message else None
        where = {} if topic is None else {"message_thread_id": topic}
        return Outgoing("sendChatAction", {"action": "typing", **where}, message.chat.id)

    async def respond(self, update: telegram.Update) -> Response:
        """All that an update leads to. Reads the store, and writes nothing but counts."""
        means = self._means
        if update.callback_query is not None:
            query = update.callback_query
            user = query.from_user.id
            if await self._blocked(user) or not self._may_press(query):
                return Response()
            if await quotas.presses_too_much(user, means):
                return Response()
            return (await pressing.respond(query, means)).response
        if update.inline_query is not None:
            return await inline.respond(update.inline_query, means)
        if update.my_chat_member is not None:
            return await members.changed(update.my_chat_member, means)
        message = update.message or update.channel_post
        if message is not None:
            return members.moved(message) or await self._message(message)
        edited = update.edited_message or update.edited_channel_post
        return Response() if edited is None else await self._edited(edited)

    async def sorry(self, update: telegram.Update) -> Response:
        """Tell whoever asked that the update was given up; nobody else hears of it."""
        message = update.message or update.channel_post
        if message is None or self._asked(message) is None:
            return Response()
        place = await scene(message, self._means)
        return (
            Response() if await self._shut_out(place) else place.says(say("sorry", place.language))
        )

    async def _message(self, message: telegram.Message) -> Response:
        means = self._means
        asked = self._read(message)
        if asked is None or not (asked.addressed or groups.looks_asked(asked)):
            return Response()
        place = await scene(message, means)
        if groups.silent(asked, place) or await self._shut_out(place):
            return Response()
        if asked.addressed:
            response = await self._answered(message, asked, place)
        else:
            response = await self._overheard(message, asked, place)
        if not place.chat.active and response != Response():
            woken = Chosen(place.chat.chat, {"active": True})
            response = replace(response, effects=(woken, *response.effects))
        return response

    async def _answered(self, message: telegram.Message, asked: Asked, place: Scene) -> Response:
        means = self._means
        if asked.command and not place.private and not self._known(asked.command):
            return Response()
        if not allowed(means, place.user, place.chat.chat):
            return place.response(*await quotas.stranger(place, means))
        if not asked.command and not says_something(asked.text):
            return await self._hint(message, asked, place)
        if self._age(message) > means.settings.telegram_oldest_minutes * 60:
            return place.response(*await quotas.late(place, means))
        refusal = await quotas.refused(place, means)
        if refusal is not None:
            return place.response(*refusal)
        replied = message.reply_to_message
        if not asked.command:
            return await commands.question(place, means, asked.text, replied)
        if asked.command == "ask":
            return await commands.ask(place, means, asked.text, replied)
        if asked.command in COMMANDS:
            return await COMMANDS[asked.command](place, means, asked.text)
        if asked.command in admin.NAMES and admin.may(place, means):
            return await admin.respond(asked.command, place, means, asked.text)
        return place.says(say("unknown_command", place.language))

    async def _overheard(self, message: telegram.Message, asked: Asked, place: Scene) -> Response:
        """Answer a question that was put to nobody in particular, if the text answers it."""
        means = self._means
        if (
            not allowed(means, place.user, place.chat.chat)
            or self._age(message) > means.settings.telegram_oldest_minutes * 60
            or len(asked.text) > LONGEST_QUESTION
            or await quotas.refused(place, means) is not None
        ):
            return Response()
        response = await asking.respond(asked.text, place, means, alone=True)
        return response if response.turn is not None and response.turn.answered else Response()

    async def _edited(self, message: telegram.Message) -> Response:
        """Edit the answer to an edited question; other edits lead to nothing."""
        means = self._means
        # Whether it was meant for the bot shows in its having been answered.
        asked = self._read(message)
        if asked is None or asked.command not in ("", "ask") or not says_something(asked.text):
            return Response()
        turn = await means.store.conversations.asked(message.chat.id, message.message_id)
        if turn is None or turn.question == asked.text or len(asked.text) > LONGEST_QUESTION:
            return Response()
        place = await scene(message, means)
        if (
            await self._shut_out(place)
            or not allowed(means, place.user, place.chat.chat)
            or self._age(message) > means.settings.telegram_oldest_minutes * 60
        ):
            return Response()
        refusal = await quotas.refused(place, means)
        if refusal is not None:
            return place.response(*refusal)
        return await asking.respond(asked.text, place, means, replaced=turn)

    def _asked(self, message: telegram.Message) -> Asked | None:
        """Return the message, read, if it is meant for the bot."""
        asked = self._read(message)
        return asked if asked is not None and asked.addressed else None

    def _read(self, message: telegram.Message) -> Asked | None:
        """Return the message, read, if a person wrote it."""
        sender = message.from_user
        if message.via_bot is not None or message.is_automatic_forward:
            return None
        if sender is not None and sender.is_bot and message.sender_chat is None:
            return None
        return read(message, self._means.me)

    async def _hint(self, message: telegram.Message, asked: Asked, place: Scene) -> Response:
        """How to ask, for whoever sends a sticker; an emoji is greeted. Silence in groups."""
        means = self._means
        if not place.private or not (message.text or message.effective_attachment):
            return Response()
        if asked.text and (talk := small_talk(asked.text)):
            # In the language of the interface: signs have none of their own.
            text = greeting(talk, place.language)
        elif message.text or message.caption:
            example = views.example(means.librarian())
            text = say("hint_words", place.language, example=example)
        else:
            text = say("hint_text", place.language)
        return place.response(*await quotas.hint(place, means, text))

    def _may_press(self, query: telegram.CallbackQuery) -> bool:
        chat = query.message.chat.id if query.message is not None else 0
        return allowed(self._means, query.from_user.id, chat)

    def _known(self, command: str) -> bool:
        return command == "ask" or command in COMMANDS

    def _age(self, message: telegram.Message) -> float:
        written = message.edit_date or message.date
        # By two clocks, for either may be wrong: one may have jumped, one not been set right.
        now = min(self._means.now(), clock.now())
        return now - written.timestamp()

    async def _shut_out(self, place: Scene) -> bool:
        """Tell whether the operator wants no more of the chat or of the user."""
        if place.chat.blocked or place.private or not place.user:
            return place.chat.blocked
        return await self._blocked(place.user)

    async def _blocked(self, user: int) -> bool:
        return (await self._means.store.chats.get(user)).blocked
