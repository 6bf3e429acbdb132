"""What installed libraries take long to load, kept in a form that is read at once.

    <folder>/<name>-<version>/    files, and manifest.json with their sizes and checksums

It lies beside the index and follows from the library alone, so it is made once for each version
of that, and whatever is wrong with it, the library itself is still there.
"""

import contextlib
import json
import os
import shutil
import tempfile
import time
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

FOLDER = "kept"
"""The folder's name in that of an index."""
_MANIFEST = "manifest.json"
_UNFINISHED = ".unfinished"
_LONG_S = 3600.0
_LOOKUPS_KEPT = 65_536
_CHECKED = 4_000_000
"""The size in bytes up to which a file is read whole, and checked; larger ones are mapped."""


def find(folder: Path, name: str) -> Path | None:
    """Return where the files of a name lie, or None when they are not there, or not whole."""
    place = folder / name
    try:
        described = json.loads((place / _MANIFEST).read_bytes())
        for file, (size, checksum) in described.items():
            if (place / file).stat().st_size != size:
                return None
            if size <= _CHECKED and zlib.crc32((place / file).read_bytes()) != checksum:
                return None
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return place


def keep(folder: Path, name: str, make: Callable[[], Mapping[str, bytes]]) -> None:
    """Keep the files of a name; where the disk does not take them, nothing is kept."""
    made = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(suffix=_UNFINISHED, prefix=f"{name}.", dir=folder))
        files = make()
        described = {file: (len(data), zlib.crc32(data)) for file, data in files.items()}
        for file, data in {**files, _MANIFEST: json.dumps(described).encode()}.items():
            with (made / file).open("wb") as written:
                written.write(data)
                written.flush()
                os.fsync(written.fileno())
        made.chmod(0o755)
        if find(folder, name) is None:
            shutil.rmtree(folder / name, ignore_errors=True)
            made.rename(folder / name)
    except OSError:
        pass
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what was begun long ago and, as its process was ended, will never be whole."""
    for made in folder.glob(f"*{_UNFINISHED}"):
        with contextlib.suppress(OSError):
            if time.time() - made.stat().st_mtime > _LONG_S:
                shutil.rmtree(made, ignore_errors=True)


class Sorted:
    """Texts in the order of their bytes, looked up where they lie: nothing is made of the rest."""

    def __init__(self, place: Path, name: str) -> None:
        self._text = (place / name).read_bytes()
        self._ends = integers(place, f"{name}.ends")
        self.find: Callable[[str], tuple[int, bool] | None]
        self.find = lru_cache(maxsize=_LOOKUPS_KEPT)(self._find)
        """Returns the place of the first text that begins with another, and whether it is that
        one; None when none does."""

    def hold(self) -> None:
        """Keep everything in memory, where very many are to be found."""
        found: dict[str, tuple[int, bool]] = {}
        for at in range(len(self._ends)):
            text = self.text(at)
            for length in range(1, len(text) + 1):
                found.setdefault(text[:length], (at, length == len(text)))
        self.find = found.get

    def text(self, at: int) -> str:
        """Return the text at a place."""
        return self._at(at).decode()

    def _find(self, sought: str) -> tuple[int, bool] | None:
        wanted = sought.encode()
        at = bisect_left(range(len(self._ends)), wanted, key=self._at)
        if at == len(self._ends) or not (found := self._at(at)).startswith(wanted):
            return None
        return at, found == wanted

    def _at(self, at: int) -> bytes:
        return self._text[self._ends[at - 1] if at else 0 : self._ends[at]]


def sorted_files(name: str, texts: Iterable[bytes]) -> dict[str, bytes]:
    """Return the files that `Sorted` reads; the texts are in order."""
    texts = list(texts)
    return {
        name: b"".join(texts),
        f"{name}.ends": array("i", accumulate(map(len, texts))).tobytes(),
    }


def integers(place: Path, name: str) -> Sequence[int]:
    """Read an array of 32-bit integers."""
    return array("i", (place / name).read_bytes())
