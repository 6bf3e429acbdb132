"""The timetable: its days and half-days, from the rows that the documents have."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.telegram.messages.excerpts import Excerpt, excerpt
from wuzhen.index.text.dates import clocks, dates, parts_of_day
from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import numbers

HalfDay = Literal["morning", "afternoon", "evening"]

HALVES: tuple[HalfDay, ...] = ("morning", "afternoon", "evening")

_NOON, _DUSK = 12.0, 18.0
_COUNTED = re.compile(r"\bday\b")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the timetable: its date as it stands there, and its rows."""

    date: str
    rows: tuple[Excerpt, ...]

    def half(self, name: HalfDay) -> tuple[Excerpt, ...]:
        """Return the rows that begin in one part of the day, the earliest first."""
        begun = (row for row in self.rows if half_of(row.cell("time")) == name)
        return tuple(sorted(begun, key=lambda row: _beginning(row.cell("time")) or 0.0))

    def halves(self) -> tuple[HalfDay, ...]:
        """Return the parts of the day in which something begins."""
        begun = {half_of(row.cell("time")) for row in self.rows}
        return tuple(half for half in HALVES if half in begun)


@lru_cache(maxsize=2)
def days(librarian: Librarian) -> tuple[Day, ...]:
    """Every day that the collection's timetables have, in the order of the text."""
    collection = librarian.collection
    rows = (
        excerpt(librarian.quote([passage]), collection)
        for passage in collection.passages
        if passage.kind == "row" and passage.cell("date") and passage.cell("time")
    )
    return by_date(rows)


def by_date(rows: Iterable[Excerpt]) -> tuple[Day, ...]:
    """Put rows together by their date."""
    found: dict[str, list[Excerpt]] = {}
    for row in rows:
        found.setdefault(row.cell("date"), []).append(row)
    return tuple(Day(date, tuple(rows)) for date, rows in found.items())


def half_of(time: str) -> HalfDay:
    """Return the part of the day in which a time such as `09:30-10:00` or `中午` begins.

    A time that says nothing of it (全天, all day) begins in the morning.
    """
    begins = _beginning(time)
    if begins is None:
        part = next(iter(parts_of_day(fold(time))), "morning")
        return "afternoon" if part in ("noon", "afternoon") else _named(part) or "morning"
    if begins < _NOON:
        return "morning"
    return "afternoon" if begins < _DUSK else "evening"


def place_of(wanted: str, days: Sequence[Day]) -> int | None:
    """Which of the days a request such as `12月4日`, `4`, `第二天` or `Dec 4` means, or None."""
    folded = fold(wanted)
    given = dates(folded)
    for place, day in enumerate(days):
        if any(one.agrees(other) for one in given for other in dates(fold(day.date))):
            return place
    found = next(iter(numbers(folded)), None)
    if given or found is None:
        return None
    if found.ordinal or _COUNTED.search(folded):
        return int(found.value) - 1 if 1 <= found.value <= len(days) else None
    return next(
        (
            place
            for place, day in enumerate(days)
            if any(one.day == found.value for one in dates(fold(day.date)))
        ),
        None,
    )


def half_in(wanted: str) -> HalfDay | None:
    """Return the part of the day that a request names, if it names one."""
    part = next(iter(parts_of_day(fold(wanted))), "")
    return "afternoon" if part == "noon" else _named(part)


def _beginning(time: str) -> float | None:
    """Return the hour at which something begins, None if the time names no hour."""
    return next((clock.hour for clock in clocks(fold(time))), None)


def _named(part: str) -> HalfDay | None:
    return next((half for half in HALVES if half == part), None)
