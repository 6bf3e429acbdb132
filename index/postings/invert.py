"""Texts, given as their terms, to a segment: sorted runs, each inverted in memory, and merged.

Memory holds one run, or one batch of a merge, and the vocabulary.
"""

import contextlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, count, islice
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.postings import kernel
from wuzhen.index.postings.merge import merge
from wuzhen.index.postings.segment import open_segment
from wuzhen.index.postings.writer import SegmentWriter

RUN_TOKENS = 1 << 23
_PIECE = 2048
_BATCH = 1 << 17
"""Postings."""

Texts = Iterable[Sequence[str]]


class Piece(NamedTuple):
    """Some texts: all their terms with a nil byte between each two, and how many each has."""

    terms: bytes
    lengths: NDArray[np.uint32]


class Run(NamedTuple):
    """The postings of some texts: term `i` has `counts[i]` of them, by ascending passage."""

    terms: NDArray[np.uint8]
    """The terms' bytes, sorted and joined."""
    sizes: NDArray[np.int64]
    """Of each term, in bytes."""
    counts: NDArray[np.int64]
    passage: NDArray[np.uint32]
    tf: NDArray[np.uint32]
    lengths: NDArray[np.uint32]


def build(texts: Texts, path: Path, run_tokens: int = RUN_TOKENS) -> None:
    """Write the segment of some passages, each given as its terms, in order.

    Raises what `SegmentBuilder` does.
    """
    with SegmentBuilder(path, run_tokens) as builder:
        for piece in pieces(texts):
            builder.add(piece)


def pieces(texts: Texts) -> Iterator[Piece]:
    """Yield texts, given as their terms, some at a time."""
    source = iter(texts)
    while some := list(islice(source, _PIECE)):
        lengths = np.fromiter(map(len, some), np.uint32, len(some))
        yield Piece(_encoded("\0".join(chain.from_iterable(some))), lengths)


class SegmentBuilder:
    """Writes the segment of passages that come piece by piece; a context manager.

    Raises OSError when the disk does not take it, and ValueError when a term holds a nil byte;
    of what was written nothing stays then.
    """

    def __init__(self, path: Path, run_tokens: int = RUN_TOKENS) -> None:
        self._path = path
        self._run_tokens = run_tokens
        self._runs: list[Path] = []
        self._inverter = _inverter()
        self._held = 0

    def __enter__(self) -> "SegmentBuilder":
        return self

    def add(self, piece: Piece) -> None:
        """Append some passages."""
        if self._held >= self._run_tokens:
            self._write()
        self._inverter.add(piece)
        self._held += int(piece.lengths.sum(dtype=np.int64))

    def _write(self) -> None:
        run = self._inverter.run()
        self._runs.append(self._path.with_name(f"{self._path.name}.run{len(self._runs)}"))
        with SegmentWriter(self._runs[-1], run.lengths) as writer:
            for batch in _batches(run):
                writer.add(*batch)
        self._inverter.close()
        self._inverter, self._held = _inverter(), 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._write()
                if len(self._runs) == 1:
                    self._runs[0].replace(self._path)
                else:
                    merge([open_segment(run) for run in self._runs], self._path)
        finally:
            self._inverter.close()
            for made in self._runs:
                made.unlink(missing_ok=True)


def _batches(run: Run) -> Iterator[tuple[NDArray[Any], ...]]:
    """Yield what `SegmentWriter.add` takes, in pieces so small that their memory is used again."""
    ends, text = np.cumsum(run.counts), np.cumsum(run.sizes)
    first = 0
    while first < len(ends):
        begin = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, begin + _BATCH)), first + 1)
        postings = slice(begin, int(ends[last - 1]))
        terms = slice(int(text[first - 1]) if first else 0, int(text[last - 1]))
        own = slice(first, last)
        yield (
            run.terms[terms],
            run.sizes[own],
            run.counts[own],
            run.passage[postings],
            run.tf[postings],
        )
        first = last


