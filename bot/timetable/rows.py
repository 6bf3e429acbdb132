"""Questions that a timetable answers as a table: what is on when, where, next, in parallel."""

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wuzhen.bot.question.question import Question
from wuzhen.index.document import Document, Passage
from wuzhen.index.text.dates import PARTS_OF_DAY, Clock, Date, clocks, dates, parts_of_day
from wuzhen.index.text.fold import fold

# An open-ended session is taken to last this many hours when asked what is on at some time.
_OPEN_HOURS = 1.0
_CELLS = ("date", "time", "topic", "place")
_LONGEST_CLOCK = 8
_TOPIC = re.compile(r"主题|题目|内容|话题|\b(?:topics?|themes?|subjects?)\b")
_WHOLE = re.compile(
    r"日程|议程|行程|时间表|节目表|\b(?:schedule|timetable|programme|program|agenda)\b"
)
_AFTER = re.compile(
    r"之后|以后|后面|接着|接住|跟着|跟住|下一[场个]|结束后|完之?后|完咗|\bafter(?! ?noon)|"
    r"\bnext\b|\bfollow(?:s|ing|ed)?\b"
)
_BEFORE = re.compile(r"之前|以前|前面|上一[场个]|\bbefore\b|\bprior to\b|\bpreced")
_PARALLEL = re.compile(
    r"同时(?:段|间)?|同一(?:时间|时段)|平行|并行|撞期|撞时间|冲突|同(?:埋)?.{0,8}一齐|"
    r"\bparallel\b|\bsame time\b|\bsimultaneous|\bconcurrent|\balongside\b|\bclash|\boverlap|"
    r"\bat the time of\b"
)
_LAST = re.compile(
    r"最后一[场个]|最后(?:的)?(?:活动|论坛|会议|节目)|压轴|\blast (?:session|event|forum|item|"
    r"thing|activity)\b|\bfinal (?:session|event|item)\b"
)
_FIRST = re.compile(
    r"第一[场个]|最早(?:的)?|首场|\bfirst (?:session|event|forum|item|thing|activity)\b|"
    r"\bearliest\b"
)
_NUMBERED_ROOM = re.compile(
    r"(?:房间?|厅|室|rooms?|hall|number)\s*(?:号|no\.?)?\s*(\d{2,4})(?![\d:年月日])"
    r"|(?<!\d)(\d{3,4})\s*(?:号)?(?:房|室|厅|教室|会议室|课室)"
    r"|^(\d{3})(?=有|$| )"
)
_ROOM_NUMBER = re.compile(r"[(（](\d{2,4})[)）]")
_ANY_NUMBER = re.compile(r"(?<!\d)(\d{2,4})(?!\d)")
_WEEKDAY = re.compile(
    r"(?:星期|周|礼拜)([一二三四五六日天])|\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a timetable, its cells understood."""

    passage: Passage
    date: Date | None
    day: int
    """The order of its date among the document's, from 1."""
    start: float | None
    end: float | None
    topic: str
    """Folded."""
    place: str
    """Folded."""
    part: str | None
    """The part of the day that its time is, where it has no hours."""
    named_weekday: int | None = None
    """The day of the week that its cell of dates names, where that names no date."""

    @property
    def weekday(self) -> int | None:
        """The day of the week of its date, from 0 for Monday; None where neither tells."""
        if self.named_weekday is not None:
            return self.named_weekday
        if self.date is None or not (self.date.year and self.date.month and self.date.day):
            return None
        try:
            return calendar.weekday(self.date.year, self.date.month, self.date.day)
        except ValueError:
            return None

    def runs_at(self, hour: float) -> bool:
        """Tell whether it is on at an hour."""
        if self.start is None:
            return False
        end = self.end if self.end is not None else self.start + _OPEN_HOURS
        return self.start <= hour < end

    def overlaps(self, first: float, last: float) -> bool:
        """Tell whether it begins within some hours, or is on for most of an hour of them."""
        if self.start is None:
            return False
        return first <= self.start < last

    def meets(self, other: "Row") -> bool:
        """Tell whether two rows are on at the same time of the same day."""
        if self.start is None or self.end is None or other.start is None or other.end is None:
            return False
        return self.day == other.day and self.start < other.end and other.start < self.end


class Timetable:
    """All rows of a collection's timetables."""

    def __init__(self, passages: Iterable[Passage], documents: Mapping[str, Document]) -> None:
        self.rows: list[Row] = []
        days: dict[tuple[str, str], int] = {}
        for passage in passages:
            if passage.kind == "row" and "topic" in passage.names and "time" in passage.names:
                self.rows.append(_row(passage, documents[passage.document].text, days))
        self.rooms = {row.place for row in self.rows if row.place}
        self._forms = {
            room: _forms(room, self.rooms)
            for room in sorted(self.rooms, key=lambda room: (-len(room), room))
        }
        self._last = {row.passage.document: row.day for row in self.rows}

    def row_of(self, passage: Passage) -> Row | None:
        """Return the row that a passage is, or None."""
        return next((row for row in self.rows if row.passage.number == passage.number), None)

    def places_in(self, folded: str) -> dict[str, tuple[int, int]]:
        """Return the places that a folded question names, in full or in part, and where."""
        found: dict[str, tuple[int, int]] = {}
        for room, forms in self._forms.items():
            for form in forms:
                match = form.search(folded)
                if match and not any(
                    start <= match.start() and match.end() <= end for start, end in found.values()
                ):
                    found[room] = match.span()
                    break
        return found

    def lacking_room(self, folded: str) -> str | None:
        """Return a numbered room that a folded question names and the timetable has not."""
        asked = [m[1] or m[2] or m[3] for m in _NUMBERED_ROOM.finditer(folded)]
        have = {number for room in self.rooms for number in _ANY_NUMBER.findall(room)}
        lacking = (number for number in asked if number not in have)
        return next(lacking, None) if have else None

    def numbered_rooms(self, folded: str) -> list[tuple[int, int]]:
        """Return where a folded question names a room by its number, one that there is or not."""
        return [match.span() for match in _NUMBERED_ROOM.finditer(folded)] if self.rooms else []

    def when(self, question: Question) -> list[Row] | None:
        """Return the rows on the dates, days, hours and parts of the day that a question names.

        None when it names none, or a date on which nothing of the timetable is.
        """
        rows = self.rows
        given = [d for d in question.dates if d.month or d.day]
        weekday = question.weekday if any(row.weekday is not None for row in rows) else None
        if not (given or question.day or question.clocks or question.parts or weekday is not None):
            return None
        if weekday is not None:
            rows = [row for row in rows if row.weekday == weekday]
        if given:
            rows = [row for row in rows if row.date and any(row.date.agrees(d) for d in given)]
        if question.day:
            rows = [
                row
                for row in rows
                if row.day
                == (self._last[row.passage.document] if question.day < 0 else question.day)
            ]
        if question.clocks:
            rows = _at(rows, question.clocks, question)
        elif question.parts:
            rows = [row for row in rows if any(_in_part(row, part) for part in question.parts)]
        return rows

    def after(self, row: Row) -> list[Row]:
        """Return what begins next once a row is over, on the next day where it is the last."""
        end = row.end if row.end is not None else row.start
        later = [
            r
            for r in self._same_document(row)
            if r.start is not None
            and end is not None
            and (r.day > row.day or (r.day == row.day and r.start >= end))
        ]
        first = min(((r.day, r.start) for r in later if r.start is not None), default=None)
        return [r for r in later if (r.day, r.start) == first]

    def before(self, row: Row) -> list[Row]:
        """Return what began last before a row does, on the day before where it is the first."""
        earlier = [
            r
            for r in self._same_document(row)
            if r.start is not None
            and row.start is not None
            and (r.day < row.day or (r.day == row.day and r.start < row.start))
        ]
        last = max(((r.day, r.start) for r in earlier if r.start is not None), default=None)
        return [r for r in earlier if (r.day, r.start) == last]

    def beside(self, row: Row) -> list[Row]:
        """Return what is on at the same time as a row."""
        return [r for r in self._same_document(row) if r.meets(row)]

    def _same_document(self, row: Row) -> list[Row]:
        return [
            r
            for r in self.rows
            if r.passage.document == row.passage.document and r.passage.number != row.passage.number
        ]


def relation(folded: str) -> str | None:
    """Return how a question stands to a row it names: `after`, `before`, `beside`, or None."""
    if _PARALLEL.search(folded):
        return "beside"
    if _AFTER.search(folded):
        return "after"
    if _BEFORE.search(folded):
        return "before"
    return None


def extreme(folded: str) -> str | None:
    """Return whether a question asks for the `first` or the `last` of some rows, or None."""
    if _LAST.search(folded):
        return "last"
    return "first" if _FIRST.search(folded) else None


def whole(folded: str) -> bool:
    """Tell whether a question names the timetable itself."""
    return bool(_WHOLE.search(folded))


def topical(folded: str) -> list[tuple[int, int]]:
    """Return where a question asks for the topic of what is on."""
    return [match.span() for match in _TOPIC.finditer(folded)]


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Return rows in the order in which the timetable has them."""
    return sorted(rows, key=lambda row: row.passage.number)


def _row(passage: Passage, text: str, days: dict[tuple[str, str], int]) -> Row:
    def cell(name: str) -> str:
        span = passage.cell(name)
        return fold(span.of(text)) if span else ""

    date = next(iter(dates(cell("date"))), None)
    day = days.setdefault(
        (passage.document, cell("date")),
        1 + sum(document == passage.document for document, _ in days),
    )
    hours = clocks(cell("time"))
    start = hours[0].hour if hours else None
    end = hours[1].hour if len(hours) > 1 else _end(passage, text, start)
    parts = [] if hours else parts_of_day(cell("time"))
    if parts:
        start, end = PARTS_OF_DAY[parts[0]]
    part = parts[0] if parts else None
    weekday = _named_weekday(cell("date")) if date is None else None
    return Row(passage, date, day, start, end, cell("topic"), cell("place"), part, weekday)


def _named_weekday(folded: str) -> int | None:
    """Return the day of the week that a cell names, from 0 for Monday, or None."""
    match = _WEEKDAY.search(folded)
    if match is None:
        return None
    if match[1]:
        return min("一二三四五六日天".index(match[1]), 6)
    return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(match[2])


def _end(passage: Passage, text: str, start: float | None) -> float | None:
    """Return the hour in a column of its own right behind the one of times, if it is a later one.

    A table may give begin and end in a column each.
    """
    after = passage.names.index("time") + 1
    if start is None or after == len(passage.names) or passage.names[after] in _CELLS:
        return None
    words = fold(passage.spans[after].of(text))
    hours = clocks(words) if len(words) <= _LONGEST_CLOCK else []
    return hours[0].hour if hours and hours[0].hour > start else None


def _in_part(row: Row, part: str) -> bool:
    if row.part is not None:
        return row.part in (part, "day") or (part, row.part) == ("morning", "early")
    first, last = PARTS_OF_DAY[part]
    return row.overlaps(first, last)


def _at(rows: Sequence[Row], hours: Sequence[Clock], question: Question) -> list[Row]:
    if len(hours) == 2:
        low, high = sorted(clock.hour for clock in hours)
        exact = [row for row in rows if row.start == low and row.end == high]
        return exact or [row for row in rows if row.start is not None and low <= row.start < high]
    wanted = [clock.hour for clock in hours]
    if any(not clock.sure for clock in hours) and not question.parts:
        # 三點 said of an event is as likely fifteen hours: take what the timetable has.
        wanted += [clock.hour + 12 for clock in hours if not clock.sure and clock.hour < 12]
    starting = [row for row in rows if row.start in wanted]
    running = [row for row in rows if any(row.runs_at(hour) for hour in wanted)]
    return running or starting


def _forms(room: str, rooms: set[str]) -> list[re.Pattern[str]]:
    """Return the forms under which a place may be named: in full, in part, by its number."""
    names = (room, _ROOM_NUMBER.sub("", room), _distinct_end(room, rooms))
    forms = [re.escape(name) for name in dict.fromkeys(names)]
    forms += [rf"(?<!\d){number}(?!\d)" for number in _ROOM_NUMBER.findall(room)]
    pieces = re.findall(r"[a-z]+|\d+|[^\sa-z\d]+", room)
    if len(pieces) > 1:  # 201 教室 and 201教室
        forms.append(r"\s*".join(map(re.escape, pieces)))
    return [re.compile(form) for form in forms]


def _distinct_end(room: str, rooms: set[str]) -> str:
    """Return the part of a place's name that is its own: its end, behind what others share."""
    bare = _ROOM_NUMBER.sub("", room)
    longest = 0
    for other in rooms:
        if other == room:
            continue
        shared = 0
        for one, two in zip(bare, _ROOM_NUMBER.sub("", other), strict=False):
            if one != two:
                break
            shared += 1
        longest = max(longest, shared)
    rest = bare[longest:] if longest >= 3 else bare
    return rest if len(rest) >= 2 else bare
