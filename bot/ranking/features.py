"""What speaks for a passage as the answer to a question: one number each, the same for any text.

`FEATURES` names them in order. They are put together by weights that were fitted on questions
with known answers (`bot/ranking/model.json`); see `bench/fit.py`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wuzhen.bot.question.answer_types import kind_spans
from wuzhen.bot.question.question import Question, blanked, interrogatives
from wuzhen.bot.question.reading import Reading, focus_of
from wuzhen.bot.question.session_words import generic
from wuzhen.bot.ranking.answer_spans import cells_of, sought
from wuzhen.bot.ranking.identifiers import identifiers, stands_in
from wuzhen.index.document import Passage
from wuzhen.index.query.concepts import Concept
from wuzhen.index.searching.collection import Collection
from wuzhen.index.searching.scores import Scores
from wuzhen.index.text.analyser import is_word
from wuzhen.index.text.dates import dates
from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import numbers

FEATURES = (
    "passage",
    "block",
    "meaning",
    "match",
    "passage_of_best",
    "block_of_best",
    "meaning_of_best",
    "match_below_best",
    "covered",
    "covered_block",
    "soft",
    "soft_block",
    "missing",
    "missing_weight",
    "least",
    "least_block",
    "focus",
    "focus_block",
    "no_focus",
    "kind_held",
    "kind_missing",
    "kind_surely_missing",
    "kind_near",
    "kind_counts",
    "date_agrees",
    "date_differs",
    "number_agrees",
    "is_row",
    "is_row_asked_when_where",
    "is_field",
    "is_field_named",
    "shared_run",
    "opens_with_run",
    "defines",
    "length",
    "said_before",
    "said_beside",
    "title",
    "title_below_best",
    "identifiers_missing",
    "reader",
    "reader_below_best",
)
READ_FEATURES = ("reader", "reader_below_best")
"""Those that a reader gives, 0 where none has read the passage."""


# Cosines of word vectors below the first say nothing; from the second on, two words are one.
_UNLIKE = 0.45
_SAME = 0.9
_ANNOUNCED = 16
# Kinds whose things are known by their look alone, so that a text without one does not answer.
_SURE = frozenset({"money", "percent", "contact", "colour", "age", "count", "size", "language"})
# A passage opens with what it speaks of when that begins within its first characters.
_OPENING = 2
_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer, with what speaks for it."""

    passage: Passage
    features: NDArray[np.float64]
    """Shape `(len(FEATURES),)`."""
    base: float
    """The score by which search found it."""

    def __getitem__(self, name: str) -> float:
        return float(self.features[FEATURES.index(name)])

    def read(self, score: float, best: float) -> "Candidate":
        """Return the candidate with what a reader says of it, and of the best one."""
        features = self.features.copy()
        features[FEATURES.index("reader")] = score
        features[FEATURES.index("reader_below_best")] = score - best
        return replace(self, features=features)


