"""The one analyser of documents and questions: text in, terms with their places out.

A term is a word (Han words by jieba's search mode, Latin words stemmed), a pair of neighbouring
Han characters (`~`), a number (`#`), or a date or time of day (`@`). All of them are folded; a
term's span is its place in the text as it was given.
"""

import functools
import logging
import re
import threading
from collections.abc import Iterator
from typing import NamedTuple

import jieba
import snowballstemmer

from index.dates import Date, clocks, dates
from index.fold import fold_with_offsets
from index.lexicon import entries
from index.numerals import numbers

VERSION = "1"
"""Changes whenever the same text would give other terms: part of the index's digest."""

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_RUNS = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<latin>[^\W_{_HAN}]+)")


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
    terms = list(_terms(folded))
    if offsets is None:
        return terms
    return [
        Term(term, offsets[start], offsets[end - 1] + 1 if end > start else offsets[start])
        for term, start, end in terms
    ]


def is_word(term: str) -> bool:
    """Tell whether a term is a word, not a pair, a number, a date or a time."""
    return term[0] not in "~#@"


@functools.cache
def stopwords() -> frozenset[str]:
    """Return the words that carry no subject of their own, as terms."""
    words = {word for line in entries("stopwords.txt") for word in line.split()}
    return frozenset(words | {stem(word) for word in words if word.isascii()})


def stem(word: str) -> str:
    """Return the stem of a lower-case Latin word (Porter's second algorithm)."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = snowballstemmer.stemmer("english")
    stemmed: str = _local.stemmer.stemWord(word)
    return stemmed


def words_of(han: str) -> list[str]:
    """Cut a folded run of Han characters into words as a dictionary has them, none overlapping."""
    return list(_segmenter().cut(han))


def is_dictionary_word(han: str) -> bool:
    """Tell whether a folded run of Han characters is a word of the dictionary."""
    return bool(_segmenter().FREQ.get(han))


@functools.cache
def _segmenter() -> jieba.Tokenizer:
    # A tokenizer of our own, filled from the dictionary itself: jieba's usual way reads a cache
    # with `marshal` from the shared temporary directory, where anyone may have put it.
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def _terms(folded: str) -> Iterator[Term]:
    found_dates = dates(folded)
    found_clocks = clocks(folded)
    taken = {place for date in found_dates for place in range(date.start, date.end)}
    taken |= {place for clock in found_clocks for place in range(clock.start, clock.end)}
    masked = "".join(" " if place in taken else c for place, c in enumerate(folded))
    for run in _RUNS.finditer(masked):
        if run["han"]:
            yield from _han(run["han"], run.start())
        elif not run["latin"].isdecimal():
            yield Term(stem(run["latin"]), run.start(), run.end())
    for number in numbers(masked):
        yield Term(f"#{number.value:g}", number.start, number.end)
    for date in found_dates:
        yield from (Term(term, date.start, date.end) for term in _date_terms(date))
    for clock in found_clocks:
        yield Term(f"@{clock.hour:.4g}h", clock.start, clock.end)


def _han(run: str, start: int) -> Iterator[Term]:
    for word, first, last in _segmenter().tokenize(run, mode="search"):
        yield Term(word, start + first, start + last)
    for place in range(len(run) - 1):
        yield Term("~" + run[place : place + 2], start + place, start + place + 2)


def _date_terms(date: Date) -> Iterator[str]:
    if date.year:
        yield f"@{date.year}"
    if date.month:
        yield f"@{date.month}m"
    if date.day:
        yield f"@{date.day}d"
