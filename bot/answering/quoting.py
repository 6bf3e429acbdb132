"""Which passages an answer quotes: the first, and what it cannot do without."""

import re
from collections.abc import Sequence

from wuzhen.bot.question.reading import Reading
from wuzhen.bot.ranking.features import Candidate, Evidence, leads_to_list
from wuzhen.index.document import Passage
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.lines import item_head

_MOST_ITEMS = 40
_LEADS = re.compile(r"[:：][\s*_]*$")
_LEAD_AND_ITEM = re.compile(r"[:：]\s*(?:[(（](?:[一1a]|i)[)）]|1[.、)]|一、)")
"""A sentence that introduces items, the first of which stands in it."""
_BINDS = re.compile(
    r"之一|不得|不可|不能|禁止|应|须|必须|可以|得|罚|停|"
    r"\b(?:must|shall|may|can|cannot|should|prohibit|forbid|require|allow|not)"
)
_EQUAL = 0.25
"""How far apart, in logits, two rows may be that answer a question equally well: what similarities
differ by between processors moves a score by less."""
_MOST_EQUAL = 2
_NAMED = 0.4
"""How much of a question's weight rows must hold that are listed for what they share."""


def groups(
    reading: Reading,
    ordered: Sequence[tuple[Candidate, float]],
    evidence: Evidence,
    collection: Collection,
) -> list[tuple[Passage, ...]]:
    """Return the passages to quote for the first candidate: it, and what it cannot do without.

    A sentence that leads to a list brings the list; where a list is asked for and the first
    candidate is one of its items, no better than the others, all of them come.
    """
    first = ordered[0][0]
    passage = first.passage
    if announced := _announced(passage, evidence, collection):
        return [announced]
    if leads_to_list(evidence.folded(passage)) and passage.kind == "paragraph":
        items = _items_after(passage, collection)
        if items:
            return [(passage, *items)]
    if reading.question.listing and passage.kind in ("row", "bullet"):
        siblings = _siblings(passage, collection)
        covered = {c.passage.number: c["soft"] for c, _ in ordered}
        exact = {c.passage.number: c["covered"] for c, _ in ordered}
        alike = [s for s in siblings if covered.get(s.number, 0.0) >= 0.9 * first["soft"]]
        if len(alike) > 1 and len(alike) >= 0.6 * len(siblings):
            return [(sibling,) for sibling in siblings]
        same = [s for s in siblings if exact.get(s.number, 0.0) >= first["covered"]]
        if passage.kind == "row" and len(same) > 1 and first["covered"] >= _NAMED:
            return [(sibling,) for sibling in same]
    if items := _items_with_kinds(reading, passage, evidence, collection):
        return [(passage, *items)]
    if alike := _equal_rows(ordered):
        return [(row,) for row in alike]
    if missing := _other_kinds(reading, passage, evidence, collection):
        return [(passage, missing)] if missing.number > passage.number else [(missing, passage)]
    return [with_neighbours(passage, collection)]


def _equal_rows(ordered: Sequence[tuple[Candidate, float]]) -> list[Passage]:
    """Return the rows of one table that answer as well as the first one, if it is not alone.

    That of which the question names more comes first. One more row than may be quoted says that
    the question picks none of them.
    """
    first, score = ordered[0]
    table = _table_of(first.passage)
    if first.passage.kind != "row" or first["kind_held"] == 0:
        return []
    equal = [
        candidate
        for candidate, other in ordered
        if candidate.passage.kind == "row"
        and _table_of(candidate.passage) == table
        and score - other <= _EQUAL
        and candidate["covered"] >= first["covered"]
        and candidate["kind_held"] >= first["kind_held"]
    ]
    if not 1 < len(equal) <= _MOST_EQUAL:
        return []
    equal.sort(key=lambda row: (-row["covered"], -row["shared_run"], row.passage.number))
    return [row.passage for row in equal]


def _table_of(passage: Passage) -> tuple[object, ...]:
    return passage.document, passage.section, passage.names


