"""Dates and times of day in a text, in every form in which people write them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from wuzhen.index.text.numerals import HAN_DIGITS, to_value

_N = rf"(?:\d{{1,2}}|[{HAN_DIGITS}]{{1,3}})"
_REPUBLIC = rf"民国\s*(?P<republic>\d{{1,3}}|[{HAN_DIGITS}]{{1,5}}|元)"
"""A year of the Republic of China, whose first is 1912."""
_YEAR = (
    rf"(?:(?P<year>\d{{4}}|[〇零一二三四五六七八九]{{4}})|{_REPUBLIC}|"
    r"(?<!\d)(?P<bare>1[0-4]\d)(?=\s*年))\s*(?:年|[-/.])\s*"
)
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_MONTH_WORD = r"(?P<word>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_B = r"(?a:\b)"  # between Latin script and Han too, as in 喺Dec 4朝早
_TH = r"(?:st|nd|rd|th)?"
_TO = rf"(?:\s*(?:-|–|—|~|to|until|till|through)\s*(?P<day2>\d{{1,2}}){_TH}{_B}(?!:))?"
_D = rf"[\d{HAN_DIGITS}]"


@dataclass
class _Form:
    """A way of writing dates or times, and what is found faster and is part of each of them."""

    expression: str
    mark: str
    signs: str
    """Each of them has one of these behind a digit; `a` stands for any letter anywhere."""

    # Compiled when it is first needed: most questions hold no date.
    @cached_property
    def matches(self) -> Callable[[str], Iterator[re.Match[str]]]:
        return re.compile(self.expression).finditer

    @cached_property
    def marked(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(self.mark).search


_compiled = cache(re.compile)


_SHORT_MONTH = "[jfmasond](?:an|eb|ar|pr|ay|un|ul|ug|ep|ct|ov|ec)"
_SIGNS = rf"{_D}\s*([年月日号/.-]|(?<=[12])[90](?=\d\d))"
_LETTER = "[a-z]"
"""One of the two is part of every date: they are looked for once, before the forms are."""
_FORMS = (
    _Form(
        rf"(?:{_YEAR})?(?P<month>{_N})\s*月\s*份?(?:底|初)?\s*(?P<day>{_N})\s*[日号]?"
        rf"(?:\s*(?:至|到|-|–|—|~|～)\s*(?:(?P<month2>{_N})\s*月\s*)?(?P<day2>{_N})\s*[日号])?",
        rf"月\s*份?(?:底|初)?\s*{_D}",
        "月",
    ),
    _Form(
        r"(?P<year>\d{4})\s*[-/.]\s*(?P<month>\d{1,2})\s*[-/.]\s*(?P<day>\d{1,2})(?!\d)",
        r"[-/.]\s*\d{1,2}\s*[-/.]",
        "-/.",
    ),
    _Form(
        r"(?<![\d/.])(?:民国\s*)?(?P<republic>1[0-4]\d)\s*(?P<by>[/.])\s*(?P<month>\d{1,2})\s*(?P=by)"
        r"\s*(?P<day>\d{1,2})(?![\d/.])",
        r"[/.]\s*\d{1,2}\s*[/.]",
        "/.",
    ),
    _Form(
        rf"{_B}{_MONTH_WORD}\s+(?P<day>\d{{1,2}}){_TH}{_B}(?!:){_TO}(?:,?\s+(?P<year>\d{{4}}))?",
        _SHORT_MONTH,
        "a",
    ),
    _Form(
        rf"{_B}(?P<day>\d{{1,2}}){_TH}{_TO}\s+(?:of\s+)?{_MONTH_WORD}{_B}(?:,?\s+(?P<year>\d{{4}}))?",
        _SHORT_MONTH,
        "a",
    ),
    _Form(
        r"(?<![\d/.:-])(?P<month>1[0-2]|0?[1-9])\s*/\s*(?P<day>[12]\d|3[01]|0?[1-9])(?![\d/:%])",
        r"/\s*\d",
        "/",
    ),
    _Form(rf"(?:{_YEAR})(?P<month>{_N})\s*月", rf"[年/.-]\s*{_D}{{1,3}}\s*月", "月"),
    _Form(rf"(?P<month>{_N})\s*月(?:份|(?!\d))", rf"{_D}\s*月", "月"),
    _Form(rf"{_B}{_MONTH_WORD}\s+(?P<year>\d{{4}}){_B}", _SHORT_MONTH, "a"),
    _Form(
        rf"(?<![\d第/.-])(?P<day>{_N})\s*(?:至|到|-|–|—|~|～)\s*(?P<day2>{_N})\s*[日号]",
        rf"[至到–—~～-]\s*{_D}{{1,3}}\s*[日号]",
        "日号",
    ),
    _Form(
        rf"(?<![\d第])(?P<day>{_N})\s*[号日](?!楼|线|馆|门|房|店|元|本|常|子|报)"
        rf"(?:\s*(?:至|到|-|–|—|~|～)\s*(?P<day2>{_N})\s*[日号])?",
        rf"{_D}\s*[日号]",
        "日号",
    ),
    _Form(rf"{_B}(?:the|on)\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th){_B}", "[snrt][tdh]", "a"),
    _Form(r"(?P<year>(?:19|20)\d{2}|[一二][〇零一二三四五六七八九]{3})\s*年", rf"{_D}\s*年", "年"),
    _Form(rf"{_REPUBLIC}\s*年", rf"民国\s*(?:元|{_D}{{1,5}})\s*年", "年"),
    _Form(
        r"(?<![\d.,:/-])\b(?P<year>(?:19|20)\d{2})\b(?![\d,:/-]|\.\d)",
        r"[12][90]\d\d(?!\w)",
        "90",
    ),
)


class Date(NamedTuple):
    """A date, or the parts of one that were given, where it stands in a folded text."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None

    def agrees(self, other: "Date") -> bool:
        """Tell whether nothing that both give differs, and at least one thing is shared."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        shared = [(one, two) for one, two in pairs if one is not None and two is not None]
        return bool(shared) and all(one == two for one, two in shared)


def _matches(forms: Sequence[_Form], signs: str, folded: str) -> Iterator[re.Match[str]]:
    """Yield what matches each form, without going through a text for what it cannot hold."""
    held = set(_compiled(signs).findall(folded))
    if _compiled(_LETTER).search(folded):
        held.add("a")
    if not held:
        return
    for form in forms:
        if not held.isdisjoint(form.signs) and form.marked(folded):
            yield from form.matches(folded)


def dates(folded: str) -> list[Date]:
    """Return the dates of a folded text, from left to right; a range gives its two ends."""
    taken: set[int] = set()
    found: list[Date] = []
    for match in _matches(_FORMS, _SIGNS, folded):
        place = range(*match.span())
        if taken.isdisjoint(place) and (read := _read(match)):
            taken.update(place)
            found.extend(read)
    return sorted(found, key=lambda date: date.start)


def _read(match: re.Match[str]) -> list[Date]:
    given = match.groupdict()
    month = _number(given.get("month"), 12)
    if word := given.get("word"):
        month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(word))
    day = _number(given.get("day"), 31)
    if (given.get("month") and month is None) or (given.get("day") and day is None):
        return []
    year_text = given.get("year")
    year = _year(year_text) if year_text else _of_republic(given)
    found = [Date(match.start(), match.end(), year, month, day)]
    if given.get("day2") and (last := _number(given["day2"], 31)):
        month2 = _number(given.get("month2"), 12) or month
        found.append(Date(match.start(), match.end(), year, month2, last))
    return found


def _year(text: str) -> int:
    digits = "".join(str("零一二三四五六七八九".find(c)) if not c.isdecimal() else c for c in text)
    return int(digits.replace("-1", "0"))


def _of_republic(given: Mapping[str, str | None]) -> int | None:
    """Return the common era's year for one of the Republic of China (1 is 1912)."""
    text = given.get("republic") or given.get("bare")
    value = 1 if text == "元" else to_value(text) if text else None
    return 1911 + int(value) if value else None


