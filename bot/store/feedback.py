"""Feedback: what a user thought of an answer, one rating a user and answer."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from wuzhen.bot.store.sql.database import Access, insert
from wuzhen.bot.store.sql.schema import feedback, turns
from wuzhen.bot.store.sql.sqlite import in_thread


@dataclass(frozen=True)
class Rating:
    """A rating with the question and answer that it is about.

    What `rating` means is the caller's: say 1 and -1.
    """

    turn: str
    user: int
    rating: int
    reason: str | None
    at: float
    question: str
    answer: Any


class Feedback:
    """Ratings of answers."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def rate(self, turn: str, user: int, rating: int, reason: str | None = None) -> bool:
        """Store or replace a rating; False when the turn is not known any more."""
        values = {"rating": rating, "reason": reason, "at": self._access.now()}
        async with self._access.write() as connection:
            if not await connection.scalar(select(exists().where(turns.c.id == turn))):
                return False
            await connection.execute(
                insert(connection, feedback)
                .values(turn=turn, user=user, **values)
                .on_conflict_do_update(index_elements=["turn", "user"], set_=values)
            )
        return True

    async def since(self, time: float) -> list[Rating]:
        """List the ratings given since then, oldest first."""
        rated = (
            select(feedback, turns.c.question, turns.c.answer)
            .join(turns, turns.c.id == feedback.c.turn)
            .where(feedback.c.at >= time)
            .order_by(feedback.c.at)
        )
        async with in_thread(self._access.read) as connection:
            return [Rating(**row._mapping) for row in await connection.execute(rated)]
