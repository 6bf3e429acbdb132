"""Files: one writer at a time, digests, reaching the disk, and where a path leads."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wuzhen.index.errors import IndexUnusable

LOCK = "LOCK"
"""The file whose lock those that write a folder hold."""
LOCK_S = 60.0
"""How long they wait for it."""


@contextmanager
def locked(folder: Path, busy: str, name: str = LOCK, wait_s: float = LOCK_S) -> Iterator[None]:
    """Hold a lock of a folder; raises `IndexUnusable`, which says `busy`, when it stays taken."""
    from filelock import FileLock, Timeout  # much to import for those that only read

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / name, timeout=wait_s)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexUnusable(busy) from error
    try:
        yield
    finally:
        lock.release()


def digest_of(path: Path) -> str:
    """Return the digest of a file's bytes; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def sync_folder(folder: Path) -> None:
    """Let what was made, renamed and removed in a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def real(path: Path) -> Path:
    """Return where a path leads, as far as it does: links may go round in a circle."""
    return Path(os.path.realpath(path))
