"""Upkeep: figures, deletion of what is old, backup, and whether the database works."""

import asyncio
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from wuzhen.bot.errors import StoreError, Unavailable
from wuzhen.bot.store.queues.inbox import UPDATES
from wuzhen.bot.store.queues.outbox import CALLS, SETTLED
from wuzhen.bot.store.sql.database import Access, Database
from wuzhen.bot.store.sql.schema import (
    chats,
    dead_letters,
    feedback,
    inbox,
    leads,
    outbox,
    rates,
    turns,
)
from wuzhen.bot.store.sql.sqlite import in_thread
from wuzhen.bot.store.values import Values

DAY = 86_400.0


@dataclass(frozen=True)
class Stats:
    """Figures of the store; ages in seconds, what concerns people since the time asked for.

    `updates` and `calls` count rows by state (see inbox and outbox), `ratings` by rating;
    `waiting` and `unsent` are the ages of the oldest update not done and call not made.
    """

    updates: Mapping[str, int]
    calls: Mapping[str, int]
    dead_letters: int
    waiting: float
    unsent: float
    chats: int
    inactive_chats: int
    blocked_chats: int
    users: int
    questions: int
    answered: int
    ratings: Mapping[int, int]


class Upkeep:
    """What the operator asks of the store."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def stats(self, since: float = 0.0) -> Stats:
        """Count; questions, users and ratings count from `since` (epoch seconds)."""
        now = self._access.now()
        recent = turns.c.at >= since
        async with in_thread(self._access.read) as connection:

            async def count(table: Table, *conditions: ColumnElement[bool]) -> int:
                counted = select(func.count()).select_from(table).where(*conditions)
                return await connection.scalar(counted) or 0

            oldest_update = select(func.min(inbox.c.received_at)).where(UPDATES.unfinished(inbox))
            oldest_call = select(func.min(outbox.c.put_at)).where(CALLS.unfinished(outbox))
            by_rating = (
                select(feedback.c.rating, func.count())
                .where(feedback.c.at >= since)
                .group_by(feedback.c.rating)
            )
            users = select(func.count(turns.c.user.distinct())).where(recent, turns.c.user != 0)
            return Stats(
                updates=await _by_state(connection, inbox),
                calls=await _by_state(connection, outbox),
                dead_letters=await count(dead_letters),
                waiting=max(0.0, now - (await connection.scalar(oldest_update) or now)),
                unsent=max(0.0, now - (await connection.scalar(oldest_call) or now)),
                chats=await count(chats),
                inactive_chats=await count(chats, chats.c.active.is_(False)),
                blocked_chats=await count(chats, chats.c.blocked.is_(True)),
                users=await connection.scalar(users) or 0,
                questions=await count(turns, recent),
                answered=await count(turns, recent, turns.c.answered),
                ratings={row[0]: row[1] for row in await connection.execute(by_rating)},
            )

    async def clean(self, finished: float = 7 * DAY, people: float | None = None) -> int:
        """Delete finished updates and calls older than `finished` seconds; how many rows.

        With `people`, turns and the feedback on them older than that go too. Keep `finished`
        above the day for which an update may be delivered again.
        """
        now = self._access.now()
        old = now - finished
        conditions = [
            (inbox, inbox.c.done_at < old),
            (outbox, outbox.c.state.in_(SETTLED) & (outbox.c.done_at < old)),
            (dead_letters, dead_letters.c.died_at < old),
            (rates, rates.c.full_at < now),
            (leads, leads.c.until < now - DAY),
        ]
        if people is not None:
            conditions.append((turns, turns.c.at < now - people))
        deleted = 0
        async with in_thread(self._access.write) as connection:
            for table, condition in conditions:
                deleted += (await connection.execute(delete(table).where(condition))).rowcount
        return deleted

    async def waiting(self) -> float:
        """Return the age of the oldest update that is not done, in seconds; 0 without one."""
        oldest = select(func.min(inbox.c.received_at)).where(UPDATES.unfinished(inbox))
        async with self._access.read() as connection:
            now = self._access.now()
            return max(0.0, now - (await connection.scalar(oldest) or now))

    async def health(self) -> None:
        """Write to the database and read it back; raises StoreError when that cannot be done."""
        values, now = Values(self._access), self._access.now()
        await values.set("health", now)
        if await values.get("health") is None:
            raise StoreError("the database does not keep what is written to it")


async def backup(database: Database, target: Path) -> None:
    """Copy a SQLite database, while it is in use, to a file that does not exist yet."""
    if not database.sqlite:
        raise StoreError("a PostgreSQL database is backed up with its own pg_dump: use that")
    await asyncio.to_thread(_copy, database.path, target)


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        raise StoreError(f"{target} exists already: name another file for the backup")
    part = target.with_name(target.name + ".part")
    try:
        # VACUUM INTO accepts an empty file, which so has its permissions before its content.
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(source, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        part.rename(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        cause = error.strerror if isinstance(error, OSError) else error
        raise Unavailable(f"cannot write the backup {target}: {cause}") from error


async def _by_state(connection: AsyncConnection, table: Table) -> dict[str, int]:
    counted = select(table.c.state, func.count()).group_by(table.c.state)
    return {row[0]: row[1] for row in await connection.execute(counted)}
