"""Answers questions from an open collection, as a careful librarian would."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from bot import model as fitted
from bot.answer import Answer, Quote, quote
from bot.disagreement import disagreeing
from bot.evidence import Candidate, Evidence, leads_to_list
from bot.highlight import highlights
from bot.language import language_of
from bot.model import Model, answer_evidence
from bot.parts import parts
from bot.phrases import say
from bot.question import Question, legible
from bot.reading import Reading, continued, read
from bot.schedule import Schedule
from bot.smalltalk import small_talk
from bot.timetable import Row
from index.document import Passage
from index.search import Collection

LONGEST_QUESTION = 2_000
_CANDIDATES = 40
_RELATED = 3
_REMEMBERED = 6
_CONVERSATIONS = 1024
_LOOKED_UP = 0.95
ENOUGH = 0.5
"""The confidence from which a question is answered."""
_SELF_SUFFICIENT = 0.75


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one question of a conversation."""

    reading: Reading
    groups: tuple[tuple[Passage, ...], ...] = ()
    """The passages to quote, those of one quote together."""
    confidence: float = 0.0
    answered: bool = False
    related: tuple[Passage, ...] = ()
    notice: str | None = None
    scores: dict[int, float] = field(default_factory=dict)
    covered: float = 0.0
    """How much of what the question names, by weight, stands in and around the first passage."""
    structured: bool = False
    """Whether it was looked up, by reference or in a timetable, not ranked."""

    @property
    def passages(self) -> list[int]:
        """The numbers of the passages quoted, or nearest when it was refused."""
        quoted = [passage.number for group in self.groups for passage in group]
        return quoted or [passage.number for passage in self.related[:1]]


