"""Reading a question into concepts: what to look for, and in which other forms it may stand.

A concept is one thing that a question names. Its alternatives are the terms under which a text
may hold it: the term itself, words that mean the same, words of the same sound where the
question's own stands nowhere in the collection, and the words that an English one may mean.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from wuzhen.index.query.english import English
from wuzhen.index.query.homophones import Homophones
from wuzhen.index.query.synonyms import Synonyms
from wuzhen.index.text.analyser import Term, analyse, is_word, stopwords, words_in
from wuzhen.index.text.fold import fold_with_offsets

Source = Literal["said", "synonym", "sound", "english"]

_SYNONYM_WEIGHT = 0.9
_SOUND_WEIGHT = 0.8
_ENGLISH_WEIGHT = 0.9
_SHARED_WEIGHT = 1e-9


@dataclass(slots=True)
class Concept:
    """One thing that a question names, and the terms under which a text may hold it."""

    term: str
    start: int
    end: int
    alternatives: dict[str, float]
    """Term to weight, at most 1."""
    content: bool = True
    """False for words that carry no subject of their own."""
    weight: float = 1.0
    """How much of it counts: less for what only an earlier question said."""
    sources: dict[str, Source] = field(default_factory=dict)
    """Where each alternative came from."""

    def within(self, spans: Sequence[tuple[int, int]]) -> bool:
        """Tell whether it stands inside one of some stretches of the question."""
        return any(start <= self.start and self.end <= end for start, end in spans)

    def add(self, term: str, weight: float, source: Source) -> None:
        """Add an alternative, or raise the weight of one."""
        if weight > self.alternatives.get(term, 0.0):
            self.alternatives[term] = weight
            self.sources[term] = source


class Vocabulary:
    """The terms of a collection, by frequency, by sound and by English rendering."""

    def __init__(
        self, frequency: Callable[[str], int], english: English, homophones: Homophones
    ) -> None:
        """`frequency` tells in how many blocks a term stands."""
        self.frequency = frequency
        self.english = english
        self.homophones = homophones

    def __contains__(self, term: str) -> bool:
        return self.frequency(term) > 0


def read(text: str, vocabulary: Vocabulary, synonyms: Synonyms) -> list[Concept]:
    """Read a question into concepts, in the order of its terms."""
    terms = analyse(text)
    concepts = [_concept(term) for term in terms]
    _add_synonyms(text, concepts, synonyms)
    _add_english(concepts, vocabulary)
    for concept in concepts:
        if not any(alternative in vocabulary for alternative in concept.alternatives):
            for sounding in vocabulary.homophones.of(concept.term):
                concept.add(sounding, _SOUND_WEIGHT, "sound")
    return concepts


def _concept(term: Term) -> Concept:
    content = not (is_word(term.term) and term.term in stopwords())
    sources: dict[str, Source] = {term.term: "said"}
    return Concept(term.term, term.start, term.end, {term.term: 1.0}, content, sources=sources)


def _add_synonyms(text: str, concepts: list[Concept], synonyms: Synonyms) -> None:
    folded, offsets = fold_with_offsets(text)
    for first, last, group in synonyms.said_in(folded):
        said = folded[first:last]
        start, end = (offsets[first], offsets[last - 1] + 1) if offsets else (first, last)
        inside = [c for c in concepts if c.start >= start and c.end <= end and is_word(c.term)]
        others = [v for v in synonyms.groups[group] if v.text != said]
        whole = [c for c in inside if (c.start, c.end) == (start, end)]
        for concept in whole or inside:
            concept.content = True
            for variant in others:
                words = words_in(variant.text)
                longest = max((len(word) for word in words), default=0)
                for word in words:
                    # A variant cut into several words is proved best by its longest.
                    share = 1.0 if len(words) == 1 or len(word) == longest else 0.5
                    concept.add(word, _SYNONYM_WEIGHT * share, "synonym")


def _add_english(concepts: list[Concept], vocabulary: Vocabulary) -> None:
    latin = [c for c in concepts if c.term.isascii() and c.term.isalpha() and c.content]
    meant = vocabulary.english.words([concept.term for concept in latin])
    for concept in latin:
        for word, weight in meant.get(concept.term, {}).items():
            concept.add(word, _ENGLISH_WEIGHT * weight, "english")
