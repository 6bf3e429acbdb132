"""Inbox, dead letters and outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _queue(
        "inbox",
        "state IN ('new', 'claimed')",
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("done_at", sa.Double),
        sa.UniqueConstraint("update_id", name="uq_inbox_update_id"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("lane", sa.BigInteger, nullable=False),
        sa.Column("user", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("died_at", sa.Double, nullable=False),
    )
    _queue(
        "outbox",
        "state IN ('pending', 'sending')",
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("turn", sa.Text),
        sa.Column("merge", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("put_at", sa.Double, nullable=False),
        sa.Column("done_at", sa.Double),
    )


def _queue(name: str, unfinished: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", row_id, primary_key=True),
        sa.Column("lane", sa.BigInteger, nullable=False),
        sa.Column("user", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("not_before", sa.Double, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("ticket", sa.Text),
        sa.Column("lease_until", sa.Double),
        *columns,
        sqlite_autoincrement=True,
    )
    for purpose, indexed in (("oldest", ["id"]), ("lane", ["lane", "id"])):
        op.create_index(
            f"ix_{name}_{purpose}",
            name,
            indexed,
            sqlite_where=sa.text(unfinished),
            postgresql_where=sa.text(unfinished),
        )
