"""The index on disk: written beside the old one, put in place by one rename.

    <index>/CURRENT             one line: the generation that readers open
    <index>/<generation>/       manifest.json and the files that it names with their digests

`CURRENT` is replaced by renaming a new file over it, so a reader sees the old generation or the
new one and never half of either; a build that is killed leaves a generation that nobody opens,
which the next build removes.
"""

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import IndexCorrupt, IndexMissing, IndexUnusable, IndexVersion

FORMAT = 2
"""Changes whenever the files of an index change their shape."""

_CURRENT = "CURRENT"
_MANIFEST = "manifest.json"
_ABANDONED_S = 3600.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was built by and from."""

    format: int
    digest: str
    """Of the knowledge, the analyser and the model that the index was built from."""
    model: str
    built_at: float
    files: dict[str, str]
    """Each file's name and the digest of its bytes."""


def write(index: Path, files: Mapping[str, bytes], digest: str, model: str) -> Manifest:
    """Write a generation and put it in place; raises OSError when the disk does not take it."""
    name = f"generation-{uuid.uuid4().hex[:12]}"
    folder = index / name
    folder.mkdir(parents=True)
    manifest = Manifest(
        FORMAT, digest, model, time.time(), {key: _digest(data) for key, data in files.items()}
    )
    try:
        for key, data in files.items():
            _write_file(folder / key, data)
        _write_file(folder / _MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
        _sync_folder(folder)
        pointer = index / f"{_CURRENT}.{name}"
        _write_file(pointer, name.encode())
        pointer.replace(index / _CURRENT)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _sync_folder(index)
    _remove_others(index, name)
    return manifest


def read(index: Path) -> tuple[Manifest, dict[str, bytes]]:
    """Read the generation in place and check every byte of it.

    Raises `IndexMissing`, `IndexVersion` or `IndexCorrupt`.
    """
    for attempt in range(3):
        folder, manifest = _open(index)
        try:
            files = {name: (folder / name).read_bytes() for name in manifest.files}
        except OSError as error:
            # Between reading CURRENT and the files, a build may have replaced the generation.
            if attempt < 2 and _current(index) != folder.name:
                continue
            raise IndexCorrupt(f"index {index} lacks a file; run: wuzhen build") from error
        for name, data in files.items():
            if _digest(data) != manifest.files[name]:
                raise IndexCorrupt(f"index {index}: {name} is damaged; run: wuzhen build")
        return manifest, files
    raise IndexUnusable(f"index {index} changes faster than it can be read; try again")


def manifest(index: Path) -> Manifest:
    """Return what the index in place was built from, without reading the rest of it."""
    return _open(index)[1]


def current(index: Path) -> str | None:
    """Return the name of the generation in place: it changes with each build."""
    try:
        return _current(index)
    except IndexMissing:
        return None


def _current(index: Path) -> str:
    try:
        name = (index / _CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexMissing(f"no index at {index}; run: wuzhen build") from error
    return name


def _open(index: Path) -> tuple[Path, Manifest]:
    name = _current(index)
    folder = index / name
    if Path(name).name != name or not folder.is_dir():
        raise IndexCorrupt(f"index {index} points nowhere; run: wuzhen build")
    try:
        fields: dict[str, Any] = json.loads((folder / _MANIFEST).read_bytes())
        found = fields["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(f"index {index}: its manifest is damaged; run: wuzhen build") from error
    if found != FORMAT:
        raise IndexVersion(
            f"index {index} is of version {found}, this program reads {FORMAT}; run: wuzhen build"
        )
    try:
        read_manifest = Manifest(**fields)
        if not all(Path(key).name == key for key in read_manifest.files):
            raise ValueError("a file outside the folder")
    except (TypeError, ValueError, AttributeError) as error:
        raise IndexCorrupt(f"index {index}: its manifest is damaged; run: wuzhen build") from error
    return folder, read_manifest


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _write_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_others(index: Path, keep: str) -> None:
    """Remove what earlier builds left, but nothing so young that a build may be writing it."""
    for old in index.glob("generation-*"):
        complete = (old / _MANIFEST).exists()
        abandoned = time.time() - old.stat().st_mtime > _ABANDONED_S
        if old.name != keep and (complete or abandoned):
            shutil.rmtree(old, ignore_errors=True)
