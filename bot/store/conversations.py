"""Conversations: the turns of a dialogue, each an answer that buttons and replies find again."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Row, bindparam, select, update

from wuzhen.bot.store.sql.database import Access
from wuzhen.bot.store.sql.schema import turns


@dataclass(frozen=True)
class Dialogue:
    """Who talks where: one conversation. 0 where there is no thread or no user."""

    chat: int
    thread: int = 0
    user: int = 0


_DIALOGUE = tuple(turns.c[name] == bindparam(f"of_{name}") for name in ("chat", "thread", "user"))
_ADD = turns.insert()
_LAST = (
    select(turns)
    .where(*_DIALOGUE, turns.c.current, turns.c.at >= bindparam("since"))
    .order_by(turns.c.at.desc(), turns.c.id)
    .limit(bindparam("count", type_=Integer))
)


@dataclass(frozen=True)
class Turn:
    """A question and the JSON of its answer.

    `id` is short and not to be guessed, fit for a button. `asked_in` and `shown_in` are the
    messages in which the question and the answer stand, `current` whether the turn belongs to
    the conversation that goes on.
    """

    id: str
    chat: int
    thread: int
    user: int
    question: str
    answer: Any
    answered: bool
    current: bool
    asked_in: int | None
    shown_in: int | None
    at: float


class Conversations:
    """Turns, by dialogue, by id and by message."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def add(
        self,
        dialogue: Dialogue,
        question: str,
        answer: Any,
        *,
        answered: bool,
        asked_in: int | None = None,
        current: bool = True,
    ) -> str:
        """Append a turn and return its id; not `current` when it should not be remembered."""
        turn = secrets.token_urlsafe(6)  # 48 random bits in 8 characters
        async with self._access.write() as connection:
            await connection.execute(
                _ADD,
                {
                    "id": turn,
                    "chat": dialogue.chat,
                    "thread": dialogue.thread,
                    "user": dialogue.user,
                    "question": question,
                    "answer": answer,
                    "answered": answered,
                    "current": current,
                    "asked_in": asked_in,
                    "at": self._access.now(),
                },
            )
        return turn

    async def last(self, dialogue: Dialogue, count: int, within: float) -> list[Turn]:
        """List the last `count` turns of the past `within` seconds, oldest first."""
        since = self._access.now() - within
        wanted = {**_of(dialogue), "since": since, "count": count}
        async with self._access.read() as connection:
            rows = (await connection.execute(_LAST, wanted)).all()
        return [_turn(row) for row in reversed(rows)]

    async def reset(self, dialogue: Dialogue) -> int:
        """Begin a new conversation; how many turns it leaves behind."""
        async with self._access.write() as connection:
            left = await connection.execute(
                update(turns).where(*_DIALOGUE, turns.c.current).values(current=False),
                _of(dialogue),
            )
        return left.rowcount

    async def get(self, turn: str) -> Turn | None:
        """Find the turn with this id."""
        return await self._one(turns.c.id == turn)

    async def asked(self, chat: int, message: int) -> Turn | None:
        """Find the latest turn whose question stands in this message."""
        return await self._one(turns.c.chat == chat, turns.c.asked_in == message)

    async def shown(self, chat: int, message: int) -> Turn | None:
        """Find the latest turn whose answer stands in this message."""
        return await self._one(turns.c.chat == chat, turns.c.shown_in == message)

    async def show(self, turn: str, message: int | None) -> None:
        """Note in which message the answer of a turn stands (None: in no message any more)."""
        async with self._access.write() as connection:
            await connection.execute(
                update(turns).where(turns.c.id == turn).values(shown_in=message)
            )

    async def _one(self, *conditions: Any) -> Turn | None:
        latest = select(turns).where(*conditions).order_by(turns.c.at.desc()).limit(1)
        async with self._access.read() as connection:
            row = (await connection.execute(latest)).one_or_none()
        return None if row is None else _turn(row)


def _of(dialogue: Dialogue) -> dict[str, int]:
    return {f"of_{name}": value for name, value in vars(dialogue).items()}


def _turn(row: Row[Any]) -> Turn:
    return Turn(**row._mapping)
