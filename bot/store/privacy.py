"""What is held of one user: all of it as JSON, and its deletion."""

from typing import Any

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from wuzhen.bot.store.queues.inbox import UPDATES
from wuzhen.bot.store.queues.outbox import SETTLED
from wuzhen.bot.store.sql.database import Access
from wuzhen.bot.store.sql.schema import chats, dead_letters, feedback, inbox, outbox, turns
from wuzhen.bot.store.sql.sqlite import in_thread

_QUEUE_COLUMNS = {"worker", "ticket", "lease_until", "id"}


class Privacy:
    """A user's data, wherever it stands."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def export(self, user: int, chat: int | None = None) -> dict[str, Any]:
        """All that is held of a user, and the settings of `chat` (the private one), as JSON."""
        _somebody(user)
        async with in_thread(self._access.read) as connection:
            found: dict[str, Any] = {"user": user}
            for table in (turns, feedback, inbox, dead_letters, outbox):
                found[table.name] = await _rows(connection, table, table.c.user, user)
            if chat is not None:
                found["settings"] = await _rows(connection, chats, chats.c.chat, chat)
        return found

    async def forget(self, user: int, chat: int | None = None) -> None:
        """Delete all that is held of a user, and the settings of `chat` (the private one).

        Updates keep their ids, without a body, so that a repeated delivery is still known.
        What is still to be answered or sent stays until it is, and then keeps no content. A
        chat's `blocked` stays too, and so do rates, which end by themselves.
        """
        _somebody(user)
        async with in_thread(self._access.write) as connection:
            await connection.execute(
                delete(feedback).where(
                    or_(
                        feedback.c.user == user,
                        feedback.c.turn.in_(select(turns.c.id).where(turns.c.user == user)),
                    )
                )
            )
            for table in (turns, dead_letters):
                await connection.execute(delete(table).where(table.c.user == user))
            await connection.execute(
                update(inbox)
                .where(inbox.c.user == user, ~UPDATES.unfinished(inbox))
                .values(user=0, lane=0, body=None)
            )
            await connection.execute(
                delete(outbox).where(outbox.c.user == user, outbox.c.state.in_(SETTLED))
            )
            if chat is not None:
                await connection.execute(
                    delete(chats).where(chats.c.chat == chat, chats.c.blocked.is_not(True))
                )
                await connection.execute(
                    update(chats)
                    .where(chats.c.chat == chat)
                    .values(language=None, simplified=None, respond_to=None)
                )


def _somebody(user: int) -> None:
    if user == 0:
        raise ValueError("user 0 stands for nobody: what has no user is not one person's")


async def _rows(
    connection: AsyncConnection, table: Table, column: Column[Any], value: int
) -> list[dict[str, Any]]:
    kept = [each for each in table.c if each.name not in _QUEUE_COLUMNS or table is turns]
    rows = await connection.execute(select(*kept).where(column == value))
    return [dict(row._mapping) for row in rows]
