"""Responses: what they write in one transaction, and how an edit finds its message."""

from typing import Any

import pytest

from wuzhen.bot.store import Dialogue as Conversation
from wuzhen.bot.store import Store
from wuzhen.bot.telegram.outgoing import (
    NEW_TURN,
    REPLACES,
    Chosen,
    NewTurn,
    Outgoing,
    Response,
    message_of,
)

WHERE = Conversation(5, 0, 7)


def turn(**answer: Any) -> NewTurn:
    return NewTurn(WHERE, "question", answer, answered=True, asked_in=1)


async def test_buttons_and_calls_get_the_id_of_the_new_turn(store: Store) -> None:
    keyboard = [
        [
            {"text": "a", "callback_data": f"v1:show:{NEW_TURN}:q0.0"},
            {"text": "b", "url": "https://example.org/*"},
        ]
    ]
    shown = {"text": f"{NEW_TURN}", "reply_markup": {"inline_keyboard": keyboard}}
    response = Response((Outgoing("sendMessage", shown, 5, turn=NEW_TURN),), turn(), user=7)
    async with store.transaction() as state:
        await response.commit(state)
    call = await store.outbox.claim()
    assert call is not None
    assert (call.chat, call.user, call.method) == (5, 7, "sendMessage")
    assert call.turn is not None
    found = await store.conversations.get(call.turn)
    assert found is not None
    assert found.question == "question"
    (row,) = call.payload["reply_markup"]["inline_keyboard"]
    assert row[0]["callback_data"] == f"v1:show:{call.turn}:q0.0"
    assert row[1] == keyboard[0][1]
    assert call.payload["text"] == NEW_TURN
    assert keyboard[0][0]["callback_data"] == f"v1:show:{NEW_TURN}:q0.0"


async def test_urgent_calls_are_not_kept(store: Store) -> None:
    urgent = Outgoing("answerCallbackQuery", {"callback_query_id": "1"}, urgent=True)
    response = Response((urgent,))
    assert response.urgent == (urgent,)
    async with store.transaction() as state:
        await response.commit(state)
    assert await store.outbox.claim() is None


async def test_all_or_nothing(store: Store) -> None:
    response = Response(
        (Outgoing("sendMessage", {"text": "x"}, 5, turn=NEW_TURN),),
        turn(),
        effects=(Chosen(5, {"language": "en"}),),
    )

    async def commit_and_fail() -> None:
        async with store.transaction() as state:
            await response.commit(state)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await commit_and_fail()
    assert await store.outbox.claim() is None
    assert (await store.chats.get(5)).language is None
    assert await store.conversations.asked(5, 1) is None


async def test_calls_of_no_chat_stand_in_lane_zero(store: Store) -> None:
    async with store.transaction() as state:
        await Response((Outgoing("setMyCommands", {"commands": []}),)).commit(state)
    call = await store.outbox.claim()
    assert call is not None
    assert call.chat == 0
    assert Outgoing("sendMessage", {"text": "x"}, 5).parameters() == {"chat_id": 5, "text": "x"}
    assert Outgoing("setMyCommands", {"commands": []}).parameters() == {"commands": []}


async def test_an_edit_finds_the_message_of_the_turn_it_replaces(store: Store) -> None:
    first = await turn().add(store)
    second = await turn(**{REPLACES: first}).add(store)
    third = await turn(**{REPLACES: second}).add(store)
    assert await message_of(store, third) is None
    await store.conversations.show(first, 40)
    assert await message_of(store, third) == 40
    await store.conversations.show(third, 41)
    assert await message_of(store, third) == 41
    assert await message_of(store, "unknown") is None


async def test_a_circle_has_no_message(store: Store) -> None:
    alone = await turn(**{REPLACES: "unknown"}).add(store)
    assert await message_of(store, alone) is None
    odd = await store.conversations.add(WHERE, "q", ["no object"], answered=False)
    assert await message_of(store, odd) is None
