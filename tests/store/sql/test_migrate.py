"""Migrations, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from wuzhen.bot.errors import SchemaError, StoreError
from wuzhen.bot.store import open_store
from wuzhen.bot.store.sql import migrate as module
from wuzhen.bot.store.sql.database import Bell, Database, create_file, parse
from wuzhen.bot.store.sql.migrate import VERSION_TABLE, migrate, version
from wuzhen.bot.store.sql.schema import HEAD, metadata


@pytest.fixture
async def raw(url: str) -> AsyncIterator[Database]:
    """The empty database, not yet migrated."""
    if url.startswith("sqlite"):
        create_file(Path(url.removeprefix("sqlite:///")))
    database = Database(parse(url), Bell())
    yield database
    await database.close()


async def tables(database: Database) -> set[str]:
    async with database.read() as connection:
        return set(await connection.run_sync(lambda c: inspect(c).get_table_names()))


async def test_the_steps_make_the_schema_that_the_program_has(raw: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"version_table": VERSION_TABLE, "compare_type": False}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        )

    await migrate(raw)
    async with raw.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_head_is_the_last_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    steps = list(ScriptDirectory.from_config(config).walk_revisions())
    assert [step.revision for step in reversed(steps)] == [
        f"{number:04}" for number in range(1, int(HEAD) + 1)
    ]


async def test_from_an_older_version_with_its_rows(raw: Database, url: str) -> None:
    await migrate(raw, "0001")
    assert "turns" not in await tables(raw)
    async with raw.transaction() as connection:
        await connection.execute(
            text(
                'INSERT INTO inbox (update_id, lane, "user", body, received_at, state, '
                "not_before, attempts) VALUES (7, 1, 5, 'old', 1.0, 'new', 1.0, 0)"
            )
        )
    async with open_store(url, "1") as store:
        update = await store.inbox.claim()
        assert update is not None
        assert (update.update_id, update.body) == (7, "old")
        async with store.finish(update) as state:
            await state.values.set("key", 1)
    async with raw.read() as connection:
        assert await connection.run_sync(version) == HEAD


async def test_a_newer_version_is_left_alone(raw: Database, url: str) -> None:
    await migrate(raw)
    async with raw.transaction() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="schema 9999"):
        async with open_store(url, "1"):
            pass
    async with raw.read() as connection:
        assert await connection.run_sync(version) == "9999"


async def test_a_step_that_fails_leaves_nothing(raw: Database, url: str) -> None:
    async with raw.transaction() as connection:
        await connection.execute(text("CREATE TABLE turns (anything INTEGER)"))
    with pytest.raises(StoreError):
        async with open_store(url, "1"):
            pass
    assert await tables(raw) == {"turns"}


async def test_opening_again_changes_nothing(url: str) -> None:
    for _ in range(2):
        async with open_store(url, "1") as store:
            await store.values.set("key", (await store.values.get("key") or 0) + 1)
    async with open_store(url) as store:
        assert await store.values.get("key") == 2
