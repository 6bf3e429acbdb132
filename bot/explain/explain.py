"""How an answer came about: the question as read, the terms looked for, the scores, the decision.

Everything is found out again by the same calls that answering makes, so that it holds for the
librarian, the question and the history given, whatever was answered before.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wuzhen.bot.anchors import ordinal
from wuzhen.bot.answering.librarian import (
    ENOUGH,
    LONGEST_QUESTION,
    Found,
    Librarian,
    too_long,
)
from wuzhen.bot.explain.trace import (
    Correction,
    Explanation,
    Form,
    Looked,
    Moved,
    ReadAs,
    Stage,
    Verdict,
    Weighed,
)
from wuzhen.bot.language import language_of
from wuzhen.bot.question.canonical import canonical, legible
from wuzhen.bot.question.compound import parts
from wuzhen.bot.question.question import Question
from wuzhen.bot.question.reading import Reading, focus_of, read
from wuzhen.bot.question.small_talk import small_talk
from wuzhen.bot.ranking.features import FEATURES, Candidate
from wuzhen.bot.ranking.model import ANSWER_FEATURES, SUBJECT_FEATURES, answer_evidence
from wuzhen.index.document import Passage
from wuzhen.index.query.concepts import Concept
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.analyser import is_word

_CANDIDATES = 5
_MOVED = 6
_TOKEN = re.compile(r"[a-z]+|[\u3400-\u9fff]+|.", re.DOTALL)
_NAMES = {"~": "pair", "#": "number", "@": "date or time"}

T = TypeVar("T")


def explain(librarian: Librarian, question: str, history: Sequence[str] = ()) -> Explanation:
    """Explain how a question is answered; `history` holds the earlier ones, oldest first."""
    asked, question = question, canonical(question)
    earlier = tuple(canonical(text) for text in history)
    if (unread := _unread(question)) is not None:
        return Explanation(asked, tuple(history), unread)
    stopwatch = _Stopwatch()
    # What was kept from answering would take no time again.
    librarian.collection.forget()
    fresh = Librarian(librarian.collection, librarian.model, enough=librarian.enough)
    found = stopwatch.time("whole", lambda: fresh.find(question, earlier))
    stopwatch.time("reading", lambda: read(question, librarian.collection))
    reading = found.reading
    ordered: list[tuple[Candidate, float]] = []
    if not found.structured:
        ordered = _ranked(librarian, reading, stopwatch)
    first = ordered[0][0].passage if ordered else next((p for g in found.groups for p in g), None)
    quoted = {passage.number for group in found.groups for passage in group}
    return Explanation(
        asked,
        tuple(history),
        _verdict(librarian, found, ordered, stopwatch),
        _read_as(librarian, reading, asked),
        tuple(_looked(concept, first, librarian.collection) for concept in reading.concepts),
        tuple(
            _weighed(one, score, quoted, ordered[0][0], librarian)
            for one, score in ordered[:_CANDIDATES]
        ),
        tuple(stopwatch.stages),
    )


class _Stopwatch:
    """Times calls, each by its name."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []

    def time(self, name: str, call: Callable[[], T], *, but: float = 0.0) -> T:
        """Time a call; leave out some milliseconds that another stage has been given already."""
        begun = perf_counter()
        result = call()
        taken = 1000 * (perf_counter() - begun)
        self.stages.append(Stage(name, max(0.0, taken - but)))
        return result


def _unread(question: str) -> Verdict | None:
    """Return why a question is answered without being read, if it is."""
    if not question.strip():
        return _not_ranked("unreadable", "there is nothing in it to read")
    if too_long(question):
        return _not_ranked("unreadable", f"it is longer than {LONGEST_QUESTION} characters")
    if talk := small_talk(question):
        return _not_ranked("small talk", f"it is small talk ({talk})")
    return None


def _not_ranked(how: str, because: str) -> Verdict:
    return Verdict(False, how, because, 0.0, ENOUGH, None, None, None)


