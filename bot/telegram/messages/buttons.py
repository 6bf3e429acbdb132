"""Buttons: what their data says (`v1:action:…`, at most 64 bytes), and the keyboards."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from wuzhen.bot.telegram.messages.entities import shorten
from wuzhen.bot.telegram.messages.excerpts import Excerpt, Kept
from wuzhen.bot.telegram.messages.languages import LANGUAGES, Language
from wuzhen.bot.telegram.messages.messages import Page, listed
from wuzhen.bot.telegram.messages.phrases import NAMES, say

LONGEST_DATA = 64
"""Bytes of a button's callback data (Bot API, InlineKeyboardButton)."""

VERSION = "v1"

Action = Literal[
    "show", "up", "down", "why", "open", "read", "ref", "day", "lang", "when", "forget", "broadcast"
]

REASONS = ("unrelated", "incomplete", "wrong", "missed", "other")
"""What may be wrong with an answer."""

Button = dict[str, Any]
Keyboard = list[list[Button]]

_ACROSS = 4
_LABEL = 60


class View(NamedTuple):
    """What of a turn its message shows: the answer (item 0) or a related passage (from 1).

    `context` is the passages around it instead of itself; pages count from 0.
    """

    item: int = 0
    context: bool = False
    page: int = 0

    def __str__(self) -> str:
        return f"{'c' if self.context else 'q'}{self.item}.{self.page}"


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed."""

    action: Action
    values: tuple[str, ...]

    def value(self, place: int) -> str:
        """Return a value of its data; empty if there is none."""
        return self.values[place] if place < len(self.values) else ""


def data(action: Action, *values: object) -> str:
    """Return the callback data of a button."""
    return ":".join((VERSION, action, *map(str, values)))


def press(text: str | None) -> Press | None:
    """Read callback data; None for what this version of the program did not make."""
    version, _, rest = (text or "").partition(":")
    name, *values = rest.split(":")
    action: Action | None = next((one for one in get_args(Action) if one == name), None)
    return Press(action, tuple(values)) if version == VERSION and action else None


def view(text: str) -> View | None:
    """Read `str(View(…))`."""
    item, _, page = text[1:].partition(".")
    if text[:1] not in ("q", "c") or not (_number(item) and _number(page)):
        return None
    return View(int(item), text[0] == "c", int(page))


def number(text: str) -> int:
    """Return a number in a button's data; 0 for what is none."""
    return int(text) if _number(text) else 0


def button(text: str, action: Action, *values: object) -> Button:
    """Return a button that sends data back."""
    return {"text": text, "callback_data": data(action, *values)}


def answer_keyboard(
    turn: str,
    kept: Kept,
    shown: View,
    pages: Sequence[Page],
    language: Language,
    *,
    more: bool,
) -> Keyboard:
    """Return the buttons below an answer, one of its related passages, or a context.

    `more` tells whether there is a context that is more than what is quoted.
    """
    turning = page_row(
        pages, shown.page, language, lambda page: data("show", turn, shown._replace(page=page))
    )
    if shown.context:
        back = View(shown.item)
        return [turning, [button(say("button_back", language), "show", turn, back)]]
    if shown.item:
        return [turning, *_related_rows(turn, kept, shown.item, language, more=more)]
    if not (kept.quotes or kept.related):
        return [turning]
    thumbs = [button("👍", "up", turn), button("👎", "down", turn)]
    if not kept.answered:
        return [turning, *_nearest(turn, kept.related), thumbs]
    row: list[Button] = []
    if more and not listed(kept.quotes):
        row.append(button(say("button_context", language), "show", turn, View(0, context=True)))
    if kept.related:
        row.append(button(say("button_next", language), "show", turn, View(1)))
    return [turning, row, thumbs]


def _nearest(turn: str, related: Sequence[Excerpt]) -> Iterable[list[Button]]:
    for place, one in enumerate(related, 1):
        yield [button(shorten(one.text, _LABEL) or "…", "show", turn, View(place))]


def _related_rows(turn: str, kept: Kept, item: int, language: Language, *, more: bool) -> Keyboard:
    context = button(say("button_context", language), "show", turn, View(item, context=True))
    if item > 1:
        before = button(say("button_previous", language), "show", turn, View(item - 1))
    else:
        before = button(say("button_back", language), "show", turn, View())
    row = [before]
    if item < len(kept.related):
        row.append(button(say("button_next", language), "show", turn, View(item + 1)))
    return [[context] if more else [], row]


def reasons_keyboard(turn: str, language: Language) -> Keyboard:
    """Return the buttons that ask what is wrong with an answer."""
    asked = [button(say(f"why_{name}", language), "why", turn, name) for name in REASONS]
    back = button(say("button_back", language), "show", turn, View())
    return [asked[:2], asked[2:4], [*asked[4:], back]]


def page_row(
    pages: Sequence[Page], current: int, language: Language, target: Callable[[int], str]
) -> list[Button]:
    """Return the buttons that turn pages: by name where they have names, else back and forth."""
    if len(pages) < 2:
        return []
    first = {page.label: place for place, page in reversed(list(enumerate(pages)))}
    if pages[0].label and len(first) == len(pages) <= 2 * _ACROSS:
        return [
            {"text": page.label, "callback_data": target(place)}
            for place, page in enumerate(pages)
            if place != current
        ]
    row: list[Button] = []
    if current > 0:
        row.append({"text": say("button_less", language), "callback_data": target(current - 1)})
    if current < len(pages) - 1:
        row.append({"text": say("button_more", language), "callback_data": target(current + 1)})
    return row


def lang_keyboard(language: str | None, *, beside: bool, spoken: Language) -> Keyboard:
    """Return the buttons of /lang, with a mark at what is chosen now (None: automatic)."""
    names: list[tuple[str, str]] = [(one, NAMES[one]) for one in LANGUAGES]
    names.append(("auto", say("lang_auto", spoken)))
    rows = [
        [button(f"✓ {name}" if code == (language or "auto") else name, "lang", code)]
        for code, name in names
    ]
    switch = say("lang_beside_on" if beside else "lang_beside_off", spoken)
    return [[rows[0][0], rows[1][0]], [rows[2][0], rows[3][0]], [button(switch, "lang", "beside")]]


def forget_keyboard(user: int, language: Language) -> Keyboard:
    """Return the buttons of /forget, for nobody but the user who asked."""
    return [
        [
            button(say("forget_yes", language), "forget", user, "yes"),
            button(say("forget_no", language), "forget", user, "no"),
        ]
    ]


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
