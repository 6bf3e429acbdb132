"""Lines in the order of their bytes, looked up where they lie: nothing is made of the rest."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate, takewhile

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.storage.arrays import pack, unpack


class SortedLines:
    """Lines that `packed` put together; looked up by what they begin with."""

    def __init__(self, data: bytes | memoryview) -> None:
        """Open them; raises ValueError when the data is not what `packed` returned."""
        _, arrays = unpack(data)
        try:
            self._text: NDArray[np.uint8] = arrays["text"]
            self._ends: NDArray[np.uint64] = arrays["ends"]
        except KeyError as error:
            raise ValueError("not lines") from error

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[bytes]:
        return (self._at(place) for place in range(len(self)))

    def beginning(self, start: bytes) -> list[bytes]:
        """Return the lines that begin with some bytes, in order."""
        first = bisect_left(range(len(self)), start, key=self._at)
        lines = map(self._at, range(first, len(self)))
        return list(takewhile(lambda line: line.startswith(start), lines))

    def _at(self, place: int) -> bytes:
        start = int(self._ends[place - 1]) if place else 0
        return self._text[start : int(self._ends[place])].tobytes()


def packed(lines: Iterable[bytes]) -> bytes:
    """Return the data that `SortedLines` reads; the lines need not be in order."""
    lines = sorted(lines)
    ends = np.fromiter(accumulate(map(len, lines)), np.uint64, len(lines))
    return pack({}, {"text": np.frombuffer(b"".join(lines), np.uint8), "ends": ends})
