"""Builds: only what changed, never half, and always with a word on what was left out."""

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.index.conftest import ROOT, Counting, FullDisk, Hashing, HashingBoth
from wuzhen.index.building import read
from wuzhen.index.building.build import Built, build, check, is_current
from wuzhen.index.document import Document
from wuzhen.index.errors import (
    IndexCorrupt,
    IndexMissing,
    IndexUnusable,
    KnowledgeError,
    RetrievalError,
)
from wuzhen.index.postings import store as postings
from wuzhen.index.postings.compaction import FANOUT
from wuzhen.index.searching.collection import open_collection
from wuzhen.index.storage import generation
from wuzhen.index.storage.contents import facts_of
from wuzhen.index.storage.record_writer import Record, recorded
from wuzhen.index.text.bulk import every_terms as every_terms_of
from wuzhen.index.vectors.encoders import EmbeddingsFailed, Vectors

BUILDS = """
import sys
from pathlib import Path
from wuzhen.index.building.build import build
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
    assert built == Built(1, 2, (), added=1)
    assert answers(tmp_path / "index")[0] == "橋上有燈。"
    assert said
    size = (knowledge / "a.txt").stat().st_size
    assert counted[-1] == (size, size)  # bytes that were read
    assert all(0 <= done <= total for done, total in counted)


def test_nothing_is_built_when_nothing_changed(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    first = generation.current(index)
    assert build(knowledge, index, None) == Built(1, 2, (), unchanged=True)
    assert generation.current(index) == first
    assert not build(knowledge, index, None, full=True).unchanged
    assert generation.current(index) != first


def test_whatever_an_index_depends_on_makes_it_old(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)

    def is_old() -> bool:
        return not is_current(index, knowledge, None)

    assert not is_old()
    assert not is_current(index, knowledge, Hashing())
    (knowledge / "synonyms.txt").write_text("燈 = 燈籠", "utf-8")
    assert is_old()
    (knowledge / "synonyms.txt").unlink()
    assert not is_old()
    (knowledge / "a.txt").write_text("烏鎮有兩座橋。", "utf-8")
    assert is_old()
    assert not build(knowledge, index, None).unchanged
    assert not is_old()
    assert answers(index) == ["烏鎮有兩座橋。"]


def damage(index: Path, name: str) -> None:
    """Cut a file of an index short, by the end of its name."""
    (path, *_) = [path for path in written(index) if path.name.endswith(name)]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexUnusable):
        check(index)


@pytest.mark.parametrize(
    "name", ["facts.json", "manifest.json", ".records", "places", ".segment", ".manifest"]
)
def test_a_damaged_index_is_built_again(knowledge: Path, tmp_path: Path, name: str) -> None:
    index = tmp_path / "index"
    build(knowledge, index, Hashing())
    check(index)
    damage(index, name)
    assert not build(knowledge, index, Hashing()).unchanged
    check(index)
    assert len(answers(index)) == 2


@pytest.mark.parametrize("name", ["vectors.npy", "words.npy", "words.json", ".sounds"])
@pytest.mark.parametrize("edited", [False, True])
def test_whatever_is_damaged_is_built_again(
    knowledge: Path, tmp_path: Path, name: str, edited: bool
) -> None:
    index = tmp_path / "index"
    build(knowledge, index, Hashing())
    damage(index, name)
    if edited:
        (knowledge / "b.txt").write_text("山上有雪。", "utf-8")
    build(knowledge, index, Hashing())
    check(index)


@pytest.mark.parametrize("edited", [False, True])
def test_a_flipped_bit_in_a_large_file_is_not_quoted_and_is_built_again(
    knowledge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    index = tmp_path / "index"
    (knowledge / "a.txt").write_text("那天來了85009人。[1]\n", "utf-8")
    build(knowledge, index, None)
    monkeypatch.setattr(generation, "CHECKED_AT_ONCE", 0)
    (path,) = [path for path in written(index) if path.name.endswith(".records")]
    path.write_bytes(path.read_bytes().replace(b"85009\xe4", b"95009\xe4"))
    with pytest.raises(IndexCorrupt, match="run: wuzhen build"):
        open_collection(index, None).search("那天來了多少人")
    if edited:
        (knowledge / "b.txt").write_text("山上有雪。", "utf-8")
    assert not build(knowledge, index, None).unchanged
    check(index)
    assert open_collection(index, None).search("那天來了多少人")[0].passage.text[4:9] == "85009"


def test_records_that_are_cut_short_under_their_reader_are_damaged(
    knowledge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    monkeypatch.setattr(generation, "CHECKED_AT_ONCE", 0)
    collection = open_collection(index, None)
    (path,) = [path for path in written(index) if path.name.endswith(".records")]
    path.write_bytes(b"")
    with pytest.raises(IndexCorrupt, match="run: wuzhen build"):
        collection.search("橋上的燈")


def written(index: Path) -> list[Path]:
    """The files of an index in place, and of its postings."""
    places = [*(index / str(generation.current(index))).iterdir()]
    places += [path for path in (index / "postings").rglob("*.*") if path.is_file()]
    return sorted(places, key=lambda path: (path.parent.name[:4], path.suffix, path.name))


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


def leftovers(index: Path) -> list[str]:
    """What lies in an index beside what is in place, by the names of the files."""
    label = generation.read_manifest(index).postings
    found = [
        path.name for path in index.glob("generation-*") if path.name != generation.current(index)
    ]
    found += [path.name for path in index.glob("*.unfinished*")]
    for level in ("passages", "blocks"):
        folder = index / "postings" / level
        named = {one.name for one in postings.read(folder, label)}
        known = {"LOCK", "MERGE", f"{label}.manifest", *named}
        found += [path.name for path in folder.iterdir() if path.name not in known]
    return found


def test_a_build_killed_at_any_moment_leaves_the_old_index_or_the_new(
    knowledge: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    (knowledge / "a.txt").write_text("烏鎮有一座橋。[1]\n橋上有新燈。\n", "utf-8")
    program = [sys.executable, "-m", "tests.index.builder", str(knowledge), str(index)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    left = ended.stdout.split()
    assert left[0] == "old"
    assert left[-1] == "new"
    assert left == sorted(left, key=["old", "new"].index)
    assert left.count("old") > 20
    assert leftovers(index) == []


@pytest.mark.usefixtures("own_lists")
def test_a_disk_that_is_full_at_any_moment_leaves_the_old_index_or_the_new(
    knowledge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    build(knowledge, index, Hashing())
    full = FullDisk()
    told: list[str] = []
    for allowed in range(100):
        (knowledge / "a.txt").write_text(f"橋上有{allowed}盞燈。橋下有水。", "utf-8")
        before = answers(index)
        full.left = allowed
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            try:
                build(knowledge, index, Hashing())
            except RetrievalError as error:
                told.append(str(error))
                if generation.current(index):
                    assert answers(index) in (before, [f"橋上有{allowed}盞燈。", "橋下有水。"])
            else:
                assert f"橋上有{allowed}盞燈。" in answers(index)
        check(index)
        if full.left > 0:
            break
    assert len(told) > 5
    assert all("No space left" in one for one in told)
    build(knowledge, index, Hashing())
    (knowledge / "a.txt").write_text("全是新的。", "utf-8")
    build(knowledge, index, Hashing())
    assert leftovers(index) == []


def test_of_a_file_only_new_sentences_are_analysed(
    knowledge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    analysed: list[str] = []
    really = every_terms_of

    def every_terms(texts: Sequence[str]) -> list[str]:
        analysed.extend(texts)
        return really(texts)

    monkeypatch.setattr(read, "every_terms", every_terms)
    (knowledge / "a.txt").write_text("烏鎮有一座橋。[1]\n橋上沒有燈。[2]\n", "utf-8")
    assert build(knowledge, index, None).kept == 1
    assert "橋上沒有燈。" in analysed
    assert "烏鎮有一座橋。" not in analysed
    assert answers(index)[0] == "橋上沒有燈。"


def test_what_did_not_change_is_not_read_analysed_or_embedded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge, index = tmp_path / "knowledge", tmp_path / "index"
    knowledge.mkdir()
    (knowledge / "a.txt").write_text("烏鎮有一座橋。\n橋上有燈。\n", "utf-8")
    (knowledge / "b.txt").write_text("山上有雪。\n水裏有魚。\n", "utf-8")
    entries = [f'{{"id": "{n}", "text": "第{n}天下雨。"}}' for n in range(20)]
    (knowledge / "c.jsonl").write_text("\n".join([*entries, ""]), "utf-8")
    monkeypatch.setattr("wuzhen.index.sources.folder._SETTLED_S", 0.0)
    time.sleep(0.05)  # so much later that the system's clock has gone on
    analysed: list[str] = []
    really_record, really_open = recorded, os.open

    def record(key: int, document: Document, *understood: Any) -> Record:
        analysed.append(document.id)
        return really_record(key, document, *understood)

    looked: list[str] = []

    def opened(path: Path, flags: int, mode: int = 0o777, **among: Any) -> int:
        if knowledge in Path(path).parents:
            looked.append(Path(path).name)
        return really_open(path, flags, mode, **among)

    monkeypatch.setattr(read, "recorded", record)
    encoder = Counting()
    built = build(knowledge, index, encoder)
    assert (built.added, len(analysed)) == (22, 22)
    monkeypatch.setattr("wuzhen.index.sources.bounds.os.open", opened)
    analysed.clear()
    encoder.given.clear()
    assert build(knowledge, index, encoder).unchanged
    assert (analysed, encoder.given, looked) == ([], [], [])
    entries[5:6] = ['{"id": "5", "text": "第5天下雨。它刮大風。"}', '{"id": "x", "text": "雷鳴。"}']
    (knowledge / "c.jsonl").write_text("\n".join(["", *reversed(entries), ""]), "utf-8")
    built = build(knowledge, index, encoder)
    assert (built.added, built.changed, built.removed, built.kept) == (1, 1, 0, 24)
    assert sorted(analysed) == ["5", "x"]
    assert set(looked) == {"c.jsonl"}
    passages = [text for text in encoder.given if "." in text or "。" in text]
    assert sorted(passages) == ["它刮大风。", "雷鸣。"]
    (knowledge / "b.txt").unlink()
    analysed.clear()
    encoder.given.clear()
    built = build(knowledge, index, encoder)
    assert (built.removed, analysed, encoder.given) == (1, [], [])
    (knowledge / "synonyms.txt").write_text("雨 = 雪", "utf-8")
    built = build(knowledge, index, encoder)
    assert (built.kept, analysed, encoder.given) == (built.passages, [], [])
    build(knowledge, index, HashingBoth())
    assert analysed == []


@pytest.mark.usefixtures("own_lists")
def test_what_a_killed_build_did_not_put_away_is_removed(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(knowledge, index, None)
    (index / f"generation-{0:032}").mkdir()
    assert build(knowledge, index, None).unchanged
    assert len(list(index.glob("generation-*"))) == 1


def test_a_build_that_fails_late_leaves_nothing(knowledge: Path, tmp_path: Path) -> None:
    class Failing(Hashing):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise EmbeddingsFailed("no vectors")

    index = tmp_path / "index"
    with pytest.raises(EmbeddingsFailed):
        build(knowledge, index, Failing())
    assert not list(index.rglob("*.segment"))
    build(knowledge, index, None)
    before = set(index.rglob("*.segment"))
    with pytest.raises(EmbeddingsFailed):
        build(knowledge, index, Failing(), full=True)
    assert set(index.rglob("*.segment")) == before


def test_many_edits_leave_few_files(knowledge: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    (knowledge / "still.txt").write_text("".join(f"第{n}句話。" for n in range(60)), "utf-8")
    build(knowledge, index, None)
    most = 0
    for turn in range(30):
        name = f"{turn % 5}.txt"
        (knowledge / name).write_text(f"第{turn}次改動{chr(0x4E00 + 97 * turn) * 2}。", "utf-8")
        if turn % 7 == 6:
            (knowledge / f"{(turn - 1) % 5}.txt").unlink()
        build(knowledge, index, None)
        assert leftovers(index) == []
        facts = generation.reading(index, facts_of)
        label = generation.read_manifest(index).postings
        for level in ("passages", "blocks"):
            segments = len(postings.read(index / "postings" / level, label))
            most = max(most, segments)
            assert segments < 2 * FANOUT
        assert len(facts["parts"]) <= 8
        assert len(facts["sounds"]) <= 8
        assert len(written(index)) <= 4 + 8 + 8 + 4 * FANOUT
    assert most > 1