def _ranked(
    librarian: Librarian, reading: Reading, stopwatch: _Stopwatch
) -> list[tuple[Candidate, float]]:
    """Search, weigh and rank once more, each stage by itself and anew."""
    collection = librarian.collection
    core = reading.question.core
    if collection.vectors is not None:
        collection.forget()
        stopwatch.time("meaning", lambda: collection.embed(core))
    stopwatch.time("search", lambda: collection.score(core, reading.concepts))
    # Weighing searches as well, and is given without that.
    inside = stopwatch.stages[-1].milliseconds
    fresh = Librarian(collection, librarian.model)
    candidates = stopwatch.time("evidence", lambda: fresh.candidates(reading), but=inside)
    ordered = stopwatch.time("ranking", lambda: librarian.model.order(candidates))
    if fresh.reader is None or not ordered:
        return ordered
    return stopwatch.time("reader", lambda: fresh.reread(reading, ordered))


def _verdict(
    librarian: Librarian,
    found: Found,
    ordered: Sequence[tuple[Candidate, float]],
    stopwatch: _Stopwatch,
) -> Verdict:
    reading = found.reading
    named = reading.question.references
    if found.structured or named:
        how = "reference" if named else "timetable"
        because = (
            f"it names reference {', '.join(named)}"
            if named
            else "its times, days, rooms or neighbours pick rows of the timetable"
        )
        if not found.answered:
            because = f"no passage carries reference {', '.join(named)}"
        return Verdict(
            found.answered, how, because, found.confidence, librarian.enough, None, None, None
        )
    if not ordered:
        return _not_ranked("ranking", "there is no passage to quote")
    evidence = answer_evidence(ordered, librarian.about(reading))
    answers, speaks = stopwatch.time("decision", lambda: librarian.model.logits(evidence))
    # What answers part by part is not weighed as a whole.
    how = "parts" if found.answered and not found.covered and _split(reading) else "ranking"
    margin = _log_odds(found.confidence)
    subject = np.array([evidence[ANSWER_FEATURES.index(name)] for name in SUBJECT_FEATURES])
    return Verdict(
        found.answered,
        how,
        _because(how, found, margin, answers, speaks),
        found.confidence,
        librarian.enough,
        margin,
        answers,
        speaks,
        _most(ANSWER_FEATURES, evidence, librarian.model.answer),
        _most(SUBJECT_FEATURES, subject, librarian.model.subject),
    )


def _because(how: str, found: Found, margin: float, answers: float, speaks: float) -> str:
    if how == "parts":
        return "it asks several things, and each of them has an answer"
    weaker = "the answer" if answers <= speaks else "the subject"
    if found.answered:
        return f"the evidence for {weaker} is the weaker, {margin:.2f} above refusing"
    if found.confidence == 0:
        return "no word of it names anything"
    lacking = [
        reason
        for logit, reason in (
            (answers, "the first passage does not seem to answer it"),
            (speaks, "the text does not seem to speak of its subject"),
        )
        if logit < 0
    ]
    return f"{' and '.join(lacking)}: {-margin:.2f} short of answering"


def _log_odds(confidence: float) -> float:
    """Return the log-odds of a confidence, within what the model's confidence keeps apart."""
    kept = min(max(confidence, 1e-12), 1 - 1e-12)
    return math.log(kept / (1 - kept))


