"""What the documents are about and what stands in them, told by their own passages."""

from collections.abc import Iterator

from wuzhen.bot.question.about_documents import About
from wuzhen.index.document import Passage
from wuzhen.index.searching.collection import Collection

_MOST_LEADS = 3
_MOST_SECTIONS = 12


def contents(collection: Collection, about: About) -> list[Passage]:
    """Return the first paragraph of the first documents, or the beginning of each section.

    Of a collection of many documents the sections are the documents.
    """
    if about == "lead":
        return list(_leads(collection, _MOST_LEADS))
    if collection.records.documents > 1:
        return list(_leads(collection, _MOST_SECTIONS))
    found: dict[tuple[str, ...], Passage] = {}
    for passage in collection.passages_of(collection.records.card(0).id):
        found.setdefault(passage.section[:1], passage)
    return list(found.values())[:_MOST_SECTIONS]


def _leads(collection: Collection, most: int) -> Iterator[Passage]:
    for place in range(min(most, collection.records.documents)):
        passages = list(collection.passages_of(collection.records.card(place).id))
        paragraphs = (passage for passage in passages if passage.kind == "paragraph")
        if first := next(paragraphs, passages[0] if passages else None):
            yield first
