"""What a message shows, as the parameters of the call that shows it: text and keyboard.

Every function takes what a button carries, so that a message is sent and turned by the same code.
None means that what is asked for is not there (any more).
"""

from collections.abc import Sequence
from typing import Any

from wuzhen.bot.anchors import key
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.telegram.messages import context, messages, timetable
from wuzhen.bot.telegram.messages.buttons import (
    Keyboard,
    View,
    answer_keyboard,
    button,
    data,
    page_row,
    reasons_keyboard,
)
from wuzhen.bot.telegram.messages.entities import rich, shorten
from wuzhen.bot.telegram.messages.excerpts import Kept, alone, excerpt, find, side_by_side
from wuzhen.bot.telegram.messages.languages import Language, chosen
from wuzhen.bot.telegram.messages.messages import Page, payload
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.index.document import Passage

Payload = dict[str, Any]

_A_PAGE = 5
"""Passages of a reference on one page."""

_TOPICS = 6


def of_turn(turn: str, kept: Kept, shown: View, librarian: Librarian) -> Payload | None:
    """Return an answer, one of its related passages, or the context of either."""
    language = chosen(kept.language, None)
    at = shown.item - 1
    quotes = kept.related[at : at + 1] if shown.item else kept.quotes
    if not quotes and (shown.item or shown.context):
        return None
    if shown.context:
        pages = context.pages(quotes, language, librarian, beside=kept.simplified)
    elif shown.item:
        title = "related_title" if kept.answered else "near_title"
        lead = say(title, language, place=shown.item, count=len(kept.related)) + "\n\n"
        body = messages.quote(quotes[0], language, beside=kept.simplified)
        pages = messages.paged(rich(lead) + body)
    else:
        pages = messages.answer(kept, language)
    page = _within(pages, shown.page)
    keyboard = answer_keyboard(
        turn,
        kept,
        shown._replace(page=page),
        pages,
        language,
        more=not all(one.alone for one in quotes),
    )
    return payload(pages[page].text, keyboard)


def reasons(turn: str, kept: Kept) -> Payload:
    """Return an answer with the question what is wrong with it."""
    language = chosen(kept.language, None)
    text = messages.answer(kept, language)[0].text
    return payload(text, reasons_keyboard(turn, language))


def of_passage(
    name: str,
    librarian: Librarian,
    language: Language,
    *,
    in_context: bool,
    page: int,
    beside: bool,
) -> Payload | None:
    """Return a passage by its key, or the passages around it."""
    place = find(librarian, name)
    if place is None:
        return None
    passage = librarian.collection.passages[place]
    one = excerpt(librarian.quote([passage]), librarian.collection)
    if in_context:
        pages = context.pages([one], language, librarian, beside=beside)
    else:
        pages = messages.paged(messages.quote(one, language, beside=beside))
    page = _within(pages, page)
    turn = page_row(pages, page, language, lambda other: data("open", name, int(in_context), other))
    others = []
    if not alone([place], librarian):
        label = "button_back" if in_context else "button_context"
        others.append(button(say(label, language), "open", name, int(not in_context), 0))
    return payload(pages[page].text, [turn, others])


def of_reference(
    reference: str, page: int, librarian: Librarian, language: Language, *, beside: bool
) -> Payload | None:
    """Return the passages that carry a reference number, some at a time."""
    found = librarian.referring(reference)
    if not found:
        return None
    title = rich(say("ref_title", language, number=reference) + "\n\n")
    pages = [
        part
        for start in range(0, len(found), _A_PAGE)
        for part in messages.paged(
            title
            + messages.passages(
                side_by_side(found[start : start + _A_PAGE], librarian), language, beside=beside
            )
        )
    ]
    page = _within(pages, page)
    turn = page_row(pages, page, language, lambda other: data("ref", reference, other))
    return payload(pages[page].text, [turn])


def of_day(
    day: int, half: str, page: int, librarian: Librarian, language: Language, *, beside: bool
) -> Payload | None:
    """Return a part of a day of the timetable, with the ways to the others."""
    days = timetable.days(librarian)
    if day >= len(days):
        return None
    halves = days[day].halves()
    shown = next((one for one in halves if one == half), halves[0])
    pages = messages.paged(messages.half_day(days[day], shown, language, beside=beside))
    page = _within(pages, page)
    turn = page_row(pages, page, language, lambda other: data("day", day, shown, other))
    parts = [button(say(one, language), "day", day, one, 0) for one in halves if one != shown]
    return payload(pages[page].text, [turn, parts, *days_keyboard(days, but=day)])


def days_keyboard(days: Sequence[timetable.Day], *, but: int | None = None) -> Keyboard:
    """Return a button for each day of the timetable but the one that is shown."""
    buttons = [
        button(day.date, "day", place, day.halves()[0], 0)
        for place, day in enumerate(days)
        if place != but
    ]
    return [buttons[start : start + 3] for start in range(0, len(buttons), 3)]


def topics(librarian: Librarian) -> dict[str, Passage]:
    """Where to begin to read: the first sections, or documents, by name with how each begins."""
    named: dict[str, Passage] = {}
    one_only = len(librarian.collection.documents) == 1
    for passage in librarian.collection.passages:
        title = librarian.collection.documents[passage.document].title
        name = next(iter(passage.section), "") if one_only else title
        if name:
            named.setdefault(name, passage)
    return dict(list(named.items())[:_TOPICS])


def topics_keyboard(librarian: Librarian) -> Keyboard:
    """Return a button for each topic."""
    buttons = [
        button(shorten(name, 30), "read", key(passage))
        for name, passage in topics(librarian).items()
    ]
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def example(librarian: Librarian) -> str:
    """Something that may be asked: the name of a section, or of a document."""
    passages = librarian.collection.passages
    nested = (passage.section[-1] for passage in passages if len(passage.section) > 1)
    titles = (document.title for document in librarian.collection.documents.values())
    return next(nested, None) or next(titles, "")


def _within(pages: Sequence[Page], page: int) -> int:
    return min(max(page, 0), len(pages) - 1)
