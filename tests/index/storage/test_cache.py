"""What is kept beside an index: whole, or as good as not there."""

import json
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.storage import cache

FILES = {"one": b"first", "two": bytes(1000)}


def test_what_is_kept_is_found(tmp_path: Path) -> None:
    assert cache.find(tmp_path / "kept", "name-1") is None
    cache.keep(tmp_path / "kept", "name-1", lambda: FILES)
    place = cache.find(tmp_path / "kept", "name-1")
    assert place is not None
    assert {name: (place / name).read_bytes() for name in FILES} == FILES
    assert cache.find(tmp_path / "kept", "name-2") is None
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["name-1"]


@given(st.sampled_from(["one", "two", "manifest.json"]), st.data())
def test_damage_is_found_and_mended(tmp_path: Path, file: str, data: st.DataObject) -> None:
    cache.keep(tmp_path, "name", lambda: FILES)
    place = tmp_path / "name" / file
    whole = place.read_bytes()
    damaged = data.draw(st.binary(max_size=len(whole)).filter(lambda one: one != whole))
    place.write_bytes(damaged)
    assert cache.find(tmp_path, "name") is None
    cache.keep(tmp_path, "name", lambda: FILES)
    assert cache.find(tmp_path, "name") == tmp_path / "name"
    assert place.read_bytes() == whole


def test_what_was_never_finished_is_removed_when_it_is_old(tmp_path: Path) -> None:
    cache.keep(tmp_path, "whole", lambda: FILES)
    made: list[Path] = []

    def copied() -> dict[str, bytes]:
        (begun,) = (one for one in tmp_path.iterdir() if one.name != "whole")
        for name in ("young", "old"):
            made.append(tmp_path / begun.name.replace("name", name))
            made[-1].mkdir()
        return FILES

    cache.keep(tmp_path, "name", copied)
    os.utime(made[1], (1000, 1000))
    cache.sweep(tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {"whole", "name", made[0].name}


def test_what_cannot_be_written_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache.keep(tmp_path / "file", "name", lambda: FILES)
    assert cache.find(tmp_path / "file", "name") is None

    def fail() -> dict[str, bytes]:
        raise OSError("no space left")

    cache.keep(tmp_path, "name", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    cache.keep(tmp_path, "name", lambda: FILES)
    (tmp_path / "name" / "two").unlink()
    assert cache.find(tmp_path, "name") is None
    (tmp_path / "name" / "manifest.json").write_text(json.dumps([1]))
    assert cache.find(tmp_path, "name") is None


@given(
    st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=20), st.text()
)
def test_texts_are_looked_up(tmp_path: Path, texts: set[str], sought: str) -> None:
    sought = sought.encode("utf-8", "ignore").decode()
    written = sorted(text.encode() for text in texts)
    for name, data in cache.sorted_files("texts", written).items():
        (tmp_path / name).write_bytes(data)
    look_up = cache.Sorted(tmp_path, "texts")
    for text in (*texts, *(text[:1] for text in texts), sought):
        found = look_up.find(text)
        if not any(one.startswith(text) for one in texts):
            assert found is None
            continue
        assert found is not None
        assert written[found[0]].startswith(text.encode())
        assert found[1] == (text in texts)
