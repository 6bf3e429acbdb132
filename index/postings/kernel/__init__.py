"""The kernel: the loops that search and invert, in C, where it was compiled.

Everything that it does NumPy does as well, and gives the same bits; `KERNEL` is None where there
is none, or where the environment says `WUZHEN_KERNEL=none`. Calls let other threads run.
"""

import ctypes
import mmap
import os
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.postings.kernel.compiler import library
from wuzhen.index.postings.segment import Part

_P, _I = ctypes.c_void_p, ctypes.c_int64


class PartStruct(ctypes.Structure):
    """A segment in a collection, as `part.h` has it."""

    _fields_ = (
        *(
            (name, _I)
            for name in "passages terms text chunks postings bigs losses length_bytes".split()
        ),
        *(
            (name, _P)
            for name in (
                *("term_bytes", "term_ends", "first_chunk", "chunk_base", "chunk_start"),
                *("chunk_bound", "low", "tf", "big_at", "big_tf", "lengths"),
                *("deleted", "lost_term", "lost", "numbers"),
            )
        ),
        ("base", _I),
        ("drift", ctypes.c_double),
        ("gains", _P),
        ("longest", _I),
        ("samples", _P),
    )


def part_struct(
    part: Part,
    base: int = 0,
    table: NDArray[np.float64] | None = None,
    samples: NDArray[np.uint64] | None = None,
    drift: float = 1.0,
) -> PartStruct:
    """Describe a part of a collection to the kernel; what is given must outlive what is returned.

    Its passages have the numbers from `base` on, unless they have numbers of their own. The
    shape of `table` is `(FEW + 1, longest + 1)`: norms, and the gains of each frequency;
    to count it takes neither that nor the samples.
    """
    segment = part.segment
    arrays: dict[str, NDArray[Any]] = {
        name: getattr(segment, name)
        for name in (
            *("term_bytes", "term_ends", "first_chunk", "chunk_base", "chunk_start"),
            *("chunk_bound", "low", "tf", "big_at", "big_tf", "lengths"),
        )
    }
    arrays |= {"lost_term": part.lost_term, "lost": part.lost}
    optional = {
        "deleted": part.deleted,
        "numbers": part.numbers,
        "gains": table,
        "samples": samples,
    }
    arrays |= {name: values for name, values in optional.items() if values is not None}
    return PartStruct(
        passages=segment.passages,
        terms=segment.terms,
        text=len(segment.term_bytes),
        chunks=len(segment.chunk_base),
        postings=len(segment.low),
        bigs=len(segment.big_at),
        losses=len(part.lost),
        length_bytes=segment.lengths.itemsize,
        base=base,
        drift=drift,
        longest=segment.longest,
        **{name: values.ctypes.data for name, values in arrays.items()},
    )


def address(structs: "ctypes.Array[PartStruct]", at: int) -> int:
    """Return where one of some structures lies in memory."""
    return ctypes.addressof(structs) + at * ctypes.sizeof(PartStruct)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The functions of the kernel; the C sources say what each takes."""

    search: Callable[..., int]
    locate: Callable[..., None]
    score: Callable[..., None]
    count: Callable[..., None]
    inverter_new: Callable[..., int | None]
    inverter_add: Callable[..., int]
    inverter_sizes: Callable[..., None]
    inverter_fill: Callable[..., int]
    inverter_free: Callable[..., None]
    guard_add: Callable[..., int]
    guard_remove: Callable[..., None]
    guard_faults: Callable[..., int]


def load() -> Kernel | None:
    """Return the kernel compiled from the sources at hand for this machine, or None."""
    if os.environ.get("WUZHEN_KERNEL") == "none":
        return None
    try:
        found = ctypes.CDLL(str(library()))
    except OSError:
        return None

    def function(name: str, result: Any, *arguments: Any) -> Any:
        wanted = getattr(found, name)
        wanted.restype, wanted.argtypes = result, arguments
        return wanted

    return Kernel(
        function("postings_search", _I, _P, _I, _P, _P, _P, _I, _I, _P, _P),
        function("postings_locate", None, _P, _I, ctypes.c_char_p, _I, _P, _P),
        function("postings_score", None, _P, _P, _I, _P, _P, _P, _I, _P),
        function("postings_count", None, _P, _P, _P, _P),
        function("inverter_new", _P, ctypes.c_uint64),
        function("inverter_add", _I, _P, ctypes.c_char_p, _I, _P, _I),
        function("inverter_sizes", None, _P, _P),
        function("inverter_fill", _I, _P, _P, _P, _P, _P, _P, _P),
        function("inverter_free", None, _P),
        function("guard_add", _I, _P, _I),
        function("guard_remove", None, _I),
        function("guard_faults", _I),
    )


KERNEL = load()


def guard(mapped: mmap.mmap) -> None:
    """Let reads of a mapped file go on when it is cut short meanwhile; `faults` counts them.

    Without the kernel such a read ends the process.
    """
    if KERNEL is None:
        return
    at = KERNEL.guard_add(np.frombuffer(mapped, np.uint8).ctypes.data, len(mapped))
    if at >= 0:
        weakref.finalize(mapped, KERNEL.guard_remove, at).atexit = False


def faults() -> int:
    """Return how many reads of guarded files found them cut short, since the process began."""
    return 0 if KERNEL is None else KERNEL.guard_faults()
