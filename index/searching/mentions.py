"""Whether a collection says a thing at all, looked up in few of its passages, not ranked.

In what most of a large collection says, no more is looked through than takes milliseconds.
"""

from collections.abc import Iterable, Iterator

from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.analyser import terms
from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import numbers

_FEW = 256
_LOOKED_THROUGH = 200


def says(collection: Collection, folded: str) -> bool:
    """Tell whether any block says a folded text, which is a name or the like."""
    sought = [{term: 1.0} for term in dict.fromkeys(terms(folded))]
    for block in collection.block_postings.search(sought, _LOOKED_THROUGH).numbers.tolist():
        members = [collection.passages[member] for member in collection.blocks[block]]
        title = collection.documents[members[0].document].title
        own = " ".join(member.text for member in members)
        if any(folded in fold(text) for text in (own, *members[0].section, title)):
            return True
    return False


def mentions(collection: Collection, value: int, measure: str) -> bool:
    """Tell whether any passage speaks of an ordinal (`第四届`)."""
    found = collection.passage_postings.search([{f"#{value:g}": 1.0}], _LOOKED_THROUGH).numbers
    return any(
        number.ordinal and (int(number.value), number.measure) == (value, measure)
        for place in found.tolist()
        for number in numbers(fold(collection.passages[place].text))
    )


def mentions_year(collection: Collection, year: int) -> bool:
    """Tell whether any text names a year."""
    return f"@{year}" in collection.vocabulary


def entitled(collection: Collection, words: Iterable[str]) -> Iterator[str]:
    """Yield the ids of the documents whose titles hold all of some words, terms of them."""
    sought = frozenset(words)
    records = collection.records
    places: Iterable[int] = range(records.documents)
    if records.documents > _FEW:
        concepts = [{word: 1.0} for word in sought]
        found = collection.block_postings.search(concepts, _LOOKED_THROUGH).numbers
        firsts = records.first_of_block[found].tolist()
        places = sorted({records.document_of(number) for number in firsts})
    for place in places:
        if sought <= frozenset(collection.terms_of_title(place)):
            yield records.card(place).id
