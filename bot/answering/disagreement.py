"""Two passages that say different things of the same: found from what they hold, not by a list."""

from collections.abc import Callable
from functools import partial

from wuzhen.bot.question.answer_types import Finder, Held
from wuzhen.bot.question.question import Question, disputed
from wuzhen.bot.question.reading import Reading
from wuzhen.bot.ranking.features import Candidate
from wuzhen.index.text.dates import clocks, dates
from wuzhen.index.text.numerals import numbers

_VALUED = frozenset(
    {"date", "time", "count", "money", "percent", "size", "duration", "age", "place"}
)
_COVERED = 0.8
_TWO = 2
Value = tuple[float, str] | str
_EXPLICIT_COVERED = 0.5
_ALIKE_SCORE = 2.5
_EXPLICIT_SCORE = 6.0


def disagreeing(
    reading: Reading, ordered: list[tuple[Candidate, float]], folded: dict[int, str]
) -> list[Candidate]:
    """Return the passages that give different values for what is asked, or none.

    `folded` holds the candidates' folded texts by passage number, of those that are looked at.
    The passages must speak of the same: cover the question's words nearly as well as the first
    does, and hold a value of the same kind, none of which the first holds. A question that says
    outright that it has met two answers (`到底`) is believed more easily, and where it gives them
    they are looked for.
    """
    kinds = [(name, finder) for name, finder in reading.question.kinds if name in _VALUED]
    explicit = bool(disputed(reading.question.core))
    if not explicit:
        # Two counts or sums are as a rule of two things; two dates of one event are not.
        kinds = [(name, finder) for name, finder in kinds if name == "date"]
    if not kinds and not explicit:
        return []
    if not explicit and not reading.specific:
        return []  # of the whole subject many dates are told, each of another thing
    looked_at = [(c, score) for c, score in ordered if c.passage.number in folded]
    if explicit and (said := _holding(reading.question, looked_at, folded)):
        return said
    first, score = ordered[0]
    enough = _EXPLICIT_COVERED if explicit else _COVERED
    reach = _EXPLICIT_SCORE if explicit else _ALIKE_SCORE
    if first["soft_block"] < enough:
        return []
    others = [
        other
        for other, its_score in looked_at[1:]
        if score - its_score <= reach
        and (explicit or min(other["soft"], first["soft"]) >= _COVERED)
        and other["soft_block"] >= min(enough, first["soft_block"])
        # Two rows of a table are two things.
        and not (other.passage.kind == "row" and first.passage.kind == "row")
        and _differ(kinds, folded[first.passage.number], folded[other.passage.number], explicit)
    ]
    # Of the same speaks best what holds the question's words itself.
    return [first, max(others, key=lambda other: other["soft"])] if others else []


def _holding(
    question: Question, ordered: list[tuple[Candidate, float]], folded: dict[int, str]
) -> list[Candidate]:
    """Return for each of the values that a question gives the best passage that holds it."""
    for values in (_day_numbers, _hours, _amounts):
        given = values(question.core)
        if len(given) < _TWO:
            continue
        found: dict[int, Candidate] = {}
        for value in given:
            for candidate, _ in ordered:
                number = candidate.passage.number
                if candidate["soft_block"] >= _EXPLICIT_COVERED and value in values(folded[number]):
                    found.setdefault(number, candidate)
                    break
        if len(found) >= _TWO:
            return list(found.values())
    return []


def _differ(kinds: list[tuple[str, Finder]], first: str, second: str, explicit: bool) -> bool:
    if not kinds and explicit:
        kinds = [("date", _nothing), ("time", _nothing), ("count", _nothing)]
    for name, finder in kinds:
        if name == "place":
            continue
        read = _BY_KIND.get(name) or partial(_values, finder)
        one, two = read(first), read(second)
        if one and two and not one & two:
            return True
        if explicit and one and two and one != two:
            return True
    return False


def _nothing(_: str) -> list[Held]:
    return []


def _days(text: str) -> set[Value]:
    return {f"{d.month or 0}-{d.day}" for d in dates(text) if d.day}


def _day_numbers(text: str) -> set[Value]:
    return {(d.day, "d") for d in dates(text) if d.day}


def _hours(text: str) -> set[Value]:
    return {(clock.hour % 12, "h") for clock in clocks(text)}


def _amounts(text: str) -> set[Value]:
    taken = [(date.start, date.end) for date in dates(text)]
    taken += [(clock.start, clock.end) for clock in clocks(text)]
    return {
        (n.value, "")
        for n in numbers(text)
        if n.value > 1 and not any(start <= n.start < end for start, end in taken)
    }


_BY_KIND: dict[str, Callable[[str], set[Value]]] = {"date": _days, "time": _hours}


def _values(finder: Finder, text: str) -> set[Value]:
    held = finder(text)
    if not held:
        return {(n.value, n.measure) for n in numbers(text) if n.measure}
    found: set[Value] = set()
    for start, end in held:
        piece = text[start:end]
        values = numbers(piece)
        found.update([(values[0].value, values[0].measure)] if values else [piece])
    return found
