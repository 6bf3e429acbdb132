"""What an update leads to: calls of the Bot API and changes of the store, as plain values.

The dialogue makes a `Response`, the worker commits it in one transaction, the sender makes the
calls. Three conventions hold between them:

- A payload names no `chat_id`: the sender adds the chat of the call's lane, which may have moved.
- `editMessageText` without `message_id` edits the message in which its turn's answer stands; the
  sender asks `message_of`, and sends a new message when there is none.
- `sendDocument` has `{"filename": …, "text": …}` for its document, which the sender uploads.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from wuzhen.bot.store import Changes, State
from wuzhen.bot.store import Dialogue as Conversation

_BROADCAST = "broadcast"

Json = Any
"""A JSON value."""

NEW_TURN = "*"
"""Stands for the turn of the response until it has an id: in calls and in buttons' data."""

REPLACES = "replaces"
"""Where the JSON of an answer names the turn whose message it takes over."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call of the Bot API: `method` with `payload`, in `chat_id` (None: in no chat).

    An `urgent` call is made at once, never kept, and its failure is of no consequence. `turn` is
    the turn whose answer the message shows, `merge` the key under which a later edit of the same
    message replaces one that still waits.
    """

    method: str
    payload: Mapping[str, Json]
    chat_id: int | None = None
    urgent: bool = False
    turn: str | None = None
    merge: str | None = None

    def parameters(self) -> dict[str, Json]:
        """Return the call's parameters, its chat among them, for a call that no store keeps."""
        return {**({} if self.chat_id is None else {"chat_id": self.chat_id}), **self.payload}


class Effect(Protocol):
    """A change of the store."""

    async def apply(self, state: State) -> None:
        """Make the change, in the transaction of the state."""


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A question and the JSON of its answer, to be kept.

    The store gives it its id. Until then buttons and calls name it `NEW_TURN`.
    """

    where: Conversation
    question: str
    answer: Json
    answered: bool
    asked_in: int | None

    async def add(self, state: State) -> str:
        """Append the turn and return its id."""
        return await state.conversations.add(
            self.where,
            self.question,
            self.answer,
            answered=self.answered,
            asked_in=self.asked_in,
        )


@dataclass(frozen=True, slots=True)
class NewConversation:
    """The questions so far are not thought of any more."""

    where: Conversation

    async def apply(self, state: State) -> None:
        """Begin anew."""
        await state.conversations.reset(self.where)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Settings of a chat."""

    chat: int
    changes: Changes

    async def apply(self, state: State) -> None:
        """Store what was chosen, and leave the rest."""
        await state.chats.change(self.chat, **self.changes)


@dataclass(frozen=True, slots=True)
class Left:
    """The chat cannot be written to any more: the bot was blocked or put out."""

    chat: int

    async def apply(self, state: State) -> None:
        """Note it, and give up what it has not been sent."""
        await state.chats.change(self.chat, active=False)
        await state.outbox.drop(self.chat)


@dataclass(frozen=True, slots=True)
class Moved:
    """A group has become a supergroup, which has another id."""

    old: int
    new: int

    async def apply(self, state: State) -> None:
        """Take everything along."""
        await state.chats.move(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Rated:
    """What a user thought of an answer: 1 or -1, with a reason perhaps."""

    turn: str
    user: int
    rating: int
    reason: str | None = None

    async def apply(self, state: State) -> None:
        """Store it in place of the user's former opinion."""
        await state.feedback.rate(self.turn, self.user, self.rating, self.reason)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A user wants everything deleted, the settings of the private chat too."""

    user: int
    chat: int | None

    async def apply(self, state: State) -> None:
        """Delete it."""
        await state.privacy.forget(self.user, self.chat)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """The operator's word to every chat; `key` is that of the request, which is obeyed once."""

    key: str
    payload: Mapping[str, Json]

    async def apply(self, state: State) -> None:
        """Put a message to each chat behind what it is still to be sent."""
        if await state.values.get(_BROADCAST) == self.key:
            return
        await state.values.set(_BROADCAST, self.key)
        for number, chat in enumerate(await state.chats.active()):
            await state.outbox.put(chat, "sendMessage", dict(self.payload))
            if number % 50 == 0:
                await asyncio.sleep(0)  # there may be thousands, and others have something to do


@dataclass(frozen=True, slots=True)
class Response:
    """All that an update leads to; `user` is who it came from (0: nobody)."""

    outgoing: tuple[Outgoing, ...] = ()
    turn: NewTurn | None = None
    effects: tuple[Effect, ...] = ()
    user: int = 0

    @property
    def urgent(self) -> tuple[Outgoing, ...]:
        """The calls to make at once, outside the outbox."""
        return tuple(call for call in self.outgoing if call.urgent)

    async def commit(self, state: State) -> None:
        """Write the effects, the turn, and the calls that are not urgent, in one transaction."""
        for effect in self.effects:
            await effect.apply(state)
        turn = await self.turn.add(state) if self.turn else NEW_TURN
        for call in self.outgoing:
            if call.urgent:
                continue
            await state.outbox.put(
                call.chat_id or 0,
                call.method,
                _named(call.payload, turn),
                user=self.user,
                turn=turn if call.turn == NEW_TURN else call.turn,
                merge=call.merge,
            )


async def message_of(state: State, turn_id: str) -> int | None:
    """Return the message in which a turn's answer stands, or that of the turn that it replaces."""
    seen: set[str] = set()
    while turn_id not in seen:
        seen.add(turn_id)
        turn = await state.conversations.get(turn_id)
        if turn is None:
            return None
        if turn.shown_in is not None:
            return turn.shown_in
        turn_id = turn.answer.get(REPLACES, turn_id) if isinstance(turn.answer, dict) else turn_id
    return None


def _named(payload: Mapping[str, Json], turn: str) -> dict[str, Json]:
    """Return the payload with the id of the new turn in the data of its buttons."""
    named = dict(payload)
    markup = named.get("reply_markup")
    if isinstance(markup, dict) and "inline_keyboard" in markup:
        rows = markup["inline_keyboard"]
        named["reply_markup"] = {
            **markup,
            "inline_keyboard": [[_button(one, turn) for one in row] for row in rows],
        }
    return named


def _button(button: dict[str, Json], turn: str) -> dict[str, Json]:
    if "callback_data" not in button:
        return button
    pieces = (turn if piece == NEW_TURN else piece for piece in button["callback_data"].split(":"))
    return {**button, "callback_data": ":".join(pieces)}
