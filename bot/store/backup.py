"""A backup of the database, for a command that runs beside the bot."""

import asyncio
from pathlib import Path

from wuzhen.bot.store.store import open_store


def backup(url: str, target: Path) -> None:
    """Copy the SQLite database at `url` to the new file `target`, while it is in use or not.

    Raises StoreError: when the file exists, cannot be written, or the database is PostgreSQL,
    which is backed up with its own pg_dump.
    """
    asyncio.run(_backup(url, target))


async def _backup(url: str, target: Path) -> None:
    async with open_store(url) as store:
        await store.backup(target)
