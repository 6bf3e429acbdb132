"""Rates: how often something may happen, counted for all processes together.

A bucket that refills evenly, kept as the one moment at which it will be full again (the generic
cell rate algorithm, ITU-T I.371, as a virtual schedule).
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from bot.store.database import Access, insert
from bot.store.schema import rates


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


class Rates:
    """Buckets by key."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def take(self, *wanted: Rate) -> float:
        """Take one from each bucket and return 0, or take none and return the seconds to wait."""
        now = self._access.now()
        # Two processes that lock the same buckets in the same order never wait for each other.
        wanted = tuple(sorted(wanted, key=lambda rate: rate.key))
        async with self._access.write() as connection:
            if wanted:
                await connection.execute(
                    insert(connection, rates)
                    .values([{"key": rate.key, "full_at": now} for rate in wanted])
                    .on_conflict_do_nothing()
                )
            keys = [rate.key for rate in wanted]
            stored = await connection.execute(
                select(rates).where(rates.c.key.in_(keys)).order_by(rates.c.key).with_for_update()
            )
            full_at = {row.key: max(row.full_at, now) for row in stored}
            wait = 0.0
            for rate in wanted:
                each = rate.seconds / rate.limit
                full = each * (rate.limit if rate.burst is None else rate.burst)
                full_at[rate.key] += each
                wait = max(wait, full_at[rate.key] - now - full)
            # A hair of tolerance: the sum of ten tenths is not quite one.
            if wait > 1e-6:
                return wait
            for key, value in full_at.items():
                await connection.execute(
                    update(rates).where(rates.c.key == key).values(full_at=value)
                )
        return 0.0
