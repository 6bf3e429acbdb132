"""Documents and passages as they lie on disk, each read when it is asked for.

    <name>.records  documents one behind the other: a card, the text, and leaves of passages
    places          arrays: where each document and each leaf lies, and what passages there are

A card holds a document's id, title and references. A leaf holds whole blocks of one document, a
few passages together, and apart from them their terms. Of the places everything that counts from
somewhere counts from the beginning of its document, so that those of a document stay as they are
wherever it comes to stand.

Parts may be too large to be checked when an index is opened, so the places hold a digest of every
card, text, leaf and list of terms, and each is checked when it is read: a damaged byte raises
`IndexCorrupt` and is never quoted.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.document import BlockKind, Document, Passage, Reference, Span, quoted
from wuzhen.index.errors import IndexCorrupt
from wuzhen.index.storage.arrays import FileBytes, unpack

KINDS: tuple[BlockKind, ...] = ("paragraph", "bullet", "field", "row")
FIRST = 0x80
"""Set in the flags of the first passage of a block; the kind is in the other bits."""

PLACES: dict[str, type[np.generic]] = {
    "key": np.uint64,
    "id": np.uint64,
    "part": np.uint16,
    "at": np.uint64,
    "card": np.uint32,
    "text": np.uint32,
    "leaves": np.uint32,
    "refs": np.uint32,
    "card_digest": np.uint64,
    "text_digest": np.uint64,
    "leaf_passages": np.uint32,
    "leaf_size": np.uint32,
    "leaf_terms": np.uint32,
    "leaf_digest": np.uint64,
    "terms_digest": np.uint64,
    "flags": np.uint8,
    "ref_passage": np.uint32,
    "ref_name": np.uint32,
}
OF_DOCUMENTS = (
    "key",
    "id",
    "part",
    "at",
    "card",
    "text",
    "leaves",
    "refs",
    "card_digest",
    "text_digest",
)
OF_LEAVES = ("leaf_passages", "leaf_size", "leaf_terms", "leaf_digest", "terms_digest")
OF_PASSAGES = ("flags",)
OF_REFERENCES = ("ref_passage", "ref_name")

PLAIN = b"\0"
"""Stands before what is not compressed."""

_LEAVES_KEPT = 4_096
_DOCUMENTS_KEPT = 256


class Leaf(NamedTuple):
    """Some passages of one document."""

    first: int
    """The number of the first."""
    passages: tuple[Passage, ...]


class Card(NamedTuple):
    """What is known of a document beside its text."""

    id: str
    title: str
    references: tuple[Reference, ...]
    headings: dict[str, str]
    """The terms of its title and of each of its headings, with spaces between."""


def hashed(text: str) -> int:
    """Return a number by which a document is found from its id; two ids may share one."""
    return digest_of(text.encode("utf-8", "surrogatepass"))


def digest_of(data: bytes) -> int:
    """Return a digest of 64 bits: any damage to the data changes it."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


P = ParamSpec("P")
R = TypeVar("R")


def _whole(read: Callable[P, R]) -> Callable[P, R]:
    """Tell of what cannot be read that the index is damaged: large files are not checked before."""

    @wraps(read)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(*args, **kwargs)
        except (ValueError, LookupError, TypeError, zlib.error) as error:
            raise IndexCorrupt("the index is damaged; run: wuzhen build") from error

    return checked


