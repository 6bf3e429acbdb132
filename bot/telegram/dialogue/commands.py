"""The commands for everybody."""

import re

import telegram

from wuzhen.bot.telegram.dialogue import admin, asking, names
from wuzhen.bot.telegram.dialogue.questions import LONGEST_QUESTION, clean, says_something
from wuzhen.bot.telegram.dialogue.scene import Means, Scene, administers
from wuzhen.bot.telegram.messages import links, timetable, views
from wuzhen.bot.telegram.messages.buttons import Keyboard, lang_keyboard
from wuzhen.bot.telegram.messages.entities import rich
from wuzhen.bot.telegram.messages.languages import Language, chosen
from wuzhen.bot.telegram.messages.messages import payload
from wuzhen.bot.telegram.messages.phrases import NAMES, say
from wuzhen.bot.telegram.outgoing import NewConversation, Response

_REFERENCE = re.compile(r"\[?\s*(\d{1,6})\s*\]?", re.ASCII)


async def start(place: Scene, means: Means, text: str) -> Response:
    """Greet, or open what a deep link points to."""
    target = links.target(text)
    if target is not None:
        if target.kind == "reference":
            return await ref(place, means, target.name)
        opened = views.of_passage(
            target.name,
            means.librarian(),
            place.language,
            in_context=True,
            page=0,
            beside=place.beside,
        )
        if opened is not None:
            return place.response(place.reply(opened))
    if not place.private:
        return place.says(say("group_hello", place.language, username=means.me.username))
    name = means.me.name or means.me.username
    greeting = payload(
        rich(say("welcome", place.language, name=name)), views.topics_keyboard(means.librarian())
    )
    calls = [place.reply(greeting)]
    if place.language == "hans":
        # `zh` is registered in Traditional for everybody.
        calls.append(names.of_chat(place.chat.chat, "hans", private=True))
    return place.response(*calls)


async def help_(place: Scene, means: Means, _: str) -> Response:
    """Say how the bot is used."""
    listed = names.PRIVATE if place.private else names.GROUP_ADMIN
    lines = [f"/{name} — {say(f'command_{name}', place.language)}" for name in listed]
    said = say("help", place.language, commands="\n".join(lines), username=means.me.username)
    if not means.me.reads_groups:
        said += "\n\n" + say("help_privacy_mode", place.language)
    if place.private and place.user in means.settings.telegram_admins:
        said += (
            "\n\n"
            + say("help_admin", place.language)
            + " "
            + " ".join(f"/{name}" for name in admin.NAMES)
        )
    return place.says(said)


async def ask(
    place: Scene, means: Means, text: str, replied: telegram.Message | None = None
) -> Response:
    """Answer the question behind the command, or the message that it replies to."""
    if not text and replied is not None and not _by_bot(replied, means):
        text, replied = clean(replied.text or replied.caption or ""), None
    if not says_something(text):
        example = views.example(means.librarian())
        return place.says(say("ask_what", place.language, example=example))
    return await question(place, means, text, replied)


async def question(
    place: Scene, means: Means, text: str, replied: telegram.Message | None = None
) -> Response:
    """Answer a question."""
    if len(text) > LONGEST_QUESTION:
        return place.says(say("too_long", place.language, limit=LONGEST_QUESTION))
    return await asking.respond(text, place, means, replied)


async def ref(place: Scene, means: Means, text: str) -> Response:
    """Show what carries a reference number."""
    librarian = means.librarian()
    number = _REFERENCE.fullmatch(text)
    if number is None:
        known = (ref for passage in librarian.collection.passages for ref in passage.refs)
        return place.says(say("ref_which", place.language, example=next(known, "1")))
    shown = views.of_reference(
        str(int(number[1])), 0, librarian, place.language, beside=place.beside
    )
    if shown is None:
        return place.says(say("ref_none", place.language, number=number[1]))
    return place.response(place.reply(shown))


async def schedule(place: Scene, means: Means, text: str) -> Response:
    """Show a day of the timetable."""
    librarian = means.librarian()
    days = timetable.days(librarian)
    if not days:
        return place.says(say("schedule_none", place.language))
    wanted = timetable.place_of(text, days) if text else 0
    if wanted is None:
        return place.says(say("schedule_no_day", place.language), views.days_keyboard(days))
    half = timetable.half_in(text) or ""
    shown = views.of_day(wanted, half, 0, librarian, place.language, beside=place.beside)
    assert shown is not None  # the day is one of those just read
    return place.response(place.reply(shown))


async def new(place: Scene, _means: Means, _: str) -> Response:
    """Leave behind what was asked so far."""
    said = place.reply(payload(rich(say("new", place.language))))
    return place.response(said, effects=(NewConversation(place.where),))


async def lang(place: Scene, means: Means, _: str) -> Response:
    """Offer the languages."""
    if not await administers(place, means):
        return place.says(say("admins_only", place.language))
    return place.says(*lang_panel(place.chat.language, place.beside, place.language))


def lang_panel(language: str | None, beside: bool, spoken: Language) -> tuple[str, Keyboard]:
    """Return the text and the buttons of /lang."""
    current = NAMES[chosen(language, None)] if language else say("lang_auto", spoken)
    text = say("lang", spoken, current=current)
    return text, lang_keyboard(language, beside=beside, spoken=spoken)


def _by_bot(message: telegram.Message, means: Means) -> bool:
    return message.from_user is not None and message.from_user.id == means.me.id
