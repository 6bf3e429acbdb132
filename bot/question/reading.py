"""Reading a question in its conversation: what it asks, and what earlier questions add to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wuzhen.bot.question.answer_types import kind_spans
from wuzhen.bot.question.question import (
    Question,
    disputed,
    focus,
    interrogatives,
    understand,
    without_support_words,
)
from wuzhen.bot.question.session_words import generic
from wuzhen.index.query.concepts import Concept
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.analyser import is_word

_REMEMBERED_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, the concepts to search for, and the passages that it may lean on."""

    question: Question
    concepts: tuple[Concept, ...]
    own: int
    """How many words of its own say what it is about."""
    before: frozenset[int] = frozenset()
    """The passages that answered earlier questions on the subject."""
    earlier: str = ""
    """The earlier question that it goes on from, as it was read."""
    specific: bool = True
    """Whether any of its words names more than the documents' titles do."""

    @property
    def text(self) -> str:
        """The question as it is understood by itself: behind the one that it goes on from."""
        return f"{self.earlier} {self.question.core}" if self.earlier else self.question.core

    @property
    def thin(self) -> bool:
        """Whether its own words do not say what it is about."""
        return self.own == 0 or (self.question.leaning and self.own <= 2)

    @property
    def words(self) -> list[Concept]:
        """The words among its concepts that carry a subject."""
        return [c for c in self.concepts if c.content and is_word(c.term)]


def read(text: str, collection: Collection) -> Reading:
    """Read a question by itself."""
    question = understand(text, collection.spelled)
    core = without_support_words(question.core) if question.supports else question.core
    concepts = tuple(collection.read(core))
    asking = [*interrogatives(question.core), *disputed(question.core)]
    for concept in concepts:
        if is_word(concept.term) and _overlaps(concept, asking):
            concept.content = False
    asked = [span for spans in kind_spans(question.core).values() for span in spans]
    asking_or_generic = [*asked, *generic(question.core)]
    own = [c for c in concepts if c.content and is_word(c.term) and not c.within(asking_or_generic)]
    specific = any(c.term not in collection.title_terms for c in own)
    return Reading(question, concepts, len(own), specific=specific)


def focus_of(reading: Reading) -> list[Concept]:
    """Return the words that name what is asked for: the attribute, not the thing that has it."""
    words = [c for c in reading.words if c.weight == 1.0]
    for start, end, side in focus(reading.question.core):
        if side == "after":
            found = [c for c in words if start <= c.start < end]
        else:
            found = [c for c in words if start <= c.end < end]
        if found:
            longest = max(c.end - c.start for c in found)
            return [c for c in found if c.end - c.start == longest]
    return []


def continued(reading: Reading, earlier: Reading, answered: Sequence[int]) -> Reading:
    """Read a question as going on from an earlier one and the passages that answered it."""
    known = {c.term for c in reading.concepts}
    remembered = [
        replace(c, weight=c.weight * _REMEMBERED_WEIGHT)
        for c in earlier.concepts
        if c.content and c.term not in known
    ]
    return replace(
        reading,
        concepts=(*reading.concepts, *remembered),
        before=frozenset(answered),
        earlier=earlier.question.core,
        own=max(reading.own, earlier.own),
    )


def _overlaps(concept: Concept, spans: Sequence[tuple[int, int]]) -> bool:
    """Tell whether at least half of a concept lies in one of the spans."""
    return any(
        2 * (min(end, concept.end) - max(start, concept.start)) >= concept.end - concept.start
        for start, end in spans
    )
