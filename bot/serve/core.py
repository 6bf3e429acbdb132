"""What every interface reads from a librarian: answers and passages, as JSON has them.

All of it is read-only and depends on nothing but the request and the index.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from wuzhen.bot.anchors import key
from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.answering.librarian import Librarian, language_for
from wuzhen.bot.phrases import Language
from wuzhen.bot.question.canonical import canonical
from wuzhen.bot.question.question import understand
from wuzhen.bot.serve.problems import Problem
from wuzhen.index.document import Passage
from wuzhen.index.searching.collection import Collection

MOST_PASSAGES = 200
"""Passages in one response of those that carry a reference."""

TIMETABLE = ("date", "time", "topic", "place")
"""The cells of a timetable's row."""


def line(value: object) -> bytes:
    """Return JSON as the command line prints it: one line of UTF-8 with its end."""
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def ask(librarian: Librarian, question: str, history: Sequence[str], otherwise: Language) -> Answer:
    """Answer a question; what is said of one in no language is in the language `otherwise`."""
    answer = librarian.answer(question, history)
    return answer.said_in(language_for(question, otherwise))


def passage_json(librarian: Librarian, passage: Passage, score: float = 0.0) -> dict[str, Any]:
    """Return a passage in the shape of a quote, with the id under which it is found again."""
    quote = librarian.quote([passage], score=score).as_json()
    return {"id": key(passage), "kind": passage.kind, **quote}


def search(librarian: Librarian, query: str, limit: int) -> list[tuple[Passage, float]]:
    """Return the passages that may answer a query, best first, each with its score.

    What answers it as a question comes first, then the others by the score that ranks answers,
    then those that only words and meaning find.
    """
    query = canonical(query)
    if not query.strip():
        return []
    found = librarian.find(query)
    ranked = [p.number for group in found.groups for p in group]
    ranked += sorted(found.scores, key=lambda number: -found.scores[number])
    passages = librarian.collection.passages
    best = {number: (passages[number], found.scores.get(number, 0.0)) for number in ranked}
    if len(best) < limit:
        for hit in librarian.collection.search(query, limit):
            best.setdefault(hit.passage.number, (hit.passage, 0.0))
    return list(best.values())[:limit]


def passage(librarian: Librarian, id: str) -> Passage:
    """Return the passage with an id; raises `Problem` when the documents have none."""
    number = _numbers(librarian.collection).get(id)
    if number is None:
        raise Problem(404, f"no passage has the id {id}; the document may have changed")
    return librarian.collection.passages[number]


@lru_cache(maxsize=2)
def _numbers(collection: Collection) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for one in collection.passages:
        numbers.setdefault(key(one), one.number)
    return numbers


def context(librarian: Librarian, id: str, around: int) -> dict[str, Any]:
    """Return a passage, and it among its neighbours in the same section."""
    found = passage(librarian, id)
    return {
        "passage": passage_json(librarian, found),
        "context": librarian.context(found.number, around).as_json(),
    }


def reference(librarian: Librarian, number: str) -> dict[str, Any]:
    """Return what a reference number stands for, and what carries it; raises `Problem`."""
    passages = librarian.referring(number)
    if not passages:
        raise Problem(404, f"the documents have no reference [{number}]")
    shown = passages[:MOST_PASSAGES]
    documents = librarian.collection.documents
    works = [
        {"document": document, **work._asdict()}
        for document in dict.fromkeys(one.document for one in shown)
        for work in documents[document].references
        if work.number == number
    ]
    return {
        "number": number,
        "references": works,
        "total": len(passages),
        "passages": [passage_json(librarian, one) for one in shown],
    }


@lru_cache(maxsize=2)
def _section_counts(collection: Collection) -> dict[tuple[str, tuple[str, ...]], int]:
    counts: dict[tuple[str, tuple[str, ...]], int] = {}
    for one in collection.passages:
        place = (one.document, one.section)
        counts[place] = counts.get(place, 0) + 1
    return counts


def sections(librarian: Librarian) -> dict[str, Any]:
    """Return the sections in the order of the text, with how many passages each holds itself."""
    collection = librarian.collection
    return {
        "sections": [
            {
                "document": document,
                "title": collection.documents[document].title,
                "section": list(section),
                "passages": count,
            }
            for (document, section), count in _section_counts(collection).items()
        ]
    }


def rows(librarian: Librarian, day: str | None) -> list[Passage]:
    """Return the timetable's rows, on a day if one is named as a question would name it.

    Raises `Problem` when it names none on which something is.
    """
    timetable = librarian.schedule.timetable
    if day is None:
        return [row.passage for row in timetable.rows]
    found = timetable.when(understand(canonical(day), librarian.collection.spelled))
    if not found:
        raise Problem(404, f"the timetable has nothing on {day!r}; leave the day out for all of it")
    return [row.passage for row in found]


def schedule(librarian: Librarian, day: str | None) -> dict[str, Any]:
    """Return the timetable, or a day of it."""
    return {
        "rows": [
            {**cells(librarian, row), "passage": passage_json(librarian, row)}
            for row in rows(librarian, day)
        ]
    }


def cells(librarian: Librarian, row: Passage) -> dict[str, str | None]:
    """Return the cells of a timetable's row as the document writes them."""
    text = librarian.collection.text_of(row)
    spans = {name: row.cell(name) for name in TIMETABLE}
    return {name: span.of(text) if span else None for name, span in spans.items()}


def outcome(answer: Answer) -> str:
    """Return what became of a question, as it is counted."""
    if answer.answered:
        return "answered"
    return "refused" if answer.related or answer.phrase == "refused_bare" else "other"


def source(quote: Quote) -> str:
    """Return where a quote stands: its document's title and sections."""
    return " › ".join((quote.title, *quote.section))
