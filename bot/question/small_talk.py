"""Greetings, thanks, laughter and "who are you": met kindly, and never searched for."""

import re
from functools import cache

from wuzhen.bot.question.words import phrases
from wuzhen.index.text.fold import fold

PADDING = "padding"
KINDS = ("greeting", "thanks", "farewell", "identity", "laughter")
"""The names of the phrases that meet small talk."""
# A phrase of two kinds is met as the first.
_KINDS = (*KINDS, PADDING)


def small_talk(text: str) -> str | None:
    """Return the kind of small talk that a text consists of, or None when it asks something.

    The kinds are the names of the phrases that meet them: `greeting`, `thanks`, `farewell`,
    `identity`, `laughter`. A text of nothing but signs or emoji is met as a greeting.
    """
    folded = fold(text).replace("’", "'")
    if not any(c.isalnum() for c in folded):
        return "greeting"
    rest, said = _struck(folded)
    rest = re.sub(r"(?<![a-z])[ha]{4,}(?![a-z])|(?<!\d)2?3{3,}(?!\d)|(?<!\d)6{3,}(?!\d)", "", rest)
    kinds = [kind for kind in said if kind != PADDING]
    if any(c.isalnum() for c in rest) or not (kinds or said):
        return None
    if not kinds:
        return "greeting" if len(folded.strip()) <= 2 else None
    return next((kind for kind in ("identity", "farewell", "thanks") if kind in kinds), kinds[0])


@cache
def _kinds() -> dict[str, str]:
    return {phrase: kind for kind in reversed(_KINDS) for phrase in phrases(kind)}


def _struck(folded: str) -> tuple[str, list[str]]:
    """Strike the phrases out of a text, the longest first; Latin ones must be whole words.

    Returns what is left, and the kinds of the phrases struck.
    """
    kinds = _kinds()
    longest = max(map(len, kinds))
    left: list[str] = []
    said: list[str] = []
    place = 0
    while place < len(folded):
        for length in range(min(longest, len(folded) - place), 0, -1):
            phrase = folded[place : place + length]
            if phrase in kinds and (not phrase.isascii() or _is_whole(folded, place, length)):
                said.append(kinds[phrase])
                left.append(" \ufffc ")
                break
        else:
            length = 1
            left.append(folded[place])
        place += length
    return "".join(left), said


def _is_whole(text: str, start: int, length: int) -> bool:
    around = text[max(0, start - 1) : start] + text[start + length : start + length + 1]
    return not any(c == "'" or (c.isascii() and c.isalnum()) for c in around)
