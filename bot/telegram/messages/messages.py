"""The text of every message that shows what the documents say: quotes, lists, pages."""

from collections.abc import Container, Iterable, Sequence
from typing import Any, NamedTuple

from wuzhen.bot.telegram.messages.entities import Mark, Rich, rich, split, units
from wuzhen.bot.telegram.messages.excerpts import Excerpt, Kept
from wuzhen.bot.telegram.messages.languages import Language, simplified
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.messages.timetable import Day, HalfDay, by_date

LONG_QUOTE = 350
"""UTF-16 units from which on a quote is folded up, for the reader to expand."""

FEWEST_LISTED = 4
"""Rows of a timetable from which on they are a list rather than quotes."""

_PIN = "📍 "


class Page(NamedTuple):
    """One of the pages of a message that is turned by editing it; its label if it has a name."""

    text: Rich
    label: str = ""


def payload(text: Rich, keyboard: Sequence[Sequence[dict[str, Any]]] = ()) -> dict[str, Any]:
    """Return the parameters of sendMessage and editMessageText that make up a message."""
    entities = text.entities()
    rows = [list(row) for row in keyboard if row]
    return {
        "text": text.text,
        **({"entities": entities} if entities else {}),
        "link_preview_options": {"is_disabled": True},
        **({"reply_markup": {"inline_keyboard": rows}} if rows else {}),
    }


def answer(kept: Kept, language: Language) -> list[Page]:
    """Return an answer: its quotes, or the refusal (whose nearest passages are buttons)."""
    lead = kept.notice or ""
    if not kept.answered and not lead:
        lead = say("refused" if kept.related else "refused_bare", language)
    if listed(kept.quotes):
        days = by_date(kept.quotes)
        pages = [
            page
            for day in days
            for page in listing(day, language, beside=kept.simplified, dated=len(days) > 1)
        ]
        first = _joined([rich(lead), pages[0].text])
        return [Page(first, pages[0].label), *pages[1:]]
    quotes = [quote(one, language, beside=kept.simplified) for one in kept.quotes]
    return paged(_joined([rich(lead), *quotes]))


def quote(shown: Excerpt, language: Language, *, beside: bool = False, title: bool = True) -> Rich:
    """Return a quote as a blockquote with the answer in bold, and below it where it stands.

    Where a page of the documents is known, that line links to the quote's place in it.
    """
    body = Rich(shown.text, tuple(Mark(mark.start, mark.end, "bold") for mark in shown.marks))
    text = _block(body) + "\n" + _linked(source(shown, title=title), shown)
    return text + _beside(shown.text, language) if beside else text


def source(shown: Excerpt, *, title: bool = True) -> str:
    """Where a quote stands, and its references: `title › section › subsection [8]`."""
    return _where(shown.title if title else "", shown.section, shown.refs)


def listing(
    day: Day, language: Language, *, beside: bool = False, dated: bool = False
) -> list[Page]:
    """Return a day of the timetable as a list, each half-day on a page (or more) of its own."""
    pages: list[Page] = []
    for half in day.halves():
        name = say(half, language)
        label = f"{day.date} {name}" if dated else name
        text = half_day(day, half, language, beside=beside)
        pages += [Page(page.text, label) for page in paged(text)]
    return pages


def half_day(day: Day, half: HalfDay, language: Language, *, beside: bool = False) -> Rich:
    """Return what begins in one part of a day: time, topic and place, each as the text has it."""
    shown = day.half(half)
    head = rich(f"{day.date} · {say(half, language)}", "bold")
    text = _joined([head, *(_row(row) for row in shown), rich(_sources(shown))])
    return (
        text + _beside("\n\n".join(_row(row).text for row in shown), language) if beside else text
    )


def passages(
    shown: Sequence[Excerpt],
    language: Language,
    *,
    beside: bool = False,
    centre: Container[str] | None = None,
) -> Rich:
    """Several passages, one below the other; rows of a timetable as a list.

    Only the rows with keys in `centre` have their topics in bold, if it is given.
    """
    parts: list[Rich] = []
    for day in by_date(shown) if _rows(shown) else ():
        parts.append(rich(day.date, "bold"))
        parts += (_row(row, bold=centre is None or row.key in centre) for row in day.rows)
    if parts:
        return _joined([*parts, rich(_sources(shown))])
    return _joined(quote(one, language, beside=beside) for one in shown)


def paged(text: Rich) -> list[Page]:
    """Cut a text into as many pages as it needs."""
    return [Page(part) for part in split(text)] or [Page(rich("…"))]


def listed(quotes: Sequence[Excerpt]) -> bool:
    """Tell whether the quotes are shown as a timetable: many rows, and nothing else."""
    return len(quotes) >= FEWEST_LISTED and _rows(quotes)


def _rows(quotes: Iterable[Excerpt]) -> bool:
    return all(one.cell("date") and one.cell("time") and one.cell("topic") for one in quotes)


def _row(row: Excerpt, *, bold: bool = True) -> Rich:
    topic = rich(row.cell("topic"), *(["bold"] if bold else []))
    text = _linked(row.cell("time"), row) + "  " + topic
    if row.cell("place"):
        text += "\n" + _PIN + row.cell("place")
    for cell in row.cells:
        if cell.name not in ("date", "time", "topic", "place"):
            text += "\n" + row.text[cell.start : cell.end]
    return text


def _sources(shown: Sequence[Excerpt]) -> str:
    places: dict[tuple[str, tuple[str, ...]], dict[str, None]] = {}
    for one in shown:
        places.setdefault((one.title, one.section), {}).update(dict.fromkeys(one.refs))
    return "\n".join(_where(title, section, refs) for (title, section), refs in places.items())


def _where(title: str, section: Iterable[str], refs: Iterable[str]) -> str:
    path = " › ".join(name for name in (title, *section) if name)
    marks = "".join(f"[{ref}]" for ref in refs)
    return f"{path} {marks}".strip()


def _linked(text: str, shown: Excerpt) -> Rich:
    return rich(text).within("text_link", shown.url) if shown.url else rich(text)


def _block(body: Rich) -> Rich:
    long = units(body.text) > LONG_QUOTE
    return body.within("expandable_blockquote" if long else "blockquote")


def _beside(text: str, language: Language) -> Rich:
    return rich("\n" + say("converted", language) + "\n") + _block(rich(simplified(text)))


def _joined(parts: Iterable[Rich]) -> Rich:
    whole = Rich()
    for part in parts:
        if part.text:
            whole = whole + "\n\n" + part if whole.text else part
    return whole
