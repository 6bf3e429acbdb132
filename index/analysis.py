"""Analysing many texts: by one process where they are few, by several where they are many."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context

from index.analyser import terms
from index.errors import RetrievalError

FEW = 2_000_000
"""The characters up to which starting other processes costs more than it saves."""
_BATCH = 200_000
"""Characters handed to a process at a time."""


def analysed(
    texts: Iterable[str],
    *,
    processes: int | None = None,
    done: Callable[[int], object] = lambda _: None,
) -> Generator[list[str], None, None]:
    """Yield the terms of each text, in order; `done` is told of how many after each batch.

    Memory holds a few batches, however many texts there are. As many processes as there are
    processors take part, unless `processes` says otherwise. Raises `RetrievalError` when one of
    them is ended.
    """
    number = processes or os.cpu_count() or 1
    batches = _batches(texts)
    first = list(islice(batches, FEW // _BATCH + 1))
    if number == 1 or len(first) <= FEW // _BATCH:
        for batch in chain(first, batches):
            yield from map(terms, batch)
            done(len(batch))
        return
    with ProcessPoolExecutor(number, get_context("spawn")) as pool:
        waiting: deque[tuple[int, Future[str]]] = deque()
        try:
            for batch in chain(first, batches):
                waiting.append((len(batch), pool.submit(_written, batch)))
                if len(waiting) > 2 * number:
                    yield from _read(waiting.popleft(), done)
            while waiting:
                yield from _read(waiting.popleft(), done)
        except BrokenProcessPool as error:
            raise RetrievalError(
                "a process that analysed the documents was ended; free some memory and build again"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _written(batch: list[str]) -> str:
    """Return the terms of a batch, a line for each text: no term holds white space."""
    return "\n".join([" ".join(terms(text)) for text in batch])


def _read(waiting: tuple[int, Future[str]], done: Callable[[int], object]) -> Iterator[list[str]]:
    count, written = waiting
    for line in written.result().split("\n"):
        yield line.split()
    done(count)
