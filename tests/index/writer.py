"""Writes generations of an index, as a process of its own that a test may kill.

    writer.py kill INDEX EVENT    writes one generation, and is killed at the given event
    writer.py loop INDEX COUNT NAME    writes so many, one after the other
    writer.py full INDEX BYTES    writes one while no file may be larger than that

An event is anything about which Python tells its audit hooks: a file opened, made or renamed.
"""

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from wuzhen.index.errors import IndexMissing, IndexUnusable
from wuzhen.index.storage import generation


def files(name: str) -> dict[str, bytes]:
    """Two files that tell which generation they are of."""
    return {"one": name.encode() * 1000, "two": name.encode() * 2000}


KEPT = b"kept" * 500


def with_kept(index: Path, new: dict[str, bytes]) -> dict[str, bytes | generation.Kept]:
    """Add a file that is in every generation: that of the one in place, where there is one."""
    try:
        kept: bytes | generation.Kept = generation.reading(index, lambda one: one.kept("kept"))
    except (IndexMissing, IndexUnusable):
        kept = KEPT
    return {**new, "kept": kept}


def main(how: str, index: str, number: int, name: str = "new") -> None:
    if how == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    left = number

    def killed(event: str, _: tuple[Any, ...]) -> None:
        nonlocal left
        if event.split(".", maxsplit=1)[0] in ("open", "os", "shutil"):
            left -= 1
            if left == -1:
                os.kill(os.getpid(), signal.SIGKILL)

    if how == "kill":
        sys.addaudithook(killed)
    for turn in range(number if how == "loop" else 1):
        with generation.locked(Path(index)):
            new = with_kept(Path(index), files(f"{name}{turn}"))
            generation.write(Path(index), new, f"{name}{turn}", "")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