class Evidence:
    """Weighs the passages of one collection; holds their folded texts."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._cells_of = lru_cache(maxsize=_KEPT)(self._cut)
        self._around = lru_cache(maxsize=_KEPT)(self._gather)
        self._words = lru_cache(maxsize=_KEPT)(self._find_words)

    def folded(self, passage: Passage) -> str:
        """Return a passage's folded text."""
        return " ".join(text for _, text in self._cells_of(passage))

    def _cut(self, passage: Passage) -> list[tuple[str, str]]:
        return cells_of(passage, self._collection.text_of(passage))

    def candidates(
        self,
        reading: Reading,
        scores: Scores,
        places: Iterable[int],
        on: frozenset[int] | None = None,
    ) -> list[Candidate]:
        """Weigh the passages at some places of the collection.

        `on` holds the rows of timetables at the times that the question names, if it names any.
        """
        collection = self._collection
        question, words, before = reading.question, reading.words, reading.before
        asked = focus_of(reading)
        at_focus = np.array([c in asked for c in words], dtype=bool)
        bare = blanked(question.core, interrogatives(question.core))
        places = list(places)
        place_of, likeness = self._likeness(question, words, places)
        naming = _naming(question, words)
        any_session = generic(question.core)
        sessions = np.array([c.within(any_session) for c in words], dtype=np.float64)
        weights = np.array([collection.concept_weight(c) * c.weight for c in words])
        # A word that names a kind asks for a thing, it does not say of what.
        naming_only = np.array([bool(kinds) for kinds in naming], dtype=bool)
        if reading.own and likeness is not None:
            weights[naming_only] = 0.0
        total = float(weights.sum()) or 1.0
        best = [max(float(s.max(initial=0.0)), 1e-9) for s in _arrays(scores)]
        # All cosines of this model are high: how far below the best tells, not the share of it.
        best_match = float(scores.match.max(initial=0.0))
        blocks_before = {collection.passages[n].block for n in before}
        named = identifiers(question)
        titles = self._titles(words, weights, places) / total
        best_title = float(titles.max(initial=0.0))
        found: list[Candidate] = []
        for place, title in zip(places, titles.tolist(), strict=True):
            passage = collection.passages[place]
            text = self.folded(passage)
            own = collection.terms[place]
            around = self._around(passage.block)
            at = scores.at(place)
            held = np.array([_held(concept, own) for concept in words])
            held_around = np.maximum(held, [_held(concept, around) for concept in words])
            soft, soft_around = held.copy(), held_around.copy()
            if likeness is not None:
                own_words, words_around = self._words(place)
                soft = np.maximum(held, _like(likeness[:, [place_of[w] for w in own_words]]))
                like_around = _like(likeness[:, [place_of[w] for w in words_around]])
                soft_around = np.maximum(soft, np.maximum(held_around, like_around))
            if passage.kind == "row" and "topic" in passage.names:
                # Any row of a timetable is a session, a forum, something that is on.
                soft, soft_around = np.maximum(soft, sessions), np.maximum(soft_around, sessions)
                held, held_around = np.maximum(held, sessions), np.maximum(held_around, sessions)
            spans = sought(question, self._cells_of(passage))
            for word, kinds_named in enumerate(naming):
                # A word that names a kind (價錢) is met by a thing of that kind (80元).
                if likeness is not None and any(spans[kind] for kind in kinds_named):
                    soft[word] = soft_around[word] = held[word] = held_around[word] = 1.0
            missing = weights * (1 - soft_around) if words else np.zeros(1)
            kinds = len(question.kinds)
            counted = [
                one for one, (name, _) in zip(spans, question.kinds, strict=True) if name == "count"
            ]
            satisfied = sum(bool(one) for one in spans)
            agree, differ = _dates(question, text)
            if on is not None and passage.kind == "row":
                agree, differ = float(place in on), float(place not in on)
            run, begins = self._shared_run(bare, text)
            opens = run > 0 and begins <= _OPENING
            found.append(
                Candidate(
                    passage,
                    np.array(
                        [
                            float(scores.passage[at]),
                            float(scores.block[at]),
                            float(scores.meaning[at]),
                            float(scores.match[at]),
                            float(scores.passage[at]) / best[0],
                            float(scores.block[at]) / best[1],
                            float(scores.meaning[at]) / best[2],
                            float(scores.match[at]) - best_match,
                            float(weights @ held) / total if words else 0.0,
                            float(weights @ held_around) / total if words else 0.0,
                            float(weights @ soft) / total if words else 0.0,
                            float(weights @ soft_around) / total if words else 0.0,
                            float(missing.max(initial=0.0)) / total,
                            float(missing.max(initial=0.0)) / 5,
                            float(soft.min(initial=1.0)),
                            float(soft_around.min(initial=1.0)),
                            float(soft[at_focus].max()) if asked else 0.0,
                            float(soft_around[at_focus].max()) if asked else 0.0,
                            float(not asked),
                            satisfied / kinds if kinds else 0.0,
                            float(kinds > 0 and satisfied == 0),
                            float(
                                any(
                                    not one
                                    for one, (name, _) in zip(spans, question.kinds, strict=True)
                                    if name in _SURE
                                )
                            ),
                            _near(text, spans, words) if kinds else 0.0,
                            _counts(text, counted, words),
                            agree,
                            differ,
                            _numbers(question, text),
                            float(passage.kind == "row"),
                            float(passage.kind == "row" and question.asks("time", "date", "place")),
                            float(passage.kind == "field"),
                            self._field_named(passage, words),
                            run,
                            float(opens),
                            float(opens and question.definition) * run,
                            math.log(1 + len(passage.text)) / 6,
                            float(passage.number in before),
                            float(passage.block in blocks_before),
                            title,
                            title - best_title,
                            self._missing(named, passage, text),
                            0.0,
                            0.0,
                        ]
                    ),
                    float(scores.total[at]),
                )
            )
        return found

    def _titles(
        self, words: Sequence[Concept], weights: NDArray[np.float64], places: Sequence[int]
    ) -> NDArray[np.float64]:
        """Return how much of a question's weight stands in the title and headings of each place."""
        known: dict[tuple[str, tuple[str, ...]], float] = {}
        found = np.zeros(len(places))
        for at, place in enumerate(places):
            passage = self._collection.passages[place]
            above = (passage.document, passage.section)
            if above not in known:
                terms = set[str]().union(*self._collection.heading_terms(passage))
                held = [_held(concept, terms) for concept in words]
                known[above] = float(weights @ np.array(held)) if words else 0.0
            found[at] = known[above]
        return found

    def _missing(self, named: Sequence[str], passage: Passage, text: str) -> float:
        """Return the share of the identifiers named that stand neither in nor above a passage."""
        if not named:
            return 0.0
        title = self._collection.documents[passage.document].title
        whole = " ".join([text, *map(fold, (title, *passage.section))])
        return sum(not stands_in(one, whole) for one in named) / len(named)

    def _likeness(
        self, question: Question, words: Sequence[Concept], places: Sequence[int]
    ) -> tuple[dict[str, int], NDArray[np.float32] | None]:
        """Return where each word at some places stands, and how alike a question's are to it."""
        found = dict.fromkeys(
            word for at in places for several in self._words(at) for word in several
        )
        asked = [_as_written(question, one) for one in words]
        likeness = self._collection.word_likeness(asked, list(found))
        return {word: at for at, word in enumerate(found)}, likeness

    def _find_words(self, number: int) -> tuple[list[str], list[str]]:
        """Return the words of a passage, and those around it."""
        around = self._around(self._collection.passages[number].block)
        return (
            [term for term in self._collection.terms[number] if is_word(term)],
            [term for term in around if is_word(term)],
        )

    def _gather(self, block: int) -> set[str]:
        """Return the terms of a block and its headings."""
        collection = self._collection
        members = collection.blocks[block]
        terms = {term for member in members for term in collection.terms[member]}
        return terms.union(*collection.heading_terms(collection.passages[members[0]]))

    @staticmethod
    def _shared_run(question: str, text: str) -> tuple[float, int]:
        """Return the longest run of characters that two texts share, and where it begins.

        As a share of the question's letters; 0 when fewer than two are shared in a row.
        """
        letters = sum(c.isalnum() for c in question)
        size, at = 0, 0
        for start in range(len(question)):
            # The longest run so far, made longer by one character after another.
            while (
                start + size < len(question)
                and (found := text.find(question[start : start + size + 1])) >= 0
            ):
                size, at = size + 1, found
        shared = sum(c.isalnum() for c in text[at : at + size])
        return (shared / letters, at) if shared >= 2 else (0.0, 0)

    def _field_named(self, passage: Passage, words: Sequence[Concept]) -> float:
        """Return how much of a field's name a question says."""
        if passage.kind != "field":
            return 0.0
        name = passage.cell("name")
        if name is None:
            return 0.0
        folded = fold(name.of(self._collection.text_of(passage)))
        said = {form for c in words for form in c.alternatives if is_word(form)}
        return max((len(form) for form in said if form in folded), default=0) / len(folded)


