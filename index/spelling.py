"""Mistyped words of a question, set right by what the collection holds.

A Han word typed as others of the same sound (`開木式` for `開幕式`) is known by its sound; a Latin
one (`inteligence`) by the nearest of the words that the collection's languages have.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property

from index import segment
from index.analyser import is_word, stem, stopwords
from index.sound import sound

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_WORD = re.compile(r"[a-z]+")
_LONGEST = 4
_SHORTEST_LATIN = 5
_NEAR = 84.0


def by_sound(vocabulary: Iterable[str], sound: Callable[[str], str] = sound) -> dict[str, str]:
    """Return the Han words of a vocabulary that may be set right to, each by its sound."""
    found: dict[str, str] = {}
    for word in sorted(vocabulary):
        if is_word(word) and not word.isascii() and 2 <= len(word) <= _LONGEST:
            found.setdefault(sound(word), word)
    return found


class Speller:
    """Sets words right after the vocabulary of a collection and of its dictionaries."""

    def __init__(
        self,
        vocabulary: Collection[str],
        english: Iterable[str],
        correct: Iterable[str],
        sound: Callable[[str], str] = sound,
        heard: Mapping[str, str] | None = None,
    ) -> None:
        """`english` holds the stems to set words right to, `correct` those that need nothing.

        `heard` is what `by_sound` gave for the vocabulary, where that is kept.
        """
        self._vocabulary = vocabulary
        self._sound = sound
        self._by_sound = by_sound(vocabulary, sound) if heard is None else heard
        self._english, self._correct = english, correct

    @cached_property
    def _latin(self) -> list[str]:
        own = (word for word in self._vocabulary if is_word(word) and word.isascii())
        return sorted({*self._english, *own, *stopwords()})

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset({*self._latin, *self._correct})

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
        right = self._by_sound.get(self._sound(window))
        if right is None or right == window or len(right) != len(window):
            return None
        return right

    def _latin_word(self, match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < _SHORTEST_LATIN or stem(word) in self._known or word in self._known:
            return word
        from rapidfuzz import fuzz, process

        near = process.extractOne(stem(word), self._latin, scorer=fuzz.ratio, score_cutoff=_NEAR)
        return str(near[0]) if near is not None and near[0][0] == word[0] else word
