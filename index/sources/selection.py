"""Which files of a knowledge folder a person means."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from wuzhen.index.sources.folder import files
from wuzhen.index.storage.disk import real


def named(folder: Path, wanted: Sequence[Path]) -> tuple[list[str], list[Path]]:
    """Return the names of the files that are wanted, in the folder's order, and what is none there.

    Each is wanted as it is named in the folder, or as a path that leads to it. Raises
    `KnowledgeError` when the folder does not exist.
    """
    names = {path.relative_to(folder).as_posix(): path for path in files(folder)}
    places = {real(path): name for name, path in names.items()}
    chosen: set[str] = set()
    unknown: list[Path] = []
    for path in wanted:
        name = path.as_posix() if path.as_posix() in names else None
        with suppress(OSError, RuntimeError):  # a name that is too long, links that go round
            name = name or places.get(real(path))
        if name is None:
            unknown.append(path)
        else:
            chosen.add(name)
    return [name for name in names if name in chosen], unknown
