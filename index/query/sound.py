"""How Han characters sound: for words mistyped by another word of the same sound."""

import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from wuzhen.index.storage import cache as kept

# Pairs that many speakers, and so their keyboards, do not keep apart.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"))
_KEPT = 65_536


@lru_cache(maxsize=_KEPT)
def sound(han: str) -> str:
    """Return the toneless pinyin of folded Han characters, syllables joined by spaces."""
    from pypinyin import Style, lazy_pinyin

    return " ".join(_merged(syllable) for syllable in lazy_pinyin(han, style=Style.NORMAL))


def _merged(syllable: str) -> str:
    for full, plain in _MERGED:
        syllable = syllable.replace(full, plain)
    return syllable


def open_sounds(folder: Path, *, hold: bool = False) -> Callable[[str], str]:
    """Return what says the same as `sound` from what is kept in a folder, or `sound` itself.

    It takes pypinyin half a second to load its dictionaries, and milliseconds to open these.
    With `hold` they are read into memory at once, which is worth it from some thousand words on.
    """
    place = kept.find(folder, _name())
    return Sounds(place, hold=hold).sound if place else sound


def keep_sounds(folder: Path) -> None:
    """See to it that what `open_sounds` opens is kept in a folder."""
    if kept.find(folder, _name()) is None:
        kept.keep(folder, _name(), readings)


def _name() -> str:
    return f"pypinyin-{version('pypinyin')}"


def readings() -> dict[str, bytes]:
    """Return pypinyin's dictionaries, as far as `sound` needs them, as files for `Sounds`."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT, RE_HANS
    from pypinyin.contrib.tone_convert import to_normal

    @cache
    def toneless(syllable: str) -> str:
        return _merged(to_normal(syllable))

    singles = {
        code: toneless(readings.split(",")[0])
        for code, readings in PINYIN_DICT.items()
        if RE_HANS.match(chr(code))
    }
    syllables = ["", *dict.fromkeys(singles.values())]
    place_of = {syllable: place for place, syllable in enumerate(syllables)}
    phrases = sorted(phrase for phrase in PHRASES_DICT if all(ord(c) in singles for c in phrase))
    unlike = [""]  # those that do not sound as their characters do singly
    unlike_at = array("i")
    for phrase in phrases:
        said = " ".join(toneless(readings[0]) for readings in PHRASES_DICT[phrase])
        alike = said == " ".join(singles[ord(character)] for character in phrase)
        unlike_at.append(0 if alike else len(unlike))
        unlike += [] if alike else [said]
    characters = array("i", (place_of[singles.get(c, "")] for c in range(max(singles) + 1)))
    return {
        **kept.sorted_files("phrases", (phrase.encode() for phrase in phrases)),
        "phrases.unlike": unlike_at.tobytes(),
        "characters": characters.tobytes(),
        "sounds.json": json.dumps({"syllables": syllables, "unlike": unlike}).encode(),
    }


class _Syllables(dict[str, str]):
    """The syllable of each character, empty where there is none; found when it is first asked."""

    def __init__(self, syllables: Sequence[str], at: Sequence[int]) -> None:
        super().__init__()
        self._syllables = syllables
        self._place = at

    def __missing__(self, character: str) -> str:
        code = ord(character)
        said = self._syllables[self._place[code]] if code < len(self._place) else ""
        self[character] = said
        return said


class Sounds:
    """Says how Han characters sound, as `sound` does, from what `readings` returned."""

    def __init__(self, place: Path, *, hold: bool = False) -> None:
        self._phrases = kept.Sorted(place, "phrases")
        self._unlike_at = kept.integers(place, "phrases.unlike")
        content = json.loads((place / "sounds.json").read_bytes())
        self._syllables = _Syllables(content["syllables"], kept.integers(place, "characters"))
        self._unlike: list[str] = content["unlike"]
        self._pair: Callable[[str], str | None] = self._unlike_pair
        self.sound: Callable[[str], str] = self._sound
        """Returns the toneless pinyin of folded Han characters, syllables joined by spaces."""
        if hold:
            self._phrases.hold()
            self._pair = self._unlike_pairs().get
        else:
            self.sound = lru_cache(maxsize=_KEPT)(self._sound)

    def _sound(self, han: str) -> str:
        syllables = self._syllables
        if len(han) == 2:  # what `_cut` comes to, for nearly all that is asked
            one, other = syllables[han[0]], syllables[han[1]]
            if one and other:
                return self._pair(han) or f"{one} {other}"
            return sound(han)
        if not all(syllables[character] for character in han):
            return sound(han)
        return " ".join(self._cut(han))

    def _unlike_pair(self, han: str) -> str | None:
        at, whole = self._phrases.find(han) or (0, False)
        return self._unlike[self._unlike_at[at]] if whole else None

    def _unlike_pairs(self) -> dict[str, str]:
        """Return all phrases of two characters that do not sound as these do singly."""
        places = (place for place, unlike in enumerate(self._unlike_at) if unlike)
        phrases = ((place, self._phrases.text(place)) for place in places)
        return {text: self._unlike[self._unlike_at[at]] for at, text in phrases if len(text) == 2}

    def _cut(self, han: str) -> Iterator[str]:
        """Yield the sounds of the longest phrases from the left, and of single characters.

        As pypinyin cuts: where nothing but the beginning of a longer phrase is left, what phrases
        stand within that is not looked at.
        """
        start = 0
        while start < len(han):
            end, unlike = start + 1, 0
            for length in range(1, len(han) - start + 1):
                found = self._phrases.find(han[start : start + length])
                if found is None:
                    break
                at, whole = found
                if whole:
                    end, unlike = start + length, self._unlike_at[at]
            else:
                end = len(han) if end == start + 1 else end
            yield self._unlike[unlike] or " ".join(map(self._syllables.__getitem__, han[start:end]))
            start = end
