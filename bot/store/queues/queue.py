"""The rules that inbox and outbox share: lanes in order, claims with a lease, no row lost.

A row of a lane may be claimed when it is due, no older row of the lane is unfinished, and no
other row of the lane is held under a live lease. A row whose lease has run out (its worker was
killed) is due again. Every claim has a ticket of its own, and whoever lost it cannot write: a
slow worker never undoes what its successor did (a fencing token).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import (
    Double,
    Integer,
    Row,
    Table,
    Update,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import NamedFromClause, Select

from wuzhen.bot.errors import StoreError
from wuzhen.bot.store.sql.database import Access

Found = TypeVar("Found")

Sift = Callable[[AsyncConnection, Sequence[Row[Any]]], Awaitable[Sequence[Row[Any]]]]
"""Takes rows that were claimed, and returns those that are to be worked."""

_tickets = count(1)

LONGEST_WAIT_S = 3_600.0
"""What a row waits at most: no flood limit of a messenger is known to be longer."""

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
        states = [literal_column(f"'{state}'", SqlText) for state in (self.waiting, self.held)]
        return rows.c.state.in_(states)

    @cached_property
    def claimable(self) -> Select[tuple[int]]:
        """Select the ids of the oldest rows that may be claimed at `:now`, `:most` of them.

        Rows of the users `:last` come after those of all others. No two are of one lane.
        Slow to build, so once, as all statements of every update.
        """
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
            select(row.c.id)
            .where(self.unfinished(row), due, ~blocked)
            .order_by(row.c.user.in_(bindparam("last", expanding=True)), row.c.id)
            .limit(bindparam("most", type_=Integer))
        )

    async def claim(
        self,
        access: Access,
        most: int,
        wait: float,
        sift: Sift | None = None,
        last: Sequence[int] = (),
    ) -> Sequence[Row[Any]]:
        """Hold the oldest rows that may be claimed, at most so many, and count the attempt.

        Waits up to `wait` seconds for the first of them; rows of the users of `last` come after
        those of all others. `sift` is given the rows, in the
        transaction that holds them, and returns those that are to be worked.
        """
        if not access.worker:
            raise StoreError("rows are claimed by a worker only: open the store with a worker id")

        async def look() -> Sequence[Row[Any]] | None:
            # A look first, which takes no lock.
            async with access.read() as connection:
                free = {"now": access.now(), "most": 1, "last": ()}
                if await connection.scalar(self.claimable, free) is None:
                    return None
            async with access.write() as connection:
                while rows := await self._hold(connection, access, most, last):
                    if kept := rows if sift is None else await sift(connection, rows):
                        return kept
            return None

        return await wait_for(look, access, wait) or ()

    async def _hold(
        self, connection: AsyncConnection, access: Access, most: int, last: Sequence[int]
    ) -> Sequence[Row[Any]]:
        now = access.now()
        claimed = await connection.execute(
            self._claim,
            {
                "now": now,
                "most": most,
                "last": list(last),
                "by": access.worker,
                "with_ticket": f"{access.boot}.{next(_tickets)}",
                "until": now + access.lease,
            },
        )
        return sorted(claimed, key=lambda row: int(row.id))

    @cached_property
    def _claim(self) -> ReturningUpdate[Any]:
        # A common table expression, so that it is run once: PostgreSQL might run a subquery that
        # locks rows once for each row it compares, and lock more than `most`.
        free = self.claimable.with_for_update(skip_locked=True).cte("free")
        return (
            update(self.table)
            .where(self.table.c.id.in_(select(free.c.id)))
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
        changed = await connection.execute(
            self._settle(tuple(values)), {"held_id": row_id, "held_by": ticket, **values}
        )
        return changed.rowcount == 1

    @cache  # noqa: B019  (the queues are as few as the tables)
    def _settle(self, names: tuple[str, ...]) -> Update:
        table = self.table
        return (
            update(table)
            .where(
                table.c.id == bindparam("held_id"),
                table.c.state == self.held,
                table.c.ticket == bindparam("held_by"),
            )
            .values({name: bindparam(name, type_=table.c[name].type) for name in names})
        )

    async def rebase(self, connection: AsyncConnection, now: float, lease: float) -> None:
        """Bound the waits and leases that were stored under a clock that has since gone back.

        Leases longer than `lease` seconds end with one; what is to wait beyond `LONGEST_WAIT_S`
        is due at once.
        """
        table = self.table
        for column, most, bounded in (
            (table.c.lease_until, lease, now + lease),
            (table.c.not_before, LONGEST_WAIT_S, now),
        ):
            await connection.execute(
                update(table)
                .where(self.unfinished(table), column > now + most)
                .values({column.name: bounded})
            )

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
