"""Vectors of passages and words: of all in a small collection, else of those that are found.

Embedding a million passages takes hours. Up to `WHOLE` passages all vectors are made when the
index is built, and lie in it; above that one is made when its passage, or a passage with its word,
is first found, and kept beside the index by the text that it is of, whatever becomes of the index.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.document import Passage
from wuzhen.index.text.fold import fold
from wuzhen.index.vectors.encoders import Encoder, Vectors

if TYPE_CHECKING:
    import sqlite3

WHOLE = 16_384
"""Passages up to which all have vectors in the index."""

LARGEST = 256 << 20
"""Bytes of vectors that were found and kept from which on they are gathered anew."""

_TIMEOUT_S = 5.0
_HELD = 65_536

Encode = Callable[[Sequence[str]], Vectors]


def in_context(passage: Passage) -> str:
    """Return what is embedded: a passage behind its last heading, folded as questions are."""
    heading = f"{passage.section[-1]}: " if passage.section else ""
    return fold(heading + passage.text)


def saved(vectors: Vectors) -> bytes:
    """Return vectors as a file holds them, in half their precision."""
    buffer = io.BytesIO()
    np.save(buffer, vectors.astype(np.float16))
    return buffer.getvalue()


def opened(data: bytes) -> Vectors:
    """Return the vectors that `saved` made a file of; raises ValueError."""
    loaded: Vectors = np.load(io.BytesIO(data), allow_pickle=False).astype(np.float32)
    return loaded


def extended(
    old: Vectors | None, stay: NDArray[np.int64], texts: Sequence[str], encode: Encode
) -> Vectors:
    """Return the vectors of texts: row `stay[i]` of the old ones, or where that is -1 a new one.

    `texts` are those of the new ones, in order.
    """
    if old is None or not len(old):
        return encode(texts)
    made = np.empty((len(stay), old.shape[1]), np.float32)
    made[stay >= 0] = old[stay[stay >= 0]]
    if len(texts):
        made[stay < 0] = encode(texts)
    return made


class Found:
    """Vectors made when they are first asked for, and kept in a file."""

    def __init__(self, file: Path, encoder: Encoder) -> None:
        """Where the file cannot be used, vectors are made anew by each process."""
        self._file = file.with_name(
            f"{file.name}-{hashlib.blake2b(encoder.name.encode(), digest_size=8).hexdigest()}"
        )
        self._encode = encoder.encode
        self._held: dict[str, NDArray[np.float16]] = {}

    def of(self, texts: Sequence[str], dimensions: int) -> Vectors:
        """Return the vectors of some texts, one at least."""
        held = {text: v for text in texts if (v := self._held.get(text)) is not None}
        if missing := [text for text in dict.fromkeys(texts) if text not in held]:
            held.update(self._kept(missing, dimensions))
            if new := [text for text in missing if text not in held]:
                # As they lie in the file, so that what is found again scores the same.
                made = self._encode(new).astype(np.float16)
                held.update(zip(new, made, strict=True))
                self._keep({text: held[text] for text in new})
            if len(self._held) > _HELD:
                self._held = {}
            self._held.update(held)
        return np.stack([held[text] for text in texts]).astype(np.float32)

    @contextmanager
    def _open(self) -> Iterator["sqlite3.Connection"]:
        import sqlite3

        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=_TIMEOUT_S)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS vector (of BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
            )
            yield database

    def _kept(self, texts: Sequence[str], dimensions: int) -> dict[str, NDArray[np.float16]]:
        import sqlite3

        size = dimensions * np.dtype(np.float16).itemsize
        by_key = {_key(text): text for text in texts}
        kept: dict[str, NDArray[np.float16]] = {}
        with suppress(sqlite3.Error, OSError), self._open() as database:
            for keys in _some_at_a_time(list(by_key)):
                marks = ", ".join("?" * len(keys))
                found = database.execute(
                    f"SELECT of, value FROM vector WHERE of IN ({marks})", keys
                ).fetchall()
                kept.update(
                    (by_key[key], np.frombuffer(value, np.float16))
                    for key, value in found
                    if isinstance(value, bytes) and len(value) == size
                )
        return kept

    def _keep(self, made: dict[str, NDArray[np.float16]]) -> None:
        import sqlite3

        with suppress(sqlite3.Error, OSError), self._open() as database, database:
            if _size(database) > LARGEST:
                database.execute("DELETE FROM vector")
            database.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?)",
                [(_key(text), vector.tobytes()) for text, vector in made.items()],
            )


def _size(database: "sqlite3.Connection") -> int:
    """Return how many bytes of a database are in use."""
    pages, free, size = (
        int(database.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _some_at_a_time(keys: list[bytes]) -> Iterator[list[bytes]]:
    # Older SQLite takes 999 at a time.
    return (keys[start : start + 500] for start in range(0, len(keys), 500))


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
