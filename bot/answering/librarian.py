"""Answers questions from an open collection, as a careful librarian would."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Self

from wuzhen.bot.answer import Answer, Quote, quote
from wuzhen.bot.answering.articles import find_article
from wuzhen.bot.answering.contents import contents
from wuzhen.bot.answering.disagreement import disagreeing
from wuzhen.bot.answering.highlight import highlights
from wuzhen.bot.answering.quoting import groups as groups_of
from wuzhen.bot.answering.quoting import with_neighbours
from wuzhen.bot.language import language_of
from wuzhen.bot.phrases import Language
from wuzhen.bot.question.about_documents import about_documents
from wuzhen.bot.question.canonical import canonical, legible
from wuzhen.bot.question.compound import own_words, parts, questions
from wuzhen.bot.question.question import bare_reference
from wuzhen.bot.question.reading import Reading, continued, read
from wuzhen.bot.question.small_talk import small_talk
from wuzhen.bot.ranking import model as fitted
from wuzhen.bot.ranking.answerability import about, may_go_on, names_anything
from wuzhen.bot.ranking.features import Candidate, Evidence
from wuzhen.bot.ranking.model import Model, answer_evidence
from wuzhen.bot.ranking.reader import Page, open_reader, page_of
from wuzhen.bot.timetable.lookup import Schedule
from wuzhen.bot.timetable.rows import Row
from wuzhen.index.document import Passage
from wuzhen.index.searching.collection import Collection
from wuzhen.index.searching.mentions import entitled
from wuzhen.index.text.fold import fold

LONGEST_QUESTION = 2_000
_CANDIDATES = 40
_COMPARED = 12
_RELATED = 3
_REMEMBERED = 6
_CONVERSATIONS = 1024
READ = 12
"""Passages that the reader reads for a question: more take longer than they are worth."""
_READ_FIRST = 4
_CLEAR = 3.0
"""Log-odds of a passage's answering from which no others are read: 20 to 1."""
_PAGES_KEPT = 16_384
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
    phrase: str = ""
    """What is to be said of it, by its name in `bot.phrases`, beside what an answer says itself."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What stands in that phrase."""
    scores: dict[int, float] = field(default_factory=dict)
    covered: float = 0.0
    """How much of what the question names, by weight, stands in and around the first passage."""
    structured: bool = False
    """Whether it was looked up, by reference or in a timetable, not ranked."""

    @property
    def nearest(self) -> tuple[Passage, ...]:
        """The first three passages, quoted or not."""
        quoted = tuple(passage for group in self.groups for passage in group)
        return (*quoted, *self.related)[:_RELATED]

    @property
    def passages(self) -> list[int]:
        """The numbers of the passages quoted, or nearest when it was refused."""
        quoted = [passage.number for group in self.groups for passage in group]
        return quoted or [passage.number for passage in self.related[:1]]


