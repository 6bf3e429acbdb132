"""Checks settings, knowledge, index, database and token, and says what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import BotError, StoreError
from bot.settings import Settings
from index import store
from index.build import is_current, source_digest
from index.errors import IndexMissing, RetrievalError
from index.meaning import encoder
from index.sources.folder import read_folder


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
    yield Finding("settings", "read")
    model = None
    try:
        model = encoder(settings.wuzhen_embeddings)
    except RetrievalError as error:
        yield Finding("meaning", str(error), bad=True)
    else:
        missing = settings.wuzhen_embeddings == "auto" and model is None
        advice = "off: ranking by words alone; pip install 'wuzhen[meaning]' for more"
        yield Finding("meaning", model.name if model else advice if missing else "off, as set")
    digest = ""
    try:
        read = read_folder(knowledge)
        digest = source_digest(knowledge, model)
        yield Finding("knowledge", f"{len(read.documents)} documents in {knowledge}")
        for warning in read.warnings:
            yield Finding("knowledge", f"{warning}; mend or remove it", bad=True)
    except RetrievalError as error:
        yield Finding("knowledge", str(error), bad=True)
    try:
        store.read(index)
        if digest and not is_current(index, digest):
            yield Finding("index", "older than the knowledge; run: wuzhen build", bad=True)
        else:
            yield Finding("index", f"{index} is whole and current")
    except IndexMissing:
        yield Finding("index", f"none at {index} yet; run: wuzhen build", bad=True)
    except RetrievalError as error:
        yield Finding("index", str(error), bad=True)
    yield _database(settings)
    yield _token(settings)


def _database(settings: Settings) -> Finding:
    from bot.store.database import parse

    try:
        url = parse(settings.wuzhen_database)
    except StoreError as error:
        return Finding("database", str(error), bad=True)
    return Finding("database", url.get_backend_name())


def _token(settings: Settings) -> Finding:
    token = settings.telegram_bot_token
    if token is None:
        return Finding("token", "none: set TELEGRAM_BOT_TOKEN in .env to run the Telegram bot")
    from bot.telegram.check import username  # a second's import, which nobody else needs

    try:
        name = username(token.get_secret_value(), settings.telegram_api_url)
    except BotError as error:
        return Finding("token", str(error), bad=True)
    return Finding("token", f"is that of @{name}")
