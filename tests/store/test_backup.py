"""A backup beside a bot that runs."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from wuzhen.bot.errors import StoreError
from wuzhen.bot.store import Arrival, open_store
from wuzhen.bot.store.backup import backup


async def fill(url: str) -> None:
    async with open_store(url, "1") as store:
        await store.inbox.take([Arrival(7, 1, "{}")])


def test_a_backup_is_a_whole_database(tmp_path: Path) -> None:
    url, target = f"sqlite:///{tmp_path}/a.db", tmp_path / "backup.db"
    asyncio.run(fill(url))
    backup(url, target)
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("SELECT update_id FROM inbox").fetchall() == [(7,)]
    with pytest.raises(StoreError, match="exists already"):
        backup(url, target)
