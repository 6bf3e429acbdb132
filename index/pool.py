"""Working through many things in order: in one process where they are few, else in several."""

import gc
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from index.errors import RetrievalError

if TYPE_CHECKING:
    from concurrent.futures import Future

FEW = 2_000_000
"""What is to be done, by its weight, up to which starting processes costs more than it saves."""
BATCH = 200_000
"""What a process is given at a time, by its weight."""

T = TypeVar("T")
R = TypeVar("R")


def in_order(
    work: Callable[[list[T]], R],
    things: Iterable[T],
    weigh: Callable[[T], int],
    *,
    processes: int | None = None,
) -> Generator[R, None, None]:
    """Yield what `work` makes of batch after batch of things; `weigh` says how much one takes.

    Memory holds a few batches, however many there are. As many processes as there are processors
    take part, unless `processes` says otherwise; `work` is then a function at the top of a
    module. Raises `RetrievalError` when one of them is ended.
    """
    number = processes or os.cpu_count() or 1
    batches = _batches(things, weigh)
    first = list(islice(batches, FEW // BATCH + 1))
    if number == 1 or len(first) <= FEW // BATCH:
        yield from map(work, chain(first, batches))
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(number, get_context("spawn"), _collect_rarely) as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for batch in chain(first, batches):
                waiting.append(pool.submit(work, batch))
                if len(waiting) > 2 * number:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise RetrievalError(
                "a process that read the documents was ended; free some memory and build again"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _collect_rarely() -> None:
    """Look for garbage less often: of so many small things hardly any is."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _batches(things: Iterable[T], weigh: Callable[[T], int]) -> Iterator[list[T]]:
    batch: list[T] = []
    size = 0
    for thing in things:
        batch.append(thing)
        size += weigh(thing)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
