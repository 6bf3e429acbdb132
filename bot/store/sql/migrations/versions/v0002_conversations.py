"""Turns, feedback on them, and the settings of chats."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "turns",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("thread", sa.BigInteger, nullable=False),
        sa.Column("user", sa.BigInteger, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("asked_in", sa.BigInteger),
        sa.Column("shown_in", sa.BigInteger),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_index("ix_turns_dialogue", "turns", ["chat", "thread", "user", "at"])
    op.create_index("ix_turns_user", "turns", ["user"])
    op.create_table(
        "feedback",
        sa.Column(
            "turn",
            sa.Text,
            sa.ForeignKey("turns.id", name="fk_feedback_turn", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("user", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_table(
        "chats",
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("language", sa.Text),
        sa.Column("simplified", sa.Boolean),
        sa.Column("respond_to", sa.Text),
        sa.Column("active", sa.Boolean),
        sa.Column("blocked", sa.Boolean),
    )
