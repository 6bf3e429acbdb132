"""Asking questions with known answers, and judging each answer."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.errors import InputError


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the text that answers: its references and what a quote of it holds."""

    refs: frozenset[str]
    evidence: tuple[str, ...]
    documents: frozenset[str] = frozenset()
    """The ids of the documents in which it stands; any where there is none."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question and what is known of its answer."""

    id: str
    lang: str
    kind: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    answers: tuple[tuple[str, ...], ...]
    """Facts, each as the forms in which it may stand."""
    refs: frozenset[str]
    evidence: tuple[str, ...] = ()
    alternatives: tuple[Place, ...] = ()
    documents: frozenset[str] = frozenset()
    """The ids of the documents that answer; any where there is none."""
    twin: str = ""
    """What it shares with the same question of a sibling document; one of the two is answered."""


@dataclass(frozen=True, slots=True)
class Result:
    """A question's answer, judged."""

    known: Known
    answer: Answer
    milliseconds: float
    hit: bool
    """The quotes hold the answer."""
    near: bool
    """The quotes or the first passages offered beside them, three in all, hold it."""
    refs_right: bool
    """The quotes that hold it carry the right references."""
    verbatim: bool
    """Every quote is what its spans cut out of the document, and its highlights lie inside."""


def read_questions(file: Path) -> list[Known]:
    """Read questions with known answers, one JSON object a line; raises `InputError`."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: name a file of questions") from error
    known: list[Known] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            known.append(_known(json.loads(line)))
        except KeyError as error:
            raise InputError(f"{file}:{number} has no {error.args[0]}: give it one") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise InputError(
                f"{file}:{number} is not a question with a known answer: mend it"
            ) from error
    if not known:
        raise InputError(f"{file} holds no question: name a file of questions")
    return known


def ask_all(librarian: Librarian, questions: Sequence[Known]) -> list[Result]:
    """Ask every question and judge every answer."""
    results: list[Result] = []
    for known in questions:
        start = time.perf_counter()
        answer = librarian.answer(known.question, known.history)
        milliseconds = (time.perf_counter() - start) * 1000
        results.append(_judge(librarian, known, answer, milliseconds))
    return results


def foreign(librarian: Librarian, results: Sequence[Result]) -> bool:
    """Tell whether nothing that answers are expected to hold stands in any document.

    So it is where the questions are about other documents than these.
    """
    asked = [result for result in results if result.known.answerable]
    if not asked or any(result.near for result in asked):
        return False
    forms = {form for result in asked for fact in result.known.answers for form in fact}
    for result in asked:
        forms.update(piece for place in result.known.alternatives for piece in place.evidence)
    documents = librarian.collection.documents.values()
    return not any(form in document.text for document in documents for form in forms)


def places(known: Known, quotes: Sequence[Quote]) -> list[tuple[frozenset[str], list[Quote]]]:
    """Return each known place that the quotes hold: its references, and the quotes that hold it."""
    met: list[tuple[frozenset[str], list[Quote]]] = []
    own = _of(known.documents, quotes)
    text = "\n".join(quote.text for quote in own)
    if own and all(any(form in text for form in fact) for fact in known.answers):
        forms = [form for fact in known.answers for form in fact]
        met.append((known.refs, [q for q in own if any(form in q.text for form in forms)]))
    for place in known.alternatives:
        own = _of(place.documents, quotes)
        text = "\n".join(quote.text for quote in own)
        if own and all(piece in text for piece in place.evidence):
            held = [q for q in own if any(piece in q.text for piece in place.evidence)]
            met.append((place.refs, held))
    return met


def _of(documents: frozenset[str], quotes: Sequence[Quote]) -> Sequence[Quote]:
    """Return the quotes of some documents; all where none is named."""
    return [quote for quote in quotes if not documents or quote.document in documents]


def _judge(librarian: Librarian, known: Known, answer: Answer, milliseconds: float) -> Result:
    met = places(known, answer.quotes) if known.answerable and answer.answered else []
    offered = [*answer.quotes, *answer.related][:3]
    return Result(
        known=known,
        answer=answer,
        milliseconds=milliseconds,
        hit=bool(met),
        near=bool(met) or (known.answerable and bool(places(known, offered))),
        refs_right=any(refs == {ref for quote in held for ref in quote.refs} for refs, held in met),
        verbatim=all(_is_verbatim(librarian, quote) for quote in (*answer.quotes, *answer.related)),
    )


def _is_verbatim(librarian: Librarian, quote: Quote) -> bool:
    text = librarian.collection.documents[quote.document].text
    return quote.text == " ".join(text[start:end] for start, end in quote.spans) and all(
        any(start <= mark.start < mark.end <= end for start, end in quote.spans)
        for mark in quote.highlights
    )


def _known(entry: dict[str, Any]) -> Known:
    answerable, answers = bool(entry["answerable"]), entry.get("answers", ())
    if answerable and not answers:  # every quote would hold what is not said
        raise KeyError("answers")
    return Known(
        id=str(entry["id"]),
        lang=str(entry["lang"]),
        kind=str(entry["kind"]),
        question=str(entry["question"]),
        history=_texts(entry.get("history", ())),
        answerable=answerable,
        answers=tuple(_texts(fact) for fact in answers),
        refs=frozenset(_texts(entry.get("refs", ()))),
        evidence=_texts(entry.get("evidence", ())),
        alternatives=tuple(
            Place(
                frozenset(_texts(place["refs"])),
                _texts(place["evidence"]),
                _documents(place.get("documents", ())),
            )
            for place in entry.get("alternatives", ())
        ),
        documents=_documents(entry.get("documents", ())),
        twin=str(entry.get("twin") or ""),
    )


def _documents(names: object) -> frozenset[str]:
    """Return the ids of documents; a record of JSON Lines may stand behind its file's name."""
    return frozenset(name.rpartition("#")[2] for name in _texts(names))


def _texts(value: object) -> tuple[str, ...]:
    """Return a list of texts; a text by itself would be a list of its letters."""
    if not isinstance(value, list | tuple):
        raise TypeError("no list")
    return tuple(str(one) for one in value)
