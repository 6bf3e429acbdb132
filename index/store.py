"""The index on disk: written beside the old one, put in place by one rename.

    <index>/CURRENT             one line: the generation that readers open
    <index>/<generation>/       manifest.json and the files that it names with their digests
    <index>/LOCK                held by the one build that is writing

`CURRENT` is replaced by renaming a new file over it, so a reader sees the old generation or the
new one and never half of either; a build that is killed leaves a generation that nobody opens,
which the next build removes.
"""

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import IndexCorrupt, IndexMissing, IndexUnusable, IndexVersion

FORMAT = 6
"""Changes whenever the files of an index change their shape."""

_CURRENT = "CURRENT"
_MANIFEST = "manifest.json"
_LOCK = "LOCK"
_LOCK_S = 60.0
_NAME = re.compile(rb"generation-[0-9a-f]{32}")
_ATTEMPTS = 10


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
    from filelock import FileLock

    index.mkdir(parents=True, exist_ok=True)
    with FileLock(index / _LOCK, timeout=_LOCK_S):
        manifest = Manifest(
            FORMAT, digest, model, time.time(), {key: _digest(data) for key, data in files.items()}
        )
        described = json.dumps(asdict(manifest), indent=1).encode()
        name = _name(described)
        folder = index / name
        pointer = index / f"{_CURRENT}.new"
        try:
            folder.mkdir()
            for key, data in files.items():
                _write_file(folder / key, data)
            _write_file(folder / _MANIFEST, described)
            _sync_folder(folder)
            _write_file(pointer, name.encode())
            pointer.replace(index / _CURRENT)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            pointer.unlink(missing_ok=True)
            raise
        _sync_folder(index)
        _remove_others(index, name)
    return manifest


def read(index: Path) -> tuple[Manifest, dict[str, bytes]]:
    """Read the generation in place and check every byte of it.

    Raises `IndexMissing`, `IndexVersion` or `IndexCorrupt`.
    """
    for _ in range(_ATTEMPTS):
        name = _current(index)
        try:
            return _read_generation(index, name)
        except IndexCorrupt:
            # A build may have replaced and removed the generation while it was being read.
            if _current(index) == name:
                raise
    raise IndexUnusable(f"index {index} changes faster than it can be read; try again")


def current(index: Path) -> str | None:
    """Return the name of the generation in place: it changes with each build."""
    try:
        return _current(index)
    except (IndexMissing, IndexUnusable):
        return None


def _current(index: Path) -> str:
    try:
        name = (index / _CURRENT).read_bytes()
    except OSError as error:
        raise IndexMissing(f"no index at {index}; run: wuzhen build") from error
    if not _NAME.fullmatch(name):
        raise IndexCorrupt(f"index {index} points nowhere; run: wuzhen build")
    return name.decode()


def _read_generation(index: Path, name: str) -> tuple[Manifest, dict[str, bytes]]:
    manifest = _read_manifest(index, name)
    try:
        files = {key: (index / name / key).read_bytes() for key in manifest.files}
    except OSError as error:
        raise IndexCorrupt(f"index {index} lacks a file; run: wuzhen build") from error
    for key, data in files.items():
        if _digest(data) != manifest.files[key]:
            raise IndexCorrupt(f"index {index}: {key} is damaged; run: wuzhen build")
    return manifest, files


def _read_manifest(index: Path, name: str) -> Manifest:
    try:
        described = (index / name / _MANIFEST).read_bytes()
        fields: dict[str, Any] = json.loads(described)
        found = fields["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(f"index {index}: its manifest is damaged; run: wuzhen build") from error
    if found != FORMAT:
        raise IndexVersion(
            f"index {index} is of version {found}, this program reads {FORMAT}; run: wuzhen build"
        )
    try:
        if _name(described) != name:
            raise ValueError("not the manifest that was written")
        return Manifest(**fields)
    except (TypeError, ValueError) as error:
        raise IndexCorrupt(f"index {index}: its manifest is damaged; run: wuzhen build") from error


def _name(described: bytes) -> str:
    """Return the name of a generation: the digest of its manifest, so that it proves that too."""
    return f"generation-{_digest(described)}"


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
    """Remove what earlier builds left; the lock tells that none of it is being written."""
    for old in index.glob("generation-*"):
        if old.name != keep:
            shutil.rmtree(old, ignore_errors=True)
