"""Reading a knowledge folder: every document in it, and a warning for each that cannot be read."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.document import Document
from index.errors import KnowledgeError
from index.fold import fold
from index.lexicon import BOILERPLATE, NAMES, entries
from index.sources.bounds import LARGEST_PACKAGE, LARGEST_TEXT, Unreadable, contents
from index.sources.isolated import Isolated
from index.sources.readers import LIBRARIES, ending, read
from index.sources.walk import ENDINGS, walk

__all__ = ["ENDINGS", "Knowledge", "Warning", "digest", "files", "read_folder"]

_PACKAGES = ("docx", "pdf")
_SMALL = 256 * 2**10
"""Bytes of text that no reader of ours takes long over."""


@dataclass(frozen=True, slots=True)
class Warning:
    """A file, or a line of one, that was left out, and why."""

    file: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        name = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in self.file)
        place = name if self.line is None else f"{name}:{self.line}"
        return f"{place}: {self.reason}; left out"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a knowledge folder holds."""

    documents: tuple[Document, ...]
    warnings: tuple[Warning, ...]


def read_folder(folder: Path) -> Knowledge:
    """Read every document of a folder and its sub-folders, in the order of their names.

    A file that cannot be read is left out with a warning. Raises `KnowledgeError` when the folder
    does not exist or no document in it can be read.
    """
    documents: list[Document] = []
    found, problems = walk(folder)
    warnings = [Warning(_legible(name), reason) for name, reason in problems]
    boilerplate = frozenset(fold(line) for line in entries(BOILERPLATE, folder))
    with Isolated(boilerplate) as isolated:
        for path in found:
            name = path.relative_to(folder).as_posix()
            if _legible(name) != name:
                warnings.append(Warning(_legible(name), "its name is not UTF-8"))
                continue
            try:
                some, left_out = _read(name, path, boilerplate, isolated)
            except Unreadable as error:
                warnings.append(Warning(name, str(error), error.line))
                continue
            documents.extend(some)
            warnings.extend(left_out)
    documents = _unique(documents, warnings)
    if not documents:
        raise KnowledgeError(_nothing_read(folder, warnings))
    return Knowledge(tuple(documents), tuple(warnings))


def files(folder: Path) -> list[Path]:
    """Return the files of a knowledge folder that documents are read from, in order of name.

    Hidden files and links that lead out of the folder are passed over. Raises `KnowledgeError`
    when the folder does not exist.
    """
    return walk(folder)[0]


def digest(folder: Path) -> str:
    """Return a digest of everything in a folder that an index is built from.

    The libraries that read a kind of file count as well: what they take out of it may change.
    """
    total = hashlib.blake2b(digest_size=16)
    lists = [folder / name for name in NAMES if (folder / name).is_file()]
    found = files(folder)
    for path in [*found, *lists]:
        total.update(os.fsencode(path.relative_to(folder).as_posix()) + b"\0")
        try:
            data = contents(path, LARGEST_PACKAGE)
            total.update(hashlib.blake2b(data).digest())
        except Unreadable as error:
            total.update(str(error).encode())
    for library in sorted({LIBRARIES.get(ending(path.name), "") for path in found}):
        total.update(_version(library).encode() + b"\0")
    return total.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library) if library else ""
    except PackageNotFoundError:
        return "none"


def _legible(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _read(
    name: str, path: Path, boilerplate: frozenset[str], isolated: Isolated
) -> tuple[list[Document], list[Warning]]:
    """Read a file: in a process of its own when a library takes it apart, or it is large."""
    kind = ending(name)
    data = contents(path, LARGEST_PACKAGE if kind in _PACKAGES else LARGEST_TEXT)
    apart = kind in LIBRARIES or len(data) > _SMALL
    documents, problems = isolated.read(name, data) if apart else read(name, data, boilerplate)
    return documents, [Warning(name, reason, line) for line, reason in problems]


def _unique(documents: list[Document], warnings: list[Warning]) -> list[Document]:
    known: dict[str, Document] = {}
    for document in documents:
        if document.id in known:
            warnings.append(Warning(document.id, "a second document of this id"))
        else:
            known[document.id] = document
    return list(known.values())


def _nothing_read(folder: Path, warnings: list[Warning]) -> str:
    def reasons() -> Iterator[str]:
        yield from (str(warning) for warning in warnings[:3])

    why = " (" + "; ".join(reasons()) + ")" if warnings else ""
    return f"no document in {folder} can be read{why}; put {', '.join(ENDINGS)} files there"
