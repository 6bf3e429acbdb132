"""Analysing text at scale, beside jieba alone: `python -m bench.analysis`, `make bench-analysis`.

Ours folds, finds dates, times and numbers, cuts words, stems, and makes pairs; jieba cuts words
for search and does nothing else, on one core. Both have the same passages, turn by turn in the
same run; the middle of the ratios counts, of the time that passed and of the processors' time.
"""

import argparse
import json
import os
import random
import re
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import jieba

from index.analysis import analysed

REAL = Path(__file__).parents[2] / "shared" / "eval" / "drcd-dev" / "passages.jsonl"
_SENTENCE = re.compile("[^。！？]{10,}[。！？]")
_LONG = 100
"""The characters of a passage, about 60 words."""


class Spent(NamedTuple):
    """Seconds that something took."""

    wall: float
    cpu: float
    """Of this process and of those that it started."""


def passages(source: Path, number: int) -> list[str]:
    """Return passages made of the sentences of real ones, each sentence with another's words."""
    lines = source.read_text("utf-8").splitlines()
    sentences = [s for line in lines for s in _SENTENCE.findall(json.loads(line)["text"])]
    drawn = random.Random(number)
    made: list[str] = []
    for _ in range(number):
        text = ""
        while len(text) < _LONG:
            own, other = drawn.choice(sentences), drawn.choice(sentences)
            at = drawn.randrange(len(own))
            text += own[:at] + other[: drawn.randrange(8)] + own[at:]
        made.append(text)
    return made


def timed(work: Callable[[], object]) -> Spent:
    """Run something and return what it took."""

    def cpu() -> float:
        used = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in used)

    wall_before, cpu_before = time.perf_counter(), cpu()
    work()
    return Spent(time.perf_counter() - wall_before, cpu() - cpu_before)


def main() -> None:
    """Print what both took, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--source", type=Path, default=REAL)
    options = parser.parse_args()
    texts = passages(options.source, options.passages)
    characters = sum(map(len, texts))
    jieba.initialize()
    print(f"{len(texts):,} passages, {characters:,} characters, {options.processes} processes")
    print(f"{'':>6}{'jieba alone':>24}{'all of ours':>24}{'ratio':>14}")
    print(f"{'':>6}{'wall s':>12}{'cpu s':>12}{'wall s':>12}{'cpu s':>12}{'wall':>7}{'cpu':>7}")
    ratios: list[tuple[float, float]] = []
    for turn in range(options.turns):
        theirs = timed(lambda: [jieba.lcut_for_search(text) for text in texts])
        ours = timed(lambda: _consumed(analysed(texts, processes=options.processes)))
        ratios.append((theirs.wall / ours.wall, theirs.cpu / ours.cpu))
        numbers = (*theirs, *ours)
        print(
            f"{turn + 1:>6}"
            + "".join(f"{number:>12.1f}" for number in numbers)
            + "".join(f"{ratio:>7.1f}" for ratio in ratios[-1])
        )
    wall, cpu = (statistics.median(one) for one in zip(*ratios, strict=True))
    print(f"middle: {wall:.1f} times as fast; {cpu:.1f} times by the time of all processors")


def _consumed(terms: Iterator[list[str]]) -> int:
    return sum(map(len, terms))


if __name__ == "__main__":
    main()
