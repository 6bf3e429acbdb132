"""Texts, given as their terms, to a segment: sorted runs, each inverted in memory, and merged.

Memory holds one run, or one batch of a merge, and the vocabulary.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, count, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.postings import kernel
from index.postings.merge import merge
from index.postings.segment import open_segment
from index.postings.writer import SegmentWriter

RUN_TOKENS = 1 << 23
_PIECE = 2048

Texts = Iterable[Sequence[str]]
_Piece = list[Sequence[str]]


class Run(NamedTuple):
    """The postings of some texts: term `i` has `counts[i]` of them, by ascending passage."""

    terms: NDArray[np.uint8]
    """The terms' bytes, sorted and joined."""
    sizes: NDArray[np.int64]
    """Of each term, in bytes."""
    counts: NDArray[np.int64]
    passage: NDArray[np.int64]
    tf: NDArray[np.int64]
    lengths: NDArray[np.uint32]


def build(texts: Texts, path: Path, run_tokens: int = RUN_TOKENS) -> None:
    """Write the segment of some passages, each given as its terms, in order.

    Raises OSError when the disk does not take it, and ValueError when a term holds a nil byte;
    of what was written nothing stays then.
    """
    runs: list[Path] = []
    try:
        for number, run in enumerate(inverted(texts, run_tokens)):
            runs.append(path.with_name(f"{path.name}.run{number}"))
            with SegmentWriter(runs[-1], run.lengths) as writer:
                writer.add(*run[:5])
        if len(runs) == 1:
            runs[0].replace(path)
        else:
            merge([open_segment(run) for run in runs], path)
    finally:
        for made in runs:
            made.unlink(missing_ok=True)


def inverted(texts: Texts, run_tokens: int) -> Iterator[Run]:
    """Yield the runs of some texts, one at least, each of about so many tokens."""
    source = iter(texts)
    pieces: Iterator[_Piece] = iter(lambda: list(islice(source, _PIECE)), [])
    invert = _by_hashing if kernel.KERNEL else _by_sorting
    first = True
    for piece in pieces:
        yield invert(chain([piece], pieces), run_tokens)
        first = False
    if first:
        yield invert(iter(()), run_tokens)


def _by_sorting(pieces: Iterator[_Piece], run_tokens: int) -> Run:
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    read: list[NDArray[np.uint32]] = [np.zeros(0, np.uint32)]
    lengths: list[int] = []
    held = 0
    for piece in pieces:
        lengths += map(len, piece)
        tokens = map(numbers.__getitem__, chain.from_iterable(piece))
        read.append(np.fromiter(tokens, np.uint32))
        held += len(read[-1])
        if held >= run_tokens:
            break
    encoded = {_encoded(term): number for term, number in numbers.items()}
    terms = sorted(encoded)
    if any(b"\0" in term for term in terms):
        raise ValueError("a term holds a nil byte")
    rank = np.empty(len(terms), np.uint64)
    rank[[encoded[term] for term in terms]] = np.arange(len(terms), dtype=np.uint64)
    key = rank[np.concatenate(read)] << np.uint64(32)
    key |= np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
    key.sort()
    at = np.flatnonzero(np.diff(key, prepend=~key[:1]))
    tf = np.diff(at, append=len(key))
    key = key[at]
    return Run(
        np.frombuffer(b"".join(terms), np.uint8),
        np.fromiter(map(len, terms), np.int64, len(terms)),
        np.bincount((key >> np.uint64(32)).astype(np.int64), minlength=len(terms)),
        (key & np.uint64(0xFFFFFFFF)).astype(np.int64),
        tf,
        np.array(lengths, np.uint32),
    )


def _by_hashing(pieces: Iterator[_Piece], run_tokens: int) -> Run:
    assert kernel.KERNEL is not None
    made = kernel.KERNEL.inverter_new(int.from_bytes(os.urandom(8)))
    if made is None:
        raise MemoryError
    try:
        held = 0
        # The kernel lets Python go on, so one piece is joined while another is hashed.
        with ThreadPoolExecutor(1) as hashing:
            waiting: Future[int] | None = None
            for piece in pieces:
                lengths = np.fromiter(map(len, piece), np.uint32, len(piece))
                text = _encoded("\0".join(chain.from_iterable(piece)))
                tokens = int(lengths.sum(dtype=np.int64))
                held += tokens
                _check(waiting)
                waiting = hashing.submit(_add, made, text, tokens, lengths)
                if held >= run_tokens:
                    break
            _check(waiting)
        return _filled(made)
    finally:
        kernel.KERNEL.inverter_free(made)


def _add(made: int, text: bytes, tokens: int, lengths: NDArray[np.uint32]) -> int:
    assert kernel.KERNEL is not None
    # The nil byte that ends the last term is that which ends the bytes object.
    size = len(text) + 1 if tokens else 0
    return kernel.KERNEL.inverter_add(made, text, size, lengths.ctypes.data, len(lengths))


def _check(done: Future[int] | None) -> None:
    result = done.result() if done else 0
    if result == -2:
        raise ValueError("a term holds a nil byte")
    if result:
        raise MemoryError


def _filled(made: int) -> Run:
    assert kernel.KERNEL is not None
    sizes = np.empty(4, np.int64)
    kernel.KERNEL.inverter_sizes(made, sizes.ctypes.data)
    terms, used, postings, texts = sizes.tolist()
    run = Run(
        np.empty(used, np.uint8),
        np.empty(terms, np.int64),
        np.empty(terms, np.int64),
        np.empty(postings, np.int64),
        np.empty(postings, np.int64),
        np.empty(texts, np.uint32),
    )
    if kernel.KERNEL.inverter_fill(made, *(part.ctypes.data for part in run)):
        raise MemoryError
    return run


def _encoded(text: str) -> bytes:
    # Half of a surrogate pair may stand in a file's name, and so in a text.
    return text.encode("utf-8", "surrogatepass")
