"""Cutting runs of Han characters into words: jieba's dictionary and algorithm.

By rjieba, which is jieba in Rust, where it is installed, and by jieba itself elsewhere. The two
cut alike whatever stands in the range of characters that jieba knows, and jieba leaves each
character outside that range to itself; so nothing else is ever given to them.
"""

import functools
import importlib.util
import logging
import re
import sys
from array import array
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from wuzhen.index.storage import cache

_KNOWN = r"\u4e00-\u9fd5"
_PIECES = re.compile(rf"[{_KNOWN}]+|[^{_KNOWN}]")
_STRANGE = re.compile(rf"[^{_KNOWN}]")
_STRANGE_HAN = re.compile(r"[〇\u3400-\u4dff\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Segmenter(Protocol):
    """jieba's dictionary and algorithm; what is cut holds nothing but characters it knows."""

    def cut(self, han: str) -> list[str]:
        """Cut into words, none overlapping."""
        ...

    def cut_for_search(self, han: str) -> list[str]:
        """Cut into words, each behind the shorter words that stand within it."""
        ...

    def has_word(self, han: str) -> bool:
        """Tell whether it is a word of the dictionary."""
        ...


def words(han: str) -> list[str]:
    """Cut a folded run of Han characters into words, none overlapping."""
    if not _STRANGE.search(han):
        return segmenter().cut(han)
    return [word for piece in _PIECES.findall(han) for word in segmenter().cut(piece)]


def search_words(han: str) -> list[str]:
    """Cut a folded run of Han characters into words, each behind the shorter ones within it."""
    cut = segmenter().cut_for_search
    if not _STRANGE.search(han):
        return cut(han)
    return [word for piece in _PIECES.findall(han) for word in cut(piece)]


def cutting(folded: str) -> Callable[[str], list[str]]:
    """Return what cuts each run of a text as `search_words` does: many runs go faster by it."""
    return search_words if is_strange(folded) else segmenter().cut_for_search


def is_strange(folded: str) -> bool:
    """Tell whether a text holds Han characters that jieba does not know."""
    return _STRANGE_HAN.search(folded) is not None


def search_words_with_places(han: str) -> Iterator[tuple[str, int, int]]:
    """Yield the same words, each with its `[start, end)` in the run."""
    start = 0
    for word in words(han):
        for length in (2, 3):
            for at in range(len(word) - length + 1 if len(word) > length else 0):
                if is_word(word[at : at + length]):
                    yield word[at : at + length], start + at, start + at + length
        yield word, start, start + len(word)
        start += len(word)


def is_word(han: str) -> bool:
    """Tell whether a folded run of Han characters is a word of the dictionary."""
    return segmenter().has_word(han)


def frequency(han: str) -> int:
    """Return how often jieba's corpus of some 60 million words has a word; 0 for no word."""
    if _loaded and isinstance(_loaded[0], Jieba):
        return _loaded[0].frequency(han)
    return _whole_dictionary().frequency(han)


@functools.cache
def _whole_dictionary() -> "Jieba":
    return Jieba()


_loaded: list[Segmenter] = []


def segmenter() -> Segmenter:
    """Return the segmenter that cuts the most, its dictionary loaded: rjieba, or else jieba."""
    if not _loaded:
        if _has_rjieba():
            import rjieba

            _loaded.append(rjieba._DEFAULT_JIEBA)
        else:
            _loaded.append(Jieba())
    return _loaded[0]


def load() -> None:
    """Cut by what cuts the most from now on, though something else was opened."""
    if _loaded and isinstance(_loaded[0], Jieba) and _has_rjieba():
        _loaded.clear()


def open_dictionary(folder: Path) -> None:
    """Cut by what is kept in a folder, if it is, and nothing is loaded yet.

    Its dictionary is opened in a hundredth of the time that it takes to load; what it cuts is the
    same, at a speed that is enough for questions.
    """
    if not _loaded and (place := cache.find(folder, _name())):
        _loaded.append(Jieba(place))


def keep_dictionary(folder: Path) -> None:
    """See to it that what `open_dictionary` opens is kept in a folder."""
    if cache.find(folder, _name()) is None:
        cache.keep(folder, _name(), dictionary)


def dictionary() -> dict[str, bytes]:
    """Return jieba's dictionary as files, which `Jieba` opens where they are kept."""
    frequencies, total = Jieba().frequencies()
    words = sorted((word.encode(), n) for word, n in frequencies.items() if n)
    return {
        **cache.sorted_files("words", (word for word, _ in words)),
        "words.frequencies": array("i", (n for _, n in words)).tobytes(),
        "total": str(total).encode(),
    }


def _has_rjieba() -> bool:
    return importlib.util.find_spec("rjieba") is not None


def _name() -> str:
    return f"jieba-{version('jieba')}"


class Jieba:
    """jieba, with a tokenizer of our own filled from the dictionary itself.

    Its usual way reads a cache with `marshal` from the shared temporary directory, where anyone
    may have put it.
    """

    def __init__(self, place: Path | None = None) -> None:
        """`place` is where the dictionary is kept; without it the dictionary is read."""
        jieba = _jieba()
        jieba.setLogLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        if place is None:
            dictionary = self._tokenizer.get_dict_file()
            self._tokenizer.FREQ, self._tokenizer.total = self._tokenizer.gen_pfdict(dictionary)
        else:
            self._tokenizer.FREQ = _Frequencies(place)
            self._tokenizer.total = int((place / "total").read_text("ascii"))
        self._tokenizer.initialized = True

    def frequencies(self) -> tuple[dict[str, int], int]:
        """Return how often each word is used, 0 for what only begins some, and the sum of all."""
        return self._tokenizer.FREQ, self._tokenizer.total

    def cut(self, han: str) -> list[str]:
        """Cut into words, none overlapping."""
        return list(self._tokenizer.cut(han))

    def cut_for_search(self, han: str) -> list[str]:
        """Cut into words, each behind the shorter words that stand within it."""
        return list(self._tokenizer.cut_for_search(han))

    def has_word(self, han: str) -> bool:
        """Tell whether it is a word of the dictionary."""
        return self.frequency(han) > 0

    def frequency(self, han: str) -> int:
        """Return how often the dictionary's corpus has a word; 0 for what is no word."""
        return self._tokenizer.FREQ.get(han) or 0


class _Frequencies:
    """What jieba asks of its dictionary, answered from where it is kept."""

    def __init__(self, place: Path) -> None:
        self._words = cache.Sorted(place, "words")
        self._frequencies = cache.integers(place, "words.frequencies")

    def get(self, word: str, default: int | None = None) -> int | None:
        found = self._words.find(word)
        if found is None:
            return default
        at, whole = found
        return self._frequencies[at] if whole else 0

    def __getitem__(self, word: str) -> int | None:
        return self.get(word)

    def __contains__(self, word: str) -> bool:
        return self._words.find(word) is not None


def _jieba() -> Any:
    """Import jieba without `pkg_resources`, which it would do as well without, and is slow."""
    slow = "pkg_resources"
    blocked = "jieba" not in sys.modules and slow not in sys.modules
    if blocked:
        sys.modules[slow] = None  # type: ignore[assignment]
    try:
        import jieba
    finally:
        if blocked:
            del sys.modules[slow]
    return jieba
