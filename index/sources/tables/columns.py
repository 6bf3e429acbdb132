"""What the columns of a table are: a timetable's dates, times, topics and places, or as headed.

A timetable says what takes place when. A table of other things may well have a column of times,
such as opening hours, departures or deadlines; its columns keep their own names.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from wuzhen.index.document import Part, Span
from wuzhen.index.text.dates import clocks, dates, parts_of_day
from wuzhen.index.text.fold import fold

_LONGEST_WHEN = 40
_MOSTLY = 0.8
_DAY = re.compile(r"第[一二三四五六七八九十\d]+[天日]|day\s*\d+")
_WEEKDAY = re.compile(
    r"(?:星期|周|礼拜)[一二三四五六日天]|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)
_FIGURE = re.compile(r"[^\w]*\d[\d.,:/%\s-]*(?:[^\W\d]{1,2}|[a-z.]{1,8})?[^\w]*")
_ASIDE = re.compile(r"[(（\[].*?[)）\]]|[*_`:：]")
_UNIT = (
    r"(?:日期|日子|日|天|时间|时段|时刻|钟点|几点|开始|起止|"
    r"dates?|days?|times?|(?:time ?)?slots?|when|hours?|starts?|begins?|from)"
)
_WHEN = re.compile(
    r"(?:活动|会议|大会|论坛|比赛|赛事|演出|表演|放映|播映|上映|讲座|课程|上课|举行|举办|进行|"
    r"开始|起止|具体|(?:start|begin|session|event|show|screening)(?:ing|ning)?)?"
    rf"\s*{_UNIT}(?:\s*(?:[/、,&+]|and|及|和|与)?\s*{_UNIT})*"
)
"""What the columns of a timetable's dates and times are called, folded and without asides."""
_TOPIC = re.compile(
    r"议题|议程|日程|主题|题目|活动|内容|环节|项目|论坛|会议|讲座|课程|节目|剧目|影片|电影|片名|"
    r"场次|比赛|赛事|演出|表演|培训|工作坊|事项|"
    r"\b(?:topic|session|event|title|agenda|program(?:me)?|talk|lecture|film|movie|screening|"
    r"activit(?:y|ie)|workshop|class|course|show|match|subject|item)(?:e?s)?\b"
)
_MEASURE = re.compile(
    r"费|价|人数|数量|金额|名额|编号|号码|长度|状态|\b(?:fee|price|cost|number|length|status)s?\b"
)
"""In the heading of what is said of a topic, rather than of topics."""
_ROOM = re.compile(
    r"(?:[a-z]{1,3}-?)?\d{2,4}[a-z]?(?:号|室|房)?|[a-z\d一二三四五六七八九十]+\s*号?(?:厅|馆|轨|室|区|场|台)"
    r"|(?:room|hall|track|stage|zone|court|lab|studio|会场|分会场|轨道|场地)\s*[a-z\d一二三四五六]+"
    r"|.*(?:会场|舞台|讲堂|礼堂|广场|操场|球场|庭院|中心|楼|馆|厅|室|台|轨|线上|院|阁|"
    r"auditorium|ballroom|stage|tent|garden|lawn|plaza|lab|studio|library|gym|track|online|theatre)"
)
"""How rooms are called, folded, where they head columns or rows."""
_PROGRAMME = re.compile(
    r"课|议程|日程|节目|活动|培训|讲座|schedule|timetable|programme|program|agenda|class|course|"
    r"workshop|lesson"
)
_ROSTER = re.compile(
    r"值班|值日|轮值|开放|营业|门诊|价|费|duty|shift|roster|opening|hours|rates?\b"
)
_PLACE = re.compile(
    r"地点|地址|场地|场馆|会场|会议室|教室|地方|[厅室馆]$|"
    r"\b(?:place|venue|location|(?:class)?room|hall|theatre|theater|stage|where)s?\b"
)


def roles(columns: Sequence[Sequence[str]], header: Sequence[str]) -> list[str]:
    """Name each column: as its heading has it, or a timetable's `date`, `time`, `topic`, `place`.

    A timetable's columns of dates and times are called so, if at all; and what takes place has a
    column that is called so, or that is left beside a date, a time and a place. Only where times
    come first does a table of times and topics alone say what takes place when. One of weekdays or
    of other dates, such as deadlines, is none.
    """
    width = len(columns)
    names = [*header, *[""] * width][:width]
    folded = [" ".join(_ASIDE.sub(" ", fold(name)).split()) for name in names]

    def first(wanted: Callable[[int], object], among: Sequence[int]) -> int | None:
        return next((at for at in among if wanted(at)), None)

    called_so = [at for at in range(width) if not folded[at] or _WHEN.fullmatch(folded[at])]
    time = first(lambda at: _mostly(columns[at], _is_time), called_so)
    if time is None:
        return names
    date = first(lambda at: _mostly(columns[at], _is_date), called_so)
    others = [at for at in range(width) if at not in (date, time)]
    place = first(lambda at: _PLACE.search(folded[at]), others)
    topics = [
        at
        for at in others
        if at != place
        and not _MEASURE.search(folded[at])
        and not _mostly(columns[at], _is_no_topic)
    ]
    topic = first(lambda at: _TOPIC.search(folded[at]), topics)
    dated = date is not None or any(date_end(text) for text in columns[time])
    if topic is None:
        if not topics or not dated or (place is None and any(folded)):
            return names
        topic = topics[0]
    elif not dated and place is None and time > topic:
        return names
    if not dated and any(_mostly(columns[at], _is_day) for at in others):
        return names
    for at, role in ((date, "date"), (time, "time"), (place, "place"), (topic, "topic")):
        if at is not None:
            names[at] = role
    return names


