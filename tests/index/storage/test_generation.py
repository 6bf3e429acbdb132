"""The index on disk: whole or absent, whatever happens to the process that writes it."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.index.conftest import ROOT, FullDisk
from tests.index.writer import KEPT, files, with_kept
from wuzhen.index.errors import IndexCorrupt, IndexMissing, IndexUnusable, IndexVersion
from wuzhen.index.storage import generation as store

names = st.text("abcdef.-", min_size=1, max_size=8).filter(
    lambda name: name.strip(".") and name != "manifest.json"
)


def writer(*arguments: object) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "tests.index.writer", *map(str, arguments)]
    return subprocess.Popen(program, cwd=ROOT, stderr=subprocess.PIPE)


def read(index: Path) -> tuple[store.Manifest, dict[str, bytes]]:
    """Read every file of the generation in place."""

    def use(one: store.Generation) -> tuple[store.Manifest, dict[str, bytes]]:
        return one.manifest, {name: one.read(name) for name in one.manifest.files}

    return store.reading(index, use)


def check(index: Path) -> str:
    """Read the index, see that its files are of one generation, and return which."""
    manifest, found = read(index)
    assert found == {**files(manifest.digest), "kept": KEPT}
    return manifest.digest


def put(index: Path, name: str) -> None:
    with store.locked(index):
        store.write(index, with_kept(index, files(name)), name, "")


@given(st.dictionaries(names, st.binary(max_size=200), max_size=4), st.text(), st.text())
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    written: dict[str, bytes],
    digest: str,
    model: str,
) -> None:
    index = tmp_path_factory.getbasetemp() / "round"
    with store.locked(index):
        manifest = store.write(index, written, digest, model)
    assert read(index) == (manifest, written)
    assert (manifest.digest, manifest.model) == (digest, model)


def test_each_write_replaces_the_one_before(tmp_path: Path) -> None:
    index = tmp_path / "deep" / "index"
    seen = set()
    for name in ("a", "b", "c"):
        put(index, name)
        assert check(index) == name
        seen.add(store.current(index))
    assert len(seen) == 3
    assert len(list(index.glob("generation-*"))) == 1


def test_no_index(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        assert store.current(place) is None
        with pytest.raises(IndexMissing, match="wuzhen build"):
            read(place)


def test_a_process_killed_at_any_moment_leaves_the_old_index_or_the_new(tmp_path: Path) -> None:
    seen: list[str] = []
    at = 0
    running: list[tuple[Path, subprocess.Popen[bytes]]] = []
    ended_by_itself = False
    while not ended_by_itself:
        assert at < 100
        # Two at a time, as the machine may have two processors.
        for _ in range(2):
            index = tmp_path / str(at)
            put(index, "old")
            running.append((index, writer("kill", index, at)))
            at += 1
        for index, process in running:
            _, errors = process.communicate()
            assert process.returncode in (0, -signal.SIGKILL), errors
            ended_by_itself |= process.returncode == 0
            seen.append(check(index))
            put(index, "next")
            assert check(index) == "next"
            assert len(list(index.glob("generation-*"))) == 1
        running.clear()
    assert seen[0] == "old"
    assert seen[-1] == "new0"
    assert sorted(seen, key=["old", "new0"].index) == seen
    assert seen.count("old") > 5


def test_readers_never_fail_while_two_processes_write(tmp_path: Path) -> None:
    index = tmp_path / "index"
    put(index, "first")
    writers = [writer("loop", index, 40, name) for name in ("a", "b")]
    seen = set()
    while any(process.poll() is None for process in writers):
        seen.add(check(index))
    for process in writers:
        assert process.communicate()[1] == b""
        assert process.returncode == 0
    assert check(index) in ("a39", "b39")
    assert len(seen) > 2
    assert len(list(index.glob("generation-*"))) == 1


def test_a_file_too_large_for_the_disk_leaves_the_old_index(tmp_path: Path) -> None:
    index = tmp_path / "index"
    put(index, "old")
    process = writer("full", index, 5000)
    _, errors = process.communicate()
    assert b"File too large" in errors
    assert check(index) == "old"
    assert len(list(index.glob("generation-*"))) == 1


def test_a_disk_that_is_full_at_any_moment_leaves_the_old_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    put(index, "old")
    full = FullDisk()
    monkeypatch.setattr(os, "fsync", full)
    failures = 0
    for allowed in range(20):
        full.left = allowed
        try:
            put(index, "new")
        except OSError:
            failures += 1
            assert check(index) in ("old", "new")
            if check(index) == "old":
                assert len(list(index.iterdir())) == 3  # CURRENT, LOCK and one generation
        else:
            break
    assert failures >= 4
    assert check(index) == "new"


def test_another_version_is_told_from_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in (store.FORMAT + 1, store.FORMAT - 1):
        with monkeypatch.context() as patch:
            patch.setattr(store, "FORMAT", version)
            put(tmp_path, "other")
        with pytest.raises(IndexVersion, match=f"version {version}.*wuzhen build"):
            read(tmp_path)
    put(tmp_path, "own")
    assert check(tmp_path) == "own"


@settings(max_examples=120)
@given(st.data())
def test_a_byte_changed_anywhere_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    index = tmp_path_factory.getbasetemp() / "flipped"
    if not index.exists():
        put(index, "whole")
    places = sorted(path for path in index.rglob("*") if path.is_file() and path.name != "LOCK")
    path = data.draw(st.sampled_from(places))
    kept = path.read_bytes()
    at = data.draw(st.integers(0, len(kept) - 1))
    damaged = bytearray(kept)
    damaged[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(damaged)
    try:
        with pytest.raises((IndexCorrupt, IndexVersion)):
            read(index)
    finally:
        path.write_bytes(kept)
    assert check(index) == "whole"


def test_a_manifest_that_says_something_else_is_found(tmp_path: Path) -> None:
    put(tmp_path, "whole")
    path = tmp_path / str(store.current(tmp_path)) / "manifest.json"
    kept = path.read_bytes()
    for at, byte in enumerate(kept):
        for other in b"a1 ":
            if other != byte:
                path.write_bytes(kept[:at] + bytes([other]) + kept[at + 1 :])
                with pytest.raises((IndexCorrupt, IndexVersion)):
                    read(tmp_path)
    path.write_bytes(kept)
    assert check(tmp_path) == "whole"


@settings(max_examples=40)
@given(st.data())
def test_a_file_cut_short_or_lengthened_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    index = tmp_path_factory.getbasetemp() / "cut"
    if not index.exists():
        put(index, "whole")
    places = sorted(path for path in index.rglob("*") if path.is_file() and path.name != "LOCK")
    path = data.draw(st.sampled_from(places))
    kept = path.read_bytes()
    shorter = st.integers(0, len(kept) - 1).map(lambda length: kept[:length])
    path.write_bytes(data.draw(shorter | st.binary(min_size=1).map(lambda more: kept + more)))
    try:
        with pytest.raises((IndexCorrupt, IndexVersion)):
            read(index)
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize(
    "pointer", [b"", b"..", b"x" * 5000, b"\xff", b"a\x00b", b"../other", b"."]
)
def test_a_pointer_to_nowhere(tmp_path: Path, pointer: bytes) -> None:
    put(tmp_path, "own")
    (tmp_path / "CURRENT").write_bytes(pointer)
    assert store.current(tmp_path) is None
    with pytest.raises(IndexCorrupt):
        read(tmp_path)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    for name in ("one", "manifest.json"):
        put(tmp_path, "own")
        (tmp_path / str(store.current(tmp_path)) / name).unlink()
        with pytest.raises(IndexUnusable):
            read(tmp_path)
    shutil.rmtree(tmp_path / str(store.current(tmp_path)))
    with pytest.raises(IndexUnusable):
        read(tmp_path)


def test_a_kept_file_is_another_link_to_the_same(tmp_path: Path) -> None:
    put(tmp_path, "first")
    places = []
    for name in ("second", "third"):
        places.append((tmp_path / str(store.current(tmp_path)) / "kept").stat().st_ino)
        put(tmp_path, name)
        assert check(tmp_path) == name
    assert len(set(places)) == 1
    for name in ("one", "two"):
        assert (tmp_path / str(store.current(tmp_path)) / name).stat().st_nlink == 1


def test_a_kept_file_is_copied_where_there_are_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "first")

    def none(_: Path, __: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", none)
    put(tmp_path, "second")
    assert check(tmp_path) == "second"


def test_a_kept_file_that_is_damaged_is_found(tmp_path: Path) -> None:
    put(tmp_path, "first")
    (tmp_path / str(store.current(tmp_path)) / "kept").write_bytes(b"other")
    put(tmp_path, "second")
    with pytest.raises(IndexCorrupt, match="kept is damaged"):
        read(tmp_path)


def test_a_large_file_is_mapped_and_checked_when_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "own")
    monkeypatch.setattr(store, "CHECKED_AT_ONCE", 4000)
    viewed = store.reading(tmp_path, lambda one: {n: bytes(one.view(n)) for n in files("own")})
    assert viewed == files("own")
    store.reading(tmp_path, store.Generation.check)
    for name in ("one", "two"):
        path = tmp_path / str(store.current(tmp_path)) / name
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert bytes(store.reading(tmp_path, lambda one: one.view("two")))[-1] == 0
    with pytest.raises(IndexCorrupt, match="one is damaged"):
        store.reading(tmp_path, lambda one: one.view("one"))
    with pytest.raises(IndexCorrupt, match="one is damaged"):
        store.reading(tmp_path, store.Generation.check)


def test_what_was_replaced_while_it_was_read_is_read_again(tmp_path: Path) -> None:
    put(tmp_path, "first")
    turns = iter(["second", "third"])

    def use(generation: store.Generation) -> str:
        if name := next(turns, None):
            put(tmp_path, name)
        generation.read("one")
        return generation.manifest.digest

    assert store.reading(tmp_path, use) == "third"


def test_one_that_always_changes_is_given_up(tmp_path: Path) -> None:
    put(tmp_path, "first")

    def use(generation: store.Generation) -> bytes:
        put(tmp_path, f"other than {generation.manifest.digest[:20]}")
        return generation.read("one")

    with pytest.raises(IndexUnusable, match="changes faster"):
        store.reading(tmp_path, use)


def test_the_lock_is_one_build_s_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LOCK_S", 0.05)
    with (
        store.locked(tmp_path),
        pytest.raises(IndexUnusable, match="another build"),
        store.locked(tmp_path),
    ):
        pass
    with store.locked(tmp_path):
        pass
