"""The inbox, on both databases."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from wuzhen.bot.errors import ClaimLost, StoreError
from wuzhen.bot.store import Arrival, Store, Update

if TYPE_CHECKING:
    from tests.store.conftest import Clock, Open


def arrivals(*numbers: int, lane: int = 1, user: int = 5) -> list[Arrival]:
    return [Arrival(number, lane, f'{{"n":{number}}}', user) for number in numbers]


async def claim(store: Store) -> Update:
    update = await store.inbox.claim()
    assert update is not None
    return update


class TestTake:
    async def test_an_update_is_taken_once(self, store: Store) -> None:
        assert await store.inbox.take(arrivals(7, 8)) == [7, 8]
        assert await store.inbox.take(arrivals(8, 9, 9)) == [9]
        assert await store.inbox.take([]) == []

    async def test_once_even_after_it_is_done_and_the_store_reopened(self, opened: Open) -> None:
        async with opened() as store:
            await store.inbox.take(arrivals(7))
            async with store.finish(await claim(store)):
                pass
        async with opened() as store:
            assert await store.inbox.take(arrivals(7)) == []
            assert await store.inbox.claim() is None

    async def test_more_than_one_statement_holds(self, store: Store) -> None:
        numbers = list(range(1000))
        assert await store.inbox.take(arrivals(*numbers)) == numbers

    @pytest.mark.parametrize("body", ["", "not JSON", "a\0b", "a\ud800b", "烏鎮𠮷"])
    async def test_any_body_is_taken(self, store: Store, body: str) -> None:
        await store.inbox.take([Arrival(7, -(10**12), body)])
        update = await claim(store)
        assert update.lane == -(10**12)
        assert update.body == body.replace("\0", "\ufffd").replace("\ud800", "\ufffd")


class TestClaim:
    async def test_a_lane_is_worked_in_order_of_arrival(self, store: Store) -> None:
        await store.inbox.take(arrivals(9, 7, 8))
        order = []
        for _ in range(3):
            update = await claim(store)
            assert await store.inbox.claim() is None
            order.append(update.update_id)
            async with store.finish(update):
                pass
        assert order == [9, 7, 8]

    async def test_lanes_are_worked_in_parallel(self, store: Store) -> None:
        await store.inbox.take(arrivals(1, 2, lane=1) + arrivals(3, lane=2))
        assert [(await claim(store)).update_id, (await claim(store)).update_id] == [1, 3]
        assert await store.inbox.claim() is None

    async def test_costly_users_are_worked_last(self, store: Store) -> None:
        await store.inbox.take(arrivals(1, lane=1, user=5) + arrivals(2, lane=2, user=6))
        await store.inbox.take(arrivals(3, lane=3, user=7))
        claimed = [await store.inbox.claims(1, last=[5, 6]) for _ in range(3)]
        assert [one.update_id for (one,) in claimed] == [3, 1, 2]

    async def test_what_is_waited_for_is_found_when_it_arrives(self, store: Store) -> None:
        waiting = asyncio.create_task(store.inbox.claim(wait=30))
        await asyncio.sleep(0)
        await store.inbox.take(arrivals(1))
        update = await asyncio.wait_for(waiting, 20)
        assert update is not None
        assert update.update_id == 1

    async def test_what_another_process_takes_is_found_too(self, opened: Open) -> None:
        async with opened("1") as one, opened("2") as two:
            waiting = asyncio.create_task(one.inbox.claim(wait=30))
            await asyncio.sleep(0)
            await two.inbox.take(arrivals(1))
            update = await asyncio.wait_for(waiting, 20)
            assert update is not None
            assert update.update_id == 1

    async def test_a_visitor_claims_nothing(self, opened: Open) -> None:
        async with opened("") as store:
            await store.inbox.take(arrivals(1))
            with pytest.raises(StoreError, match="worker id"):
                await store.inbox.claim()


class TestLease:
    async def test_it_runs_out_unless_renewed(self, opened: Open, clock: Clock) -> None:
        async with opened("1", lease=10) as one, opened("2", lease=10) as two:
            await one.inbox.take(arrivals(1, 2))
            mine = await claim(one)
            clock.time += 9
            assert await one.inbox.renew(mine)
            clock.time += 9
            assert await two.inbox.claim() is None
            clock.time += 1
            theirs = await claim(two)
            assert (theirs.update_id, theirs.attempts) == (1, 2)
            assert not await one.inbox.renew(mine)
            assert not await one.inbox.release(mine)
            assert not await one.inbox.dead(mine, "slow")
            with pytest.raises(ClaimLost):
                async with one.finish(mine) as state:
                    await state.values.set("effect", 1)
            assert await one.values.get("effect") is None
            async with two.finish(theirs) as state:
                await state.values.set("effect", 2)
            assert await one.values.get("effect") == 2

    async def test_a_late_worker_finishes_if_nobody_else_began(
        self, opened: Open, clock: Clock
    ) -> None:
        async with opened("1", lease=10) as store:
            await store.inbox.take(arrivals(1))
            update = await claim(store)
            clock.time += 100
            async with store.finish(update):
                pass
            assert await store.inbox.claim() is None

    async def test_released_counts_as_not_tried(self, store: Store) -> None:
        await store.inbox.take(arrivals(1))
        assert await store.inbox.release(await claim(store))
        assert (await claim(store)).attempts == 1

    async def test_closing_gives_back_what_is_held(self, opened: Open) -> None:
        async with opened("1") as one:
            await one.inbox.take(arrivals(1))
            await claim(one)
        async with opened("2") as two:
            assert (await claim(two)).attempts == 1


class TestFailure:
    async def test_dead_after_so_many_attempts_and_the_rest_go_on(self, opened: Open) -> None:
        async with opened(attempts=3) as store:
            await store.inbox.take(arrivals(1, 2))
            for last in (False, False, True):
                update = await claim(store)
                assert update.update_id == 1
                assert await store.inbox.fail(update, "poison") is last
            assert (await claim(store)).update_id == 2
            (letter,) = await store.inbox.dead_letters()
            assert (letter.update_id, letter.attempts, letter.reason) == (1, 3, "poison")
            assert letter.body == '{"n":1}'
            assert await store.inbox.discard(1)
            assert not await store.inbox.discard(1)

    async def test_a_delay_holds_its_lane_only(self, store: Store, clock: Clock) -> None:
        await store.inbox.take(arrivals(1, 2, lane=1) + arrivals(3, lane=2))
        await store.inbox.fail(await claim(store), "later", delay=5)
        assert (await claim(store)).update_id == 3
        assert await store.inbox.claim() is None
        clock.time += 5
        assert (await claim(store)).update_id == 1

    async def test_dead_when_its_workers_vanish(self, opened: Open, clock: Clock) -> None:
        async with opened(attempts=2, lease=10) as store:
            await store.inbox.take(arrivals(1, 2))
            for _ in range(2):
                assert (await claim(store)).update_id == 1
                clock.time += 10
            assert (await claim(store)).update_id == 2
            (letter,) = await store.inbox.dead_letters()
            assert (letter.attempts, "vanished" in letter.reason) == (2, True)

    async def test_failure_and_apology_are_one_transaction(self, opened: Open) -> None:
        async with opened(attempts=1) as store:
            await store.inbox.take(arrivals(1))
            update = await claim(store)
            async with store.transaction() as state:
                if await state.inbox.fail(update, "poison"):
                    await state.outbox.put(1, "send", {"text": "sorry"})
            assert await store.outbox.claim() is not None


class TestFinish:
    async def test_all_or_nothing(self, store: Store) -> None:
        await store.inbox.take(arrivals(1))
        update = await claim(store)

        async def work(then: float) -> None:
            async with store.finish(update) as state:
                await state.outbox.put(1, "send", {})
                await state.chats.change(1, language="zh")
                assert 1 / then

        with pytest.raises(ZeroDivisionError):
            await work(0)
        assert await store.outbox.claim() is None
        assert (await store.chats.get(1)).language is None
        await work(1)
        assert await store.outbox.claim() is not None
        assert (await store.chats.get(1)).language == "zh"

    async def test_only_once(self, store: Store) -> None:
        await store.inbox.take(arrivals(1))
        update = await claim(store)
        async with store.finish(update):
            pass
        with pytest.raises(ClaimLost):
            async with store.finish(update):
                pytest.fail("the block must not run")
