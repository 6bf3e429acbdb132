"""Names of an index's files, and its facts: what building writes and searching reads."""

import json
from collections.abc import Mapping
from typing import Any

from wuzhen.index.storage.generation import Generation
from wuzhen.index.storage.records import Records

FACTS = "facts.json"
PLACES = "places"
POSTINGS = "postings"
PASSAGES, BLOCKS = "passages", "blocks"
VECTORS = "vectors.npy"
MATCHES = "matches.npy"
WORDS = "words.json"
WORD_VECTORS = "words.npy"


def facts_of(generation: Generation) -> dict[str, Any]:
    """Return what an index says of itself; raises `IndexCorrupt` or ValueError."""
    facts: dict[str, Any] = json.loads(generation.read(FACTS))
    return facts


def records_of(generation: Generation, facts: Mapping[str, Any]) -> Records:
    """Return an index's documents and passages; raises `IndexCorrupt` or ValueError."""
    # The places hold the digests of all else, so they are always checked.
    return Records(generation.read(PLACES), [generation.part(name) for name in facts["parts"]])
