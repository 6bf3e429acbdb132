"""Writing records: document after document, and those of an older index as they lie there."""

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.document import Document, Passage
from wuzhen.index.storage.arrays import pack
from wuzhen.index.storage.records import (
    FIRST,
    KINDS,
    OF_DOCUMENTS,
    OF_LEAVES,
    OF_PASSAGES,
    OF_REFERENCES,
    PLACES,
    PLAIN,
    Records,
    digest_of,
    hashed,
)

_LEAF = 16
"""Passages from which a leaf takes no further block."""
_LEVEL = 1
_BUFFER = 1 << 20
_SMALL = 4_096
"""Bytes below which compressing takes longer than it is worth."""


class Said(NamedTuple):
    """What is said in a block: terms with a nil byte between each two."""

    terms: bytes
    """Of its passages."""
    lengths: list[int]
    """How many terms each passage has."""
    headings: bytes
    """The terms of the headings that it stands under, and of its document's title."""
    headings_length: int


class Record(NamedTuple):
    """A document as it is written: its bytes, and what is to be known of them."""

    data: bytes
    places: dict[str, list[int]]
    """By the names of `records.PLACES`, without the part, the place in it, and the references."""
    references: list[tuple[int, str]]
    """Passages, counted from 0, and the references that they carry."""
    said: list[Said]
    """What is said in each block."""


def recorded(
    key: int,
    document: Document,
    passages: Sequence[Passage],
    terms: Sequence[str],
    headings: Mapping[str, str],
) -> Record:
    """Return what is written of a document: its passages, and the terms of each.

    `headings` holds the terms of its title and headings; terms have spaces between them.
    """
    references = [list(one) for one in document.references]
    card = json.dumps([document.id, document.title, references, dict(headings)]).encode()
    text = document.text.encode("utf-8", "surrogatepass")
    pieces = [card, text]
    leaves: list[tuple[int, int, int, int, int]] = []
    flags: list[int] = []
    begin = 0
    for end in _leaf_ends(passages):
        own = passages[begin:end]
        sections = list(dict.fromkeys(one.section for one in own))
        place_of = {section: place for place, section in enumerate(sections)}
        entries: list[list[Any]] = []
        for place, one in enumerate(own, begin):
            first = place == 0 or passages[place - 1].block != one.block
            kind = KINDS.index(one.kind)
            flags.append(kind | (FIRST if first else 0))
            ends = [place for span in one.spans for place in span]
            entries.append([int(first), kind, place_of[one.section], ends, one.refs, one.names])
        leaf = json.dumps([sections, entries], separators=(",", ":")).encode()
        said = "\n".join(terms[begin:end]).encode("utf-8", "surrogatepass")
        leaf, said = _packed(leaf), _packed(said)
        pieces += [leaf, said]
        leaves.append((len(own), len(leaf), len(said), digest_of(leaf), digest_of(said)))
        begin = end
    carried = [(place, ref) for place, one in enumerate(passages) for ref in one.refs]
    places = {
        "key": [key],
        "id": [hashed(document.id)],
        "card": [len(card)],
        "text": [len(text)],
        "leaves": [len(leaves)],
        "refs": [len(carried)],
        "card_digest": [digest_of(card)],
        "text_digest": [digest_of(text)],
        **{name: [leaf[at] for leaf in leaves] for at, name in enumerate(OF_LEAVES)},
        "flags": flags,
        "ref_passage": [place for place, _ in carried],
    }
    begins = [at for at, flag in enumerate(flags) if flag & FIRST]
    return Record(
        b"".join(pieces),
        places,
        carried,
        [
            _said(
                terms[begin:end],
                [headings[name] for name in (*passages[begin].section, document.title)],
            )
            for begin, end in pairwise([*begins, len(terms)])
        ],
    )


def _said(passages: Sequence[str], headings: Sequence[str]) -> Said:
    lengths = [text.count(" ") + 1 if text else 0 for text in passages]
    heading = _joined(headings)
    return Said(_joined(passages), lengths, heading, heading.count(b"\0") + 1 if heading else 0)


def _joined(texts: Sequence[str]) -> bytes:
    terms = " ".join(filter(None, texts)).replace(" ", "\0")
    return terms.encode("utf-8", "surrogatepass")


