"""A worker's presence: the lock on its id, which ends with its process, and the bell.

Since the lock is the kernel's or the server's, a killed worker's id is free at once, and whoever
gets the id knows that the claims it finds under it are nobody's.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import URL

from wuzhen.bot.errors import Unavailable, WorkerTaken
from wuzhen.bot.store.sql.database import BUSY_SECONDS, CHANNEL, Bell, Database

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)


@asynccontextmanager
async def present(database: Database, worker: str, bell: Bell) -> AsyncIterator[None]:
    """Hold the worker's id, if it has one, and ring the bell at other processes' commits."""
    taken = WorkerTaken(
        f"worker {worker!r} is already running on this database: stop it, or use another worker id"
    )
    if not database.sqlite:
        connection = await _hold(database.url, worker)
        if connection is None:
            raise taken
        listener = asyncio.create_task(_listen(connection, database.url, worker, bell))
        try:
            yield
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
            await connection.close()  # a task that is cancelled before its first step did not
    elif worker:
        name = f"{database.path.name}.{quote(worker, safe='')}.lock"
        lock = FileLock(database.path.with_name(name), mode=0o600, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise taken from None
        except OSError as error:
            raise Unavailable(f"cannot lock {lock.lock_file}: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()
    else:
        yield


async def _connect(url: URL) -> "psycopg.AsyncConnection":
    import psycopg

    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return await psycopg.AsyncConnection.connect(
            plain, autocommit=True, connect_timeout=BUSY_SECONDS, application_name="wuzhen"
        )
    except psycopg.OperationalError as error:
        cause = str(error).strip().partition("\n")[0]
        raise Unavailable(f"the database cannot be used: {cause} (see WUZHEN_DATABASE)") from error


async def _hold(url: URL, worker: str) -> "psycopg.AsyncConnection | None":
    """Connect, listen and lock the worker's id; None if another process has it."""
    key = int.from_bytes(sha256(worker.encode()).digest()[:8], "big", signed=True)
    connection = await _connect(url)
    held = False
    try:
        await connection.execute(f"LISTEN {CHANNEL}")
        answer = await connection.execute(
            "SELECT %s = '' OR pg_try_advisory_lock(%s)", (worker, key)
        )
        row = await answer.fetchone()
        held = row is not None and bool(row[0])
    finally:
        if not held:
            await connection.close()
    return connection if held else None


async def _listen(
    connection: "psycopg.AsyncConnection | None", url: URL, worker: str, bell: Bell
) -> None:
    """Ring at every notification; after a lost connection, connect and take the id again.

    Between the two another process may take the id and the claims under it; their tickets keep
    this one from finishing them.
    """
    import psycopg

    while True:
        try:
            if connection is None:
                connection = await _hold(url, worker)
            if connection is None:
                log.error("worker %r was taken over by another process", worker)
            else:
                bell.ring()
                async for _ in connection.notifies():
                    bell.ring()
        except (psycopg.Error, Unavailable):
            log.warning("lost the connection that listens to the database: trying again")
        finally:
            if connection is not None:
                await connection.close()
        connection = None
        await asyncio.sleep(1)
