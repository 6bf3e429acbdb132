"""How far a build is, as a terminal shows it: what it does, its rate, and the time left."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rich.console import Console


SILENT_S = 60.0
"""How long a build that goes on says nothing where there is no terminal."""


class Watch(NamedTuple):
    """What a build tells of itself."""

    step: Callable[[str], None]
    """Told what it begins with."""
    counted: Callable[[int, int], None]
    """Told how much of how much it is done with: bytes that it reads, or texts."""


@contextmanager
def watched(
    tell: Callable[[str], None] = lambda _: None, console: "Console | None" = None
) -> Iterator[Watch]:
    """Show how far a build is until the context ends.

    Where there is no terminal `tell` is given a line once a minute.
    """
    if console is None and not sys.stderr.isatty():
        yield _now_and_then(tell)
        return
    # What draws takes as long to load as a small build takes.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    screen = console or Console(stderr=True)
    if not screen.is_terminal:
        yield _now_and_then(tell)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=False),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def step(name: str) -> None:
            bar.reset(task, description=name, total=None, rate="")

        def counted(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if speed := bar.tasks[0].speed:
                bar.update(task, rate=_rate(bar.tasks[0].description, speed))

        yield Watch(step, counted)


def _now_and_then(tell: Callable[[str], None]) -> Watch:
    name, told = "", monotonic()

    def step(begun: str) -> None:
        nonlocal name
        name = begun

    def counted(done: int, total: int) -> None:
        nonlocal told
        if monotonic() - told >= SILENT_S:
            told = monotonic()
            tell(f"{name}: {100 * done // max(total, 1)} %")

    return Watch(step, counted)


def _rate(step: str, speed: float) -> str:
    from rich.filesize import decimal

    each = f"{decimal(int(speed))}" if step == "reading" else f"{speed:,.0f} texts"
    return f"{each} a second"
