"""The outbox: every call to the messenger, stored before it is made and sent in order per chat.

Effects are exactly once, sending is at least once: a process killed between the messenger's
reply and `sent` sends again, since the messenger has no key by which it would know a repetition.
The payload is kept only until it is sent; the result stays, so that a later edit finds it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from wuzhen.bot.store.queues.queue import FREE, Queue
from wuzhen.bot.store.sql.database import Access
from wuzhen.bot.store.sql.schema import outbox, turns

CALLS = Queue(outbox, waiting="pending", held="sending")

SETTLED = ("sent", "dead", "unknown")
"""The states in which a row stays."""

_PUT = outbox.insert().returning(outbox.c.id)

_SHOWN = (
    update(turns)
    .where(turns.c.id == bindparam("of_turn"), turns.c.chat == bindparam("of_chat"))
    .values(shown_in=bindparam("shown_in"))
)


@dataclass(frozen=True)
class Outgoing:
    """A call to make, or made: `method` with `payload` in `chat`.

    The payload does not name the chat, since the chat may move. `state` is pending, sending,
    sent, dead or unknown (made, its outcome not known); `result` is what the caller of `sent`
    gave, `reason` why it is dead or unknown, `turn` the turn whose answer it shows, `put_at` when
    it was stored.
    """

    id: int
    chat: int
    user: int
    method: str
    payload: Any
    not_before: float
    attempts: int
    state: str
    turn: str | None
    result: Any
    reason: str | None
    put_at: float
    ticket: str


class Outbox:
    """Calls to the messenger, from stored to sent."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def put(
        self,
        chat: int,
        method: str,
        payload: Any,
        *,
        user: int = 0,
        turn: str | None = None,
        not_before: float = 0.0,
        merge: str | None = None,
    ) -> int:
        """Store a call and return its id; the chat's later calls wait for it.

        With `merge`, a call of the chat that waits under the same key gets the new payload and
        keeps its place: of several edits of one message only the last text matters.
        """
        async with self._access.write() as connection:
            if merge is not None:
                waiting = (outbox.c.lane == chat, outbox.c.merge == merge)
                merged = await connection.scalar(
                    update(outbox)
                    .where(*waiting, outbox.c.state == CALLS.waiting)
                    .values(method=method, payload=payload, user=user, turn=turn)
                    .returning(outbox.c.id)
                )
                if merged is not None:
                    return int(merged)
            stored = await connection.execute(
                _PUT,
                {
                    "lane": chat,
                    "user": user,
                    "method": method,
                    "payload": payload,
                    "turn": turn,
                    "merge": merge,
                    "state": CALLS.waiting,
                    "not_before": not_before,
                    "attempts": 0,
                    "put_at": self._access.now(),
                },
            )
            return int(stored.scalar_one())

    async def claim(self, wait: float = 0.0) -> Outgoing | None:
        """Hold the oldest call whose chat is free; waits up to `wait` seconds for one.

        `attempts` above 1 says that an earlier sender was killed, or deferred it.
        """
        held = await self.claims(1, wait)
        return held[0] if held else None

    async def claims(self, most: int, wait: float = 0.0) -> list[Outgoing]:
        """Hold several at once, each of another chat."""
        return [_outgoing(row) for row in await CALLS.claim(self._access, most, wait)]

    async def renew(self, call: Outgoing) -> bool:
        """Hold it for another lease; False when it has passed to another worker."""
        return await self._settle(call, lease_until=self._access.now() + self._access.lease)

    async def release(self, call: Outgoing) -> bool:
        """Give it back as if it had not been claimed; False when the claim was lost."""
        return await self._settle(call, state=CALLS.waiting, attempts=call.attempts - 1, **FREE)

    async def defer(self, call: Outgoing, until: float, *, counted: bool = True) -> bool:
        """Send it at `until` (epoch seconds) or later, its chat waiting; False if it was lost.

        Not `counted` when it was not tried: the sender's own limits held it back.
        """
        attempts = call.attempts if counted else call.attempts - 1
        return await self._settle(
            call, state=CALLS.waiting, not_before=until, attempts=attempts, **FREE
        )

    async def sent(self, call: Outgoing, result: Any = None, message: int | None = None) -> bool:
        """Mark it sent; `message` is where its turn's answer stands. False if it was lost."""
        async with self._access.write() as connection:
            held = await CALLS.settle(
                connection,
                call.id,
                call.ticket,
                state="sent",
                payload=None,
                result=result,
                done_at=self._access.now(),
                **FREE,
            )
            if held and call.turn is not None and message is not None:
                shown = {"of_turn": call.turn, "of_chat": call.chat, "shown_in": message}
                await connection.execute(_SHOWN, shown)
        return held

    async def dead(self, call: Outgoing, reason: str) -> bool:
        """Give it up, so that its chat goes on; False when the claim was lost."""
        return await self._end(call, "dead", reason)

    async def unknown(self, call: Outgoing, reason: str) -> bool:
        """Leave it as made with an outcome that is not known: it is not sent again."""
        return await self._end(call, "unknown", reason)

    async def _end(self, call: Outgoing, state: str, reason: str) -> bool:
        return await self._settle(
            call, state=state, reason=reason, done_at=self._access.now(), **FREE
        )

    async def _settle(self, call: Outgoing, **values: Any) -> bool:
        async with self._access.write() as connection:
            return await CALLS.settle(connection, call.id, call.ticket, **values)

    async def drop(self, chat: int, reason: str = "the chat is inactive") -> int:
        """Give up all that a chat has not been sent, claimed or not; how many calls that was."""
        async with self._access.write() as connection:
            dropped = await connection.execute(
                update(outbox)
                .where(outbox.c.lane == chat, CALLS.unfinished(outbox))
                .values(
                    state="dead",
                    payload=None,
                    reason=reason,
                    done_at=self._access.now(),
                    **FREE,
                )
            )
        return dropped.rowcount

    async def get(self, call_id: int) -> Outgoing | None:
        """Find a call by its id, for the edit of a message that it sent."""
        async with self._access.read() as connection:
            found = await connection.execute(select(outbox).where(outbox.c.id == call_id))
            row = found.one_or_none()
        return None if row is None else _outgoing(row)


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        id=row.id,
        chat=row.lane,
        user=row.user,
        method=row.method,
        payload=row.payload,
        not_before=row.not_before,
        attempts=row.attempts,
        state=row.state,
        turn=row.turn,
        result=row.result,
        reason=row.reason,
        put_at=row.put_at,
        ticket=row.ticket or "",
    )
