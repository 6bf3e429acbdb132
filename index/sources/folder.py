"""Reading a knowledge folder: every document in it, and a warning for each that cannot be read."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.document import Document
from index.errors import KnowledgeError
from index.fold import fold
from index.lexicon import BOILERPLATE, NAMES, entries
from index.sources.jsonl import read_jsonl
from index.sources.markdown import read_markdown
from index.sources.page import read_page
from index.sources.web import read_html

ENDINGS = (".txt", ".md", ".html", ".htm", ".jsonl")
_NOT_DOCUMENTS = {*NAMES, "README.md"}


@dataclass(frozen=True, slots=True)
class Warning:
    """A file, or a line of one, that was left out, and why."""

    file: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
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
    warnings: list[Warning] = []
    boilerplate = frozenset(fold(line) for line in entries(BOILERPLATE, folder))
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        if (legible := os.fsencode(name).decode("utf-8", "backslashreplace")) != name:
            warnings.append(Warning(legible, "its name is not UTF-8"))
            continue
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            warnings.append(Warning(name, "not UTF-8", line))
            continue
        except OSError as error:
            warnings.append(Warning(name, error.strerror or "cannot be read"))
            continue
        if not text.strip():
            warnings.append(Warning(name, "empty"))
            continue
        read, problems = _read(name, text, boilerplate)
        documents.extend(read)
        warnings.extend(problems)
    documents = _unique(documents, warnings)
    if not documents:
        raise KnowledgeError(_nothing_read(folder, warnings))
    return Knowledge(tuple(documents), tuple(warnings))


def files(folder: Path) -> list[Path]:
    """Return the files of a knowledge folder that documents are read from, in order of name.

    Hidden files and links that lead out of the folder are passed over. Raises `KnowledgeError`
    when the folder does not exist.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise KnowledgeError(
            f"knowledge folder {folder} {what}; create it, or name another with --knowledge"
        )
    root = folder.resolve()
    found = [
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in ENDINGS
        and path.name not in _NOT_DOCUMENTS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
        and path.resolve().is_relative_to(root)
    ]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def digest(folder: Path) -> str:
    """Return a digest of everything in a folder that an index is built from."""
    total = hashlib.blake2b(digest_size=16)
    lists = [folder / name for name in NAMES if (folder / name).is_file()]
    for path in [*files(folder), *lists]:
        total.update(os.fsencode(path.relative_to(folder).as_posix()) + b"\0")
        try:
            total.update(hashlib.blake2b(path.read_bytes()).digest())
        except OSError:
            total.update(b"unreadable")
    return total.hexdigest()


def _read(
    name: str, text: str, boilerplate: frozenset[str]
) -> tuple[list[Document], list[Warning]]:
    ending = name.rsplit(".", 1)[-1].lower()
    if ending == "jsonl":
        documents, problems = read_jsonl(text, boilerplate)
        return documents, [Warning(name, reason, line) for line, reason in problems]
    readers: dict[str, Callable[[], Document]] = {
        "md": lambda: read_markdown(name, text),
        "html": lambda: read_html(name, text),
        "htm": lambda: read_html(name, text),
    }
    read = readers.get(ending, lambda: read_page(name, text, boilerplate))
    document = read()
    if not document.blocks:
        return [], [Warning(name, "nothing to quote in it")]
    return [document], []


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