class Librarian:
    """Answers questions from one collection; an answer depends on nothing but what it is given."""

    def __init__(
        self,
        collection: Collection,
        model: Model | None = None,
        *,
        page: str | None = None,
        read: bool = True,
        enough: float | None = None,
    ) -> None:
        """Answer from a collection.

        `read` has a reader read the best passages, where one is installed; `enough` is the
        confidence from which a question is answered, where it is not `ENOUGH`.
        """
        self.collection = collection
        self.enough = ENOUGH if enough is None else enough
        self.page = page
        """The address of a page of the documents that quotes lead to, if there is one."""
        self.reader = open_reader(collection) if read else None
        kind = fitted.kind_of(collection, read=self.reader is not None)
        self.model = model or fitted.load(kind)
        self.evidence = Evidence(collection)
        self.schedule = Schedule(collection)
        self._page = lru_cache(maxsize=_PAGES_KEPT)(self._see)
        # A conversation asks its earlier questions again with each new one.
        self._before = lru_cache(maxsize=_CONVERSATIONS)(self._find_before)
        self._alone = lru_cache(maxsize=_CONVERSATIONS)(self._find_alone)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Drop what was remembered of conversations; files close with the last use of them."""
        self._before.cache_clear()
        self._alone.cache_clear()

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer a question; `history` holds the same person's earlier ones, oldest first."""
        asked, question = question, canonical(question)
        language = language_of(legible(asked))
        if met := _met(question):
            limit = {"limit": LONGEST_QUESTION}
            return Answer(asked, False, 0.0, phrase=met, values=limit).said_in(language)
        found = self.find(question, [canonical(text) for text in history])
        quotes = tuple(self._quote_found(found, group) for group in found.groups)
        related = tuple(
            self.quote([passage], score=found.scores.get(passage.number, 0.0))
            for passage in found.related
        )
        phrase = found.phrase
        if not found.answered and not phrase:
            phrase = "refused" if related else "refused_bare"
        values = found.values
        if phrase == "unsaid_parts":
            unsaid = [own_words(legible(asked), str(part)) for part in found.values.values()]
            values = {"questions": " / ".join(unsaid)}
        answer = Answer(asked, found.answered, found.confidence, quotes, related)
        return replace(answer, phrase=phrase, values=values).said_in(language)

    def find(self, question: str, history: Sequence[str] = ()) -> Found:
        """Find what answers a question, going through the conversation before it."""
        asked = [
            text
            for text in history[-_REMEMBERED:]
            if text.strip() and not too_long(text) and not small_talk(text)
        ]
        return self._find(question, self._before(tuple(asked)))

    def _find_before(self, history: tuple[str, ...]) -> Found | None:
        """Find what answered the last of some earlier questions, given those before it."""
        return self._find(history[-1], self._before(history[:-1])) if history else None

    def quote(self, passages: Sequence[Passage], *, score: float = 0.0) -> Quote:
        """Quote passages of one document, without highlights."""
        document = self.collection.documents[passages[0].document]
        return quote(document, passages, score=score).linked(self.page)

    def context(self, number: int, around: int = 2) -> Quote:
        """Quote a passage with its neighbours in the same section of its document."""
        centre = self.collection.passages[number]
        near = self.collection.passages[max(0, number - around) : number + around + 1]
        same = [p for p in near if p.document == centre.document and p.section == centre.section]
        return self.quote(same)

    def referring(self, reference: str) -> list[Passage]:
        """Return the passages that carry a reference number, in the order of the text."""
        return [self.collection.passages[number] for number in self.collection.referring(reference)]

    def _find_alone(self, text: str) -> Found:
        if about := about_documents(text):
            groups = tuple((passage,) for passage in contents(self.collection, about))
            reading = read(text, self.collection)
            return Found(reading, groups, _LOOKED_UP, bool(groups), structured=True)
        return self._find_reading(read(text, self.collection))

    def _find(self, text: str, earlier: Found | None) -> Found:
        if earlier is None or about_documents(text):
            return self._alone(text)
        alone = read(text, self.collection)
        if alone.question.now and not alone.own:
            return self._alone(text)  # what is now has nothing to do with what was said
        if earlier.reading.question.references and (number := bare_reference(alone.question.core)):
            question = replace(alone.question, references=(number,))
            return self._find_reference(replace(alone, question=question))
        if rows := self._same_rows(alone, earlier):
            return rows
        leaning = continued(alone, earlier.reading, earlier.passages)
        if alone.thin and alone.question.asks_something:
            return self._find_reading(leaning, earlier)
        found = self._alone(text)
        if found.structured or (found.answered and found.covered >= _SELF_SUFFICIENT):
            return found
        if not alone.question.leaning and not may_go_on(alone, self.collection):
            return found  # it says by itself what it is about: the talk has moved on
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
        articles = find_article(reading, self.collection)
        if articles:
            return Found(reading, tuple(articles), _LOOKED_UP, answered=True, structured=True)
        if articles is not None:
            return replace(self._find_passage(reading), groups=(), answered=False, structured=True)
        if not reading.before and (several := self._find_each(reading)):
            return several
        rows = self.schedule.rows_for(reading, earlier.reading if earlier else None)
        if rows:
            return _rows_found(reading, rows)
        if lead := self._lead(reading):
            return Found(reading, (lead,), _LOOKED_UP, answered=True, structured=True)
        found = self._find_passage(reading)
        if absent := self.schedule.absent(reading, [p for g in found.groups for p in g]):
            phrase, value = absent
            related = found.nearest
            return Found(reading, (), 0.0, related=related, phrase=phrase, values={"what": value})
        if self.schedule.is_empty_there(reading):
            return Found(reading, related=found.nearest, structured=True)
        if not reading.before and not found.structured:
            return self._find_parts(reading, found)
        return found

    def _lead(self, reading: Reading) -> tuple[Passage, ...]:
        """Return how a document begins where a question says its title and asks nothing else."""
        question = reading.question
        asks_more = question.kinds or question.timed or question.listing or question.supports
        if asks_more or not reading.words:
            return ()
        for document in entitled(self.collection, (c.term for c in reading.words)):
            for passage in self.collection.passages_of(document):
                if passage.kind == "paragraph":
                    return with_neighbours(passage, self.collection)
        return ()

    def _find_each(self, reading: Reading) -> Found | None:
        """Answer each of the questions of a message that holds several, and name what is unsaid.

        None when it holds one, or none of them has an answer.
        """
        asked = questions(reading.question)
        answers: list[Found] = []
        for text in asked:
            part = read(text, self.collection)
            if answers and part.own == 0:
                part = continued(part, answers[-1].reading, answers[-1].passages)
            answers.append(self._find_reading(part))
        said = [answer for answer in answers if answer.answered]
        if not said:
            return None
        groups = tuple(dict.fromkeys(group for answer in said for group in answer.groups))
        unsaid = {str(at): text for at, text in enumerate(asked) if not answers[at].answered}
        return Found(
            reading,
            groups,
            min(answer.confidence for answer in said),
            answered=True,
            related=tuple(p for answer in answers if not answer.answered for p in answer.nearest),
            phrase="unsaid_parts" if unsaid else "",
            values=unsaid,
            scores={n: s for answer in answers for n, s in answer.scores.items()},
            structured=True,
        )

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
        return Found(reading, tuple(groups), confidence, True, related, scores=scores)

    def _find_reference(self, reading: Reading) -> Found:
        numbers = reading.question.references
        carrying = {place for number in numbers for place in self.collection.referring(number)}
        passages = [self.collection.passages[place] for place in sorted(carrying)]
        if not passages:
            return Found(reading, phrase="no_reference", values={"number": numbers[0]})
        blocks: dict[int, list[Passage]] = {}
        for passage in passages:
            blocks.setdefault(passage.block, []).append(passage)
        first = [min(_place(numbers, p.refs) for p in block) for block in blocks.values()]
        in_order = sorted(zip(first, blocks.values(), strict=True), key=lambda pair: pair[0])
        groups = tuple(tuple(block) for _, block in in_order)
        return Found(reading, groups, _LOOKED_UP, answered=True, structured=True)

    def candidates(self, reading: Reading) -> list[Candidate]:
        """Return the passages that may answer, with what speaks for each."""
        near = self._near(reading.before)
        scores = self.collection.score(reading.question.core, reading.concepts, near)
        places = dict.fromkeys([*scores.best(_CANDIDATES).tolist(), *near])
        # Asked whether a thing is then, the thing must be found at whatever time it is.
        question = reading.question
        rows = None if question.yes_no else self.schedule.timetable.when(question)
        on = frozenset(row.passage.number for row in rows) if rows else None
        return self.evidence.candidates(reading, scores, places, on)

    def ranked(self, reading: Reading) -> list[tuple[Candidate, float]]:
        """Return the passages that may answer with their scores, best first."""
        return self.reread(reading, self.model.order(self.candidates(reading)))

    def reread(
        self, reading: Reading, ordered: list[tuple[Candidate, float]]
    ) -> list[tuple[Candidate, float]]:
        """Return candidates in the order that a reader gives them, where there is one."""
        if self.reader is None or not ordered:
            return ordered
        read = self.model.reorder(self.read(reading, [c for c, _ in ordered[:READ]]))
        rest = ordered[len(read) :]
        below = read[-1][1] - rest[0][1] if rest else 0.0
        return read + [(candidate, score + below) for candidate, score in rest]

    def read(self, reading: Reading, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Have the reader read candidates, best first, with the question in mind.

        Where one of the first few clearly answers, the others are left unread.
        """
        assert self.reader is not None
        scores: list[float] = []
        for first, last in ((0, _READ_FIRST), (_READ_FIRST, len(candidates))):
            some = candidates[first:last]
            if some and max(scores, default=-math.inf) < _CLEAR:
                pages = [self._page(candidate.passage.number) for candidate in some]
                scores += self.reader.scores(reading.text, pages).tolist()
        best = max(scores)
        return [c.read(score, best) for c, score in zip(candidates, scores, strict=False)]

    def about(self, reading: Reading) -> dict[str, float]:
        """Return what is known of a question alone; see `bot.ranking.answerability.about`."""
        return about(reading, self.collection)

    def _find_passage(self, reading: Reading) -> Found:
        ordered = self.ranked(reading)
        if not ordered:
            return Found(reading)
        confidence = self.model.confidence(answer_evidence(ordered, self.about(reading)))
        scores = {candidate.passage.number: score for candidate, score in ordered}
        passages = [candidate.passage for candidate, _ in ordered]
        if not reading.before and not names_anything(reading, self.collection):
            confidence = 0.0
        if confidence < self.enough:
            sure = min(self.model.silent, self.enough)
            unsure = "not_sure" if confidence >= sure else ""
            related = tuple(passages[:_RELATED])
            return Found(reading, (), confidence, related=related, phrase=unsure, scores=scores)
        groups = groups_of(reading, ordered, self.evidence, self.collection)
        quoted = [passage for group in groups for passage in group]
        rest = tuple(p for p in passages if p not in quoted)[:_RELATED]
        looked_at = [candidate.passage for candidate, _ in ordered[:_COMPARED]]
        folded = {passage.number: self.evidence.folded(passage) for passage in looked_at}
        phrase = ""
        if len(groups) == 1 and (differing := disagreeing(reading, ordered, folded)):
            chosen = [c.passage for c in differing]
            kept = [] if passages[0] not in chosen else groups
            groups = kept + [
                with_neighbours(p, self.collection) for p in chosen if p != passages[0]
            ]
            rest = tuple(p for p in rest if p not in chosen)
            phrase = "disagree"
        covered = ordered[0][0]["covered_block"]
        return Found(
            reading,
            tuple(groups),
            confidence,
            True,
            rest,
            phrase,
            scores=scores,
            covered=covered,
        )

    def _see(self, number: int) -> Page:
        return page_of(self.collection, self.collection.passages[number])

    def _near(self, numbers: frozenset[int]) -> list[int]:
        blocks = {self.collection.passages[number].block for number in numbers}
        return [member for block in blocks for member in self.collection.blocks[block]]

    def _quote_found(self, found: Found, group: Sequence[Passage]) -> Quote:
        document = self.collection.documents[group[0].document]
        marks = [
            mark for passage in group for mark in highlights(found.reading, passage, document.text)
        ]
        score = found.scores.get(group[0].number, found.confidence)
        return quote(document, group, highlights=marks, score=score).linked(self.page)


def language_for(question: str, otherwise: Language) -> Language:
    """Return the language to speak about a question; `otherwise` where it is in none itself."""
    return language_of(legible(question), otherwise)


def _met(question: str) -> str | None:
    """Return the name of the phrase that meets what asks nothing, or is too long to be read."""
    if not question.strip():
        return "empty"
    return "too_long" if too_long(question) else small_talk(question)


def too_long(question: str) -> bool:
    """Tell whether a question is too long to be read, as it is and as it is read (folded).

    One character may become eighteen when it is normalised.
    """
    return len(question) > LONGEST_QUESTION or len(fold(question)) > LONGEST_QUESTION


def _rows_found(reading: Reading, rows: Sequence[Row]) -> Found:
    groups = tuple((row.passage,) for row in rows)
    return Found(reading, groups, _LOOKED_UP, answered=True, structured=True)


def _place(numbers: Sequence[str], refs: Sequence[str]) -> int:
    """Return which of the numbers asked about, the first counting 0, is among some references."""
    return next((at for at, number in enumerate(numbers) if number in refs), len(numbers))
