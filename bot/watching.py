"""Building the index again as documents are edited."""

from collections.abc import Callable
from pathlib import Path

from index.errors import RetrievalError
from index.lexicon import NAMES
from index.sources.folder import ENDINGS

_PAUSE_MS = 2_000


def watch(knowledge: Path, build: Callable[[], object], tell: Callable[[str], None]) -> None:
    """Build whenever a file of the folder changes, until the user interrupts.

    What cannot be built from is told, and built when it is mended.
    """
    import watchfiles

    tell(f"watching {knowledge}; Ctrl-C ends it")
    looked = False
    for changes in watchfiles.watch(
        knowledge,
        watch_filter=_is_knowledge,
        rust_timeout=_PAUSE_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        # Once it watches it looks for what was edited just before.
        if not changes and looked:
            continue
        looked = True
        try:
            build()
        except RetrievalError as error:
            tell(str(error))


def _is_knowledge(_: object, path: str) -> bool:
    name = Path(path).name
    return not name.startswith(".") and (name.lower().endswith(ENDINGS) or name in NAMES)
