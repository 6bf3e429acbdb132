"""`wuzhen build --watch`: a real process, and a folder that is edited under it."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATIENCE_S = 60.0


class Watching:
    """The process, and what it has said."""

    def __init__(self, folder: Path) -> None:
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wuzhen", "build", "--watch"],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parents[3]),
                "WUZHEN_EMBEDDINGS": "none",
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line

    def wait_for(self, text: str) -> None:
        """Wait until it has said a text, and forget what it has said."""
        deadline = time.monotonic() + _PATIENCE_S
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)
        self.said = ""


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.txt").write_text("橋上有燈。\n", "utf-8")
    started = Watching(tmp_path)
    yield started
    started.process.kill()
    started.process.wait()
    started._reader.join()
    assert started.process.stderr is not None
    started.process.stderr.close()


def test_a_link_within_the_folder_that_leads_elsewhere_now(
    watching: Watching, tmp_path: Path
) -> None:
    """As container platforms put a new version of mounted files in place."""
    knowledge = tmp_path / "knowledge"
    watching.wait_for("watching knowledge")
    for version, text in (("..one", "山上有雪。"), ("..two", "山上有霧。")):
        (knowledge / version).mkdir()
        (knowledge / version / "b.txt").write_text(f"{text}\n", "utf-8")
    (knowledge / "..data").symlink_to("..one")
    (knowledge / "b.txt").symlink_to("..data/b.txt")
    watching.wait_for("added 1")
    (knowledge / "..next").symlink_to("..two")
    (knowledge / "..next").replace(knowledge / "..data")
    watching.wait_for("changed 1")


def test_edits_are_taken_up(watching: Watching, tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    watching.wait_for("watching knowledge")
    aside = tmp_path / "a.new"
    aside.write_text("橋上有燈。\n河裡有魚。\n", "utf-8")
    aside.replace(knowledge / "a.txt")
    watching.wait_for("changed 1")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.txt").write_text("山上有雪。\n", "utf-8")
    outside.rename(knowledge / "below")
    watching.wait_for("added 1")
    (knowledge / "below").rename(outside)
    watching.wait_for("removed 1")
    (outside / "b.txt").write_text("山上有雪。\n", "utf-8")
    outside.rename(knowledge / "v1.0")
    watching.wait_for("added 1")
    (knowledge / "v1.0").rename(outside)
    watching.wait_for("removed 1")
    shutil.rmtree(knowledge)
    watching.wait_for("does not exist")
    knowledge.mkdir()
    (knowledge / "c.txt").write_text("重建後的一句話。\n", "utf-8")
    watching.wait_for("built 1 passage from 1 document")
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(_PATIENCE_S) == 130
