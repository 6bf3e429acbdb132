"""Named arrays in one file that never changes once written.

    "wzarrays"  length of the header, 8 bytes  header, JSON  arrays, each at a multiple of 64

The header says of each array of what type it is, where it begins, counted from the end of the
header, and how many elements it has; whatever else the writer has to say stands beside. Numbers are
little-endian.
"""

import contextlib
import json
import mmap
import os
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"wzarrays"
_ALIGN = 64
_PIECE = 1 << 22

Kinds = Mapping[str, type[np.generic]]


class ArraysWriter:
    """Writes arrays that grow batch after batch: each into a file of its own until `close`."""

    def __init__(self, path: Path, kinds: Kinds) -> None:
        self._path = path
        self._kinds = {name: np.dtype(kind).newbyteorder("<") for name, kind in kinds.items()}
        self._files: dict[str, IO[bytes]] = {}
        try:
            for name in kinds:
                self._files[name] = path.with_name(f"{path.name}.{name}").open("w+b")
        except OSError:
            self.discard()
            raise

    def append(self, name: str, values: object) -> None:
        """Append to an array; raises OverflowError when a number is too large for it."""
        kind = self._kinds[name]
        self._files[name].write(np.ascontiguousarray(values, kind).data)

    def close(self, facts: Mapping[str, object]) -> None:
        """Put the arrays together, with what else is to be known, and let it reach the disk."""
        places: dict[str, tuple[str, int, int]] = {}
        at = 0
        for name, file in self._files.items():
            size = file.tell()
            kind = self._kinds[name]
            places[name] = kind.str, at, size // kind.itemsize
            at += size + -size % _ALIGN
        with self._path.open("wb") as whole:
            whole.write(_head({**facts, "arrays": places}))
            for file in self._files.values():
                size = file.tell()
                file.seek(0)
                while piece := file.read(_PIECE):
                    whole.write(piece)
                whole.write(b"\0" * (-size % _ALIGN))
            whole.flush()
            os.fsync(whole.fileno())
        self.discard()

    def discard(self) -> None:
        """Remove the files of the arrays."""
        for name, file in self._files.items():
            # What could not be written is of no use now.
            with contextlib.suppress(OSError):
                file.close()
            self._path.with_name(f"{self._path.name}.{name}").unlink(missing_ok=True)
        self._files.clear()


def pack(facts: Mapping[str, object], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return small arrays as the bytes of such a file."""
    places: dict[str, tuple[str, int, int]] = {}
    parts: list[bytes] = []
    at = 0
    for name, values in arrays.items():
        kind = values.dtype.newbyteorder("<")
        body = np.ascontiguousarray(values, kind).tobytes()
        places[name] = kind.str, at, len(values)
        parts += [body, b"\0" * (-len(body) % _ALIGN)]
        at += len(body) + -len(body) % _ALIGN
    return _head({**facts, "arrays": places}) + b"".join(parts)


def _head(described: Mapping[str, object]) -> bytes:
    header = json.dumps(described).encode()
    header += b" " * (-(len(header) + 16) % _ALIGN)
    return _MAGIC + len(header).to_bytes(8, "little") + header


def unpack(data: bytes | memoryview | mmap.mmap) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the facts and the arrays of a file's bytes, without a copy.

    Raises ValueError when it is not such a file, or is cut short.
    """
    if data[:8] != _MAGIC:
        raise ValueError("not a file of arrays")
    begin = 16 + int.from_bytes(data[8:16], "little")
    try:
        facts = json.loads(bytes(data[16:begin]))
        arrays: dict[str, NDArray[Any]] = {
            name: np.frombuffer(data, np.dtype(kind), count, begin + place)
            for name, (kind, place, count) in facts.pop("arrays").items()
        }
    except (AttributeError, KeyError, TypeError, OverflowError) as error:
        raise ValueError("the header says nothing of arrays") from error
    return facts, arrays


class FileBytes:
    """The bytes of a file, read when they are asked for.

    Nothing is mapped: of a file that is cut short meanwhile there are fewer bytes, and no signal.
    """

    def __init__(self, path: Path) -> None:
        """Open it; raises OSError."""
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)
        self._size = os.fstat(self._file).st_size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        return os.pread(self._file, max(0, stop - start), start)


def map_file(path: Path) -> mmap.mmap:
    """Map a file into memory; raises OSError, or ValueError when it is empty."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if hasattr(mmap, "MADV_RANDOM"):
        mapped.madvise(mmap.MADV_RANDOM)
    return mapped
