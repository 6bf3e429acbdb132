"""A knowledge folder: which of its files changed, what they hold, and what is left out."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from wuzhen.index.document import Document
from wuzhen.index.errors import KnowledgeError
from wuzhen.index.lexicon import BOILERPLATE, NAMES, entries, malformed
from wuzhen.index.sources.bounds import LARGEST_PACKAGE, LARGEST_TEXT, Unreadable, contents, opened
from wuzhen.index.sources.isolated import Isolated
from wuzhen.index.sources.readers import LIBRARIES, READ, ending, read
from wuzhen.index.sources.walk import ENDINGS, walk
from wuzhen.index.text.fold import fold

__all__ = ["ENDINGS", "Knowledge", "Seen", "Source", "Warning", "files", "look", "read_folder"]

_PACKAGES = ("docx", "pdf")
_SMALL = 256 * 2**10
"""Bytes of text that no reader of ours takes long over."""
_PIECE = 2**20
_SETTLED_S = 2.0
"""How long ago a file must have been written for its time to tell that it has not been since."""


@dataclass(frozen=True, slots=True)
class Warning:
    """A file, or a line of one, that was left out, and why; or what is doubtful about one."""

    file: str
    reason: str
    line: int | None = None
    read: bool = False
    """Whether it was read all the same."""

    def __str__(self) -> str:
        name = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in self.file)
        place = name if self.line is None else f"{name}:{self.line}"
        return f"{place}: {self.reason}" + ("; save it as UTF-8" if self.read else "; left out")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a knowledge folder holds."""

    documents: tuple[Document, ...]
    warnings: tuple[Warning, ...]


class Seen(NamedTuple):
    """A file as it was when it was looked at."""

    size: int
    written_ns: int
    changed_ns: int
    """When it was last written, moved or put in place, whatever it says of when it was written."""
    digest: str
    """Of its bytes and of what reads them; empty when it is to be read again in any case."""


class Source(NamedTuple):
    """What one document is read from: a file, or a line of a file of many."""

    name: str
    """The file's name in the folder."""
    line: int | None
    """From 1, in a file of many."""
    data: bytes
    key: int
    """Of everything that the document is read from: the same for the same document."""


def look(
    folder: Path, known: Mapping[str, Seen] | None = None, settled: float = 0.0
) -> tuple[dict[str, Seen], list[Warning]]:
    """Look at the files of a folder, in the order of their names, and at what is passed over.

    A file of which the size and times are `known`, and that last changed well before the time
    `settled`, is not read again. Raises `KnowledgeError` when the folder does not exist.
    """
    found, problems = walk(folder)
    warnings = [Warning(_legible(name), reason) for name, reason in problems]
    warnings += [Warning(name, reason, line) for name, line, reason in malformed(folder)]
    seen: dict[str, Seen] = {}
    for path in found:
        name = path.relative_to(folder).as_posix()
        if _legible(name) != name:
            warnings.append(Warning(_legible(name), "its name is not UTF-8"))
            continue
        old = known.get(name) if known else None
        with suppress(OSError):
            state = path.stat()
            now = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
            if (
                old is not None
                and old.digest
                and old[:3] == now
                and max(now[1:]) < (settled - _SETTLED_S) * 1e9
            ):
                seen[name] = old
                continue
            seen[name] = Seen(*now, _digest(name, path))
    return seen, warnings


def lists_digest(folder: Path) -> str:
    """Return a digest of the word lists of a folder, and of those that come with the program."""
    total = hashlib.blake2b(digest_size=16)
    for name in NAMES:
        total.update("\n".join(entries(name, folder)).encode("utf-8", "surrogatepass") + b"\0")
    return total.hexdigest()


def boilerplate_of(folder: Path) -> frozenset[str]:
    """Return the lines that are no part of any text of a folder, folded."""
    return frozenset(fold(line) for line in entries(BOILERPLATE, folder))


def sources(folder: Path, name: str) -> Iterator[Source | Warning]:
    """Yield what each document of a file is read from, and what cannot be."""
    path = folder / name
    kind = ending(name)
    try:
        if kind == "jsonl":
            yield from _lines(name, path)
            return
        data = contents(path, LARGEST_PACKAGE if kind in _PACKAGES else LARGEST_TEXT)
    except Unreadable as error:
        yield Warning(name, str(error), error.line)
        return
    yield Source(name, None, data, _key(name, _version(LIBRARIES.get(kind, "")), data))