def _packed(data: bytes) -> bytes:
    return PLAIN + data if len(data) < _SMALL else zlib.compress(data, _LEVEL)


def _leaf_ends(passages: Sequence[Passage]) -> list[int]:
    ends: list[int] = []
    begin = 0
    for place in range(1, len(passages)):
        if passages[place].block != passages[place - 1].block and place - begin >= _LEAF:
            ends.append(place)
            begin = place
    return [*ends, len(passages)] if passages else []


class RecordsWriter:
    """Writes the places of records, and a part with the documents that are new.

    Memory holds the places: about 70 bytes for each document and 10 for each passage.
    """

    def __init__(self, path: Path, old: Records | None = None) -> None:
        """Write new documents to a file at `path`; those of `old` stay in the parts they lie in."""
        self._file = path.open("wb", _BUFFER)
        self._digest = hashlib.blake2b(digest_size=16)
        self._old = old
        self._at = 0
        self._part = len(old.parts) if old is not None else 0
        self._names: dict[str, int] = {}
        if old is not None:
            self._names = {name: place for place, name in enumerate(old.reference_names)}
        self._new: dict[str, list[int]] = {name: [] for name in PLACES}
        self._done: dict[str, list[NDArray[Any]]] = {name: [] for name in PLACES}

    def add(self, record: Record) -> None:
        """Write a document."""
        for name, values in record.places.items():
            self._new[name] += values
        self._new["part"].append(self._part)
        self._new["at"].append(self._at)
        for _, ref in record.references:
            self._new["ref_name"].append(self._names.setdefault(ref, len(self._names)))
        self._file.write(record.data)
        self._digest.update(record.data)
        self._at += len(record.data)
        if len(self._new["at"]) >= 4096:
            self._flush()

    def copy(self, first: int, last: int) -> None:
        """Take the documents from one place of the old records to another, as they are."""
        assert self._old is not None
        self._flush()
        old, own = self._old, self._old.places
        leaves = slice(int(old.leaf_of_document[first]), int(old.leaf_of_document[last]))
        passages = slice(int(old.first_of_document[first]), int(old.first_of_document[last]))
        refs = slice(int(old.ref_of_document[first]), int(old.ref_of_document[last]))
        for names, cut in (
            (OF_DOCUMENTS, slice(first, last)),
            (OF_LEAVES, leaves),
            (OF_PASSAGES, passages),
            (OF_REFERENCES, refs),
        ):
            for name in names:
                self._done[name].append(own[name][cut])

    def _flush(self) -> None:
        for name, kind in PLACES.items():
            if self._new[name]:
                self._done[name].append(np.array(self._new[name], kind))
                self._new[name] = []

    def close(self) -> tuple[bytes, str]:
        """Let the documents reach the disk; return the places, and the digest of the part."""
        self._flush()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        arrays = {
            name: np.concatenate([np.zeros(0, kind), *self._done[name]])
            for name, kind in PLACES.items()
        }
        return pack({"references": list(self._names)}, arrays), self._digest.hexdigest()

    def discard(self) -> None:
        """Give up; the file is for the caller to remove."""
        with contextlib.suppress(OSError):  # what a full disk did not take is tried again here
            self._file.close()


def in_use(records: Records) -> int:
    """Return how many bytes of their parts the documents of records take."""
    names = ("card", "text", "leaf_size", "leaf_terms")
    return sum(int(records.places[name].sum(dtype=np.int64)) for name in names)


def gather(path: Path, records: Records) -> tuple[bytes, str]:
    """Write the documents of all parts to one; return the places, and the digest of that part."""
    digest = hashlib.blake2b(digest_size=16)
    at = np.zeros(records.documents, np.uint64)
    end = 0
    with path.open("wb") as file:
        for place in range(records.documents):
            data = records.bytes_of(place)
            at[place] = end
            end += len(data)
            file.write(data)
            digest.update(data)
        file.flush()
        os.fsync(file.fileno())
    part = np.zeros(records.documents, np.uint16)
    return pack(
        {"references": records.reference_names}, {**records.places, "part": part, "at": at}
    ), digest.hexdigest()
