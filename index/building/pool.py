"""Working through many things in order: in one process where they are few, else in several."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from wuzhen.index.building import garbage
from wuzhen.index.errors import RetrievalError

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

    with ProcessPoolExecutor(number, get_context(_start()), _begin) as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for batch in chain(first, batches):
                with _uninterrupted():
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


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back for a moment, and for good from the processes that are started meanwhile.

    A terminal sends it to all of them, and one that is stopped while it hands over what it has
    done would have the others wait for ever. It is for the one that started them to end them.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start() -> str:
    """Return how processes are to be started.

    As copies of this one where it has no other thread, which may hold what a copy would wait for:
    they have everything loaded already.
    """
    try:
        alone = sum(1 for _ in Path("/proc/self/task").iterdir()) == 1
    except OSError:  # not Linux
        return "spawn"
    return "fork" if alone else "spawn"


def _begin() -> None:
    """Prepare a process: it ends with the one that started it, however that ends."""
    garbage.seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


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
