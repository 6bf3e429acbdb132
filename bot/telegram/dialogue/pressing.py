"""Pressed buttons: what the press is answered with at once, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import telegram

from wuzhen.bot.store import Changes
from wuzhen.bot.telegram.dialogue import admin, names
from wuzhen.bot.telegram.dialogue.commands import lang_panel
from wuzhen.bot.telegram.dialogue.groups import WHEN, panel
from wuzhen.bot.telegram.dialogue.privacy import forgotten
from wuzhen.bot.telegram.dialogue.scene import Means, Scene, administers, scene
from wuzhen.bot.telegram.messages import views
from wuzhen.bot.telegram.messages.buttons import REASONS, Press, View, number, press, view
from wuzhen.bot.telegram.messages.entities import rich
from wuzhen.bot.telegram.messages.excerpts import Kept, kept
from wuzhen.bot.telegram.messages.languages import LANGUAGES, chosen
from wuzhen.bot.telegram.messages.messages import payload
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.outgoing import Chosen, Outgoing, Rated, Response

NOTHING = Response()


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press leads to: a word to the presser (in a box if `alert`), and a response."""

    word: str = ""
    alert: bool = False
    response: Response = NOTHING


async def respond(query: telegram.CallbackQuery, means: Means) -> Pressed:
    """Work out what a press leads to; nothing is written."""
    message = query.message
    if message is None:
        return Pressed()
    place = await scene(message, means, query.from_user)
    pressed = press(query.data)
    if pressed is None:
        return _expired(place)
    match pressed.action:
        case "show" | "up" | "down" | "why":
            return await _on_turn(pressed, place, means)
        case "forget":
            return _forget(pressed, place)
        case "lang":
            return await _lang(pressed, place, means, query.from_user)
        case "broadcast":
            return _broadcast(pressed, message, place, means)
        case "when":
            return await _when(pressed, place, means)
        case _:
            return _on_index(pressed, place, means)


def word(query: telegram.CallbackQuery, pressed: Pressed) -> Outgoing:
    """Return the answer to the press, which ends the waiting at the presser's side."""
    answer: dict[str, Any] = {"callback_query_id": query.id}
    if pressed.word:
        answer |= {"text": pressed.word, "show_alert": pressed.alert}
    return Outgoing("answerCallbackQuery", answer, urgent=True)


async def _on_turn(pressed: Press, place: Scene, means: Means) -> Pressed:
    """Follow a button below an answer."""
    turn = await means.store.conversations.get(pressed.value(0))
    if turn is None or turn.chat != place.chat.chat:
        return _expired(place)
    answer = kept(turn.answer)
    match pressed.action:
        case "up":
            return _rated(turn.id, answer, place, means, 1, None)
        case "down":
            rated = Rated(turn.id, place.user, -1)
            call = place.edit(views.reasons(turn.id, answer), turn.id)
            asked = say("why", place.language)
            return Pressed(asked, response=place.response(call, effects=(rated,)))
        case "why":
            reason = pressed.value(1)
            if reason not in REASONS:
                return _expired(place)
            return _rated(turn.id, answer, place, means, -1, reason)
        case _:
            wanted = view(pressed.value(1))
            shown = wanted and views.of_turn(turn.id, answer, wanted, means.librarian())
            return _edited(place, shown or None, turn.id)


def _rated(
    turn: str, answer: Kept, place: Scene, means: Means, rating: int, reason: str | None
) -> Pressed:
    said = say("thanks_up" if rating > 0 else "thanks_why", place.language)
    rated = Rated(turn, place.user, rating, reason)
    if rating > 0:
        return Pressed(said, response=place.response(effects=(rated,)))
    shown = views.of_turn(turn, answer, View(), means.librarian())
    calls = () if shown is None else (place.edit(shown, turn),)
    return Pressed(said, response=place.response(*calls, effects=(rated,)))


