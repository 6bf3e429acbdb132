"""Mistyped words of a question, set right by what the collection holds.

A Han word typed as others of the same sound (`開木式` for `開幕式`) is known by its sound; a Latin
one (`inteligence`) by the nearest of the words that the collection's languages have.

A correction that is wrong costs more than one that is missed, so a word is left alone unless it is
far less likely than its correction: what the collection says, what common words may be said in a
row, names in pinyin and derived English words stay as they were typed.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from wuzhen.index.query.concepts import Vocabulary
from wuzhen.index.text import segment
from wuzhen.index.text.analyser import stem, stopwords

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_WORD = re.compile(r"(?<![a-z\d])[a-z]+(?![a-z\d])")
_LONGEST = 4
_SHORTEST_LATIN = 5
_NEAR = 84.0

# Of jieba's corpus: a word must be so many times likelier than what was typed as words in a row.
_CORPUS_WORDS = 6e7
_LIKELIER = 150.0
_SURELY_LIKELIER = 3000.0
_PREPOSITIONS = frozenset("离距往沿经按靠")
_NUMERALS = frozenset("一二三四五六七八九十百千万亿两几半")
_UNITS = frozenset("年季月周日时秒里厘毫斤元角")
_OWN_WORD_SEEN = 2
"""In so many blocks the collection must have a word that no dictionary has, to be corrected to."""
_PINYIN = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?"
    r"(?:i?ang|i?ong|ueng|u?ang|eng|ing|u?an|ian|i?ao|u?ai|u?ei|u?en|in|un|ou|iu|ui|ie|ue|ia|ua|uo|"
    r"[aeiouv])){2,3}"
)
_PREFIXES = ("re", "un", "non", "pre", "over", "out")
_SUFFIXES = ("er", "r", "or", "ish", "less", "ful", "ness")


class Speller:
    """Sets words right after the vocabulary of a collection and of its dictionaries."""

    def __init__(
        self, vocabulary: Vocabulary, latin: Callable[[], Iterable[str]], correct: Iterable[str]
    ) -> None:
        """`latin` returns the collection's Latin words; `correct` are others that are right."""
        self._vocabulary = vocabulary
        self._latin, self._correct = latin, correct

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset({*self._latin(), *self._correct, *stopwords()})

    @cached_property
    def _every(self) -> list[str]:
        return sorted(self._own | self._vocabulary.english.stems)

    def _is_right(self, word: str) -> bool:
        """Tell whether a word is one that others may be set right to."""
        return word in self._own or self._vocabulary.english.renders(word)

    def _is_known(self, word: str) -> bool:
        return self._is_right(word) or self._vocabulary.english.knows(word)

    def spelled(self, folded: str) -> str:
        """Return a folded question with its mistyped words set right."""
        return _LATIN_WORD.sub(self._latin_word, _HAN_RUN.sub(self._han_run, folded))

    def _han_run(self, match: re.Match[str]) -> str:
        run = match[0]
        tokens = segment.words(run)
        starts = [0]
        for token in tokens:
            starts.append(starts[-1] + len(token))
        corrected = list(run)
        at = 0
        while at < len(tokens):
            for count in range(min(_LONGEST, len(tokens) - at), 0, -1):
                window = run[starts[at] : starts[at + count]]
                if right := self._same_sound(window, tokens[at : at + count]):
                    corrected[starts[at] : starts[at + count]] = right
                    at += count - 1
                    break
            at += 1
        return "".join(corrected)

    def _same_sound(self, window: str, tokens: list[str]) -> str | None:
        """Return the collection's word that sounds as a window does, if the window is no word."""
        if not 2 <= len(window) <= _LONGEST or window in self._vocabulary:
            return None
        if segment.is_word(window) or any(c in stopwords() for c in (*tokens, *window)):
            return None
        if all(len(token) > 1 and segment.is_word(token) for token in tokens):
            return None
        right = self._vocabulary.homophones.word(window)
        if right is None or right == window or len(right) != len(window):
            return None
        return right if self._is_likelier(right, window) else None

    def _is_likelier(self, right: str, window: str) -> bool:
        """Tell whether a word is far likelier than the characters typed, said as words in a row."""
        vocabulary = self._vocabulary
        if all(f"~{window[at : at + 2]}" in vocabulary for at in range(len(window) - 1)):
            return False  # the collection says it, cut otherwise
        if not _NUMERALS.isdisjoint(window + right) or not _UNITS.isdisjoint(window):
            return False
        changed = [typed for typed, one in zip(window, right, strict=True) if typed != one]
        expected = segment.frequency(right)
        if not expected:
            return len(changed) == 1 and vocabulary.frequency(right) >= _OWN_WORD_SEEN
        if len(window) > 2:
            return len(changed) < len(window)
        if len(changed) == 1 and vocabulary.frequency(changed[0]) > 0:
            return False  # a word of the collection by itself
        one, other = (segment.frequency(character) or 1 for character in window)
        surely = len(changed) > 1 or not _PREPOSITIONS.isdisjoint(window)
        likelier = _SURELY_LIKELIER if surely else _LIKELIER
        return expected >= likelier * one * other / _CORPUS_WORDS

    def _latin_word(self, match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < _SHORTEST_LATIN or self._is_known(stem(word)) or self._is_known(word):
            return word
        if _PINYIN.fullmatch(word) or self._is_derived(stem(word)):
            return word
        from rapidfuzz import fuzz, process

        near = process.extract(
            stem(word), self._every, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None
        )
        right = next((one for one, *_ in near if self._is_right(one)), None)
        if right is None or right[0] != word[0] or right in stopwords():
            return word
        # A longer word (solaris) is another than the one that it begins with, but for a letter
        # typed twice (unitt).
        rest = stem(word)[len(right) :]
        return word if word.startswith(right) and rest.strip(right[-1]) else right

    def _is_derived(self, one: str) -> bool:
        """Tell whether a stem is a known word with a prefix or suffix: remade, hiker."""
        bare = [one.removeprefix(prefix) for prefix in _PREFIXES]
        bare += [one.removesuffix(suffix) for suffix in _SUFFIXES]
        return any(
            len(rest) > 3 and (self._is_known(rest) or self._is_known(stem(rest)))
            for rest in bare
            if rest != one
        )
