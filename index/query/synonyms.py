"""Words that mean the same, from lists that people edit: synonyms, and an English glossary."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from wuzhen.index.lexicon import GLOSSARY, SYNONYMS, entries
from wuzhen.index.text.analyser import analyse, is_word
from wuzhen.index.text.fold import fold


class Variant(NamedTuple):
    """One way of saying a thing: its folded text and, for Latin script, its terms in order."""

    text: str
    terms: tuple[str, ...]


class Synonyms:
    """Groups of ways of saying the same thing, and where a text says one of them."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read lines of `one = other = third`; those that name no two of them are passed over."""
        self._hold(
            tuple(_variant(piece) for piece in line.split("=") if piece.strip()) for line in lines
        )

    @classmethod
    def of(cls, groups: Iterable[Iterable[tuple[str, Iterable[str]]]]) -> "Synonyms":
        """Make them of groups as `groups` lists them, which saves the analysis of each variant."""
        made = cls(())
        made._hold(tuple(Variant(text, tuple(terms)) for text, terms in one) for one in groups)
        return made

    def _hold(self, groups: Iterable[tuple[Variant, ...]]) -> None:
        self.groups: list[tuple[Variant, ...]] = []
        self._by_term: dict[str, list[tuple[int, Variant]]] = {}
        self._by_text: dict[str, list[int]] = {}
        self._longest = 0
        for variants in groups:
            if len(variants) < 2:
                continue
            for variant in variants:
                if variant.text.isascii():
                    if variant.terms:
                        first = variant.terms[0]
                        self._by_term.setdefault(first, []).append((len(self.groups), variant))
                else:
                    self._by_text.setdefault(variant.text, []).append(len(self.groups))
                    self._longest = max(self._longest, len(variant.text))
            self.groups.append(variants)

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all Latin variants."""
        return frozenset(t for group in self.groups for v in group for t in v.terms)

    def said_in(self, folded: str) -> list[tuple[int, int, int]]:
        """Return `(start, end, group)` for each place where a folded text says a variant."""
        found: list[tuple[int, int, int]] = []
        place = 0
        while place < len(folded):
            for length in range(min(self._longest, len(folded) - place), 0, -1):
                if groups := self._by_text.get(folded[place : place + length]):
                    found.extend((place, place + length, group) for group in groups)
                    place += length - 1
                    break
            place += 1
        latin = [t for t in analyse(folded) if t.term.isascii() and is_word(t.term)]
        for order, term in enumerate(latin):
            for group, variant in self._by_term.get(term.term, ()):
                stretch = latin[order : order + len(variant.terms)]
                if tuple(t.term for t in stretch) == variant.terms:
                    found.append((term.start, stretch[-1].end, group))
        return found


def load(knowledge: Path | None) -> Synonyms:
    """Read the program's lists and those of a knowledge folder."""
    return Synonyms(entries(SYNONYMS, knowledge) + entries(GLOSSARY, knowledge))


def _variant(piece: str) -> Variant:
    folded = fold(piece.strip())
    terms = tuple(t.term for t in analyse(folded) if is_word(t.term)) if folded.isascii() else ()
    return Variant(folded, terms)
