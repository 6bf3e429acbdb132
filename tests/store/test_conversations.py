"""Conversations and feedback, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wuzhen.bot.store import Dialogue, Store

if TYPE_CHECKING:
    from tests.store.conftest import Clock

HERE = Dialogue(chat=1, thread=7, user=5)


async def say(store: Store, question: str, dialogue: Dialogue = HERE) -> str:
    return await store.conversations.add(dialogue, question, {"quotes": []}, answered=False)


async def questions(store: Store, count: int = 10, within: float = 600) -> list[str]:
    return [turn.question for turn in await store.conversations.last(HERE, count, within)]


class TestConversations:
    async def test_the_last_turns_oldest_first(self, store: Store, clock: Clock) -> None:
        for question in "abc":
            await say(store, question)
            clock.time += 60
        assert await questions(store) == ["a", "b", "c"]
        assert await questions(store, count=2) == ["b", "c"]
        assert await questions(store, within=120) == ["b", "c"]
        assert await questions(store, within=59) == []

    async def test_each_dialogue_for_itself(self, store: Store) -> None:
        await say(store, "a")
        for other in (Dialogue(2, 7, 5), Dialogue(1, 8, 5), Dialogue(1, 7, 6), Dialogue(1)):
            await say(store, "x", other)
        assert await questions(store) == ["a"]

    async def test_a_new_conversation_keeps_the_answers(self, store: Store, clock: Clock) -> None:
        first = await say(store, "a")
        clock.time += 1
        assert await store.conversations.reset(HERE) == 1
        assert await questions(store) == []
        await say(store, "b")
        assert await questions(store) == ["b"]
        turn = await store.conversations.get(first)
        assert turn is not None
        assert (turn.question, turn.current) == ("a", False)

    async def test_a_turn_may_stay_out_of_the_conversation(self, store: Store) -> None:
        turn = await store.conversations.add(HERE, "a", {}, answered=True, current=False)
        assert await questions(store) == []
        assert await store.conversations.get(turn) is not None

    async def test_found_by_id_and_by_message(self, store: Store) -> None:
        answer = {"answered": True, "quotes": [{"text": "烏鎮\0"}]}
        turn = await store.conversations.add(HERE, "a\0", answer, answered=True, asked_in=30)
        await store.conversations.show(turn, 31)
        found = await store.conversations.get(turn)
        assert found is not None
        assert (found.question, found.answer, found.answered) == ("a\0", answer, True)
        assert await store.conversations.asked(1, 30) == found
        assert await store.conversations.shown(1, 31) == found
        assert await store.conversations.asked(2, 30) is None
        assert await store.conversations.shown(1, 30) is None
        assert await store.conversations.get("nothing") is None

    async def test_ids_fit_a_button(self, store: Store) -> None:
        ids = {await say(store, "a") for _ in range(50)}
        assert len(ids) == 50
        assert all(len(each) == 8 and each.isascii() for each in ids)


class TestFeedback:
    async def test_one_rating_a_user(self, store: Store, clock: Clock) -> None:
        turn = await say(store, "a")
        assert await store.feedback.rate(turn, 5, 1)
        clock.time += 1
        assert await store.feedback.rate(turn, 5, -1, "wrong place")
        assert await store.feedback.rate(turn, 6, 1)
        ratings = await store.feedback.since(0)
        assert {(each.user, each.rating, each.reason) for each in ratings} == {
            (5, -1, "wrong place"),
            (6, 1, None),
        }
        assert ratings[0].question == "a"
        assert await store.feedback.since(clock.time + 1) == []

    async def test_of_an_answer_that_is_gone(self, store: Store) -> None:
        assert not await store.feedback.rate("nothing", 5, 1)
