"""What follows from the terms of a collection: found out when it is built, and kept in the index.

Opening an index then costs no more than reading it.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.bm25 import Bm25, Impacts, impacts
from index.document import Document, Passage
from index.query import by_sound
from index.sound import sound
from index.spelling import by_sound as words_by_sound

_TERMS = "terms.json"
_LEVELS = ("passages", "blocks")


class Derived(NamedTuple):
    """What follows from the terms of a collection."""

    passages: Bm25
    blocks: Bm25
    """Each block with its headings and its document's title."""
    frequencies: Mapping[str, int]
    """In how many blocks each term stands."""
    by_sound: Mapping[str, Sequence[str]]
    words_by_sound: Mapping[str, str]


def blocks_of(passages: Sequence[Passage]) -> list[list[int]]:
    """Return the numbers of the passages of each block."""
    blocks: list[list[int]] = []
    for passage in passages:
        if passage.block == len(blocks):
            blocks.append([])
        blocks[passage.block].append(passage.number)
    return blocks


def derive(
    documents: Mapping[str, Document],
    passages: Sequence[Passage],
    terms: Sequence[Sequence[str]],
    headings: Mapping[str, Sequence[str]],
    sound: Callable[[str], str] = sound,
) -> dict[str, bytes]:
    """Find out what follows from the terms of each passage and heading, as files of an index."""
    in_blocks: list[list[str]] = []
    for members in blocks_of(passages):
        first = passages[members[0]]
        title = documents[first.document].title
        own = [term for member in members for term in terms[member]]
        around = [t for name in (*first.section, title) for t in headings.get(name, ())]
        in_blocks.append(own + around)
    vocabulary = list(dict.fromkeys(term for one in in_blocks for term in one))
    kept = {
        "vocabulary": vocabulary,
        "by_sound": by_sound(vocabulary, sound),
        "words_by_sound": words_by_sound(vocabulary, sound),
        "texts": [len(terms), len(in_blocks)],
    }
    files = {_TERMS: json.dumps(kept, separators=(",", ":")).encode()}
    for level, texts in zip(_LEVELS, (terms, in_blocks), strict=True):
        for name, array in impacts(texts, vocabulary)._asdict().items():
            files[f"{level}.{name}.npy"] = _saved(array)
    return files


def load(files: Mapping[str, bytes]) -> Derived:
    """Read back what `derive` wrote; raises KeyError, TypeError or ValueError if it did not."""
    kept = json.loads(files[_TERMS])
    passages, blocks = (_impacts(files, level) for level in _LEVELS)
    frequencies = dict(zip(kept["vocabulary"], np.diff(blocks.starts).tolist(), strict=True))
    number, blocks_number = kept["texts"]
    return Derived(
        Bm25.of(number, frequencies, passages),
        Bm25.of(blocks_number, frequencies, blocks),
        frequencies,
        kept["by_sound"],
        kept["words_by_sound"],
    )


def _impacts(files: Mapping[str, bytes], level: str) -> Impacts:
    return Impacts(*(_loaded(files[f"{level}.{name}.npy"]) for name in Impacts._fields))


def _saved(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _loaded(saved: bytes) -> NDArray[Any]:
    loaded: NDArray[Any] = np.load(io.BytesIO(saved), allow_pickle=False)
    return loaded
