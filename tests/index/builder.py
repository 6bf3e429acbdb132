"""Builds an index, in copies of this process that are each killed some events later.

    builder.py KNOWLEDGE INDEX    prints for each copy which index it leaves, the old or the new

Each builds a copy of the index; the last, which is not killed, the index itself. An event is
anything about which Python tells its audit hooks and that names a file of the index.
"""

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from wuzhen.index.building.build import build, check
from wuzhen.index.building.previous import previous
from wuzhen.index.storage import generation
from wuzhen.index.storage.sequences import Passages

_MOST, _EVERY = 400, 3
_BUILT_AGAIN = 8
"""Of so many builds that were killed one is followed by another."""


def _texts(index: Path) -> list[str]:
    found = previous(index)
    assert found is not None
    return [passage.text for passage in Passages(found.records)]


def _killed_at(event: int, index: Path) -> None:
    left = event
    own = os.fsencode(index)

    def hook(name: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if name.split(".", maxsplit=1)[0] not in ("open", "os", "shutil") or not arguments:
            return
        if isinstance(arguments[0], str | bytes | Path) and own in os.fsencode(arguments[0]):
            left -= 1
            if left == -1:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def main(knowledge: Path, index: Path) -> None:
    """Kill one build after the other."""
    before = generation.current(index)
    texts = _texts(index)
    for event in range(0, _MOST, _EVERY):
        trial = index.with_name(f"{index.name}-{event}")
        shutil.copytree(index, trial, symlinks=True)
        child = os.fork()
        if not child:
            _killed_at(event, trial)
            build(knowledge, trial, None)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
        new = generation.current(trial) != before
        assert (_texts(trial) != texts) == new
        check(trial)
        print("new" if new else "old", flush=True)  # noqa: T201
        if event // _EVERY % _BUILT_AGAIN == 0:
            assert build(knowledge, trial, None).unchanged == new
        shutil.rmtree(trial)
        if status == 0:
            break
    build(knowledge, index, None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
