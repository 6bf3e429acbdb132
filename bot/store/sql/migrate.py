"""Bring a database to the schema of this program, in one transaction.

The steps are Alembic's, numbered, in `migrations/versions`. To add one, write the next number
there, change `schema.py` to match (a test compares the two) and raise `schema.HEAD`.
"""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table, text

from wuzhen.bot.errors import SchemaError
from wuzhen.bot.store.sql.database import Database
from wuzhen.bot.store.sql.schema import HEAD

VERSION_TABLE = "wuzhen_version"


async def migrate(database: Database, target: str = HEAD) -> None:
    """Apply the steps up to `target`; raises SchemaError when the database is already past it."""
    async with database.read() as connection:
        if await connection.run_sync(version) == target:
            return
    async with database.transaction() as connection:
        if not database.sqlite:
            # Of several processes that start together one migrates; SQLite's BEGIN sees to it.
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": VERSION_TABLE}
            )
        await connection.run_sync(_upgrade, target)


def version(connection: Connection) -> str | None:
    """Return the schema version of a database; None when it is empty."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))


def _upgrade(connection: Connection, target: str) -> None:
    found = version(connection)
    if found is not None and found > target:
        raise SchemaError(
            f"the database has schema {found}, this program knows {target}: "
            "install the newer wuzhen again, or restore a backup"
        )
    # Here, since the import takes longer than opening a database that is up to date.
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    command.upgrade(config, target)
