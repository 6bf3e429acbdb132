"""The one analyser of documents and questions: text in, terms with their places out.

A term is a word (Han words by jieba's search mode, Latin words stemmed), a pair of neighbouring
Han characters (`~`), a number (`#`), or a date or time of day (`@`). All of them are folded; a
term's span is its place in the text as it was given.
"""

import functools
import re
import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import Stemmer

from wuzhen.index.lexicon import entries
from wuzhen.index.text import segment
from wuzhen.index.text.dates import Clock, Date, clocks, dates
from wuzhen.index.text.fold import fold, fold_with_offsets
from wuzhen.index.text.numerals import Number, has_digit, numbers

VERSION = "2"
"""Changes whenever the same text would give other terms: part of the index's digest."""

HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
"""The characters of Han words and pairs, for a class of a regular expression."""
_RUNS = re.compile(rf"(?P<han>[{HAN}]+)|(?P<latin>[^\W_{HAN}]+)")

_STEMS_KEPT = 65_536
_PHRASES_KEPT = 16_384
# A stemmer works on the word within itself, so two threads cannot share one.
_local = threading.local()


class Term(NamedTuple):
    """A term and the span of the text that it was read from."""

    term: str
    start: int
    end: int


def analyse(text: str) -> list[Term]:
    """Return the terms of a text: words first, then pairs, numbers, dates and times."""
    folded, offsets = fold_with_offsets(text)
    found = list(_terms(folded))
    if offsets is None:
        return found
    return [
        Term(term, offsets[start], offsets[end - 1] + 1 if end > start else offsets[start])
        for term, start, end in found
    ]


def terms(text: str) -> list[str]:
    """Return the terms of a text as `analyse` does, without their places: several times faster."""
    masked, counted = figures(fold(text))
    found: list[str] = []
    search_words = segment.cutting(masked)
    for han, latin in _RUNS.findall(masked):
        if han:
            found += search_words(han)
            found += [f"~{one}{other}" for one, other in pairwise(han)]
        elif not latin.isdecimal():
            found.append(stem(latin))
    return found + counted


def figures(folded: str) -> tuple[str, list[str]]:
    """Return a folded text with its dates and times blanked, and its numbers and these as terms."""
    if not has_digit(folded):
        return folded, []
    masked, found_dates, found_clocks = _masked(folded)
    found = [_number_term(number) for number in numbers(masked)]
    for date in found_dates:
        found += _date_terms(date)
    found += [_clock_term(clock) for clock in found_clocks]
    return masked, found


@functools.lru_cache(maxsize=_PHRASES_KEPT)
def words_in(phrase: str) -> tuple[str, ...]:
    """Return the words of a short text that is asked for again and again, as terms."""
    return tuple(term.term for term in analyse(phrase) if is_word(term.term))


def is_word(term: str) -> bool:
    """Tell whether a term is a word, not a pair, a number, a date or a time."""
    return term[0] not in "~#@"


@functools.cache
def stopwords() -> frozenset[str]:
    """Return the words that carry no subject of their own, as terms."""
    words = {word for line in entries("stopwords.txt") for word in line.split()}
    return frozenset(words | {stem(word) for word in words if word.isascii()})


@functools.lru_cache(maxsize=_STEMS_KEPT)
def stem(word: str) -> str:
    """Return the stem of a lower-case Latin word (Porter's second algorithm)."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    stemmed: str = _local.stemmer.stemWord(word)
    return stemmed


def _terms(folded: str) -> Iterator[Term]:
    masked, found_dates, found_clocks = _masked(folded)
    for run in _RUNS.finditer(masked):
        if run["han"]:
            yield from _han(run["han"], run.start())
        elif not run["latin"].isdecimal():
            yield Term(stem(run["latin"]), run.start(), run.end())
    for number in numbers(masked):
        yield Term(_number_term(number), number.start, number.end)
    for date in found_dates:
        yield from (Term(term, date.start, date.end) for term in _date_terms(date))
    for clock in found_clocks:
        yield Term(_clock_term(clock), clock.start, clock.end)


def _masked(folded: str) -> tuple[str, list[Date], list[Clock]]:
    """Return a folded text with its dates and times blanked, and these."""
    found_dates, found_clocks = dates(folded), clocks(folded)
    spans = [(date.start, date.end) for date in found_dates]
    spans += [(clock.start, clock.end) for clock in found_clocks]
    masked = folded
    for start, end in spans:
        masked = masked[:start] + " " * (end - start) + masked[end:]
    return masked, found_dates, found_clocks


def _han(run: str, start: int) -> Iterator[Term]:
    for word, first, last in segment.search_words_with_places(run):
        yield Term(word, start + first, start + last)
    for place in range(len(run) - 1):
        yield Term("~" + run[place : place + 2], start + place, start + place + 2)


def _number_term(number: Number) -> str:
    return f"#{number.value:g}"


def _clock_term(clock: Clock) -> str:
    return f"@{clock.hour:.4g}h"


def _date_terms(date: Date) -> Iterator[str]:
    if date.year:
        yield f"@{date.year}"
    if date.month:
        yield f"@{date.month}m"
    if date.day:
        yield f"@{date.day}d"
