"""Mistyped words of a question, set right by what the collection holds.

A Han word typed as others of the same sound (`開木式` for `開幕式`) is known by its sound; a Latin
one (`inteligence`) by the nearest of the words that the collection's languages have.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from wuzhen.index.query.concepts import Vocabulary
from wuzhen.index.text import segment
from wuzhen.index.text.analyser import stem, stopwords

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_WORD = re.compile(r"[a-z]+")
_LONGEST = 4
_SHORTEST_LATIN = 5
_NEAR = 84.0


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
        return self._is_right(word) or word in self._vocabulary.english.common

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
        return right

    def _latin_word(self, match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < _SHORTEST_LATIN or self._is_known(stem(word)) or self._is_known(word):
            return word
        from rapidfuzz import fuzz, process

        near = process.extract(
            stem(word), self._every, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None
        )
        right = next((one for one, *_ in near if self._is_right(one)), None)
        return right if right is not None and right[0] == word[0] else word
