"""Written Cantonese in a question, put into the Mandarin that texts are written in."""

import re
from functools import cache

from wuzhen.bot.question.words import CANTONESE_IN_MANDARIN, lines
from wuzhen.index.text import segment
from wuzhen.index.text.fold import fold

_HAN = re.compile(r"[\u3400-\u9fff]+")


def in_mandarin(folded: str) -> str:
    """Return a folded Cantonese question with its words put into Mandarin, the rest as it was.

    A single character within a word of Mandarin is left: 系 of 关系, 仲 of 仲裁.
    """
    form, words = _words()
    within = _within_words(folded)
    return form.sub(lambda match: match[0] if match.span() in within else words[match[0]], folded)


def _within_words(folded: str) -> frozenset[tuple[int, int]]:
    """Return the places of single characters that stand in a longer word of the dictionary."""
    found: set[tuple[int, int]] = set()
    for run in _HAN.finditer(folded):
        at = run.start()
        for word in segment.words(run[0]):
            if len(word) > 1 and segment.is_word(word):
                found.update((place, place + 1) for place in range(at, at + len(word)))
            at += len(word)
    return frozenset(found)


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    words: dict[str, str] = {}
    for line in lines(CANTONESE_IN_MANDARIN):
        cantonese, _, mandarin = line.partition("=")
        words.setdefault(fold(cantonese.strip()), fold(mandarin.strip()))
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), words