def _on_index(pressed: Press, place: Scene, means: Means) -> Pressed:
    """Follow a button that shows something of the documents as they are now."""
    librarian, language, beside = means.librarian(), place.language, place.beside
    one, two = pressed.value(0), pressed.value(1)
    match pressed.action:
        case "ref":
            shown = views.of_reference(one, number(two), librarian, language, beside=beside)
        case "day":
            page = number(pressed.value(2))
            shown = views.of_day(number(one), two, page, librarian, language, beside=beside)
        case _:
            shown = views.of_passage(
                one,
                librarian,
                language,
                in_context=two == "1",
                page=number(pressed.value(2)),
                beside=beside,
            )
    if pressed.action == "read" and shown is not None:
        return Pressed(response=place.response(place.reply(shown)))
    return _edited(place, shown)


async def _lang(pressed: Press, place: Scene, means: Means, user: telegram.User) -> Pressed:
    """Follow a choice of language, or the switch of the Simplified rendering."""
    wanted = pressed.value(0)
    if not await administers(place, means):
        return Pressed(say("admins_only", place.language), alert=True)
    chat = place.chat
    calls: list[Outgoing] = []
    changes: Changes
    if wanted == "beside":
        chat = replace(chat, simplified=not chat.simplified)
        changes = {"simplified": bool(chat.simplified)}
    elif wanted in (*LANGUAGES, "auto"):
        chat = replace(chat, language=None if wanted == "auto" else wanted)
        changes = {"language": chat.language}
        listed = chosen(chat.language, None) if chat.language else None
        calls.append(names.of_chat(chat.chat, listed, private=place.private))
    else:
        return _expired(place)
    spoken = chosen(chat.language, user.language_code)
    text, keyboard = lang_panel(chat.language, bool(chat.simplified), spoken)
    calls.insert(0, place.edit(payload(rich(text), keyboard)))
    return Pressed(response=place.response(*calls, effects=(Chosen(chat.chat, changes),)))


async def _when(pressed: Press, place: Scene, means: Means) -> Pressed:
    """Follow a choice of when to answer in a group."""
    wanted = next((one for one in WHEN if one == pressed.value(0)), None)
    if not await administers(place, means):
        return Pressed(say("admins_only", place.language), alert=True)
    if wanted is None or place.private:
        return _expired(place)
    text, keyboard = panel(wanted, means, place.language)
    chosen_now = Chosen(place.chat.chat, {"respond_to": wanted})
    edited = place.edit(payload(rich(text), keyboard))
    return Pressed(response=place.response(edited, effects=(chosen_now,)))


def _broadcast(
    pressed: Press, message: telegram.MaybeInaccessibleMessage, place: Scene, means: Means
) -> Pressed:
    """Follow the operator's answer to whether a text is to go to everybody."""
    if not admin.may(place, means) or not isinstance(message, telegram.Message):
        return _expired(place)
    response = admin.broadcast(pressed.value(0), message, place)
    return _expired(place) if response is None else Pressed(response=response)


def _forget(pressed: Press, place: Scene) -> Pressed:
    """Follow the answer to whether everything is to be deleted."""
    if number(pressed.value(0)) != place.user:
        return Pressed(say("not_yours", place.language), alert=True)
    if pressed.value(1) != "yes":
        said = place.edit(payload(rich(say("not_forgotten", place.language))))
        return Pressed(response=place.response(said))
    said = place.edit(payload(rich(say("forgotten", place.language))))
    # Without the user: nothing that the outbox keeps may name whoever wants to be forgotten.
    return Pressed(response=Response((said,), effects=(forgotten(place.user),)))


def _edited(place: Scene, shown: Mapping[str, Any] | None, turn: str | None = None) -> Pressed:
    if shown is None:
        return _expired(place)
    return Pressed(response=place.response(place.edit(shown, turn)))


def _expired(place: Scene) -> Pressed:
    return Pressed(say("expired", place.language), alert=True)