class Librarian:
    """Answers questions from one collection; an answer depends on nothing but what it is given."""

    def __init__(self, collection: Collection, model: Model | None = None) -> None:
        self.collection = collection
        meaning = collection.vectors is not None
        self.model = model or fitted.load(fitted.WITH_MEANING if meaning else fitted.WORDS_ALONE)
        self.evidence = Evidence(collection)
        self.schedule = Schedule(collection)
        # A conversation asks its earlier questions again with each new one.
        self._before = lru_cache(maxsize=_CONVERSATIONS)(self._find_before)

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer a question; `history` holds the same person's earlier ones, oldest first."""
        asked, question = question, legible(question)
        language = language_of(question)
        if not question.strip():
            return Answer(asked, False, 0.0, notice=say("empty", language))
        if len(question) > LONGEST_QUESTION:
            notice = say("too_long", language, limit=LONGEST_QUESTION)
            return Answer(asked, False, 0.0, notice=notice)
        if talk := small_talk(question):
            return Answer(asked, False, 0.0, notice=say(talk, language))
        found = self.find(question, [legible(text) for text in history])
        quotes = tuple(self._quote_found(found, group) for group in found.groups)
        related = tuple(
            self.quote([passage], score=found.scores.get(passage.number, 0.0))
            for passage in found.related
        )
        said = found.notice
        if not found.answered and said is None:
            said = say("refused" if related else "refused_bare", language)
        return Answer(asked, found.answered, found.confidence, quotes, related, said)

    def find(self, question: str, history: Sequence[str] = ()) -> Found:
        """Find what answers a question, going through the conversation before it."""
        asked = [
            text
            for text in history[-_REMEMBERED:]
            if text.strip() and len(text) <= LONGEST_QUESTION and not small_talk(text)
        ]
        return self._find(question, self._before(tuple(asked)))

    def _find_before(self, history: tuple[str, ...]) -> Found | None:
        """Find what answered the last of some earlier questions, given those before it."""
        return self._find(history[-1], self._before(history[:-1])) if history else None

    def quote(self, passages: Sequence[Passage], *, score: float = 0.0) -> Quote:
        """Quote passages of one document, without highlights."""
        return quote(self.collection.documents[passages[0].document], passages, score=score)

    def context(self, number: int, around: int = 2) -> Quote:
        """Quote a passage with its neighbours in the same section of its document."""
        centre = self.collection.passages[number]
        near = self.collection.passages[max(0, number - around) : number + around + 1]
        same = [p for p in near if p.document == centre.document and p.section == centre.section]
        return self.quote(same)

    def referring(self, reference: str) -> list[Passage]:
        """Return the passages that carry a reference number, in the order of the text."""
        return [p for p in self.collection.passages if reference in p.refs]

    def _find(self, text: str, earlier: Found | None) -> Found:
        alone = read(text, self.collection)
        if earlier is None:
            return self._find_reading(alone)
        if rows := self._same_rows(alone, earlier):
            return rows
        leaning = continued(alone, earlier.reading, earlier.passages)
        if alone.thin:
            return self._find_reading(leaning, earlier)
        found = self._find_reading(alone)
        if found.structured or (found.answered and found.covered >= _SELF_SUFFICIENT):
            return found
        again = self._find_reading(leaning, earlier)
        return again if again.answered else found

    def _same_rows(self, reading: Reading, earlier: Found) -> Found | None:
        """Return the timetable's rows found before, when only their time or place is asked now.

        Or what stands before, after or beside the one row found before.
        """
        rows = [self.schedule.timetable.row_of(p) for group in earlier.groups for p in group]
        known = [row for row in rows if row is not None]
        if not known or len(known) != len(rows) or self.schedule.subject(reading):
            return None
        if len(known) == 1 and (near := self.schedule.near(reading.question, known[0])):
            return _rows_found(reading, near)
        asked = {name for name, _ in reading.question.kinds}
        if asked and asked <= {"time", "date", "place", "duration"} and not reading.question.timed:
            return _rows_found(reading, known)
        return None

    def _find_reading(self, reading: Reading, earlier: Found | None = None) -> Found:
        if reading.question.references:
            return self._find_reference(reading)
        rows = self.schedule.rows_for(reading, earlier.reading if earlier else None)
        if rows:
            return _rows_found(reading, rows)
        found = self._find_passage(reading)
        if not reading.before and not found.structured:
            return self._find_parts(reading, found)
        return found

    def _find_parts(self, reading: Reading, found: Found) -> Found:
        """Answer the questions that a question consists of, when each of them has an answer."""
        asked = parts(reading.question)
        if len(asked) < 2:
            return found
        answers: list[Found] = []
        for text in asked:
            part = read(text, self.collection)
            if part.own == 0:
                part = continued(part, reading, ())
            rows = self.schedule.rows_for(part)
            answers.append(_rows_found(part, rows) if rows else self._find_passage(part))
        if not all(answer.answered for answer in answers):
            return found
        groups = list(dict.fromkeys(group for answer in answers for group in answer.groups))
        if found.answered and all(group in groups for group in found.groups):
            groups.sort(key=lambda group: group not in found.groups)
        confidence = min(answer.confidence for answer in answers)
        scores = {n: s for answer in answers for n, s in answer.scores.items()}
        related = tuple(p for p in found.related if all(p not in group for group in groups))
        return Found(reading, tuple(groups), confidence, True, related, None, scores)

    def _find_reference(self, reading: Reading) -> Found:
        numbers = reading.question.references
        passages = [p for p in self.collection.passages if set(numbers) & set(p.refs)]
        if not passages:
            notice = say("no_reference", reading.question.language, number=numbers[0])
            return Found(reading, notice=notice)
        blocks: dict[int, list[Passage]] = {}
        for passage in passages:
            blocks.setdefault(passage.block, []).append(passage)
        groups = tuple(tuple(block) for block in blocks.values())
        return Found(reading, groups, _LOOKED_UP, answered=True, structured=True)

    def candidates(self, reading: Reading) -> list[Candidate]:
        """Return the passages that may answer, with what speaks for each."""
        scores = self.collection.score(reading.question.core, reading.concepts)
        order = np.argsort(-scores.total, kind="stable")[:_CANDIDATES]
        places = dict.fromkeys([int(place) for place in order])
        places.update(dict.fromkeys(self._near(reading.before)))
        # Asked whether a thing is then, the thing must be found at whatever time it is.
        question = reading.question
        rows = None if question.yes_no else self.schedule.timetable.when(question)
        on = frozenset(row.passage.number for row in rows) if rows else None
        return self.evidence.candidates(reading, scores, places, on)

    def about(self, reading: Reading) -> dict[str, float]:
        """Return what is known of a question alone that bears on whether the text answers it."""
        words = reading.words
        weights = [self.collection.concept_weight(c) * c.weight for c in words]
        unknown = sum(
            weight
            for concept, weight in zip(words, weights, strict=True)
            if not any(form in self.collection.vocabulary for form in concept.alternatives)
        )
        return {
            "words": min(len(words), 10) / 10,
            "unknown": unknown / (sum(weights) or 1.0),
            "kinds": float(bool(reading.question.kinds)),
            "yes_no": float(reading.question.yes_no),
            "edition_differs": self._edition_differs(reading.question),
        }

    def _find_passage(self, reading: Reading) -> Found:
        ordered = self.model.order(self.candidates(reading))
        if not ordered:
            return Found(reading)
        confidence = self.model.confidence(answer_evidence(ordered, self.about(reading)))
        scores = {candidate.passage.number: score for candidate, score in ordered}
        passages = [candidate.passage for candidate, _ in ordered]
        if not reading.words and not reading.before:
            confidence = 0.0
        if confidence < ENOUGH:
            return Found(reading, (), confidence, related=tuple(passages[:_RELATED]), scores=scores)
        groups = self._groups(reading, ordered)
        quoted = [passage for group in groups for passage in group]
        rest = tuple(p for p in passages if p not in quoted)[:_RELATED]
        folded = {c.passage.number: self.evidence.folded(c.passage) for c, _ in ordered[:8]}
        notice = None
        if len(groups) == 1 and (other := disagreeing(reading, ordered, folded)):
            groups.append(self._with_neighbours(other.passage))
            rest = tuple(p for p in rest if p != other.passage)
            notice = say("disagree", reading.question.language)
        covered = ordered[0][0]["covered_block"]
        return Found(reading, tuple(groups), confidence, True, rest, notice, scores, covered)

    def _groups(
        self, reading: Reading, ordered: Sequence[tuple[Candidate, float]]
    ) -> list[tuple[Passage, ...]]:
        """Return the passages to quote for the first candidate: it, and what it cannot do without.

        A sentence that leads to a list brings the list; where a list is asked for and the first
        candidate is one of its items, no better than the others, all of them come.
        """
        first = ordered[0][0]
        passage = first.passage
        if leads_to_list(self.evidence.folded(passage)) and passage.kind == "paragraph":
            items = self._items_after(passage)
            if items:
                return [(passage, *items)]
        if reading.question.listing and passage.kind in ("row", "bullet"):
            siblings = self._siblings(passage)
            covered = {c.passage.number: c["soft"] for c, _ in ordered}
            alike = [s for s in siblings if covered.get(s.number, 0.0) >= 0.9 * first["soft"]]
            if len(alike) > 1 and len(alike) >= 0.6 * len(siblings):
                return [(sibling,) for sibling in siblings]
        if missing := self._other_kinds(reading, passage):
            return [(passage, missing)] if missing.number > passage.number else [(missing, passage)]
        return [self._with_neighbours(passage)]

    def _other_kinds(self, reading: Reading, passage: Passage) -> Passage | None:
        """Return the sentence beside one that holds the kind of thing that the one lacks."""
        kinds = reading.question.kinds
        if len(kinds) < 2 or passage.names:
            return None
        lacking = [finder for _, finder in kinds if not finder(self.evidence.folded(passage))]
        if not lacking or len(lacking) == len(kinds):
            return None
        members = self.collection.blocks[passage.block]
        at = members.index(passage.number)
        for near in (at + 1, at - 1):
            if 0 <= near < len(members):
                other = self.collection.passages[members[near]]
                if all(finder(self.evidence.folded(other)) for finder in lacking):
                    return other
        return None

    def _items_after(self, passage: Passage) -> list[Passage]:
        """Return the bullets right behind a paragraph."""
        if self.collection.blocks[passage.block][-1] != passage.number:
            return []
        items: list[Passage] = []
        for follower in self.collection.passages[passage.number + 1 :]:
            same = follower.document == passage.document and follower.section == passage.section
            if follower.kind != "bullet" or not same:
                break
            items.append(follower)
        return items

    def _siblings(self, passage: Passage) -> list[Passage]:
        """Return the rows or bullets of one section, among which a passage is."""
        return [
            p
            for p in self.collection.passages
            if (p.document, p.section, p.kind) == (passage.document, passage.section, passage.kind)
        ]

    def _near(self, numbers: frozenset[int]) -> list[int]:
        blocks = {self.collection.passages[number].block for number in numbers}
        return [member for block in blocks for member in self.collection.blocks[block]]

    def _with_neighbours(self, passage: Passage) -> tuple[Passage, ...]:
        """Return a passage with the neighbours without which it says nothing."""
        members = self.collection.blocks[passage.block]
        at = members.index(passage.number)
        if passage.names:
            return (passage,)
        if len(passage.text) <= 6 and at + 1 < len(members):
            return (passage, self.collection.passages[members[at + 1]])
        return (passage,)

    def _edition_differs(self, question: Question) -> float:
        """Tell whether a question names an edition or a year that its subject's text has not."""
        for value, measure in question.editions:
            if measure in ("届", "期", "版", "季") and not self.schedule.mentions(value, measure):
                return 1.0
        years = {d.year for d in question.dates if d.year}
        return float(bool(years) and not years & self.schedule.years)

    def _quote_found(self, found: Found, group: Sequence[Passage]) -> Quote:
        document = self.collection.documents[group[0].document]
        marks = [
            mark for passage in group for mark in highlights(found.reading, passage, document.text)
        ]
        score = found.scores.get(group[0].number, found.confidence)
        return quote(document, group, highlights=marks, score=score)


def _rows_found(reading: Reading, rows: Sequence[Row]) -> Found:
    groups = tuple((row.passage,) for row in rows)
    return Found(reading, groups, _LOOKED_UP, answered=True, structured=True)
