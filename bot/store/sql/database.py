"""Open a database by its URL, and the only two ways into it: `read` and `transaction`.

SQLite has one writer: a single connection behind a lock, its transactions begun with BEGIN
IMMEDIATE, so that no other coroutine's statement ever lands in a transaction that is not its own
and no reader turns writer half-way (https://sqlite.org/lang_transaction.html); those that wait
for one another are committed together (see `commits`). Readers have
connections of their own, which see the last commit (https://sqlite.org/wal.html). PostgreSQL
does the same by itself at READ COMMITTED.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, Table, event, func, make_url, select
from sqlalchemy import exc as sql_errors
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from wuzhen.bot.errors import DatabaseUrlError, StoreError, Unavailable
from wuzhen.bot.store.sql.commits import Commits
from wuzhen.bot.store.sql.sqlite import connect

BUSY_SECONDS = 5
"""How long a writer waits for another process before the database counts as locked."""

CHANNEL = "wuzhen"
"""The PostgreSQL channel on which every commit is announced."""

_FORMS = "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"

Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class Bell:
    """Wakes whoever waits for rows.

    Take `next` before looking for a row and wait for it after finding none: no ring is missed.
    """

    def __init__(self) -> None:
        self.next = asyncio.Event()

    def ring(self) -> None:
        """Wake all that wait."""
        rung, self.next = self.next, asyncio.Event()
        rung.set()


@dataclass(frozen=True)
class Access:
    """What the verbs need: the two ways into the database, and who is asking.

    `lease` and `poll` are in seconds; `attempts` bounds how often an update is tried.
    """

    read: Connect
    write: Connect
    bell: Bell
    now: Callable[[], float]
    worker: str
    boot: str
    lease: float
    attempts: int
    poll: float


def parse(url: str) -> URL:
    """Add the driver to a URL; raises DatabaseUrlError, whose message never holds a password."""
    try:
        parsed = make_url(url)
    except (sql_errors.ArgumentError, ValueError):
        raise DatabaseUrlError(f"WUZHEN_DATABASE is not a database URL: use {_FORMS}") from None
    if parsed.drivername == "sqlite":
        if not parsed.database or parsed.database == ":memory:" or parsed.host or parsed.query:
            raise DatabaseUrlError(
                "WUZHEN_DATABASE must name a file: sqlite:///PATH, with a fourth slash "
                "if the path is absolute"
            )
        # Absolute, since connections are opened later, too, from whatever folder is current.
        path = str(Path(parsed.database).absolute())
        return parsed.set(drivername="sqlite+aiosqlite", database=path)
    if parsed.drivername in ("postgresql", "postgres"):
        try:
            import psycopg  # noqa: F401
        except ImportError as error:  # it, or the C library beneath it
            raise DatabaseUrlError(
                "WUZHEN_DATABASE asks for PostgreSQL, whose driver is not there: "
                "install wuzhen with its extra [postgresql]"
            ) from error
        return parsed.set(drivername="postgresql+psycopg")
    raise DatabaseUrlError(f"WUZHEN_DATABASE names an unknown kind of database: use {_FORMS}")


def insert(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Begin an INSERT that knows ON CONFLICT, which SQLAlchemy spells once for each database."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def trouble(error: BaseException | None) -> StoreError:
    """Word a driver's error for the user: its first line only, since others may quote values."""
    cause = str(error).strip().partition("\n")[0]
    if "locked" in cause or "lock timeout" in cause:
        return Unavailable(
            f"the database is locked by another process (waited {BUSY_SECONDS} s): "
            "stop what holds it, or try again"
        )
    if "full" in cause or "No space left" in cause:
        return Unavailable("the disk of the database is full: free some space")
    if "not a database" in cause:
        return StoreError("WUZHEN_DATABASE names a file that is not a database: name another")
    return Unavailable(f"the database cannot be used: {cause} (see WUZHEN_DATABASE)")


@contextmanager
def explained() -> Iterator[None]:
    """Turn the errors of SQLAlchemy and the driver into ours, and leave the caller's alone."""
    try:
        yield
    except sql_errors.TimeoutError as error:
        raise Unavailable("every database connection is busy: try again") from error
    except (sql_errors.IntegrityError, sql_errors.ProgrammingError) as error:
        cause = str(error.orig).strip().partition("\n")[0]
        raise StoreError(f"the database refused a statement: {cause}") from error
    except sql_errors.DBAPIError as error:
        raise trouble(error.orig) from error


class Database:
    """Connections to one database; `sqlite` tells which kind."""

    def __init__(self, url: URL, bell: Bell) -> None:
        self.url = url
        self.sqlite = url.drivername.startswith("sqlite")
        self._bell = bell
        if self.sqlite:
            self._writer = _sqlite_engine(url, writes=True)
            self._reader = _sqlite_engine(url, writes=False)
        else:
            self._writer = _postgresql_engine(url)
            # Without BEGIN and COMMIT, which cost a round trip each.
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")
        self._commits = Commits(self._writer)

    @property
    def path(self) -> Path:
        """Where the SQLite file is."""
        return Path(self.url.database or "")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Commit what is written inside, or nothing if an exception leaves the block."""
        if not self.sqlite:
            with explained():
                async with self._writer.begin() as connection:
                    yield connection
                    await connection.execute(select(func.pg_notify(CHANNEL, "")))
        else:
            with explained():
                async with self._commits.transaction() as connection:
                    yield connection
        self._bell.ring()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Read, each statement in a snapshot of its own."""
        with explained():
            async with self._reader.begin() as connection:
                yield connection

    async def close(self) -> None:
        """Close every connection, which ends the threads that SQLite's have."""
        await self._commits.close()
        await self._writer.dispose()
        await self._reader.dispose()


def create_file(path: Path) -> None:
    """Make the SQLite file and its folder, readable by nobody else: it holds what people asked.

    Blocks while another process has it locked. Raises Unavailable, StoreError.
    """
    if sqlite3.sqlite_version_info < (3, 35):
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or newer is needed, "
            "or PostgreSQL (WUZHEN_DATABASE)"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        # Here and not in the pool, whose threads outlive a connection that fails.
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    except OSError as error:
        raise Unavailable(
            f"cannot create the database {path}: {error.strerror} (see WUZHEN_DATABASE)"
        ) from error
    except sqlite3.Error as error:
        raise trouble(error) from error


def _sqlite_engine(url: URL, *, writes: bool) -> AsyncEngine:
    path = Path(url.database or "")
    engine = create_async_engine(
        url,
        async_creator=lambda: connect(path, writes=writes),
        pool_size=1 if writes else 2,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # an error's text must not quote what people asked
    )
    pragmas = [f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON"]
    # FULL: with NORMAL a power cut may lose the last commits, which have been acknowledged.
    pragmas.append("synchronous=FULL" if writes else "query_only=ON")
    _prepare(engine.sync_engine, pragmas, "BEGIN IMMEDIATE" if writes else None)
    return engine


def _prepare(engine: Engine, pragmas: list[str], begin: str | None) -> None:
    """Take over BEGIN from the driver, which would begin late and commit before DDL."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if begin is not None:

        @event.listens_for(engine, "begin")
        def start(connection: Any) -> None:
            connection.exec_driver_sql(begin)


def _postgresql_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=30,
        pool_pre_ping=True,  # a restarted server costs a reconnection, not an error
        hide_parameters=True,
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "application_name": "wuzhen",
            "options": f"-c lock_timeout={BUSY_SECONDS * 1000}",
        },
    )
