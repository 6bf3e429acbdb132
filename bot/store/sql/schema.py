"""The tables, and the two kinds of text that their columns hold.

Times are seconds since the epoch (UTC). Ids of chats, threads, users and messages are whatever
integers the messenger gives; 0 stands for "none", so that it compares and indexes like any other.
"""

import json
import re
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    text,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.engine import Dialect

HEAD = "0003"
"""The schema version that this program reads and writes."""

row_id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in INTEGER

_UNENCODABLE = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Json(TypeDecorator[Any]):
    """Any JSON value as text, without loss.

    Not the databases' own JSON types: PostgreSQL's `jsonb` refuses U+0000, which people do send.
    """

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Write the value as JSON."""
        if value is None:
            return None
        encoded = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        # A lone surrogate cannot be written as UTF-8; inside a JSON string it has an escape.
        return _UNENCODABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Read the value back."""
        return None if value is None else json.loads(value)


class Text(TypeDecorator[str]):
    """Text of any origin; what no database stores (U+0000, lone surrogates) becomes U+FFFD."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """Read the text as it is."""
        return value


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


def _queue(name: str, unfinished: str, *more: Column[Any]) -> Table:
    """Define a table of rows worked one at a time within a lane, and lanes in parallel."""
    table = Table(
        name,
        metadata,
        Column("id", row_id, primary_key=True),
        Column("lane", BigInteger, nullable=False),
        Column("user", BigInteger, nullable=False),
        Column("state", SqlText, nullable=False),
        Column("not_before", Double, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("worker", SqlText),
        Column("ticket", SqlText),
        Column("lease_until", Double),
        *more,
        sqlite_autoincrement=True,  # an id is never used twice, or order would break
    )
    # Two small indices of what is unfinished: to find the oldest row, and to look along a lane.
    for purpose, columns in (("oldest", [table.c.id]), ("lane", [table.c.lane, table.c.id])):
        Index(
            f"ix_{name}_{purpose}",
            *columns,
            sqlite_where=text(unfinished),
            postgresql_where=text(unfinished),
        )
    return table


inbox = _queue(
    "inbox",
    "state IN ('new', 'claimed')",
    Column("update_id", BigInteger, nullable=False, unique=True),
    Column("body", Text),
    Column("received_at", Double, nullable=False),
    Column("done_at", Double),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", BigInteger, nullable=False),
    Column("user", BigInteger, nullable=False),
    Column("body", Text),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("died_at", Double, nullable=False),
)

outbox = _queue(
    "outbox",
    "state IN ('pending', 'sending')",
    Column("method", SqlText, nullable=False),
    Column("payload", Json),
    Column("turn", SqlText),
    Column("merge", SqlText),
    Column("result", Json),
    Column("reason", Text),
    Column("put_at", Double, nullable=False),
    Column("done_at", Double),
)

turns = Table(
    "turns",
    metadata,
    Column("id", SqlText, primary_key=True),
    Column("chat", BigInteger, nullable=False),
    Column("thread", BigInteger, nullable=False),
    Column("user", BigInteger, nullable=False),
    Column("question", Json, nullable=False),
    Column("answer", Json, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("asked_in", BigInteger),
    Column("shown_in", BigInteger),
    Column("at", Double, nullable=False),
)
Index("ix_turns_dialogue", turns.c.chat, turns.c.thread, turns.c.user, turns.c.at)
Index("ix_turns_user", turns.c.user)

feedback = Table(
    "feedback",
    metadata,
    Column("turn", SqlText, ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    Column("user", BigInteger, primary_key=True, autoincrement=False),
    Column("rating", Integer, nullable=False),
    Column("reason", Json),
    Column("at", Double, nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("language", SqlText),
    Column("simplified", Boolean),
    Column("respond_to", SqlText),
    Column("active", Boolean),
    Column("blocked", Boolean),
)

# `values` and `user` are reserved words in one database or the other; SQLAlchemy quotes `user`.
key_values = Table(
    "key_values",
    metadata,
    Column("key", SqlText, primary_key=True),
    Column("value", Json),
)

rates = Table(
    "rates",
    metadata,
    Column("key", SqlText, primary_key=True),
    Column("full_at", Double, nullable=False),
)

leads = Table(
    "leads",
    metadata,
    Column("name", SqlText, primary_key=True),
    Column("worker", SqlText, nullable=False),
    Column("boot", SqlText, nullable=False),
    Column("until", Double, nullable=False),
)
