"""The terms of a collection by how they sound, for words typed as others of the same sound."""

from collections.abc import Callable, Iterable, Sequence

from wuzhen.index.storage.sorted_lines import SortedLines, packed
from wuzhen.index.text.analyser import is_word

_LONGEST_WORD = 4


def has_sound(term: str) -> bool:
    """Tell whether a term is found by its sound: a Han word or pair of two characters or more."""
    return len(term) > 1 + (term[0] == "~") and not term.isascii() and term[0] not in "#@"


def heard(term: str, sound: Callable[[str], str]) -> str:
    """Return a term's sound, that of a pair apart from that of a word."""
    return "~" + sound(term[1:]) if term[0] == "~" else sound(term)


def table(terms: Iterable[str], sound: Callable[[str], str]) -> bytes:
    """Return the table of terms by sound, as `Homophones` reads it."""
    return packed(
        f"{heard(term, sound)}\t{term}".encode("utf-8", "surrogatepass")
        for term in terms
        if has_sound(term)
    )


class Homophones:
    """The terms of a collection by their sound, in tables that were made one after the other."""

    def __init__(
        self,
        tables: Sequence[bytes | memoryview],
        sound: Callable[[str], str],
        has: Callable[[str], bool],
    ) -> None:
        """`has` tells whether the collection still has a term. Raises ValueError."""
        self._tables = [SortedLines(one) for one in tables]
        self._sound = sound
        self._has = has

    def of(self, term: str) -> list[str]:
        """Return the collection's terms that sound as a term of two characters or more does."""
        return self._heard(heard(term, self._sound)) if has_sound(term) else []

    def word(self, typed: str) -> str | None:
        """Return the collection's first word of four characters at most that sounds so, or None."""
        words = (term for term in self._heard(self._sound(typed)) if is_word(term))
        return min((word for word in words if len(word) <= _LONGEST_WORD), default=None)

    def _heard(self, said: str) -> list[str]:
        start = f"{said}\t".encode("utf-8", "surrogatepass")
        found = {
            line[len(start) :].decode("utf-8", "surrogatepass")
            for one in self._tables
            for line in one.beginning(start)
        }
        return [term for term in sorted(found) if self._has(term)]
