"""Two passages that say different things of the same: found from what they hold, not by a list."""

import re
from functools import partial

from bot.evidence import Candidate
from bot.kinds import Finder, Held
from bot.reading import Reading
from index.dates import dates
from index.numerals import numbers

_EXPLICIT = re.compile(
    r"到底|究竟|两(?:种|个)(?:说法|数|版本|日期|时间|数字|答案)|不一致|不一样|矛盾|对不上|"
    r"出入|哪个才|哪个是对|边个啱|前后|自相|"
    r"\b(?:two different|disagree|agree|contradict|consistent|inconsistent|conflict|"
    r"actual(?:ly)?|really|same)\b"
)
_VALUED = frozenset(
    {"date", "time", "count", "money", "percent", "size", "duration", "age", "place"}
)
_COVERED = 0.8
_EXPLICIT_COVERED = 0.5
_ALIKE_SCORE = 2.5
_EXPLICIT_SCORE = 6.0


def disagreeing(
    reading: Reading, ordered: list[tuple[Candidate, float]], folded: dict[int, str]
) -> Candidate | None:
    """Return the passage that gives another value than the first for what is asked, if one does.

    `folded` holds the candidates' folded texts by passage number. The other passage must speak of
    the same: cover the question's words nearly as well as the first does, and hold a value of
    the same kind, none of which the first holds. A question that says outright that it has met
    two answers (`到底`) is believed more easily.
    """
    kinds = [(name, finder) for name, finder in reading.question.kinds if name in _VALUED]
    explicit = bool(_EXPLICIT.search(reading.question.core))
    if not explicit:
        # Two counts or sums are as a rule of two things; two dates of one event are not.
        kinds = [(name, finder) for name, finder in kinds if name == "date"]
    if not kinds and not explicit:
        return None
    first, score = ordered[0]
    enough = _EXPLICIT_COVERED if explicit else _COVERED
    reach = _EXPLICIT_SCORE if explicit else _ALIKE_SCORE
    if first["soft_block"] < enough:
        return None
    for other, its_score in ordered[1:8]:
        if score - its_score > reach or other["soft_block"] < min(enough, first["soft_block"]):
            continue
        if other.passage.kind == "row" and first.passage.kind == "row":
            continue  # two rows of a table are two things
        if _differ(kinds, folded[first.passage.number], folded[other.passage.number], explicit):
            return other
    return None


def _differ(kinds: list[tuple[str, Finder]], first: str, second: str, explicit: bool) -> bool:
    if not kinds and explicit:
        kinds = [("date", _nothing), ("count", _nothing)]
    for name, finder in kinds:
        if name == "place":
            continue
        read = _days if name == "date" else partial(_values, finder)
        one, two = read(first), read(second)
        if one and two and not one & two:
            return True
        if explicit and one and two and one != two:
            return True
    return False


def _nothing(_: str) -> list[Held]:
    return []


def _days(text: str) -> set[tuple[float, str] | str]:
    return {f"{d.month}-{d.day}" for d in dates(text) if d.day}


def _values(finder: Finder, text: str) -> set[tuple[float, str] | str]:
    held = finder(text)
    if not held:
        return {(n.value, n.measure) for n in numbers(text) if n.measure}
    found: set[tuple[float, str] | str] = set()
    for start, end in held:
        piece = text[start:end]
        values = numbers(piece)
        found.update([(values[0].value, values[0].measure)] if values else [piece])
    return found