def _number(text: str | None, largest: int) -> int | None:
    value = to_value(text) if text else None
    return int(value) if value is not None and 1 <= value <= largest else None


# Parts of the day and the hours, from and before, in which people place them.
PARTS_OF_DAY: dict[str, tuple[float, float]] = {
    "early": (4, 8),
    "morning": (4, 12),
    "noon": (11.5, 13.5),
    "afternoon": (12, 18.5),
    "evening": (17.5, 24),
    "day": (0, 24),
}
_PART_WORDS = {
    "early": "凌晨|清晨|early morning",
    "morning": "上午|早上|早晨|朝早|上昼|一早|早场|mornings?|a\\.?m\\.?(?![a-z])|forenoon",
    "noon": "中午|正午|晏昼|noon|midday|lunchtime",
    "afternoon": "下午|午后|下昼|afternoons?|p\\.?m\\.?(?![a-z])",
    "evening": "晚上|夜晚|傍晚|今晚|当晚|晚间|夜间|晚场|夜里"
    "|evenings?|tonight|at night|nights?(?=\\b)",
    "day": "全天|整天|全日|成日|all day",
}
_PART = re.compile(
    "|".join(rf"(?P<{name}>(?<![a-z])(?:{words}))" for name, words in _PART_WORDS.items())
)
_CLOCK_SIGNS = rf"{_D}\s*([点时點:])"
_CLOCK_FORMS = (
    _Form(
        r"(?<!\d)(?P<hour>[01]?\d|2[0-4])\s*:\s*(?P<minute>[0-5]\d)(?!\d)"
        rf"\s*(?P<half>[ap]\.?m{_B}\.?)?",
        r":\s*\d",
        ":",
    ),
    _Form(
        rf"(?P<hour>{_N})\s*(?:点钟|点|时(?!间|候|代|期|尚)|點)"
        rf"(?:(?P<half_past>半)|(?P<quarter>[一三])刻|(?P<minute>{_N})分?(?!钟))?",
        rf"{_D}\s*[点时點]",
        "点时點",
    ),
    _Form(
        rf"{_B}(?P<hour>1[0-2]|0?[1-9])(?:[.:](?P<minute>[0-5]\d))?\s*(?P<half>[ap]\.?m{_B}\.?)",
        r"[ap]\.?m",
        "a",
    ),
    _Form(rf"{_B}(?P<hour>1[0-2]|0?[1-9])\s*o'?clock{_B}", "clock", "a"),
)


