"""Greetings, thanks, laughter and "who are you": met kindly, and never searched for."""

import re
from functools import cache
from importlib.resources import files

from index.fold import fold

PADDING = "padding"


def small_talk(text: str) -> str | None:
    """Return the kind of small talk that a text consists of, or None when it asks something.

    The kinds are the names of the phrases that meet them: `greeting`, `thanks`, `farewell`,
    `identity`, `laughter`. A text of nothing but signs or emoji is met as a greeting.
    """
    folded = fold(text).replace("’", "'")
    if not any(c.isalnum() for c in folded):
        return "greeting"
    said: list[str] = []

    def strike(match: re.Match[str]) -> str:
        said.append(_kinds()[" ".join(match[0].split())])
        return " \ufffc "

    rest = _form().sub(strike, folded)
    rest = re.sub(r"(?<![a-z])[ha]{4,}(?![a-z])|(?<!\d)2?3{3,}(?!\d)|(?<!\d)6{3,}(?!\d)", "", rest)
    kinds = [kind for kind in said if kind != PADDING]
    if any(c.isalnum() for c in rest) or not (kinds or said):
        return None
    if not kinds:
        return "greeting" if len(folded.strip()) <= 2 else None
    return next((kind for kind in ("identity", "farewell", "thanks") if kind in kinds), kinds[0])


@cache
def _kinds() -> dict[str, str]:
    text = files("bot").joinpath("smalltalk.txt").read_text(encoding="utf-8")
    kinds: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("#") or ":" not in line:
            continue
        kind, phrases = line.split(":", 1)
        for phrase in phrases.split("|"):
            kinds.setdefault(fold(phrase.strip()), kind)
    return kinds


@cache
def _form() -> re.Pattern[str]:
    """Return a pattern of all phrases, the longest first; Latin ones must be whole words."""
    phrases = sorted(_kinds(), key=len, reverse=True)
    shapes = (
        rf"(?<![a-z0-9']){re.escape(phrase)}(?![a-z0-9'])"
        if phrase.isascii()
        else re.escape(phrase)
        for phrase in phrases
    )
    return re.compile("|".join(shapes))
