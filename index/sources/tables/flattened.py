"""Tables that were flattened to one cell a line, above all timetables with merged cells.

A timetable shows itself by its lines: a few column headings, then dates, times, topics and
places, where a cell that was merged stands only once. Reading it back gives each row all its
cells: a row without a date or time has the one above it, and a row without a place the place
above it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wuzhen.index.document import Part, Span
from wuzhen.index.text.lines import Line, is_prose

_DATE = re.compile(
    r"(?:\d{4}\s*[年/.-]\s*)?\d{1,2}\s*[月/.-]\s*\d{1,2}\s*[日号號]?"
    r"(?:\s*[(（]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）]?)?"
    r"|第[一二三四五六七八九十\d]+[天日]"
)
_FIRST_CELL = re.compile(
    rf"{_DATE.pattern}|\d{{4}}\s*年?(?:\s*\d{{1,2}}\s*月)?|\d+[.、]?|第.{{1,3}}[屆届名]"
)
_CLOCK = r"\d{1,2}\s*[:：]\s*\d{2}"
_TIME = re.compile(
    rf"(?:[上下中][午]|早上|晚上|晚间|晚間)?\s*{_CLOCK}(?:\s*[-–—~～至到]+\s*(?:{_CLOCK})?)?"
    r"|上午|中午|下午|晚上|晚间|晚間|傍晚|早上|早晨|清晨|凌晨|全天|全日|整天"
)
_DATED_TIME = re.compile(rf"(?P<date>{_DATE.pattern})\s+(?P<time>{_TIME.pattern})")
_PLACE_END = re.compile(
    r"(?:[廳厅場场館馆室樓楼院園园心區区房店宮宫亭台臺堂城吧廊]|廣場|校園|中心|大門|草坪|操場|"
    r"\b(?:hall|room|centre|center|theatre|theater|park|hotel))\s*(?:[(（][^()（）]*[)）])?$",
    re.IGNORECASE,
)
_FIRST_HEADING = re.compile(
    r"(?:日期|日子|星期|时间|时段|时刻|钟点|场次)(?:[/和及与]?(?:日期|时间|时段))?"
    r"|(?:dates?|days?|times?|when|hours?)(?: ?(?:/|&|and) ?(?:dates?|times?))?"
)
"""What a timetable's first column is called, folded."""
_FEWEST_LINES = 6
_FEWEST_TIMES = 2
_LONGEST_HEADER = 8


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that were read, each as its cells: in a timetable date, time, topic, place."""

    rows: tuple[tuple[Part, ...], ...]
    length: int
    """How many of the lines given belong to it, headings included."""


def read_table(run: Sequence[Line]) -> Table | None:
    """Read the table that a run of lines begins with, or return None when there is none.

    The run must begin with the column headings, which number two or more and are short, followed
    by a date, a time, or another first cell that stands again in every row. A heading of the whole
    table is none of a column.
    """
    header = _header(run)
    if header is None or _is_above(run[:header], run[header]):
        return None
    return _timetable(run, header) or _regular_table(run, header)


def _timetable(run: Sequence[Line], header: int) -> Table | None:
    end = header
    while end < len(run) and (_when(run[end]) or not is_prose(run[end])):
        if run[end].text.endswith("]"):
            break
        end += 1
    body = run[header:end]
    times = sum(1 for line in body if "time" in _when(line))
    if len(body) < _FEWEST_LINES or times < _FEWEST_TIMES:
        return None
    return Table(tuple(_rows(body)), end)


def _regular_table(run: Sequence[Line], header: int) -> Table | None:
    """Read a table with no merged cell: each row has as many lines as there are columns."""
    end = header
    while end < len(run) and not run[end].after_blank and not is_prose(run[end]):
        if run[end].text.endswith("]"):
            break
        end += 1
    body = run[header:end]
    if len(body) < 2 * header or len(body) % header:
        return None
    if not all(_FIRST_CELL.fullmatch(line.text) for line in body[::header]):
        return None
    names = [line.text for line in run[:header]]
    rows = tuple(
        tuple(Part(line.span, (), name) for name, line in zip(names, body[at:], strict=False))
        for at in range(0, len(body), header)
    )
    return Table(rows, end)


def _header(run: Sequence[Line]) -> int | None:
    for place, line in enumerate(run[:6]):
        if _when(line) or _FIRST_CELL.fullmatch(line.text):
            return place if place >= 2 else None
        if len(line.text) > _LONGEST_HEADER or is_prose(line):
            return None
    return None


def _is_above(header: Sequence[Line], cell: Line) -> bool:
    """Tell whether what stands above the first cell begins with a heading of the whole table.

    Columns whose first cell is a date or a time begin where one is called so; any, behind a blank
    line, unless each of them stands behind one.
    """
    places = range(len(header) - 1)  # a column alone is no table
    first = next((at for at in places if _FIRST_HEADING.fullmatch(header[at].folded)), None)
    if first is not None and _when(cell):
        return first > 0
    return header[1].after_blank and not all(line.after_blank for line in header[1:])


def _when(line: Line) -> dict[str, Span]:
    """Return the date and the time that a line consists of, if it is one, the other or both."""
    start = line.span.start
    if both := _DATED_TIME.fullmatch(line.text):
        return {
            name: Span(start + both.start(name), start + both.end(name))
            for name in ("date", "time")
        }
    if _DATE.fullmatch(line.text):
        return {"date": line.span}
    if _TIME.fullmatch(line.text):
        return {"time": line.span}
    return {}


def _rows(body: Sequence[Line]) -> list[tuple[Part, ...]]:
    likely_places = _likely_places(body)
    rows: list[tuple[Part, ...]] = []
    cells: dict[str, Span] = {}
    group: list[Line] = []

    def close() -> None:
        for topic, place in _pairs(group, likely_places):
            if place is not None:
                cells["place"] = place.span
            cells["topic"] = topic.span
            order = ("date", "time", "topic", "place")
            rows.append(tuple(Part(cells[name], (), name) for name in order if name in cells))
        group.clear()

    for line in body:
        when = _when(line)
        if not when:
            group.append(line)
            continue
        close()
        if "date" in when:
            cells.pop("time", None)
        cells.update(when)
    close()
    return rows


def _likely_places(body: Sequence[Line]) -> set[str]:
    """Return the lines that stand where only a place can: second of two between two times."""
    groups: list[list[Line]] = [[]]
    for line in body:
        if _when(line):
            groups.append([])
        else:
            groups[-1].append(line)
    seconds = {group[1].text for group in groups if len(group) == 2}
    often = Counter(line.text for group in groups for line in group)
    return seconds | {text for text, count in often.items() if count > 2}


def _pairs(group: Sequence[Line], likely_places: set[str]) -> list[tuple[Line, Line | None]]:
    """Pair the topics between two times with their places.

    Strictly topic, place, topic, place where the number is even and each second line looks like
    a place; otherwise a line that looks like one belongs to the topic before it.
    """

    def is_place(line: Line) -> bool:
        return line.text in likely_places or bool(_PLACE_END.search(line.text))

    pairs: list[tuple[Line, Line | None]] = []
    even = len(group) % 2 == 0 and all(is_place(line) for line in group[1::2])
    for place, line in enumerate(group):
        is_second = place % 2 == 1 if even else is_place(line)
        if is_second and pairs and pairs[-1][1] is None:
            pairs[-1] = (pairs[-1][0], line)
        else:
            pairs.append((line, None))
    return pairs
