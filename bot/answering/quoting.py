"""Which passages an answer quotes: the first, and what it cannot do without."""

from collections.abc import Sequence

from wuzhen.bot.question.reading import Reading
from wuzhen.bot.ranking.features import Candidate, Evidence, leads_to_list
from wuzhen.index.document import Passage
from wuzhen.index.searching.collection import Collection

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
    if missing := _other_kinds(reading, passage, evidence, collection):
        return [(passage, missing)] if missing.number > passage.number else [(missing, passage)]
    return [with_neighbours(passage, collection)]


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
    if len(passage.text) <= 6 and at + 1 < len(members):
        return (passage, collection.passages[members[at + 1]])
    return (passage,)
