"""Rates: how often something may happen, counted for all processes together.

A bucket that refills evenly, kept as the one moment at which it will be full again (the generic
cell rate algorithm, ITU-T I.371, as a virtual schedule). A bucket is never emptier than empty: a
moment further off than that was stored under a clock that has since gone back, and counts as now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Double, Select, and_, bindparam, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from wuzhen.bot.store.sql.database import Access, insert
from wuzhen.bot.store.sql.schema import rates

_STORED = select(rates).where(rates.c.key.in_(bindparam("keys", expanding=True)))

# In one order, so that two processes that lock the same buckets never wait for each other.
_LOCKED = _STORED.order_by(rates.c.key).with_for_update()


@dataclass(frozen=True)
class Rate:
    """`limit` every `seconds` on average, `burst` at once (as many as `limit` unless given).

    In any stretch of `seconds` that makes `limit + burst` at most: where a hard limit stands
    behind, choose the two so that their sum stays below it. `key` is the caller's.
    """

    key: str
    limit: int
    seconds: float
    burst: int | None = None

    @property
    def step(self) -> float:
        """The seconds in which one is refilled."""
        return self.seconds / self.limit

    @property
    def full(self) -> float:
        """The seconds in which an empty bucket is full again."""
        return self.step * (self.limit if self.burst is None else self.burst)


class Rates:
    """Buckets by key."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def take(self, *wanted: Rate) -> float:
        """Take one from each bucket and return 0, or take none and return the seconds to wait."""
        if not wanted:
            return 0.0
        now = self._access.now()
        async with self._access.write() as connection:
            if wait := await _wait(connection, _LOCKED, wanted, now):
                return wait
            # Added to what is stored, not in its place: another process may have been the first
            # to store it just now, and then no lock was there to wait for.
            take = insert(connection, rates)
            latest = bindparam("latest", type_=Double)
            ahead = and_(rates.c.full_at > now, rates.c.full_at <= latest)
            later = case((ahead, rates.c.full_at), else_=now)
            await connection.execute(
                take.on_conflict_do_update(
                    index_elements=["key"], set_={"full_at": later + take.excluded.full_at - now}
                ),
                [
                    {
                        "key": rate.key,
                        "full_at": now + rate.step,
                        "latest": _latest(rate, now),
                    }
                    for rate in sorted(wanted, key=lambda rate: rate.key)
                ],
            )
        return 0.0

    async def wait(self, *wanted: Rate) -> float:
        """Return the seconds until one could be taken from each bucket; nothing is taken."""
        async with self._access.read() as connection:
            return await _wait(connection, _STORED, wanted, self._access.now())


async def _wait(
    connection: AsyncConnection, buckets: Select[Any], wanted: Sequence[Rate], now: float
) -> float:
    stored = await connection.execute(buckets, {"keys": [rate.key for rate in wanted]})
    full_at = {row.key: row.full_at for row in stored}
    wait = 0.0
    for rate in wanted:
        full = full_at.get(rate.key, now)
        full = full if now < full <= _latest(rate, now) else now
        wait = max(wait, full + rate.step - now - rate.full)
    # A hair of tolerance: the sum of ten tenths is not quite one.
    return wait if wait > 1e-6 else 0.0


def _latest(rate: Rate, now: float) -> float:
    """Return when a bucket is full again at the latest, with a hair of tolerance for rounding."""
    return now + rate.full + 1e-3
