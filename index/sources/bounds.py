"""The bounds within which a file is read, and reading its bytes within them."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from wuzhen.index.errors import RetrievalError

LARGEST_TEXT = 16 * 2**20
"""Bytes of a text file, of a page, and of the text taken out of any other."""
LARGEST_PACKAGE = 64 * 2**20
"""Bytes of a Word or PDF file, which pictures make large."""
LONGEST_LINE = 1_000_000
"""Characters in a line of a text file."""


class Unreadable(RetrievalError):
    """A file that is left out; its text says why, fit to stand in a warning."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read its bytes; raises `Unreadable`.

    Never waits: what is no regular file by the time it is opened, such as a pipe, is not read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
        with open(descriptor, "rb") as file:  # noqa: PTH123 (an open descriptor, not a path)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable("not a regular file")
            yield file
    except OSError as error:
        raise Unreadable(error.strerror or "cannot be read") from error


def contents(path: Path, largest: int) -> bytes:
    """Return a file's bytes, `largest` of them at most; raises `Unreadable`."""
    with opened(path) as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise Unreadable(f"larger than {largest // 2**20} MiB; split it")
    return data


_BINARY = getattr(os, "O_BINARY", 0)
