"""Writing a segment batch after batch, so that memory holds one batch and the lengths."""

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.postings.model import bounds, gains, norms
from wuzhen.index.postings.segment import BIG, CHUNK_BITS, KINDS
from wuzhen.index.storage.arrays import ArraysWriter

MOST_POSTINGS = 2**32 - 1


class SegmentWriter:
    """Writes a segment of passages whose lengths are known; a context manager.

    Raises OSError when the disk does not take it; of what was written nothing stays then.
    """

    def __init__(self, path: Path, lengths: NDArray[np.unsignedinteger[Any]]) -> None:
        self._path = path
        self._lengths = lengths
        self._tokens = int(lengths.sum(dtype=np.int64))
        self._mean = self._tokens / len(lengths) if self._tokens else 1.0
        self._norms = norms(int(lengths.max(initial=0)), self._mean)
        self._postings = self._chunks = self._text = 0
        kind = np.min_scalar_type(int(lengths.max(initial=0)))
        self._arrays = ArraysWriter(path, KINDS | {"lengths": kind.type})

    def __enter__(self) -> "SegmentWriter":
        try:
            self._arrays.append("term_ends", [0])
            self._arrays.append("lengths", self._lengths)
        except BaseException:
            self._arrays.discard()
            raise
        return self

    def add(
        self,
        terms: NDArray[np.uint8],
        sizes: NDArray[np.int64],
        counts: NDArray[np.int64],
        passage: NDArray[np.integer[Any]],
        tf: NDArray[np.integer[Any]],
    ) -> None:
        """Append terms in order: their bytes joined, the size of each, and its postings.

        Term `i` has `counts[i]` of the postings, one at least, of ascending passages.
        """
        if not len(sizes):
            return
        if max(self._postings + len(passage), self._text + len(terms)) > MOST_POSTINGS:
            raise OverflowError(f"a segment holds at most {MOST_POSTINGS} postings")
        append = self._arrays.append
        append("term_bytes", terms)
        append("term_ends", np.cumsum(sizes) + self._text)
        self._text += len(terms)
        base = passage >> CHUNK_BITS
        starts = np.cumsum(counts) - counts
        begins = np.empty(len(passage), bool)
        np.not_equal(base[1:], base[:-1], out=begins[1:])
        begins[starts] = True
        chunk = np.flatnonzero(begins)
        append("first_chunk", np.searchsorted(chunk, starts) + self._chunks)
        append("chunk_base", base[chunk])
        append("chunk_start", chunk + self._postings)
        gained = gains(tf, self._norms[self._lengths[passage]])
        append("chunk_bound", bounds(np.maximum.reduceat(gained, chunk)))
        append("low", (passage & ((1 << CHUNK_BITS) - 1)).astype(np.uint16))
        append("tf", np.minimum(tf, BIG).astype(np.uint8))
        big = np.flatnonzero(tf >= BIG)
        append("big_at", big + self._postings)
        append("big_tf", tf[big])
        self._chunks += len(chunk)
        self._postings += len(passage)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._arrays.append("first_chunk", [self._chunks])
                self._arrays.append("chunk_start", [self._postings])
                self._arrays.close({"tokens": self._tokens, "mean": self._mean})
        except BaseException:
            self._path.unlink(missing_ok=True)
            raise
        finally:
            self._arrays.discard()
