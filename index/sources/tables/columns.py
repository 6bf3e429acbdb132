"""What the columns of a table are: a timetable's dates, times, topics and places, or as headed.

A timetable says what takes place when. A table of other things may well have a column of times,
such as opening hours, departures or deadlines; its columns keep their own names.
"""

import re
from collections.abc import Callable, Sequence

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
