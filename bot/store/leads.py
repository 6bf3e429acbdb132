"""Leads: what one process does for all, such as polling or the daily clean-up."""

from sqlalchemy import delete, or_

from wuzhen.bot.store.sql.database import Access, insert
from wuzhen.bot.store.sql.schema import leads


class Leads:
    """Who leads, by name."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def lead(self, name: str, seconds: float = 30.0) -> bool:
        """Lead, or go on leading, for so many seconds; False while another process does.

        Call it again well before they are over, and stop when it says False. A lead that would
        last longer than that was taken under a clock that has since gone back, and is free.
        """
        access, now = self._access, self._access.now()
        mine = {"worker": access.worker, "boot": access.boot, "until": now + seconds}
        async with access.write() as connection:
            taken = await connection.scalar(
                insert(connection, leads)
                .values(name=name, **mine)
                .on_conflict_do_update(
                    index_elements=["name"],
                    set_=mine,
                    where=or_(
                        leads.c.until <= now,
                        leads.c.until > now + seconds + 1.0,
                        leads.c.boot == access.boot,
                    ),
                )
                .returning(leads.c.name)
            )
        return taken is not None

    async def resign(self, name: str) -> None:
        """Let another lead at once."""
        async with self._access.write() as connection:
            await connection.execute(
                delete(leads).where(leads.c.name == name, leads.c.boot == self._access.boot)
            )
