"""The store on both databases: a file, and a PostgreSQL server (see tests/postgresql.py)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from wuzhen.bot.store import Store, open_store


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/wuzhen.db"
    new: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return new()


@pytest.fixture
def clock() -> Clock:
    return Clock()


Open = Callable[..., AbstractAsyncContextManager[Store]]


@pytest.fixture
def opened(url: str, clock: Clock) -> Open:
    """Open the test's database as a worker: `opened("1")`."""

    def opened(worker: str = "1", **options: Any) -> AbstractAsyncContextManager[Store]:
        return open_store(url, worker, **{"now": clock, **options})

    return opened


@pytest.fixture
async def store(opened: Open) -> AsyncIterator[Store]:
    async with opened() as store:
        yield store
