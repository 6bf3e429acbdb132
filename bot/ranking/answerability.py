"""What is known of a question by itself that bears on whether a text answers it."""

import re

from wuzhen.bot.question.answer_types import person
from wuzhen.bot.question.question import Question
from wuzhen.bot.question.reading import Reading
from wuzhen.bot.question.words import phrases
from wuzhen.index.query.concepts import Concept
from wuzhen.index.searching.collection import Collection
from wuzhen.index.searching.mentions import mentions, mentions_year, says
from wuzhen.index.text.analyser import analyse, stem

_CODE = re.compile(r"(?<![a-z])(?:[a-z]+\d+|\d+[a-z]{2,})")
_LIKE = 0.7
_LEANS_UNSAID = 2
"""A question of no more words than this may go on from an earlier one without saying so."""


def may_go_on(reading: Reading, collection: Collection) -> bool:
    """Tell whether a question that does not say so may go on from an earlier one.

    It has few words of its own, and the collection knows them all, or the only one by meaning.
    """
    strange = [c.term for c in reading.words if not _has(collection, c)]
    if not strange:
        return reading.question.asks_something and reading.own <= _LEANS_UNSAID
    likeness = collection.word_likeness(strange) if reading.own == 1 else None
    return likeness is not None and bool((likeness.max(axis=1, initial=0.0) >= _LIKE).all())


def names_anything(reading: Reading, collection: Collection) -> bool:
    """Tell whether any word of a question can be met: by the collection's, or by meaning.

    What is now, of things that no document knows, no document tells.
    """
    now = reading.question.now
    if (collection.vectors is not None and not now) or (reading.words and not reading.own):
        return bool(reading.words)
    return any(_has(collection, concept) for concept in reading.words)


def _has(collection: Collection, concept: Concept) -> bool:
    """Tell whether a collection has a concept in any of its forms."""
    return any(form in collection.vocabulary for form in concept.alternatives)


def _unknown_name(reading: Reading, collection: Collection) -> float:
    """Tell whether a question names someone or something that the collection has not.

    A person, a code (`e6`), or a Latin word that no dictionary of common words has (`kindle`). Its
    capitals tell nothing: a question is read the same however it is typed.
    """
    core = reading.question.core
    persons = [core[a:b] for a, b in person(core)]
    if not all(says(collection, name) for name in persons):
        return 1.0
    codes = {term.term for match in _CODE.finditer(core) for term in analyse(match[0])}
    english = collection.vocabulary.english
    irregular = {stem(form) for form in phrases("irregular")}
    return float(
        any(
            concept.content
            and concept.term.isascii()
            and (
                concept.term in codes
                or (
                    concept.term.isalpha()
                    and concept.term not in irregular
                    and not english.knows(concept.term)
                )
            )
            and not _has(collection, concept)
            for concept in reading.words
        )
    )


def _edition_differs(question: Question, collection: Collection) -> float:
    """Tell whether a question names an edition or a year that its subject's text has not."""
    for value, measure in question.editions:
        if measure in ("届", "期", "版", "季") and not mentions(collection, value, measure):
            return 1.0
    years = {d.year for d in question.dates if d.year}
    return float(bool(years) and not any(mentions_year(collection, year) for year in years))


def about(reading: Reading, collection: Collection) -> dict[str, float]:
    """Return what is known of a question alone that bears on whether the text answers it."""
    words = reading.words
    weights = [collection.concept_weight(c) * c.weight for c in words]
    unknown = sum(
        weight
        for concept, weight in zip(words, weights, strict=True)
        if not _has(collection, concept)
    )
    return {
        "words": min(len(words), 10) / 10,
        "unknown": unknown / (sum(weights) or 1.0),
        "unknown_name": _unknown_name(reading, collection),
        "kinds": float(bool(reading.question.kinds)),
        "yes_no": float(reading.question.yes_no),
        "edition_differs": _edition_differs(reading.question, collection),
    }
