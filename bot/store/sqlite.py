"""aiosqlite with one visit to its thread a statement, where it takes four.

A visit costs two thread switches; with some thirty statements an update that was most of what an
update cost. Nothing is lost: SQLAlchemy reads all rows of a result at once.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiosqlite


class Connection(aiosqlite.Connection):
    """A connection whose cursors run a statement and fetch its rows in one go."""

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Return a cursor, which is one as soon as it executes."""
        return Cursor(self)

    async def run(self, method: str, statement: str, parameters: Any) -> "_Result":
        """Execute in the thread, and fetch every row."""

        def work() -> _Result:
            cursor = self._conn.cursor(_Result)
            getattr(cursor, method)(statement, parameters)
            cursor.rows = cursor.fetchall() if cursor.description else []
            return cursor

        result: _Result = await self._execute(work)  # type: ignore[no-untyped-call]
        return result


class _Result(sqlite3.Cursor):
    rows: list[Any]


class Cursor:
    """What SQLAlchemy's adapter uses of aiosqlite's cursor."""

    arraysize = 1
    description: Any = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def execute(self, statement: str, parameters: Any = ()) -> Self:
        """Run a statement."""
        return await self._run("execute", statement, parameters)

    async def executemany(self, statement: str, parameters: Sequence[Any]) -> Self:
        """Run a statement with each of several sets of values."""
        return await self._run("executemany", statement, parameters)

    async def fetchall(self) -> list[Any]:
        """Return the rows, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: every row is fetched, so nothing is held."""

    async def _run(self, method: str, statement: str, parameters: Any) -> Self:
        result = await self._connection.run(method, statement, parameters)
        self._rows = result.rows
        self.description = result.description
        self.rowcount = result.rowcount
        self.lastrowid = result.lastrowid
        return self


def connect(path: Path) -> Connection:
    """Return a connection to a file, to be awaited; its thread does not keep the process alive."""
    # Statements run in the connection's own thread; only SQLAlchemy's clean-up may be elsewhere.
    open_file = partial(sqlite3.connect, path, check_same_thread=False)
    connection = Connection(open_file, iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
