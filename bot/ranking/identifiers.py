"""Identifiers in a question: model numbers, rooms, versions, codes; what they stand in."""

import re

from wuzhen.bot.question.question import Question

_IDENTIFIER = re.compile(r"[a-z]+[-_]?\d[\da-z]*(?:[-.][\da-z]+)*|\d+[a-z]+[\da-z]*|\d{2,}")
_UNIT = re.compile(r"\d+(?:am|pm|km|cm|mm|kg|hz|th|st|nd|rd|gb|mb|ml|min|days?|years?|hours?)")


def identifiers(question: Question) -> list[str]:
    """Return what a question names by letters and digits, leaving out dates, times and counts."""
    spans = [(date.start, date.end) for date in question.dates]
    spans += [(clock.start, clock.end) for clock in question.clocks]
    counted = {f"{value:g}" for value, _ in question.counts}
    return [
        match[0]
        for match in _IDENTIFIER.finditer(question.core)
        if not any(start <= match.start() < end for start, end in spans)
        and match[0] not in counted
        and not _UNIT.fullmatch(match[0])
    ]


def stands_in(identifier: str, text: str) -> bool:
    """Tell whether a folded text has an identifier whole, not as a part of a longer one."""
    start = text.find(identifier)
    while start >= 0:
        end = start + len(identifier)
        if not _goes_on(text[start - 1 : start]) and not _goes_on(text[end : end + 1]):
            return True
        start = text.find(identifier, start + 1)
    return False


def _goes_on(beside: str) -> bool:
    """Tell whether a character beside an identifier, if there is one, makes it a longer one."""
    return beside.isascii() and beside.isalnum()
