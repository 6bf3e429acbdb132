"""Opening the knowledge for a command: the index, built first when there is none that serves."""

from collections.abc import Callable
from pathlib import Path

from bot.librarian import Librarian
from index.build import Built, build
from index.errors import IndexMissing, IndexUnusable
from index.meaning import Encoder
from index.search import Collection, open_collection

Say = Callable[[str], None]


def open_librarian(knowledge: Path, index: Path, encoder: Encoder | None, tell: Say) -> Librarian:
    """Open the index, building it when it is missing, of another version or damaged.

    `tell` is given a line for the user when that happens. Raises `RetrievalError`.
    """
    return Librarian(_open(knowledge, index, encoder, tell))


def _open(knowledge: Path, index: Path, encoder: Encoder | None, tell: Say) -> Collection:
    try:
        return open_collection(index, encoder)
    except IndexMissing:
        tell(f"no index at {index} yet: building it from {knowledge}")
    except IndexUnusable as error:
        tell(f"{str(error).split('; run:')[0]}: building it again")
    report(build(knowledge, index, encoder, full=True), tell)
    return open_collection(index, encoder)


def report(built: Built, tell: Say) -> None:
    """Tell what a build did, and what it left out."""
    for warning in built.warnings:
        tell(f"warning: {warning}")
    if built.unchanged:
        tell(f"nothing has changed: {built.documents} documents")
    else:
        tell(f"built {built.passages} passages from {built.documents} documents")