def _read_as(librarian: Librarian, reading: Reading, asked: str) -> ReadAs:
    question = reading.question
    core = question.core
    forms = (
        (question.yes_no, "yes or no"),
        (question.listing, "list"),
        (question.definition, "definition"),
        (question.supports, "which reference"),
    )
    return ReadAs(
        language=language_of(legible(asked)),
        core=core,
        corrections=tuple(_corrections(question)),
        dates=tuple(dict.fromkeys(core[date.start : date.end] for date in question.dates)),
        times=tuple(dict.fromkeys(core[clock.start : clock.end] for clock in question.clocks)),
        parts_of_day=question.parts,
        day=question.day,
        rooms=tuple(librarian.schedule.timetable.places_in(core)),
        numbers=tuple(f"{value:g}{measure}" for value, measure in question.counts),
        editions=tuple(f"第{value}{measure}" for value, measure in question.editions),
        references=question.references,
        kinds=tuple(dict.fromkeys(name for name, _ in question.kinds)),
        focus=tuple(concept.term for concept in focus_of(reading)),
        asks=tuple(name for holds, name in forms if holds),
        leans=question.leaning,
        from_history=tuple(c.term for c in _remembered(reading) if is_word(c.term)),
        passages_before=tuple(ordinal(number) for number in sorted(reading.before)),
        consists_of=_split(reading),
    )


def _remembered(reading: Reading) -> list[Concept]:
    """Return the concepts that count for less because an earlier question said them."""
    return [concept for concept in reading.concepts if concept.weight < 1]


def _split(reading: Reading) -> tuple[str, ...]:
    if reading.before:
        return ()
    asked = parts(reading.question)
    return tuple(asked) if len(asked) > 1 else ()


def _corrections(question: Question) -> Iterable[Correction]:
    """Yield the words of a question that were set right: the same token before and after."""
    before, after = _TOKEN.findall(question.typed), _TOKEN.findall(question.core)
    if len(before) != len(after):
        yield Correction("".join(before), "".join(after))
        return
    for typed, taken in zip(before, after, strict=True):
        if typed != taken:
            yield _narrowed(typed, taken)


def _narrowed(typed: str, taken: str) -> Correction:
    """Leave out of a long run what two texts share, but for a character on either side."""
    if len(typed) != len(taken) or typed.isascii():
        return Correction(typed, taken)
    differing = [at for at, (a, b) in enumerate(zip(typed, taken, strict=True)) if a != b]
    first, last = max(0, differing[0] - 1), differing[-1] + 2
    return Correction(typed[first:last], taken[first:last])


def _looked(concept: Concept, first: Passage | None, collection: Collection) -> Looked:
    own = collection.terms[first.number] if first else frozenset()
    around = _around(first, collection) if first else set()

    def where(term: str) -> str:
        if term in own:
            return "passage"
        if term in around:
            return "block"
        return "elsewhere" if term in collection.vocabulary else "nowhere"

    return Looked(
        concept.term,
        _NAMES.get(concept.term[0], "word"),
        concept.content,
        collection.concept_weight(concept),
        concept.weight,
        tuple(
            Form(term, weight, concept.sources.get(term, "said"), where(term))
            for term, weight in sorted(concept.alternatives.items(), key=lambda form: -form[1])
        ),
    )


def _around(passage: Passage, collection: Collection) -> set[str]:
    """Return the terms of a passage's block and headings."""
    members = collection.blocks[passage.block]
    terms = {term for member in members for term in collection.terms[member]}
    return terms.union(*collection.heading_terms(passage))


def _weighed(
    candidate: Candidate,
    score: float,
    quoted: set[int],
    first: Candidate,
    librarian: Librarian,
) -> Weighed:
    passage = candidate.passage
    weights = librarian.model.rank if librarian.reader is None else librarian.model.reread
    return Weighed(
        ordinal(passage.number),
        passage.document,
        passage.section,
        passage.refs,
        passage.text,
        candidate["passage"],
        candidate["block"],
        candidate["meaning"],
        candidate["match"] if "match" in FEATURES else None,
        candidate.base,
        score,
        passage.number in quoted,
        _most(FEATURES, candidate.features, weights),
        _most(FEATURES, candidate.features - first.features, weights),
    )


def _most(
    names: Sequence[str], values: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[Moved, ...]:
    """Return the evidence whose products with its weights are the greatest, of either sign."""
    products = values * weights
    order = np.argsort(-np.abs(products), kind="stable")[:_MOVED]
    return tuple(
        Moved(names[at], float(values[at]), float(weights[at]), float(products[at]))
        for at in order
        if products[at]
    )
