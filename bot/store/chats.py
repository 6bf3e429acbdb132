"""Settings of chats, and the move of a chat to a new id."""

from dataclasses import dataclass
from typing import TypedDict, Unpack

from sqlalchemy import bindparam, delete, exists, func, select, update

from wuzhen.bot.store.queues.inbox import UPDATES
from wuzhen.bot.store.queues.outbox import CALLS
from wuzhen.bot.store.sql.database import Access, insert
from wuzhen.bot.store.sql.schema import chats, dead_letters, inbox, outbox, turns
from wuzhen.bot.store.sql.sqlite import in_thread

_CHAT = select(chats).where(chats.c.chat == bindparam("of_chat"))


@dataclass(frozen=True)
class Chat:
    """The settings of a chat; None where nothing was chosen.

    `active` is False while the chat cannot be written to (it blocked the bot), `blocked` is True
    when the operator wants no more of it.
    """

    chat: int
    language: str | None = None
    simplified: bool | None = None
    respond_to: str | None = None
    active: bool = True
    blocked: bool = False


class Changes(TypedDict, total=False):
    """The settings that `change` takes."""

    language: str | None
    simplified: bool | None
    respond_to: str | None
    active: bool
    blocked: bool


class Chats:
    """Settings by chat."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def get(self, chat: int) -> Chat:
        """Return the settings of a chat, the defaults if none were ever changed."""
        async with self._access.read() as connection:
            found = await connection.execute(_CHAT, {"of_chat": chat})
            row = found.one_or_none()
        if row is None:
            return Chat(chat)
        return Chat(
            chat=row.chat,
            language=row.language,
            simplified=row.simplified,
            respond_to=row.respond_to,
            active=row.active is not False,
            blocked=row.blocked is True,
        )

    async def change(self, chat: int, **changes: Unpack[Changes]) -> None:
        """Change the settings that are named, and leave the others."""
        async with self._access.write() as connection:
            row = insert(connection, chats).values(chat=chat, **changes)
            if changes:
                row = row.on_conflict_do_update(index_elements=["chat"], set_=dict(changes))
            else:
                row = row.on_conflict_do_nothing()
            await connection.execute(row)

    async def active(self) -> list[int]:
        """List the chats that a message to all reaches.

        They have asked or chosen something, can be written to, are not blocked and have not
        chosen that nothing be said there.
        """
        known = select(chats.c.chat).union(select(turns.c.chat)).subquery()
        silent = ~func.coalesce(chats.c.active, True) | func.coalesce(chats.c.blocked, False)
        silent |= func.coalesce(chats.c.respond_to, "") == "off"
        reached = (
            select(known.c.chat)
            .where(~exists().where(chats.c.chat == known.c.chat, silent))
            .order_by(known.c.chat)
        )
        async with in_thread(self._access.read) as connection:
            return list(await connection.scalars(reached))

    async def move(self, old: int, new: int) -> None:
        """Give a chat's settings, conversations and unfinished rows to its new id.

        Doing it again, or after the new id has been used, changes nothing that was chosen there.
        Messages are forgotten: their ids mean others in the new chat.
        """
        if old == new:
            return
        async with self._access.write() as connection:
            for rows, unfinished in (
                (inbox, UPDATES.unfinished(inbox)),
                (outbox, CALLS.unfinished(outbox)),
            ):
                await connection.execute(
                    update(rows).where(rows.c.lane == old, unfinished).values(lane=new)
                )
            await connection.execute(
                update(dead_letters).where(dead_letters.c.lane == old).values(lane=new)
            )
            await connection.execute(
                update(turns)
                .where(turns.c.chat == old)
                .values(chat=new, asked_in=None, shown_in=None)
            )
            moved = await connection.execute(
                delete(chats).where(chats.c.chat == old).returning(chats)
            )
            row = moved.one_or_none()
            if row is not None:
                # Whether the old id could be written to says nothing of the new one.
                left = ("chat", "active")
                chosen = {name: value for name, value in row._mapping.items() if name not in left}
                await connection.execute(
                    insert(connection, chats)
                    .values(chat=new, **chosen)
                    .on_conflict_do_update(
                        index_elements=["chat"],
                        set_={
                            name: func.coalesce(chats.c[name], value)
                            for name, value in chosen.items()
                        },
                    )
                )