class Crossing(NamedTuple):
    """What the columns of a programme are headed by, where every other cell is a topic."""

    role: str
    """`place`, `date` or `time`."""
    sides: dict[int, str]
    """The columns at the side that head the rows, with the roles of their cells."""


def crossing(
    columns: Sequence[Sequence[str]], header: Sequence[str], about: Sequence[str]
) -> Crossing | None:
    """Tell whether a table is a programme with rooms, days or times as its columns.

    Times, or rooms or days, head its rows then, and every other cell says what takes place there
    and then. Days head the columns of rosters too: where they do, `about`, the headings that the
    table stands under, must speak of a programme.
    """
    sides: dict[int, str] = {}
    for at, texts in enumerate(columns[:2]):
        for role, fit in (("time", _is_time), ("date", _is_day), ("place", _is_room)):
            if role not in sides.values() and _mostly(texts, fit):
                sides[at] = role
                break
        else:
            break
    rest = range(len(sides), len(columns))
    names = [fold(name).strip() for name in header[len(sides) : len(columns)]]
    if not sides or len(rest) < 2 or not all(names) or len(names) < len(rest):
        return None
    topics = [text for at in rest for text in columns[at] if text]
    if not topics or _mostly(topics, _is_no_topic):
        return None
    said = fold(" ".join(about))
    programme = bool(_PROGRAMME.search(said)) and not _ROSTER.search(said)
    if "time" in sides.values():
        if "place" not in sides.values() and _mostly(names, _is_room):
            return Crossing("place", sides)
        if "date" not in sides.values() and programme and all(map(_is_day, names)):
            return Crossing("date", sides)
    elif all(map(_is_time, names)) and ("place" in sides.values() or programme):
        return Crossing("time", sides)
    return None


def _is_room(text: str) -> bool:
    folded = " ".join(_ASIDE.sub(" ", fold(text)).split())
    return bool(_PLACE.search(folded) or _ROOM.fullmatch(folded)) and not _is_time(text)


def date_end(text: str) -> int:
    """Return where the date ends that a cell begins with, or 0."""
    found = dates(fold(text[:_LONGEST_WHEN]))
    return found[0].end if found and found[0].start == 0 and found[0].day else 0


def dated(stated: Sequence[Part], words: str) -> list[Part]:
    """Part what is stated in a cell of a date and a time, of these words, if it is one."""
    end = date_end(words)
    if not stated or not end or len(fold(words)) != len(words):
        return list(stated)
    first = stated[0]
    while end < len(words) and not (words[end].isspace() or words[end].isdigit()):
        end += 1  # a weekday in brackets
    start = end
    while start < len(words) and words[start].isspace():
        start += 1
    place = first.span.start
    if place + start >= first.span.end:
        return [first._replace(name="date"), *stated[1:]]
    return [
        Part(Span(place, place + end), first.refs, "date"),
        first._replace(span=Span(place + start, first.span.end)),
        *stated[1:],
    ]


def _mostly(texts: Sequence[str], fit: Callable[[str], bool]) -> bool:
    told = [text for text in texts if text]
    return bool(told) and sum(map(fit, told)) >= _MOSTLY * len(told)


def _is_time(text: str) -> bool:
    if len(text) > _LONGEST_WHEN:
        return False
    rest = fold(text)[date_end(text) :].strip()
    return bool(clocks(rest)) or (len(rest) <= 4 and bool(parts_of_day(rest)))


def _is_date(text: str) -> bool:
    if len(text) > _LONGEST_WHEN or clocks(fold(text)):
        return False
    return bool(date_end(text)) or bool(_DAY.match(fold(text)))


def _is_day(text: str) -> bool:
    return _is_date(text) or bool(_WEEKDAY.match(fold(text)))


def _is_no_topic(text: str) -> bool:
    return _is_time(text) or _is_date(text) or bool(_FIGURE.fullmatch(fold(text)))
