"""The files of a knowledge folder, and those in it that are not to be read."""

import os
import stat
from pathlib import Path

from wuzhen.index.errors import KnowledgeError
from wuzhen.index.lexicon import NAMES
from wuzhen.index.storage.disk import real

ENDINGS = (
    ".txt",
    ".md",
    ".html",
    ".htm",
    ".jsonl",
    ".csv",
    ".tsv",
    ".srt",
    ".vtt",
    ".docx",
    ".pdf",
)
_NOT_DOCUMENTS = {*NAMES, "README.md"}


def walk(folder: Path) -> tuple[list[Path], list[tuple[str, str]]]:
    """Return a folder's files, in order of name, and what is passed over as `(name, reason)`.

    Links are followed to files inside the folder and to nothing else; hidden files are passed
    over in silence. Files of an ending that is not read have one entry for all of them. Raises
    `KnowledgeError` when the folder does not exist.
    """
    try:
        there, is_folder = folder.exists(), folder.is_dir()
    except OSError as error:  # a name that is too long
        raise KnowledgeError(
            f"knowledge folder {folder} cannot be looked at: {error.strerror or error}; "
            "name another with --knowledge"
        ) from error
    if not is_folder:
        what = "is not a folder" if there else "does not exist"
        raise KnowledgeError(
            f"knowledge folder {folder} {what}; create it, or name another with --knowledge"
        )
    root = real(folder)
    found: list[Path] = []
    problems: list[tuple[str, str]] = []
    unread: dict[str, list[str]] = {}

    def unreadable(error: OSError) -> None:
        name = Path(os.fsdecode(error.filename)).relative_to(folder).as_posix()
        problems.append((name, error.strerror or "cannot be read"))

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in [*linked, *names]:
            path = Path(parent) / name
            if name in linked or _is_wanted(path):
                problem = _problem(path, root, is_folder=name in linked)
                relative = path.relative_to(folder).as_posix()
                if problem:
                    problems.append((relative, problem))
                elif name not in linked:
                    found.append(path)
            elif name not in _NOT_DOCUMENTS and not name.startswith("."):
                unread.setdefault(path.suffix.lower(), []).append(
                    path.relative_to(folder).as_posix()
                )
    problems += [(min(names), _unread(ending, len(names))) for ending, names in unread.items()]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix()), sorted(problems)


def _unread(ending: str, count: int) -> str:
    """Return why files of an ending are passed over."""
    what = f"{ending} files are not read" if ending else "a file without an ending is not read"
    return what if count == 1 else f"{what} ({count} of them)"


def _is_wanted(path: Path) -> bool:
    return (
        path.suffix.lower() in ENDINGS
        and path.name not in _NOT_DOCUMENTS
        and not path.name.startswith(".")
    )


def _problem(path: Path, root: Path, *, is_folder: bool) -> str:
    """Return why a path is passed over, or nothing."""
    try:
        mode = path.stat().st_mode
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "a link that leads nowhere" if path.is_symlink() else "gone while it was looked for"
    if not target.is_relative_to(root):
        return "a link that leads out of the knowledge folder"
    return "" if is_folder or stat.S_ISREG(mode) else "not a regular file"
