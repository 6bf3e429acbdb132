"""Builds: only what changed, never half, and always with a word on what was left out."""

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index import store
from index.build import Built, build, is_current, source_digest
from index.errors import IndexMissing, KnowledgeError, RetrievalError
from index.search import open_collection
from tests.index.conftest import ROOT, Hashing

BUILDS = """
import sys
from pathlib import Path
from index.build import build
for _ in range(100):
    tell = lambda step: print(step, flush=True)
    build(Path(sys.argv[1]), Path(sys.argv[2]), None, full=True, progress=tell)
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    made = tmp_path / "knowledge"
    made.mkdir()
    (made / "a.txt").write_text("烏鎮有一座橋。[1]\n橋上有燈。[2]\n", "utf-8")
    return made


def answers(index: Path) -> list[str]:
    return [hit.passage.text for hit in open_collection(index, None).search("橋上的燈")]


def test_a_build_can_be_searched(knowledge: Path, tmp_path: Path) -> None:
    said: list[str] = []
    counted: list[tuple[int, int]] = []
    built = build(
        knowledge,
        tmp_path / "index",
        None,
        progress=said.append,
        count=lambda done, total: counted.append((done, total)),
    )
    assert built == Built(1, 2, ())
    assert answers(tmp_path / "index")[0] == "橋上有燈。"
    assert said
    assert counted == [(2, 2)]


def test_nothing_is_built_when_nothing_changed(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    first = store.current(index)
    assert build(knowledge, index, None) == Built(1, 0, (), unchanged=True)
    assert store.current(index) == first
    assert not build(knowledge, index, None, full=True).unchanged
    assert store.current(index) != first


def test_whatever_an_index_depends_on_makes_it_old(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)

    def is_old() -> bool:
        return not is_current(index, source_digest(knowledge, None))

    assert not is_old()
    assert not is_current(index, source_digest(knowledge, Hashing()))
    (knowledge / "synonyms.txt").write_text("燈 = 燈籠", "utf-8")
    assert is_old()
    (knowledge / "synonyms.txt").unlink()
    assert not is_old()
    (knowledge / "a.txt").write_text("烏鎮有兩座橋。", "utf-8")
    assert is_old()
    assert not build(knowledge, index, None).unchanged
    assert not is_old()
    assert answers(index) == ["烏鎮有兩座橋。"]


def test_a_damaged_index_is_built_again(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    for path in (index / str(store.current(index))).iterdir():
        path.write_bytes(path.read_bytes()[:-1])
        break
    assert not build(knowledge, index, None).unchanged
    assert len(answers(index)) == 2


def test_synonyms_of_the_folder_are_searched_by(knowledge: Path, tmp_path: Path) -> None:
    (knowledge / "synonyms.txt").write_text("天橋頭 = 燈", "utf-8")
    build(knowledge, tmp_path / "index", None)
    concepts = open_collection(tmp_path / "index", None).read("天橋頭")
    assert any("灯" in concept.alternatives for concept in concepts)


def test_what_is_left_out_is_told(knowledge: Path, tmp_path: Path) -> None:
    (knowledge / "b.txt").write_bytes(b"\xff")
    (knowledge / "c.jsonl").write_text("{", "utf-8")
    for turn in range(2):
        built = build(knowledge, tmp_path / "index", None)
        assert built.unchanged == bool(turn)
        assert [(warning.file, warning.line) for warning in built.warnings] == [
            ("b.txt", 1),
            ("c.jsonl", 1),
        ]


def test_nothing_to_build_from_leaves_the_old_index(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    (knowledge / "a.txt").unlink()
    with pytest.raises(KnowledgeError):
        build(knowledge, index, None)
    with pytest.raises(KnowledgeError):
        build(tmp_path / "none", index, None)
    assert len(answers(index)) == 2


def test_documents_without_a_passage(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "鎖定"}', "utf-8")
    for encoder in (None, Hashing()):
        assert build(tmp_path, tmp_path / "index", encoder).passages == 0
        assert open_collection(tmp_path / "index", encoder).search("有什麼") == []


def test_an_index_that_cannot_be_written(knowledge: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for index in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(RetrievalError, match="cannot be written"):
            build(knowledge, index, None)


def test_a_full_disk_leaves_the_old_index(
    knowledge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    (knowledge / "a.txt").write_text("全是新的。", "utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(RetrievalError, match="No space left"):
            build(knowledge, index, None)
    assert len(answers(index)) == 2
    build(knowledge, index, None)
    assert answers(index) == ["全是新的。"]


def test_two_builds_at_once(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for _ in range(3):
                build(knowledge, index, None, full=True)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        try:
            assert len(answers(index)) == 2
        except IndexMissing:  # before the first is there
            time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(answers(index)) == 2


def test_a_build_killed_at_random_leaves_the_old_index(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    chance = random.Random(7)
    program = [sys.executable, "-c", BUILDS, str(knowledge), str(index)]
    for _ in range(2):
        process = subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "writing":
                break
        time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert len(answers(index)) == 2
    build(knowledge, index, None, full=True)
    assert len(list(index.glob("generation-*"))) == 1
