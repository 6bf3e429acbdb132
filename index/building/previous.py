"""The index in place, as far as the next build goes on from it; and what it says of itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

from wuzhen.index.building.changes import Read
from wuzhen.index.building.read import LeftOut
from wuzhen.index.errors import IndexMissing, IndexUnusable
from wuzhen.index.postings import store as postings
from wuzhen.index.postings.search import Postings
from wuzhen.index.sources.folder import Seen, Warning
from wuzhen.index.storage import generation as store
from wuzhen.index.storage.contents import BLOCKS, PASSAGES, POSTINGS, facts_of, records_of
from wuzhen.index.storage.disk import real
from wuzhen.index.storage.generation import Generation
from wuzhen.index.storage.records import Records

Groups = Sequence[Sequence[tuple[str, Sequence[str]]]]
"""Synonyms, as `Synonyms.of` takes them."""


class Previous(NamedTuple):
    """An index in place."""

    generation: Generation
    facts: dict[str, Any]
    records: Records
    read: dict[str, Read]
    """The files that its documents came of, in their order."""
    blocks: Postings


def previous(index: Path) -> Previous | None:
    """Return the index in place, or None when there is none that can be gone on from.

    Every byte is checked, as `build.check` does: what is damaged is built again.
    """

    def opened(generation: Generation) -> Previous:
        generation.check()
        facts = facts_of(generation)
        read = {
            name: Read(
                Seen(*seen),
                documents,
                [LeftOut(key, tuple(Warning(*one) for one in some)) for key, some in left_out],
            )
            for name, (seen, documents, left_out) in facts["files"].items()
        }
        label = generation.manifest.postings
        for level in (PASSAGES, BLOCKS):
            postings.check(index / POSTINGS / level, label)
        blocks = postings.open_postings(index / POSTINGS / BLOCKS, label)
        return Previous(generation, facts, records_of(generation, facts), read, blocks)

    try:
        return store.reading(index, opened)
    except (IndexMissing, IndexUnusable, ValueError, KeyError, TypeError, AttributeError):
        return None


def seen_in(facts: Mapping[str, Any]) -> dict[str, Seen]:
    """Return the files that an index was built from, as they were."""
    return {name: Seen(*one[0]) for name, one in facts["files"].items()}


def facts(
    knowledge: Path,
    groups: Groups,
    lists: str,
    read_by: str,
    parts: Sequence[str],
    sounds: Sequence[str],
    read: Mapping[str, Read],
) -> bytes:
    """Return what an index says of itself, as its file."""
    files = {
        name: [
            one.seen,
            one.documents,
            [[left.key, [astuple(warning) for warning in left.warnings]] for left in one.left_out],
        ]
        for name, one in read.items()
    }
    content = {
        "knowledge": str(real(knowledge)),
        "synonyms": groups,
        "lists": lists,
        "read_by": read_by,
        "parts": parts,
        "sounds": sounds,
        "files": files,
    }
    return json.dumps(content, separators=(",", ":")).encode()
