"""Collections of any size to measure ranking on, as files of tokens, and questions to ask of them.

Synthetic: passages of 30 to 90 terms out of 200,000, drawn by Zipf's law. Real: windows of 30 to
90 terms of real passages, in which a fifth of the terms is drawn anew from all passages and one
in twenty made a rarer one, so that a collection of any size has new words and new company for
the old; real questions with them.
"""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from wuzhen.index.text.analyser import analyse, is_word, stopwords

VOCABULARY = 200_000
TERMS_A_QUERY = 9
COMMONEST = 100
_AT_ONCE = 5000


def write_synthetic(path: Path, passages: int) -> None:
    """Write so many synthetic passages, one a line, terms parted by spaces."""
    random = np.random.default_rng(1)
    share = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
    share /= share[-1]
    names = np.array([f"w{at}" for at in range(VOCABULARY)], object)
    with path.open("w", encoding="utf-8") as file:
        for begin in range(0, passages, _AT_ONCE):
            lengths = random.integers(30, 91, min(_AT_ONCE, passages - begin))
            drawn = np.searchsorted(share, random.random(int(lengths.sum())))
            words = names[np.minimum(drawn, VOCABULARY - 1)].tolist()
            at = 0
            for length in lengths.tolist():
                file.write(" ".join(words[at : at + length]) + "\n")
                at += length


def synthetic_queries(count: int, commonest: int) -> list[list[str]]:
    """Return queries of distinct terms, drawn as the texts' are but for the commonest."""
    random = np.random.default_rng(2)
    share = 1 / np.arange(1, VOCABULARY + 1)
    share[:commonest] = 0
    share /= share.sum()
    return [
        [f"w{at}" for at in random.choice(VOCABULARY, TERMS_A_QUERY, replace=False, p=share)]
        for _ in range(count)
    ]


def write_real(path: Path, passages: int, terms: list[list[str]]) -> None:
    """Write so many passages made of the terms of real ones."""
    random = np.random.default_rng(3)
    every = list(chain.from_iterable(terms))
    sources = [text for text in terms if len(text) > 90]
    with path.open("w", encoding="utf-8") as file:
        for _ in range(passages):
            text = sources[random.integers(len(sources))]
            length = int(random.integers(30, 91))
            start = int(random.integers(len(text) - length + 1))
            words = text[start : start + length]
            draw = random.random(length)
            for at in np.flatnonzero(draw < 0.25).tolist():
                if draw[at] < 0.2:
                    words[at] = every[random.integers(len(every))]
                else:
                    words[at] += str(int(30_000 * random.random() ** 4))
            file.write(" ".join(words) + "\n")


def real(folder: Path, count: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return the terms of the passages in a folder, and of some of the questions about them."""
    stop = stopwords()
    texts = [[term.term for term in analyse(one["text"])] for one in _lines(folder, "passages")]
    asked = [one["question"] for one in _lines(folder, "questions")]
    chosen = np.random.default_rng(4).permutation(len(asked))[:count]
    terms = [dict.fromkeys(term.term for term in analyse(asked[at])) for at in chosen]
    return texts, [[t for t in one if not (is_word(t) and t in stop)] for one in terms]


def read(path: Path) -> Iterator[list[str]]:
    """Yield the passages of a file, each as its terms."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").split(" ")


def _lines(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as file:
        yield from map(json.loads, file)