class Clock(NamedTuple):
    """A time of day in hours from midnight, where it stands in a folded text."""

    start: int
    end: int
    hour: float
    sure: bool = True
    """False for an hour up to twelve that nothing places before or after noon."""


def clocks(folded: str) -> list[Clock]:
    """Return the times of day of a folded text, from left to right."""
    taken: set[int] = set()
    found: list[Clock] = []
    for match in _matches(_CLOCK_FORMS, _CLOCK_SIGNS, folded):
        place = range(*match.span())
        if taken.isdisjoint(place) and (clock := _read_clock(match, folded)):
            taken.update(place)
            found.append(clock)
    return sorted(found, key=lambda clock: clock.start)


def _read_clock(match: re.Match[str], folded: str) -> Clock | None:
    given = match.groupdict()
    hour = to_value(match["hour"])
    if hour is None or hour > 24:
        return None
    minute = to_value(given["minute"]) if given.get("minute") else 0
    if given.get("half_past"):
        minute = 30
    elif given.get("quarter"):
        minute = 15 if given["quarter"] == "一" else 45
    if minute is None or minute >= 60:
        return None
    before = parts_of_day(folded[max(0, match.start() - 8) : match.start()])
    half = (given.get("half") or "").replace(".", "")
    later = half == "pm" or (not half and before and before[-1] in ("afternoon", "evening"))
    if later and hour < 12:
        hour += 12
    elif hour == 12 and (half == "am" or (not half and before[-1:] == ["early"])):
        hour = 0
    elif hour == 12 and not half and before[-1:] == ["evening"]:
        hour = 24
    elif hour < 6 and not half and before[-1:] == ["noon"]:
        hour += 12
    written_out = ":" in match[0] and len(match["hour"]) == 2
    sure = bool(half or before or hour > 12 or written_out)
    return Clock(match.start(), match.end(), hour + minute / 60, sure)


def parts_of_day(folded: str) -> list[str]:
    """Return the parts of the day named in a folded text (keys of `PARTS_OF_DAY`), in order."""
    return [str(match.lastgroup) for match in _PART.finditer(folded)]


def part_of_day_spans(folded: str) -> list[tuple[int, int]]:
    """Return where a folded text names parts of the day."""
    return [match.span() for match in _PART.finditer(folded)]
