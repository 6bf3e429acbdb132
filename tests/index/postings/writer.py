"""Edits a collection of postings, as a process of its own that a test may kill.

    writer.py kill FOLDER COUNT     edits, merges and edits copies of the folder, FOLDER-0 and so
                                    on, in copies of the process, each killed at one event more,
                                    until one ends by itself; prints the versions that they leave
    writer.py edit FOLDER COUNT     makes so many edits
    writer.py merge FOLDER COUNT    merges what is due, over and over, until nothing was so often
    writer.py full FOLDER BYTES     makes one edit while no file may be larger than that

An event is anything about which Python tells its audit hooks: a file opened, made or renamed.
"""

import os
import resource
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from wuzhen.index.errors import IndexUnusable
from wuzhen.index.postings.compaction import compact
from wuzhen.index.postings.store import open_postings, update

LABEL = "current"
LARGE = 5000


def texts(version: int) -> list[list[str]]:
    """Return the collection after so many edits: a passage goes at each, one changes, one comes."""
    return [["all", f"v{at}", f"n{at % 3}"] for at in range(version, version + 20)]


def edit(folder: Path, version: int, new: list[list[str]] | None = None) -> None:
    """Make the edit that gives a version."""
    kept = [*range(1, 20), -1]
    update(folder, LABEL, kept, texts(version)[-1:] if new is None else new)


def version_of(folder: Path) -> int:
    """Return which version lies in a folder, having seen that it is whole."""
    postings = open_postings(folder, LABEL)
    assert postings.passages == 20
    numbers, scores = postings.search([{"all": 1.0}], 20)
    assert numbers.tolist() == list(range(20))
    assert len(set(scores.tolist())) == 1
    for version in range(10_000):
        if postings.frequency(f"v{version}"):
            break
    for number, text in enumerate(texts(version)):
        assert postings.search([{text[1]: 1.0}]).numbers.tolist() == [number]
    assert postings.frequency(f"v{version + 20}") == 0
    return version


def main(how: str, folder: Path, number: int) -> None:
    if how == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        edit(folder, 1, [[f"{at}" for at in range(LARGE)]])
        return
    if how == "merge":
        idle = 0
        while idle < number:
            try:
                idle = 0 if compact(folder, LABEL) else idle + 1
            except IndexUnusable:
                idle += 1
            time.sleep(0.01)
        return
    start = version_of(folder)
    if how == "edit":
        for version in range(start + 1, start + number + 1):
            edit(folder, version)
        return
    for event in range(number):
        trial = folder.with_name(f"{folder.name}-{event}")
        shutil.copytree(folder, trial)
        # A copy of this process, which has everything imported.
        child = os.fork()
        if not child:
            killed_at(event)
            edit(trial, start + 1)
            compact(trial, LABEL)
            edit(trial, start + 2)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL)
        print(version_of(trial), flush=True)  # noqa: T201
        if status == 0:
            return


def killed_at(event: int) -> None:
    """Have this process killed at a coming event."""
    left = event

    def hook(name: str, _: tuple[Any, ...]) -> None:
        nonlocal left
        if name.split(".", maxsplit=1)[0] in ("open", "os", "shutil", "mmap"):
            left -= 1
            if left == -1:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
