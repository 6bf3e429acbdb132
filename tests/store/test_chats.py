"""Settings of chats and the move to a new id, on both databases."""

from __future__ import annotations

from wuzhen.bot.store import Arrival, Chat, Dialogue, Store


class TestSettings:
    async def test_nothing_chosen(self, store: Store) -> None:
        assert await store.chats.get(1) == Chat(1)
        await store.chats.change(1)
        assert await store.chats.get(1) == Chat(1)

    async def test_a_change_leaves_the_rest(self, store: Store) -> None:
        await store.chats.change(1, language="zh-hant", simplified=True)
        await store.chats.change(1, simplified=None, respond_to="all")
        await store.chats.change(1, active=False)
        assert await store.chats.get(1) == Chat(1, "zh-hant", None, "all", active=False)

    async def test_those_that_a_message_to_all_reaches(self, store: Store) -> None:
        for chat in (1, 2, 3, 4):
            await store.chats.change(chat)
        await store.chats.change(2, active=False)
        await store.chats.change(3, blocked=True)
        await store.chats.change(4, active=True, blocked=False)
        await store.chats.change(5, respond_to="off")
        for chat in (4, 6, 6, 2):
            await store.conversations.add(Dialogue(chat), "q", {}, answered=True)
        assert await store.chats.active() == [1, 4, 6]


class TestMove:
    async def test_all_goes_along(self, store: Store) -> None:
        await store.inbox.take([Arrival(1, -1, "a", 5), Arrival(2, -1, "b", 5)])
        update = await store.inbox.claim()
        assert update is not None
        turn = await store.conversations.add(Dialogue(-1, 0, 5), "q", {}, answered=True, asked_in=8)
        await store.conversations.show(turn, 9)
        await store.outbox.put(-1, "send", {"n": 1}, turn=turn)
        await store.chats.change(-1, language="en", respond_to="all", active=False)
        call = await store.outbox.claim()
        assert call is not None

        for _ in range(2):  # the news may come twice
            await store.chats.move(-1, -100)

        assert await store.chats.get(-100) == Chat(-100, "en", None, "all")
        assert await store.chats.get(-1) == Chat(-1)
        (moved,) = await store.conversations.last(Dialogue(-100, 0, 5), 5, 60)
        # The old chat's message ids mean other messages in the new one.
        assert (moved.id, moved.asked_in, moved.shown_in) == (turn, None, None)
        assert await store.outbox.release(call)
        call = await store.outbox.claim()
        assert call is not None
        assert (call.chat, call.payload) == (-100, {"n": 1})
        assert await store.outbox.sent(call, message=3)
        assert await store.conversations.shown(-100, 3) is not None
        assert await store.inbox.claim() is None
        async with store.finish(update):
            pass
        behind = await store.inbox.claim()
        assert behind is not None
        assert (behind.update_id, behind.lane) == (2, -100)

    async def test_chats_that_become_one_are_worked_one_at_a_time(self, store: Store) -> None:
        await store.inbox.take([Arrival(1, -100, "older, waits", 5)])
        waits = await store.inbox.claim()
        assert waits is not None
        await store.inbox.take([Arrival(2, -1, "newer", 5)])
        worked = await store.inbox.claim()
        assert worked is not None
        await store.inbox.release(waits)
        await store.chats.move(-1, -100)
        assert await store.inbox.claim() is None
        async with store.finish(worked):
            pass
        assert await store.inbox.claim() is not None

    async def test_what_the_new_chat_chose_counts(self, store: Store) -> None:
        await store.chats.change(-1, language="en", simplified=True)
        await store.chats.change(-100, language="zh-hant")
        await store.chats.move(-1, -100)
        assert await store.chats.get(-100) == Chat(-100, "zh-hant", simplified=True)

    async def test_to_itself(self, store: Store) -> None:
        await store.chats.change(-1, language="en")
        await store.chats.move(-1, -1)
        assert await store.chats.get(-1) == Chat(-1, "en")

    async def test_blocked_stays_blocked(self, store: Store) -> None:
        await store.chats.change(-1, blocked=True)
        await store.chats.move(-1, -100)
        assert (await store.chats.get(-100)).blocked
