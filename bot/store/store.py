"""The store: every verb, each in a transaction of its own or several in one."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import delete

from wuzhen.bot.errors import StoreError
from wuzhen.bot.store import clock
from wuzhen.bot.store.chats import Chats
from wuzhen.bot.store.conversations import Conversations
from wuzhen.bot.store.feedback import Feedback
from wuzhen.bot.store.leads import Leads
from wuzhen.bot.store.privacy import Privacy
from wuzhen.bot.store.queues.inbox import UPDATES, Inbox, Update
from wuzhen.bot.store.queues.outbox import CALLS, Outbox
from wuzhen.bot.store.queues.presence import present
from wuzhen.bot.store.rates import Rates
from wuzhen.bot.store.sql.database import Access, Bell, Database, create_file, parse
from wuzhen.bot.store.sql.migrate import migrate
from wuzhen.bot.store.sql.schema import leads
from wuzhen.bot.store.upkeep import Upkeep, backup
from wuzhen.bot.store.values import Values


class State:
    """All the verbs, by what they concern."""

    def __init__(self, access: Access) -> None:
        self.inbox = Inbox(access)
        self.outbox = Outbox(access)
        self.conversations = Conversations(access)
        self.feedback = Feedback(access)
        self.chats = Chats(access)
        self.values = Values(access)
        self.rates = Rates(access)
        self.leads = Leads(access)
        self.privacy = Privacy(access)
        self.upkeep = Upkeep(access)


class Store(State):
    """A database that is open; each verb is a transaction of its own."""

    def __init__(self, database: Database, access: Access) -> None:
        super().__init__(access)
        self._database = database
        self._access = access

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[State]:
        """Open a transaction: the verbs of the `State` that it gives commit together or not at all.

        Everybody else's writes wait for the end of the block: compute before, send after.
        """
        async with self._database.transaction() as connection:
            yield State(
                replace(
                    self._access,
                    read=lambda: nullcontext(connection),
                    write=lambda: nullcontext(connection),
                )
            )

    @asynccontextmanager
    async def finish(self, update: Update) -> AsyncIterator[State]:
        """Open a transaction for all the effects of an update, and mark it done in it.

        Raises ClaimLost at once, before any effect, when the update passed to another worker.
        """
        async with self.transaction() as state:
            await state.inbox.finish(update)
            yield state

    async def backup(self, target: Path) -> None:
        """Copy the database to a new file (SQLite only; for PostgreSQL there is pg_dump)."""
        await backup(self._database, target)

    async def release(self, *, counted: bool = False) -> int:
        """Give back all that this worker holds, leads too; `counted` if the attempts were real."""
        worker = self._access.worker
        if not worker:
            return 0
        async with self._database.transaction() as connection:
            updates = await UPDATES.release(connection, worker, counted=counted)
            calls = await CALLS.release(connection, worker, counted=counted)
            await connection.execute(delete(leads).where(leads.c.worker == worker))
        return updates + calls

    async def rebase(self) -> None:
        """Bound what waits under times of a clock that has since gone back."""
        async with self._database.transaction() as connection:
            for queue in (UPDATES, CALLS):
                await queue.rebase(connection, self._access.now(), self._access.lease)


@asynccontextmanager
async def open_store(
    url: str,
    worker: str = "",
    *,
    lease: float = 60.0,
    attempts: int = 5,
    now: Callable[[], float] = clock.now,
) -> AsyncIterator[Store]:
    """Open the database, migrate it, and free what this worker held when it was killed.

    `worker` names this process among those that share the database, the same after a restart;
    without one the store looks and writes but claims nothing. `lease` (seconds) is how long a
    claim holds unless renewed, `attempts` how often an update is tried. At the end all claims
    are given back. Raises DatabaseUrlError, Unavailable, SchemaError, WorkerTaken.
    """
    bell = Bell()
    parsed = parse(url)
    if parsed.drivername.startswith("sqlite"):
        await asyncio.to_thread(create_file, Path(parsed.database or ""))
    async with AsyncExitStack() as stack:
        database = Database(parsed, bell)
        stack.push_async_callback(database.close)
        await stack.enter_async_context(present(database, worker, bell))
        await migrate(database)
        access = Access(
            read=database.read,
            write=database.transaction,
            bell=bell,
            now=now,
            worker=worker,
            boot=uuid.uuid4().hex,
            lease=lease,
            attempts=attempts,
            poll=0.25 if database.sqlite else 1.0,
        )
        store = Store(database, access)
        await store.release(counted=True)
        if worker:
            await store.rebase()
        try:
            yield store
        finally:
            with suppress(StoreError):  # leases run out by themselves, or with the next start
                await store.release()
