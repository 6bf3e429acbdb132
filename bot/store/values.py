"""Values by key: the few facts of the whole bot, such as the hash of the registered commands."""

from typing import Any

from sqlalchemy import delete, select

from wuzhen.bot.store.sql.database import Access, insert
from wuzhen.bot.store.sql.schema import key_values


class Values:
    """JSON values by key; None is the same as no value."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def get(self, key: str) -> Any:
        """Return the value of a key, None if it has none."""
        async with self._access.read() as connection:
            return await connection.scalar(
                select(key_values.c.value).where(key_values.c.key == key)
            )

    async def set(self, key: str, value: Any) -> None:
        """Store a value in place of the former one; None removes it."""
        async with self._access.write() as connection:
            if value is None:
                await connection.execute(delete(key_values).where(key_values.c.key == key))
                return
            await connection.execute(
                insert(connection, key_values)
                .values(key=key, value=value)
                .on_conflict_do_update(index_elements=["key"], set_={"value": value})
            )