class Records:
    """The documents and passages of an index; any number of threads may read at once."""

    def __init__(self, places: bytes | memoryview, parts: Sequence[bytes | FileBytes]) -> None:
        """Open them; raises ValueError when the places are none, or do not fit together."""
        facts, arrays = unpack(places)
        try:
            if any(arrays[name].dtype != kind for name, kind in PLACES.items()):
                raise ValueError("the places of records are damaged")
            self.places: dict[str, NDArray[Any]] = {name: arrays[name] for name in PLACES}
            self.reference_names: list[str] = facts["references"]
        except (KeyError, TypeError) as error:
            raise ValueError("not the places of records") from error
        self.parts = parts
        own = self.places
        self.leaf_of_document = _starts(own["leaves"])
        self.first_of_leaf = _starts(own["leaf_passages"])
        self.ref_of_document = _starts(own["refs"])
        if (
            self.leaf_of_document[-1] != len(own["leaf_passages"])
            or self.first_of_leaf[-1] != len(own["flags"])
            or self.ref_of_document[-1] != len(own["ref_name"])
            or any(
                len({len(own[name]) for name in names}) != 1
                for names in (OF_DOCUMENTS, OF_LEAVES, OF_REFERENCES)
            )
        ):
            raise ValueError("the places of records do not fit together")
        self.first_of_document = self.first_of_leaf[self.leaf_of_document]
        self._leaf_at = _starts(own["leaf_size"].astype(np.int64) + own["leaf_terms"])
        begins = own["flags"] & FIRST != 0
        self.first_of_block = np.append(np.flatnonzero(begins), len(begins))
        self.leaf = lru_cache(maxsize=_LEAVES_KEPT)(self._leaf)
        """Returns the leaf at a place among all."""
        self.leaf_terms = lru_cache(maxsize=_LEAVES_KEPT)(self._leaf_terms)
        """Returns the terms of each passage of a leaf."""
        self.card = lru_cache(maxsize=_DOCUMENTS_KEPT)(self._card)
        """Returns the card of the document at a place."""
        self.document = lru_cache(maxsize=_DOCUMENTS_KEPT)(self._document)
        """Returns the document at a place, without its blocks."""

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return len(self.places["at"])

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self.places["flags"])

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.first_of_block) - 1

    def leaf_of(self, number: int) -> int:
        """Return the place of the leaf that holds a passage; raises IndexError without one."""
        if not 0 <= number < self.passages:
            raise IndexError("no passage has that number")
        return int(np.searchsorted(self.first_of_leaf, number, "right")) - 1

    def passage(self, number: int) -> Passage:
        """Return the passage of a number; raises IndexError when there is none."""
        leaf = self.leaf(self.leaf_of(number))
        return leaf.passages[number - leaf.first]

    def terms(self, number: int) -> list[str]:
        """Return a passage's terms; raises IndexError when there is none of that number."""
        leaf = self.leaf_of(number)
        return self.leaf_terms(leaf)[number - int(self.first_of_leaf[leaf])]

    def block_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the blocks of some passages."""
        return np.searchsorted(self.first_of_block, numbers, "right") - 1

    def document_of(self, number: int) -> int:
        """Return the place of the document that a passage stands in."""
        return int(np.searchsorted(self.first_of_document, number, "right")) - 1

    def find(self, id: str) -> int | None:
        """Return the place of the document of an id, or None."""
        order, ids = self._by_id
        wanted = np.uint64(hashed(id))
        at = int(np.searchsorted(ids, wanted))
        while at < len(ids) and ids[at] == wanted:
            place = int(order[at])
            if self.card(place).id == id:
                return place
            at += 1
        return None

    def of_kind(self, kind: BlockKind) -> NDArray[np.int64]:
        """Return the numbers of the passages of a kind."""
        return np.flatnonzero(self.places["flags"] & ~np.uint8(FIRST) == KINDS.index(kind))

    def referring(self, name: str) -> NDArray[np.int64]:
        """Return the numbers of the passages that carry a reference."""
        if name not in self.reference_names:
            return np.zeros(0, np.int64)
        found = np.flatnonzero(self.places["ref_name"] == self.reference_names.index(name))
        return self._carrying(found)

    def first_of_references(self) -> dict[str, int]:
        """Return every reference with the number of the first passage that carries it."""
        names, at = np.unique(self.places["ref_name"], return_index=True)
        first = self._carrying(at)
        return {self.reference_names[n]: int(f) for n, f in zip(names, first, strict=True)}

    def _carrying(self, references: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the passages that carry the references at some places among all."""
        document = np.searchsorted(self.ref_of_document, references, "right") - 1
        within: NDArray[np.int64] = self.places["ref_passage"][references].astype(np.int64)
        return self.first_of_document[document] + within

    @cached_property
    def _by_id(self) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
        ids = self.places["id"]
        order = np.argsort(ids, kind="stable")
        return order, ids[order]

    def bytes_of(self, place: int) -> bytes:
        """Return everything that was written of a document; raises `IndexCorrupt`."""
        pieces = [self._card_bytes(place), self._text_bytes(place)]
        for leaf in range(*self.leaf_of_document[place : place + 2].tolist()):
            pieces += [self._leaf_bytes(leaf, terms=False), self._leaf_bytes(leaf, terms=True)]
        return b"".join(pieces)

    @_whole
    def _read(self, document: int, start: int, size: int, digest: np.uint64) -> bytes:
        begin = int(self.places["at"][document]) + start
        data = bytes(self.parts[int(self.places["part"][document])][begin : begin + size])
        if len(data) != size:
            raise ValueError("a document is cut short")
        if digest_of(data) != digest:
            raise ValueError("not the bytes that were written")
        return data

    def _card_bytes(self, place: int) -> bytes:
        own = self.places
        return self._read(place, 0, int(own["card"][place]), own["card_digest"][place])

    def _text_bytes(self, place: int) -> bytes:
        own = self.places
        start, size = int(own["card"][place]), int(own["text"][place])
        return self._read(place, start, size, own["text_digest"][place])

    @_whole
    def _card(self, place: int) -> Card:
        id, title, references, headings = json.loads(self._card_bytes(place))
        return Card(id, title, tuple(Reference(*one) for one in references), headings)

    @_whole
    def _document(self, place: int) -> Document:
        card = self.card(place)
        text = self._text_bytes(place).decode("utf-8", "surrogatepass")
        return Document(card.id, card.title, text, (), card.references)

    def _leaf_bytes(self, place: int, terms: bool) -> bytes:
        document = int(np.searchsorted(self.leaf_of_document, place, "right")) - 1
        own = self.places
        start = int(own["card"][document]) + int(own["text"][document])
        start += int(self._leaf_at[place] - self._leaf_at[self.leaf_of_document[document]])
        size, digest = int(own["leaf_size"][place]), own["leaf_digest"][place]
        if terms:
            start, size = start + size, int(own["leaf_terms"][place])
            digest = own["terms_digest"][place]
        return self._read(document, start, size, digest)

    @_whole
    def _leaf_terms(self, place: int) -> list[list[str]]:
        text = _unpacked(self._leaf_bytes(place, terms=True)).decode("utf-8", "surrogatepass")
        return [line.split() for line in text.split("\n")]

    @_whole
    def block_terms(self, leaf: int) -> list[list[str]]:
        """Return the terms of each block of a leaf: of its passages, its headings and its title."""
        card = self.card(self.document_of(int(self.first_of_leaf[leaf])))
        sections, entries = json.loads(_unpacked(self._leaf_bytes(leaf, terms=False)))
        found: list[list[str]] = []
        for (begins, _, section, *_), own in zip(entries, self._leaf_terms(leaf), strict=True):
            if begins:
                names = (*sections[section], card.title)
                found.append([term for name in names for term in card.headings[name].split()])
            found[-1] += own
        return found

    def every_passage(self, numbers: NDArray[np.int64] | None = None) -> Iterator[list[str]]:
        """Yield the terms of some passages, in order, or of all."""
        if numbers is not None:
            yield from (self.terms(int(number)) for number in numbers)
            return
        for leaf in range(len(self.places["leaf_passages"])):
            yield from self._leaf_terms(leaf)

    def every_block(self, numbers: NDArray[np.int64] | None = None) -> Iterator[list[str]]:
        """Yield the terms of some blocks with their headings and titles, in order, or of all."""
        firsts = np.searchsorted(self.first_of_block, self.first_of_leaf)
        leaves = range(len(firsts) - 1)
        if numbers is None:
            for leaf in leaves:
                yield from self.block_terms(leaf)
            return
        held: tuple[int, list[list[str]]] = (-1, [])
        for number in numbers.tolist():
            leaf = int(np.searchsorted(firsts, number, "right")) - 1
            if held[0] != leaf:
                held = leaf, self.block_terms(leaf)
            yield held[1][number - int(firsts[leaf])]

    @_whole
    def _leaf(self, place: int) -> Leaf:
        first = int(self.first_of_leaf[place])
        document = self.document(self.document_of(first))
        sections, entries = json.loads(_unpacked(self._leaf_bytes(place, terms=False)))
        block = int(np.searchsorted(self.first_of_block, first, "right")) - 1
        made: list[Passage] = []
        for number, (begins, kind, section, ends, refs, names) in enumerate(entries, first):
            block += bool(begins and made)
            spans = tuple(Span(*ends[at : at + 2]) for at in range(0, len(ends), 2))
            made.append(
                Passage(
                    number,
                    document.id,
                    block,
                    KINDS[kind],
                    tuple(sections[section]),
                    spans,
                    tuple(refs),
                    tuple(names),
                    quoted(document.text, spans),
                )
            )
        return Leaf(first, tuple(made))


def _unpacked(data: bytes) -> bytes:
    return data[1:] if data.startswith(PLAIN) else zlib.decompress(data)


def _starts(counts: NDArray[Any]) -> NDArray[np.int64]:
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts
