"""What is kept of an answer: its quotes with their text, so that a rebuilt index changes nothing.

A quote's spans point into the document as it was. An excerpt holds the words themselves, with the
highlights as positions in them, and a key by which the passage is found again in the document as
it is now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

from wuzhen.bot.anchors import key
from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.telegram.outgoing import REPLACES
from wuzhen.index.document import Passage, Span
from wuzhen.index.searching.collection import Collection


class Cell(NamedTuple):
    """A cell of a table's row, by its role; `[start, end)` in the excerpt's text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote, independent of the index that it came from."""

    text: str
    marks: tuple[Span, ...] = ()
    """The highlights, as positions in the text."""
    title: str = ""
    section: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    key: str = ""
    """The key of its first passage."""
    others: tuple[str, ...] = ()
    """The keys of its other passages."""
    url: str = ""
    """Where it stands in a page of the documents, as far as links in Telegram can lead there."""
    alone: bool = False
    """Whether nothing stood around it in its section when it was kept."""
    cells: tuple[Cell, ...] = ()
    """For a row of a table: what plays which role in it."""

    def cell(self, name: str) -> str:
        """Return the text of a cell, empty when the row has none of that name."""
        return next((self.text[one.start : one.end] for one in self.cells if one.name == name), "")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as the store keeps it, with what its message needs to be shown again."""

    answered: bool = False
    confidence: float = 0.0
    quotes: tuple[Excerpt, ...] = ()
    related: tuple[Excerpt, ...] = ()
    notice: str | None = None
    language: str = ""
    simplified: bool = False
    """Whether a Simplified rendering stands beside the quotes."""
    history: tuple[str, ...] = ()
    """The earlier questions that it was answered with, oldest first."""
    replaces: str = ""
    """The turn whose message it takes over, after its question was edited."""

    def as_json(self) -> dict[str, Any]:
        """In the shape that `kept` reads."""
        values = asdict(self)
        if not self.replaces:
            del values[REPLACES]
        return values


def kept(value: Any) -> Kept:
    """Read what `Kept.as_json` made, in this version of the program or another.

    Names that are not known (any more) are left out, and what is missing has its default.
    """
    known = {field.name for field in fields(Kept)}
    values = {name: each for name, each in value.items() if name in known}
    for name in ("quotes", "related"):
        values[name] = tuple(_excerpt(one) for one in values.get(name, ()))
    return Kept(**{**values, "history": tuple(values.get("history", ()))})


def _excerpt(value: Any) -> Excerpt:
    known = {field.name for field in fields(Excerpt)}
    values = {name: each for name, each in value.items() if name in known}
    return Excerpt(
        **{
            **values,
            "marks": tuple(Span(*mark) for mark in values.get("marks", ())),
            "section": tuple(values.get("section", ())),
            "refs": tuple(values.get("refs", ())),
            "others": tuple(values.get("others", ())),
            "cells": tuple(Cell(*cell) for cell in values.get("cells", ())),
        }
    )


def excerpt(quote: Quote, collection: Collection) -> Excerpt:
    """Return what is kept of a quote."""
    passages = [collection.passages[number] for number in quote.passages]
    names = [key(passage) for passage in passages]
    url = quote.url or ""
    return Excerpt(
        text=quote.text,
        marks=_marks(quote),
        title=quote.title,
        section=quote.section,
        refs=quote.refs,
        key=names[0] if names else "",
        others=tuple(names[1:]),
        url=url if url.startswith(("http://", "https://")) else "",
        cells=_cells(quote, passages),
    )


def alone(passages: Sequence[int], librarian: Librarian) -> bool:
    """Tell whether nothing stands around some passages in their section."""
    around = (librarian.context(number) for number in (min(passages), max(passages)))
    return all(set(passages).issuperset(one.passages) for one in around)


def excerpts(quotes: Iterable[Quote], collection: Collection) -> tuple[Excerpt, ...]:
    """Return what is kept of several."""
    return tuple(excerpt(quote, collection) for quote in quotes)


def keep(
    answer: Answer,
    librarian: Librarian,
    *,
    language: str,
    simplified: bool,
    history: Sequence[str],
    replaces: str = "",
) -> Kept:
    """Return what is kept of an answer."""
    return Kept(
        answered=answer.answered,
        confidence=round(answer.confidence, 4),
        quotes=tuple(_placed(one, librarian) for one in answer.quotes),
        related=tuple(_placed(one, librarian) for one in answer.related),
        notice=answer.notice,
        language=language,
        simplified=simplified,
        history=tuple(history),
        replaces=replaces,
    )


def _placed(quote: Quote, librarian: Librarian) -> Excerpt:
    # Known now, by number; to find the passages again would mean to look through all of them.
    return replace(
        excerpt(quote, librarian.collection),
        alone=bool(quote.passages) and alone(quote.passages, librarian),
    )


def side_by_side(found: Sequence[Passage], librarian: Librarian) -> list[Excerpt]:
    """Return excerpts of passages; sentences that stand side by side in a block become one."""
    groups: list[list[Passage]] = []
    for passage in found:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and not passage.names
            and (last.block, last.number + 1) == (passage.block, passage.number)
        ):
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return [excerpt(librarian.quote(group), librarian.collection) for group in groups]


def find(librarian: Librarian, name: str) -> int | None:
    """Return the number of the passage with this key in the index as it is now, or None."""
    return _numbers(librarian.collection).get(name)


@lru_cache(maxsize=2)
def _numbers(collection: Collection) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for passage in collection.passages:
        numbers.setdefault(key(passage), passage.number)
    return numbers


def _marks(quote: Quote) -> tuple[Span, ...]:
    """Return the highlights as positions in the quote's text, in order; touching ones are one."""
    found = sorted(
        Span(place + mark.start - span.start, place + mark.end - span.start)
        for place, span in _places(quote)
        for mark in quote.highlights
        if span.start <= mark.start < mark.end <= span.end
    )
    merged: list[Span] = []
    for mark in found:
        if merged and mark.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, mark.end))
        else:
            merged.append(mark)
    return tuple(merged)


def _cells(quote: Quote, passages: Sequence[Passage]) -> tuple[Cell, ...]:
    """Return the cells of a quote of one row, where its spans are the row's own."""
    if len(passages) != 1 or not passages[0].names or passages[0].spans != quote.spans:
        return ()
    return tuple(
        Cell(name, place, place + span.end - span.start)
        for name, (place, span) in zip(passages[0].names, _places(quote), strict=True)
    )


def _places(quote: Quote) -> list[tuple[int, Span]]:
    """Each span with the position in the quote's text at which it begins."""
    places: list[tuple[int, Span]] = []
    place = 0
    for span in quote.spans:
        places.append((place, span))
        place += span.end - span.start + 1
    return places