class _Inverter(Protocol):
    def add(self, piece: Piece) -> None: ...

    def run(self) -> Run: ...

    def close(self) -> None: ...


def _inverter() -> _Inverter:
    return _Hashing(kernel.KERNEL) if kernel.KERNEL else _Sorting()


class _Sorting:
    """By NumPy's sort, where there is no kernel."""

    def __init__(self) -> None:
        self._numbers: defaultdict[bytes, int] = defaultdict(count().__next__)
        self._read: list[NDArray[np.uint32]] = [np.zeros(0, np.uint32)]
        self._lengths: list[NDArray[np.uint32]] = [np.zeros(0, np.uint32)]

    def add(self, piece: Piece) -> None:
        tokens = int(piece.lengths.sum(dtype=np.int64))
        terms = piece.terms.split(b"\0") if tokens else []
        if len(terms) != tokens:
            raise ValueError("a term holds a nil byte")
        self._read.append(np.fromiter(map(self._numbers.__getitem__, terms), np.uint32, tokens))
        self._lengths.append(piece.lengths)

    def run(self) -> Run:
        numbers = self._numbers
        lengths = np.concatenate(self._lengths)
        terms = sorted(numbers)
        rank = np.empty(len(terms), np.uint64)
        rank[[numbers[term] for term in terms]] = np.arange(len(terms), dtype=np.uint64)
        key = rank[np.concatenate(self._read)] << np.uint64(32)
        key |= np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
        key.sort()
        at = np.flatnonzero(np.diff(key, prepend=~key[:1]))
        tf = np.diff(at, append=len(key))
        key = key[at]
        return Run(
            np.frombuffer(b"".join(terms), np.uint8),
            np.fromiter(map(len, terms), np.int64, len(terms)),
            np.bincount((key >> np.uint64(32)).astype(np.int64), minlength=len(terms)),
            key.astype(np.uint32),
            tf.astype(np.uint32),
            lengths,
        )

    def close(self) -> None:
        pass


class _Hashing:
    """By the kernel, which lets Python go on: a piece is hashed while the next one is made."""

    def __init__(self, functions: kernel.Kernel) -> None:
        self._kernel = functions
        self._made = functions.inverter_new(int.from_bytes(os.urandom(8)))
        if self._made is None:
            raise MemoryError
        self._thread = ThreadPoolExecutor(1)
        self._waiting: Future[int] | None = None

    def add(self, piece: Piece) -> None:
        self._wait()
        self._waiting = self._thread.submit(self._add, piece)

    def _add(self, piece: Piece) -> int:
        terms, lengths = piece
        # The nil byte that ends the last term is that which ends the bytes object.
        size = len(terms) + 1 if lengths.any() else 0
        return self._kernel.inverter_add(self._made, terms, size, lengths.ctypes.data, len(lengths))

    def _wait(self) -> None:
        done, self._waiting = self._waiting, None
        result = done.result() if done else 0
        if result == -2:
            raise ValueError("a term holds a nil byte")
        if result:
            raise MemoryError

    def run(self) -> Run:
        self._wait()
        sizes = np.empty(4, np.int64)
        self._kernel.inverter_sizes(self._made, sizes.ctypes.data)
        terms, used, postings, texts = sizes.tolist()
        run = Run(
            np.empty(used, np.uint8),
            np.empty(terms, np.int64),
            np.empty(terms, np.int64),
            np.empty(postings, np.uint32),
            np.empty(postings, np.uint32),
            np.empty(texts, np.uint32),
        )
        if self._kernel.inverter_fill(self._made, *(part.ctypes.data for part in run)):
            raise MemoryError
        return run

    def close(self) -> None:
        with contextlib.suppress(ValueError, MemoryError):
            self._wait()
        self._thread.shutdown()
        if self._made is not None:
            self._kernel.inverter_free(self._made)
            self._made = None


def _encoded(text: str) -> bytes:
    # Half of a surrogate pair may stand in a file's name, and so in a text.
    return text.encode("utf-8", "surrogatepass")
