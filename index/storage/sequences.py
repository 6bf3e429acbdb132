"""The records of an index as sequences and a mapping, of which each item is read when asked for."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import overload

from wuzhen.index.document import Document, Passage
from wuzhen.index.storage.records import Records

_KEPT = 4_096


class Passages(Sequence[Passage]):
    """The passages of records, in order."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def __len__(self) -> int:
        return self._records.passages

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> list[Passage]: ...
    def __getitem__(self, place: int | slice) -> Passage | list[Passage]:
        if isinstance(place, slice):
            return [self._records.passage(n) for n in range(*place.indices(len(self)))]
        return self._records.passage(place if place >= 0 else place + len(self))

    def __iter__(self) -> Iterator[Passage]:
        for place in range(len(self._records.places["leaf_passages"])):
            yield from self._records.leaf(place).passages


class Terms(Sequence[frozenset[str]]):
    """The terms of each passage of records."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._of = lru_cache(maxsize=_KEPT)(self._read)

    def _read(self, number: int) -> frozenset[str]:
        return frozenset(self._records.terms(number))

    def __len__(self) -> int:
        return self._records.passages

    @overload
    def __getitem__(self, place: int) -> frozenset[str]: ...
    @overload
    def __getitem__(self, place: slice) -> list[frozenset[str]]: ...
    def __getitem__(self, place: int | slice) -> frozenset[str] | list[frozenset[str]]:
        if isinstance(place, slice):
            return [self._of(number) for number in range(*place.indices(len(self)))]
        return self._of(place)


class Blocks(Sequence[range]):
    """The numbers of the passages of each block of records."""

    def __init__(self, records: Records) -> None:
        self._first = records.first_of_block

    def __len__(self) -> int:
        return len(self._first) - 1

    @overload
    def __getitem__(self, place: int) -> range: ...
    @overload
    def __getitem__(self, place: slice) -> list[range]: ...
    def __getitem__(self, place: int | slice) -> range | list[range]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        return range(int(self._first[place]), int(self._first[place + 1]))


class Documents(Mapping[str, Document]):
    """The documents of records by their ids, in order; without their blocks."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def __len__(self) -> int:
        return self._records.documents

    def __iter__(self) -> Iterator[str]:
        return (self._records.card(place).id for place in range(len(self)))

    def __getitem__(self, id: str) -> Document:
        place = self._records.find(id)
        if place is None:
            raise KeyError(id)
        return self._records.document(place)
