"""The rules that inbox and outbox share: lanes in order, claims with a lease, no row lost.

A row of a lane may be claimed when it is due, no older row of the lane is unfinished, and no
other row of the lane is held under a live lease. A row whose lease has run out (its worker was
killed) is due again. Every claim has a ticket of its own, and whoever lost it cannot write: a
slow worker never undoes what its successor did (a fencing token).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Double, Row, Table, and_, bindparam, exists, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import NamedFromClause, Select

from bot.errors import StoreError
from bot.store.database import Access

Found = TypeVar("Found")

_tickets = count(1)

FREE: dict[str, Any] = {"worker": None, "ticket": None, "lease_until": None}
"""The columns of a row that nobody holds."""


@dataclass(frozen=True)
class Queue:
    """A table of rows worked in lanes, and its names for "not begun" and "being worked"."""

    table: Table
    waiting: str
    held: str

    def unfinished(self, rows: NamedFromClause) -> ColumnElement[bool]:
        """Tell what is neither done nor given up."""
        # Literal, not bound: only so does a planner see that the partial index applies.
        states = (literal(state, literal_execute=True) for state in (self.waiting, self.held))
        return rows.c.state.in_(list(states))

    @cached_property
    def claimable(self) -> Select[tuple[int]]:
        """Select the id of the oldest row that may be claimed at `:now`; slow to build, so once."""
        now = bindparam("now", type_=Double)
        row, other = self.table.alias("row"), self.table.alias("other")
        due = or_(
            and_(row.c.state == self.waiting, row.c.not_before <= now),
            and_(row.c.state == self.held, row.c.lease_until <= now),
        )
        blocked = exists().where(
            other.c.lane == row.c.lane,
            other.c.id != row.c.id,
            self.unfinished(other),
            or_(other.c.id < row.c.id, other.c.lease_until > now),
        )
        return (
            select(row.c.id).where(self.unfinished(row), due, ~blocked).order_by(row.c.id).limit(1)
        )

    async def any(self, connection: AsyncConnection, access: Access) -> bool:
        """Look whether a row may be claimed; this takes no lock."""
        return await connection.scalar(self.claimable, {"now": access.now()}) is not None

    async def claim(self, connection: AsyncConnection, access: Access) -> Row[Any] | None:
        """Hold the oldest row that may be claimed, and count the attempt."""
        if not access.worker:
            raise StoreError("rows are claimed by a worker only: open the store with a worker id")
        now = access.now()
        claimed = await connection.execute(
            self._claim,
            {
                "now": now,
                "by": access.worker,
                "with_ticket": f"{access.boot}.{next(_tickets)}",
                "until": now + access.lease,
            },
        )
        row: Row[Any] | None = claimed.one_or_none()
        return row

    @cached_property
    def _claim(self) -> ReturningUpdate[Any]:
        free = self.claimable.with_for_update(skip_locked=True)
        return (
            update(self.table)
            .where(self.table.c.id == free.scalar_subquery())
            .values(
                state=self.held,
                attempts=self.table.c.attempts + 1,
                worker=bindparam("by"),
                ticket=bindparam("with_ticket"),
                lease_until=bindparam("until"),
            )
            .returning(self.table)
        )

    async def settle(
        self, connection: AsyncConnection, row_id: int, ticket: str, /, **values: Any
    ) -> bool:
        """Change a row that the ticket still holds; False when it does not."""
        table = self.table
        changed = await connection.execute(
            update(table)
            .where(table.c.id == row_id, table.c.state == self.held, table.c.ticket == ticket)
            .values(**values)
        )
        return changed.rowcount == 1

    async def release(self, connection: AsyncConnection, worker: str, *, counted: bool) -> int:
        """Free every row that a worker holds; `counted` tells whether the attempt was one."""
        table = self.table
        values = FREE if counted else {**FREE, "attempts": table.c.attempts - 1}
        freed = await connection.execute(
            update(table)
            .where(self.unfinished(table), table.c.state == self.held, table.c.worker == worker)
            .values(state=self.waiting, **values)
        )
        return freed.rowcount


async def wait_for(
    look: Callable[[], Awaitable[Found | None]], access: Access, seconds: float
) -> Found | None:
    """Return what `look` finds within so many seconds, looking at each ring and every `poll`.

    The latter finds what no ring tells of: a time that has come, a lease that has run out and,
    with SQLite, another process's commit.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        bell = access.bell.next
        found = await look()
        left = end - loop.time()
        if found is not None or left <= 0:
            return found
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), min(left, access.poll))
