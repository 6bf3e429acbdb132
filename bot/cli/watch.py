"""Building the index again as documents are edited."""

import time
from collections.abc import Callable
from pathlib import Path

from wuzhen.index.errors import RetrievalError
from wuzhen.index.lexicon import NAMES
from wuzhen.index.sources.folder import ENDINGS

_PAUSE_MS = 2_000


def watch(knowledge: Path, build: Callable[[], object], tell: Callable[[str], None]) -> None:
    """Build whenever a file of the folder changes; ends with KeyboardInterrupt alone.

    What cannot be built from is told, and built when it is mended. A folder that is removed is
    waited for, and one that takes its place is watched.
    """
    import watchfiles

    def build_or_tell() -> None:
        try:
            build()
        except RetrievalError as error:
            tell(str(error))

    tell(f"watching {knowledge}; Ctrl-C ends it")
    while True:
        watched = _identity(knowledge)
        if watched is None:
            time.sleep(_PAUSE_MS / 1000)
            continue
        looked = False
        for changes in watchfiles.watch(
            knowledge, watch_filter=_matters, rust_timeout=_PAUSE_MS, yield_on_timeout=True
        ):
            # Once it watches it looks for what was edited just before.
            if changes or not looked:
                build_or_tell()
                looked = True
            if _identity(knowledge) != watched:
                break


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another of its name; None when there is none."""
    try:
        state = folder.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _matters(_: object, path: str) -> bool:
    """Tell whether a change concerns the knowledge: a document, a list, a folder, or a link.

    A link may be hidden and others lead through it, and what is gone may have been a folder.
    """
    place = Path(path)
    if place.name.startswith("."):
        return place.is_symlink()
    named = place.name.lower().endswith(ENDINGS) or place.name in NAMES
    return named or not place.is_file()