def _other_kinds(
    reading: Reading, passage: Passage, evidence: Evidence, collection: Collection
) -> Passage | None:
    """Return the sentence beside one that holds the kind of thing that the one lacks."""
    kinds = reading.question.kinds
    if len(kinds) < 2 or passage.names:
        return None
    lacking = [finder for _, finder in kinds if not finder(evidence.folded(passage))]
    if not lacking or len(lacking) == len(kinds):
        return None
    members = collection.blocks[passage.block]
    at = members.index(passage.number)
    for near in (at + 1, at - 1):
        if 0 <= near < len(members):
            other = collection.passages[members[near]]
            if all(finder(evidence.folded(other)) for finder in lacking):
                return other
    return None


def _announced(passage: Passage, evidence: Evidence, collection: Collection) -> tuple[Passage, ...]:
    """Return a passage with what it introduces, or an item with what introduces it, or nothing.

    A line that ends in a colon brings the items behind it, or else the passage behind it. An item
    brings the line that introduces it where that says what the item means: what one must not do.
    """
    if passage.names:
        return ()
    text = evidence.folded(passage)
    if _LEADS.search(text):
        number = passage.number + 1
        items = _numbered_after(passage, collection) or _items_after(passage, collection)
        if not items and number < len(collection.passages):
            follower = collection.passages[number]
            if (follower.document, follower.section) == (passage.document, passage.section):
                items = [follower]
        return (passage, *items) if items else ()
    if _LEAD_AND_ITEM.search(text) and (items := _numbered_after(passage, collection)):
        return (passage, *items)
    if not item_head(passage.text):
        return ()
    for number in range(passage.number - 1, max(-1, passage.number - _MOST_ITEMS), -1):
        before = collection.passages[number]
        if (before.document, before.section) != (passage.document, passage.section):
            break
        said = evidence.folded(before)
        if _LEADS.search(said) or _LEAD_AND_ITEM.search(said):
            return (before, passage) if _BINDS.search(said) else ()
        if not item_head(before.text):
            break
    return ()


def _numbered_after(passage: Passage, collection: Collection) -> list[Passage]:
    """Return the passages right behind one that begin with numbers of items."""
    items: list[Passage] = []
    last = min(passage.number + _MOST_ITEMS, len(collection.passages))
    for number in range(passage.number + 1, last):
        follower = collection.passages[number]
        same = (follower.document, follower.section) == (passage.document, passage.section)
        if not same or follower.names or not item_head(follower.text):
            break
        items.append(follower)
    return items


def _items_with_kinds(
    reading: Reading, passage: Passage, evidence: Evidence, collection: Collection
) -> list[Passage]:
    """Return the items behind a sentence where they hold the kind of thing that it lacks."""
    kinds = reading.question.kinds
    if not kinds or passage.names or any(find(evidence.folded(passage)) for _, find in kinds):
        return []
    items = _numbered_after(passage, collection) or _items_after(passage, collection)
    held = [one for one in items if any(find(evidence.folded(one)) for _, find in kinds)]
    return items if held and 2 * len(held) >= len(items) else []


def _items_after(passage: Passage, collection: Collection) -> list[Passage]:
    """Return the bullets right behind a paragraph."""
    if collection.blocks[passage.block][-1] != passage.number:
        return []
    items: list[Passage] = []
    for number in range(passage.number + 1, len(collection.passages)):
        follower = collection.passages[number]
        same = follower.document == passage.document and follower.section == passage.section
        if follower.kind != "bullet" or not same:
            break
        items.append(follower)
    return items


def _siblings(passage: Passage, collection: Collection) -> list[Passage]:
    """Return the rows or bullets of one section, among which a passage is."""
    return [
        p
        for p in collection.passages_of(passage.document)
        if (p.section, p.kind) == (passage.section, passage.kind)
    ]


def with_neighbours(passage: Passage, collection: Collection) -> tuple[Passage, ...]:
    """Return a passage with the neighbours without which it says nothing."""
    members = collection.blocks[passage.block]
    at = members.index(passage.number)
    if passage.names:
        return (passage,)
    asks = passage.text.rstrip("*_ ").endswith(("?", "？"))
    if (asks or len(passage.text) <= 6) and at + 1 < len(members):
        return (passage, collection.passages[members[at + 1]])
    return (passage,)
