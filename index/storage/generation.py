"""The index on disk: written beside the old one, put in place by one rename.

    <index>/CURRENT             one line: the generation that readers open
    <index>/<generation>/       manifest.json and the files that it names with their digests
    <index>/postings/           the postings of passages and of blocks (`index.postings.store`),
                                labelled by what the manifest says
    <index>/LOCK                held by the one build that is writing

`CURRENT` is replaced by renaming a new file over it, so a reader sees the old generation or the
new one and never half of either; a build that is killed leaves a generation that nobody opens,
which the next build removes. A file that stays as it was is not written again: the new
generation has it by another link.
"""

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from wuzhen.index.errors import IndexCorrupt, IndexMissing, IndexUnusable, IndexVersion
from wuzhen.index.storage import disk
from wuzhen.index.storage.arrays import map_file
from wuzhen.index.storage.disk import digest_of, sync_folder

FORMAT = 12
"""Changes whenever the files of an index change their shape, or the same text is read otherwise."""

CHECKED_AT_ONCE = 16 << 20
"""Bytes up to which a file is checked whenever it is opened."""

_CURRENT = "CURRENT"
_MANIFEST = "manifest.json"
UNFINISHED = ".unfinished"
"""What the names of files end with that a build writes before it puts them in place."""
_LOCK_S = disk.LOCK_S
_NAME = re.compile(rb"generation-[0-9a-f]{32}")
_ATTEMPTS = 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was built by and from."""

    format: int
    digest: str
    """Of the knowledge, the analyser and the model that the index was built from."""
    model: str
    postings: str
    """The label of its postings."""
    built_at: float
    files: dict[str, str]
    """Each file's name and the digest of its bytes."""
    sizes: dict[str, int]
    """Each file's size in bytes."""


class Kept(NamedTuple):
    """A file that is there already, to be linked into a generation."""

    path: Path
    digest: str


class Generation:
    """A generation in place: its manifest, and its files, checked as they are read."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raises `IndexCorrupt`."""
        try:
            data = (self.folder / name).read_bytes()
        except OSError as error:
            raise self._lacking() from error
        if _digest(data) != self.manifest.files[name]:
            raise self._damaged(name)
        return data

    def view(self, name: str) -> memoryview:
        """Return a file's bytes, mapped and not checked where they are many.

        Raises `IndexCorrupt`.
        """
        try:
            data = view(self.folder / name)
        except OSError as error:
            raise self._lacking() from error
        if len(data) != self.manifest.sizes[name]:
            raise self._damaged(name)
        if len(data) <= CHECKED_AT_ONCE and _digest(data) != self.manifest.files[name]:
            raise self._damaged(name)
        return data

    def kept(self, name: str) -> Kept:
        """Return a file as one that may be linked into another generation."""
        return Kept(self.folder / name, self.manifest.files[name])

    def glance(self) -> None:
        """Check every file as far as is done when it is opened; raises `IndexCorrupt`."""
        for name in self.manifest.files:
            self.view(name)

    def check(self) -> None:
        """Check every byte of every file; raises `IndexCorrupt`."""
        for name, digest in self.manifest.files.items():
            try:
                whole = digest_of(self.folder / name) == digest
            except OSError as error:
                raise self._damaged(name) from error
            if not whole:
                raise self._damaged(name)

    def _damaged(self, name: str) -> IndexCorrupt:
        index = self.folder.parent
        return IndexCorrupt(f"index {index}: {name} is damaged; run: wuzhen build")

    def _lacking(self) -> IndexCorrupt:
        return IndexCorrupt(f"index {self.folder.parent} lacks a file; run: wuzhen build")


def locked(index: Path) -> AbstractContextManager[None]:
    """Hold the lock of the one build that writes; raises `IndexUnusable` when it stays taken."""
    busy = f"another build is writing index {index}; wait for it"
    return disk.locked(index, busy, wait_s=_LOCK_S)


def write(
    index: Path,
    files: Mapping[str, bytes | Kept],
    digest: str,
    model: str,
    postings: str = "",
    built_at: float | None = None,
) -> Manifest:
    """Write a generation and put it in place, under the lock.

    `built_at` is when its build began, now if it does not say. Raises OSError when the disk does
    not take it.
    """
    digests = {
        key: data.digest if isinstance(data, Kept) else _digest(data) for key, data in files.items()
    }
    began = time.time() if built_at is None else built_at
    sizes = {
        key: data.path.stat().st_size if isinstance(data, Kept) else len(data)
        for key, data in files.items()
    }
    manifest = Manifest(FORMAT, digest, model, postings, began, digests, sizes)
    described = json.dumps(asdict(manifest), indent=1).encode()
    name = _name(described)
    folder = index / name
    pointer = index / f"{_CURRENT}.new"
    folder.mkdir()
    try:
        for key, data in files.items():
            if isinstance(data, Kept):
                _link(data.path, folder / key)
            else:
                _write_file(folder / key, data)
        _write_file(folder / _MANIFEST, described)
        sync_folder(folder)
        _write_file(pointer, name.encode())
        pointer.replace(index / _CURRENT)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        pointer.unlink(missing_ok=True)
        raise
    sync_folder(index)
    sweep(index)
    return manifest


def reading(index: Path, use: Callable[[Generation], T]) -> T:
    """Return what `use` makes of the generation in place.

    It may be called again when a build replaces the generation meanwhile. Raises `IndexMissing`,
    `IndexVersion` or `IndexCorrupt`, and what `use` raises.
    """
    for _ in range(_ATTEMPTS):
        name = _current(index)
        try:
            return use(Generation(index / name, _read_manifest(index, name)))
        except (IndexCorrupt, IndexMissing, FileNotFoundError):
            # A build may have replaced and removed the generation while it was being read.
            if _current(index) == name:
                raise
    raise IndexUnusable(f"index {index} changes faster than it can be read; try again")


def read_manifest(index: Path) -> Manifest:
    """Return the manifest in place; raises `IndexMissing`, `IndexVersion` or `IndexCorrupt`."""
    return reading(index, lambda generation: generation.manifest)


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


def _digest(data: bytes | memoryview) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def view(path: Path) -> memoryview:
    """Return a file's bytes: read, or mapped where they are many; raises OSError."""
    if path.stat().st_size <= CHECKED_AT_ONCE:
        return memoryview(path.read_bytes())
    return memoryview(map_file(path))


def _link(path: Path, to: Path) -> None:
    try:
        to.hardlink_to(path)
    except OSError:
        # Not every file system has links.
        shutil.copyfile(path, to)
        with to.open("rb") as file:
            os.fsync(file.fileno())


def _write_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sweep(index: Path) -> None:
    """Remove, under the lock, what builds that were ended did not finish, or not put away."""
    for left in index.glob(f"*{UNFINISHED}"):
        left.unlink(missing_ok=True)
    if (keep := current(index)) is not None:
        for old in index.glob("generation-*"):
            if old.name != keep:
                shutil.rmtree(old, ignore_errors=True)
