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
        before, after = text[start - 1 : start], text[end : end + 1]
        if not _goes_on(identifier[0], before) and not _goes_on(identifier[-1], after):
            return True
        start = text.find(identifier, start + 1)
    return False


def _goes_on(edge: str, beside: str) -> bool:
    """Tell whether a character beside an identifier's edge makes it a longer one."""
    if not beside or not beside.isascii() or not beside.isalnum():
        return False
    return beside.isdigit() or not edge.isdigit() or beside.isalpha()