def _lines(name: str, path: Path) -> Iterator[Source | Warning]:
    with opened(path) as file:
        number, empty = 0, True
        while line := file.readline(LARGEST_TEXT + 1):
            number += 1
            if len(line) > LARGEST_TEXT:
                yield Warning(name, f"longer than {LARGEST_TEXT // 2**20} MiB", number)
                while line and not line.endswith(b"\n"):
                    line = file.readline(_PIECE)
                empty = False
            elif line.strip():
                yield Source(
                    name, number, line, _number(hashlib.blake2b(line.strip(), digest_size=8))
                )
                empty = False
        if empty:
            yield Warning(name, "empty")


def read_source(
    source: Source, boilerplate: frozenset[str], isolated: Isolated
) -> tuple[list[Document], list[Warning]]:
    """Read a document: in a process of its own when a library takes it apart, or it is large."""
    name, data = source.name, source.data
    apart = ending(name) in LIBRARIES or len(data) > _SMALL
    try:
        if apart:
            documents, problems = isolated.read(name, data)
        else:
            documents, problems = read(name, data, boilerplate)
    except Unreadable as error:
        return [], [Warning(name, str(error), source.line or error.line)]
    return documents, [
        Warning(name, reason, source.line or line or None, read=line == READ)
        for line, reason in problems
    ]


def read_folder(folder: Path) -> Knowledge:
    """Read every document of a folder and its sub-folders, in the order of their names.

    A file that cannot be read is left out with a warning. Raises `KnowledgeError` when the folder
    does not exist or no document in it can be read.
    """
    found, warnings = look(folder)
    return read_files(folder, found, warnings)


def read_files(folder: Path, names: Iterable[str], warnings: Sequence[Warning] = ()) -> Knowledge:
    """Read the documents of some of a folder's files; `warnings` are those of before.

    Raises `KnowledgeError` when no document in them can be read.
    """
    documents: dict[str, Document] = {}
    warnings = list(warnings)
    boilerplate = boilerplate_of(folder)
    with Isolated(boilerplate) as isolated:
        for source in (one for name in names for one in sources(folder, name)):
            if isinstance(source, Warning):
                warnings.append(source)
                continue
            some, left_out = read_source(source, boilerplate, isolated)
            warnings += left_out
            for document in some:
                if document.id in documents:
                    warnings.append(doubled(document.id, source.name))
                else:
                    documents[document.id] = document
    if not documents:
        raise KnowledgeError(nothing_read(folder, warnings))
    return Knowledge(tuple(documents.values()), arranged(warnings))


def arranged(warnings: Iterable[Warning]) -> tuple[Warning, ...]:
    """Return warnings by file and line: so an edit's are those of reading everything anew."""
    return tuple(sorted(warnings, key=lambda one: (one.file, one.line or 0, one.reason)))


def doubled(id: str, name: str) -> Warning:
    """Return the warning for a document of a file whose id another has."""
    return Warning(name, f"another document has the id {id}")


def nothing_read(folder: Path, warnings: list[Warning]) -> str:
    """Return what is to be said when no document of a folder can be read."""
    reasons = [str(warning) for warning in warnings[:3]]
    if len(warnings) > len(reasons):
        reasons.append(f"and {len(warnings) - len(reasons)} more")
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return f"no document in {folder} can be read{why}; put {', '.join(ENDINGS)} files there"


def files(folder: Path) -> list[Path]:
    """Return the files of a knowledge folder that documents are read from, in order of name.

    Hidden files and links that lead out of the folder are passed over. Raises `KnowledgeError`
    when the folder does not exist.
    """
    return walk(folder)[0]


def _digest(name: str, path: Path) -> str:
    total = hashlib.blake2b(_version(LIBRARIES.get(ending(name), "")).encode(), digest_size=16)
    try:
        with opened(path) as file:
            while piece := file.read(_PIECE):
                total.update(piece)
    except Unreadable:
        return ""  # it may be readable without having changed
    return total.hexdigest()


def _key(name: str, library: str, data: bytes) -> int:
    total = hashlib.blake2b(f"{name}\0{library}\0".encode(), digest_size=8)
    total.update(data)
    return _number(total)


def _number(digest: "hashlib.blake2b") -> int:
    return int.from_bytes(digest.digest(), "little")


def _version(library: str) -> str:
    try:
        return version(library) if library else ""
    except PackageNotFoundError:
        return "none"


def _legible(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
