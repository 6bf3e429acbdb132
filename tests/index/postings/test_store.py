"""A folder of segments: edits held against a list, and whole whatever happens to who writes it."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.index.conftest import ROOT, FullDisk
from tests.index.postings.conftest import concepts, texts
from tests.index.postings.model import check
from tests.index.postings.writer import LABEL, LARGE, edit, version_of
from tests.index.postings.writer import texts as texts_of
from wuzhen.index.errors import IndexCorrupt, IndexMissing, IndexUnusable, IndexVersion
from wuzhen.index.postings import kernel, store
from wuzhen.index.postings.compaction import compact
from wuzhen.index.storage.arrays import pack, unpack


def writer(how: str, folder: Path, number: int) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "tests.index.postings.writer", how, str(folder), str(number)]
    return subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir() if path.name not in ("LOCK", "MERGE"))


@given(st.data())
def test_edits_give_what_writing_anew_would(way: str, tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "postings"
    shutil.rmtree(folder, ignore_errors=True)
    collection = data.draw(texts)
    store.write(folder, LABEL, collection)
    for _ in range(data.draw(st.integers(1, 8))):
        kept = data.draw(st.lists(st.sampled_from(range(len(collection) + 1)), unique=True))
        new = data.draw(texts)
        order = data.draw(
            st.permutations([at for at in kept if at < len(collection)] + [-1] * len(new))
        )
        store.update(folder, LABEL, order, iter(new))
        coming = iter(new)
        collection = [next(coming) if at < 0 else collection[at] for at in order]
        if data.draw(st.booleans()):
            compact(folder, LABEL)
        postings = store.open_postings(folder, LABEL)
        assert postings.passages == len(collection)
        check(postings, collection, data.draw(concepts), data.draw(st.integers(1, 30)))
    store.check(folder, LABEL)
    assert files(folder).count(".manifest") == 1


def test_collections_stand_beside_each_other_until_they_are_swept(tmp_path: Path) -> None:
    store.write(tmp_path, "one", texts_of(0))
    store.update(tmp_path, "one", [*range(20), -1], [["new"]], to="two")
    assert store.open_postings(tmp_path, "one").passages == 20
    assert store.open_postings(tmp_path, "two").passages == 21
    assert store.open_postings(tmp_path, "two").search([{"new": 1.0}]).numbers.tolist() == [20]
    held = store.open_postings(tmp_path, "one")
    store.write(tmp_path, "three", [["a"]])
    store.sweep(tmp_path, ["two", "three"])
    with pytest.raises(IndexMissing, match="wuzhen build"):
        store.open_postings(tmp_path, "one")
    assert store.open_postings(tmp_path, "two").passages == 21
    # Who has it open goes on.
    assert held.search([{"v3": 1.0}]).numbers.tolist() == [3]
    store.sweep(tmp_path, ["three"])
    assert files(tmp_path) == [".manifest", ".segment"]


@pytest.mark.parametrize(
    ("kept", "new", "told"),
    [([0, 0], [], "twice"), ([0, -1], [], "1 texts"), ([-1], [["a"], ["b"]], "1 texts")],
)
def test_edits_that_do_not_fit(
    tmp_path: Path, kept: list[int], new: list[list[str]], told: str
) -> None:
    store.write(tmp_path, LABEL, texts_of(3))
    before = files(tmp_path)
    with pytest.raises(ValueError, match=told):
        store.update(tmp_path, LABEL, kept, new)
    with pytest.raises(IndexError):
        store.update(tmp_path, LABEL, [20], [])
    assert version_of(tmp_path) == 3
    assert files(tmp_path) == before
    with pytest.raises(ValueError, match="not a label"):
        store.write(tmp_path, "../up", [])


def test_no_collection(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(IndexMissing, match="wuzhen build"):
            store.open_postings(folder, LABEL)
        with pytest.raises(IndexMissing):
            store.update(folder, LABEL, [], [])


def test_a_process_killed_at_any_moment_leaves_one_version_or_the_next(tmp_path: Path) -> None:
    base = tmp_path / "base"
    store.write(base, LABEL, texts_of(0))
    for version in range(1, 7):  # so that the first edit brings a merge
        edit(base, version)
    process = writer("kill", base, 1000)
    told, errors = process.communicate()
    assert process.returncode == 0, errors
    seen = [int(line) for line in told.split()]
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (6, 8)
    assert min(seen.count(version) for version in (6, 7)) > 20
    for event, version in list(enumerate(seen))[::5]:
        folder = tmp_path / f"base-{event}"
        store.check(folder, LABEL)
        # What was left does not stand in the way of the next edit, nor stay.
        edit(folder, version + 1)
        compact(folder, LABEL)
        assert version_of(folder) == version + 1
        named = len(store.read(folder, LABEL))
        assert files(folder) == [".manifest"] + [".segment"] * named


def test_readers_never_fail_while_others_edit_and_merge(tmp_path: Path) -> None:
    store.write(tmp_path, LABEL, texts_of(0))
    writers = [writer("edit", tmp_path, 60), writer("merge", tmp_path, 60)]
    seen = []
    while any(process.poll() is None for process in writers):
        seen.append(version_of(tmp_path))
    for process in writers:
        assert process.communicate()[1] == b""
        assert process.returncode == 0
    assert version_of(tmp_path) == 60
    assert seen == sorted(seen)
    assert len(set(seen)) > 2
    assert len(store.read(tmp_path, LABEL)) < 12


def test_a_file_too_large_for_the_disk_leaves_the_old_collection(tmp_path: Path) -> None:
    store.write(tmp_path, LABEL, texts_of(0))
    before = files(tmp_path)
    process = writer("full", tmp_path, LARGE)
    _, errors = process.communicate()
    assert b"File too large" in errors
    assert version_of(tmp_path) == 0
    assert files(tmp_path) == before


def test_a_disk_that_is_full_at_any_moment_leaves_a_whole_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(tmp_path, LABEL, texts_of(0))
    for version in range(1, 8):
        edit(tmp_path, version)
    full = FullDisk()
    monkeypatch.setattr(os, "fsync", full)
    failures = 0
    for allowed in range(20):
        full.left = allowed
        before = version_of(tmp_path)
        try:
            edit(tmp_path, before + 1)
            compact(tmp_path, LABEL)
        except OSError:
            failures += 1
            assert version_of(tmp_path) in (before, before + 1)
            named = len(store.read(tmp_path, LABEL))
            assert files(tmp_path) == [".manifest"] + [".segment"] * named
        else:
            break
    assert failures >= 4


def test_a_second_writer_waits_and_then_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(tmp_path, LABEL, texts_of(0))
    with store.locked(tmp_path, store.MERGE), pytest.raises(IndexUnusable, match="try again"):
        compact(tmp_path, LABEL)
    assert version_of(tmp_path) == 0


def test_another_version_is_told_from_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store, "FORMAT", store.FORMAT + 1)
        store.write(tmp_path, LABEL, texts_of(0))
    with pytest.raises(IndexVersion, match=r"version 2.*wuzhen build"):
        store.open_postings(tmp_path, LABEL)
    store.write(tmp_path, LABEL, texts_of(1))
    assert version_of(tmp_path) == 1


@settings(max_examples=150)
@given(st.data())
def test_a_byte_changed_anywhere_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "changed"
    if not folder.exists():
        store.write(folder, LABEL, texts_of(0))
        edit(folder, 1)
    path = data.draw(st.sampled_from(sorted(folder.glob("*.*"))))
    kept = path.read_bytes()
    at = data.draw(st.integers(0, len(kept) - 1))
    damaged = bytearray(kept)
    damaged[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(data.draw(st.sampled_from([bytes(damaged), kept[:at], kept + b"\0"])))
    try:
        with pytest.raises(IndexCorrupt):
            store.open_postings(folder, LABEL)
        with pytest.raises(IndexCorrupt):
            store.check(folder, LABEL)
    finally:
        path.write_bytes(kept)
    assert version_of(folder) == 1


def test_a_large_file_is_checked_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "CHECKED_AT_ONCE", 100)
    store.write(tmp_path, LABEL, texts_of(0))
    path = next(tmp_path.glob("*.segment"))
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"\1")
    assert store.open_postings(tmp_path, LABEL).passages == 20
    with pytest.raises(IndexCorrupt, match="damaged; run: wuzhen build"):
        store.check(tmp_path, LABEL)
    for size in (0, 7, 100, len(kept) // 2):
        path.write_bytes(kept[:size])
        with pytest.raises(IndexCorrupt):
            store.open_postings(tmp_path, LABEL)
    path.unlink()
    with pytest.raises(IndexCorrupt):
        store.open_postings(tmp_path, LABEL)


@pytest.mark.parametrize("name", ["deleted.0", "numbers.0", "lost.0", "lost_term.0"])
def test_a_manifest_whose_arrays_do_not_fit_is_found(tmp_path: Path, name: str) -> None:
    store.write(tmp_path, LABEL, texts_of(0))
    store.update(tmp_path, LABEL, [2, 0], [])
    path = tmp_path / f"{LABEL}.manifest"
    facts, arrays = unpack(path.read_bytes()[16:])
    for damaged in (arrays[name][:-1], arrays[name][:0], arrays[name].astype("<u8")):
        body = pack(facts, {**arrays, name: damaged})
        path.write_bytes(hashlib.blake2b(body, digest_size=16).digest() + body)
        with pytest.raises(IndexCorrupt):
            store.open_postings(tmp_path, LABEL)


CUT_SHORT = """
import sys
from pathlib import Path
from wuzhen.index.errors import IndexCorrupt
from wuzhen.index.postings import store
folder = Path(sys.argv[1])
store.write(folder, "a", [[f"{n}", "all"] for n in range(20_000)])
postings = store.open_postings(folder, "a")
assert len(postings.search([{"all": 1.0}]).numbers) == 10
next(folder.glob("*.segment")).open("r+b").truncate(64)
try:
    postings.search([{"19999": 1.0}, {"all": 1.0}])
except IndexCorrupt as error:
    print(error)
"""


@pytest.mark.skipif(kernel.KERNEL is None, reason="needs the kernel")
def test_a_segment_that_is_cut_short_under_its_reader_is_damaged(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CUT_SHORT, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "the index is damaged; run: wuzhen build\n")