def _arrays(scores: Scores) -> tuple[NDArray[np.float64], ...]:
    return scores.passage, scores.block, scores.meaning


def _held(concept: Concept, terms: set[str] | frozenset[str]) -> float:
    """Return how surely some terms hold a concept: the weight of its best form among them."""
    return max((w for form, w in concept.alternatives.items() if form in terms), default=0.0)


def _like(likeness: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how surely some words of the collection mean what each word of a question does."""
    best = likeness.max(axis=1, initial=-1.0).astype(np.float64)
    sure: NDArray[np.float64] = np.clip((best - _UNLIKE) / (_SAME - _UNLIKE), 0.0, 1.0)
    return sure


def _as_written(question: Question, concept: Concept) -> str:
    """Return a word of a question unstemmed, or a word that an earlier question said."""
    written = question.core[concept.start : concept.end]
    return written if written.startswith(concept.term[:3]) else concept.term


def _naming(question: Question, words: Sequence[Concept]) -> list[list[int]]:
    """Return for each word the places of those kinds asked for that it names."""
    spans = kind_spans(question.core)
    return [
        [at for at, (name, _) in enumerate(question.kinds) if concept.within(spans.get(name, ()))]
        for concept in words
    ]


def _dates(question: Question, text: str) -> tuple[float, float]:
    """Return whether a text's dates agree with those of a question, and whether all differ."""
    asked = question.dates
    if not asked:
        return 0.0, 0.0
    given = dates(text)
    if not given:
        return 0.0, 0.0
    agrees = any(one.agrees(other) for one in asked for other in given)
    return float(agrees), float(not agrees and not question.yes_no)


def _numbers(question: Question, text: str) -> float:
    if not question.counts:
        return 0.0
    held = {n.value for n in numbers(text)}
    return sum(value in held for value, _ in question.counts) / len(question.counts)


def _near(text: str, spans: Sequence[Sequence[tuple[int, int]]], words: Sequence[Concept]) -> float:
    """Return how near a thing of the kind asked for stands to a word of the question.

    1 when they touch, less with each character between them; 0 when either is missing.
    """
    places = [
        (start, start + len(form))
        for concept in words
        for form in concept.alternatives
        if is_word(form) and (start := text.find(form)) >= 0
    ]
    gaps = [
        max(0, start - end, first - last)
        for one in spans
        for first, last in one
        for start, end in places
        if not (first <= start and end <= last)
    ]
    return 1 / (1 + min(gaps) / 4) if gaps else 0.0


def _counts(
    text: str, spans: Sequence[Sequence[tuple[int, int]]], words: Sequence[Concept]
) -> float:
    """Tell whether a thing of the kind asked for stands right before a word of the question.

    As a number does before what it counts (`1240名志願者`).
    """
    return float(
        any(
            text.startswith(form, last)
            for one in spans
            for _, last in one
            for concept in words
            for form in concept.alternatives
            if is_word(form) and len(form) > 1
        )
    )


def leads_to_list(folded: str) -> bool:
    """Tell whether a sentence announces what follows it (`如下。`, `包括：`)."""
    tail = folded[-_ANNOUNCED:]
    return folded.endswith(":") or any(
        word in tail for word in ("如下", "以下", "下列", "following")
    )
