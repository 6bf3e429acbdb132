"""The inbox: every update that arrived, each taken once and worked until it is done or dead.

An update is committed here before it is acknowledged to whoever delivered it. Its body is kept
only until it is done; its id stays, so that a repeated delivery is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from wuzhen.bot.errors import ClaimLost
from wuzhen.bot.store.queues.queue import FREE, Queue
from wuzhen.bot.store.sql.database import Access, insert
from wuzhen.bot.store.sql.schema import dead_letters, inbox

UPDATES = Queue(inbox, waiting="new", held="claimed")


@dataclass(frozen=True)
class Arrival:
    """An update as it came in.

    `lane` is what must stay in order (the chat), `user` who it comes from (0: nobody), `body`
    the JSON text, which need not be well formed.
    """

    update_id: int
    lane: int
    body: str
    user: int = 0


@dataclass(frozen=True)
class Update:
    """An update that this worker has claimed; `ticket` proves it, `attempts` counts this one."""

    id: int
    update_id: int
    lane: int
    user: int
    body: str
    received_at: float
    attempts: int
    ticket: str


@dataclass(frozen=True)
class DeadLetter:
    """An update that was given up, and why."""

    update_id: int
    lane: int
    user: int
    body: str | None
    attempts: int
    reason: str
    died_at: float


class Inbox:
    """Updates, from arrival to done or dead."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def take(self, arrivals: Iterable[Arrival]) -> list[int]:
        """Store what has not been seen before, in this order; the update ids that are new."""
        now = self._access.now()
        rows = [
            {
                "update_id": arrival.update_id,
                "lane": arrival.lane,
                "user": arrival.user,
                "body": arrival.body,
                "received_at": now,
                "state": UPDATES.waiting,
                "not_before": now,
                "attempts": 0,
            }
            for arrival in arrivals
        ]
        if not rows:
            return []
        new: set[int] = set()
        async with self._access.write() as connection:
            for start in range(0, len(rows), 100):  # a statement has a limited number of values
                batch = insert(connection, inbox).values(rows[start : start + 100])
                taken = await connection.scalars(
                    batch.on_conflict_do_nothing(index_elements=["update_id"]).returning(
                        inbox.c.update_id
                    )
                )
                new.update(taken)
        order = dict.fromkeys(row["update_id"] for row in rows)
        return [update_id for update_id in order if update_id in new]

    async def claim(self, wait: float = 0.0) -> Update | None:
        """Hold the oldest update whose lane is free; waits up to `wait` seconds for one.

        An update whose workers vanished in all its attempts goes to the dead letters.
        """
        held = await self.claims(1, wait)
        return held[0] if held else None

    async def claims(self, most: int, wait: float = 0.0, last: Sequence[int] = ()) -> list[Update]:
        """Hold several at once, each of another lane; those of the users of `last` go last."""
        rows = await UPDATES.claim(self._access, most, wait, self._sift, last)
        return [_update(row) for row in rows]

    async def _sift(
        self, connection: AsyncConnection, rows: Sequence[Row[Any]]
    ) -> Sequence[Row[Any]]:
        most = self._access.attempts
        for row in rows:
            if row.attempts > most:
                reason = f"{most} attempts, and the worker vanished in each"
                await self._bury(connection, _update(row), reason)
        return [row for row in rows if row.attempts <= most]

    async def renew(self, update: Update) -> bool:
        """Hold it for another lease; False when it has passed to another worker."""
        access = self._access
        async with access.write() as connection:
            return await UPDATES.settle(
                connection, update.id, update.ticket, lease_until=access.now() + access.lease
            )

    async def release(self, update: Update) -> bool:
        """Give it back as if it had not been claimed; False when the claim was lost."""
        async with self._access.write() as connection:
            return await UPDATES.settle(
                connection,
                update.id,
                update.ticket,
                state=UPDATES.waiting,
                attempts=update.attempts - 1,
                **FREE,
            )

    async def fail(self, update: Update, reason: str, delay: float = 0.0) -> bool:
        """Try again after `delay` seconds, its lane waiting; True when it is dead instead."""
        if update.attempts >= self._access.attempts:
            return await self.dead(update, reason)
        async with self._access.write() as connection:
            await UPDATES.settle(
                connection,
                update.id,
                update.ticket,
                state=UPDATES.waiting,
                not_before=self._access.now() + delay,
                **FREE,
            )
        return False

    async def dead(self, update: Update, reason: str) -> bool:
        """Move it to the dead letters, so that its lane goes on; False when the claim was lost."""
        async with self._access.write() as connection:
            return await self._bury(connection, update, reason)

    async def _bury(self, connection: AsyncConnection, update: Update, reason: str) -> bool:
        now = self._access.now()
        held = await UPDATES.settle(
            connection, update.id, update.ticket, state="dead", body=None, done_at=now, **FREE
        )
        if held:
            letter = insert(connection, dead_letters).values(
                update_id=update.update_id,
                lane=update.lane,
                user=update.user,
                body=update.body,
                attempts=min(update.attempts, self._access.attempts),
                reason=reason,
                died_at=now,
            )
            # An id may come back long after; a letter that is there must not stop the lane.
            await connection.execute(letter.on_conflict_do_nothing())
        return held

    async def finish(self, update: Update) -> None:
        """Mark it done; raises ClaimLost, which undoes the transaction it stands in."""
        async with self._access.write() as connection:
            if not await UPDATES.settle(
                connection,
                update.id,
                update.ticket,
                state="done",
                body=None,
                done_at=self._access.now(),
                **FREE,
            ):
                raise ClaimLost(f"update {update.update_id} has passed to another worker")

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """List what was given up, newest first."""
        newest = dead_letters.c.died_at.desc()
        async with self._access.read() as connection:
            rows = await connection.execute(select(dead_letters).order_by(newest).limit(limit))
            return [DeadLetter(**row._mapping) for row in rows]

    async def retry(self, update_id: int) -> bool:
        """Work a dead letter again, as if it had just arrived; False when there is none."""
        async with self._access.write() as connection:
            found = await connection.execute(
                delete(dead_letters)
                .where(dead_letters.c.update_id == update_id)
                .returning(dead_letters)
            )
            row = found.one_or_none()
            if row is None:
                return False
            # Anew, so that it gets an id after those that wait in its lane.
            await connection.execute(delete(inbox).where(inbox.c.update_id == update_id))
        return bool(await self.take([Arrival(update_id, row.lane, row.body or "", row.user)]))

    async def discard(self, update_id: int) -> bool:
        """Delete a dead letter that has been looked at; False when there is none."""
        async with self._access.write() as connection:
            gone = await connection.execute(
                delete(dead_letters).where(dead_letters.c.update_id == update_id)
            )
        return gone.rowcount == 1


def _update(row: Row[Any]) -> Update:
    return Update(
        id=row.id,
        update_id=row.update_id,
        lane=row.lane,
        user=row.user,
        body=row.body,
        received_at=row.received_at,
        attempts=row.attempts,
        ticket=row.ticket,
    )
