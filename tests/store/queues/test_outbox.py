"""The outbox, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wuzhen.bot.store import Dialogue, Outgoing, Store

if TYPE_CHECKING:
    from tests.store.conftest import Clock, Open


async def put(store: Store, *texts: str, chat: int = 1) -> list[int]:
    return [await store.outbox.put(chat, "send", {"text": text}) for text in texts]


async def claim(store: Store) -> Outgoing:
    call = await store.outbox.claim()
    assert call is not None
    return call


async def texts(store: Store) -> list[str]:
    """Send all that can be sent; the texts in their order."""
    sent = []
    while (call := await store.outbox.claim()) is not None:
        sent.append(call.payload["text"])
        assert await store.outbox.sent(call)
    return sent


class TestOutbox:
    async def test_a_chat_is_sent_in_order(self, store: Store) -> None:
        await put(store, "a", "b", "c")
        first = await claim(store)
        assert await store.outbox.claim() is None
        await store.outbox.sent(first)
        assert await texts(store) == ["b", "c"]

    async def test_a_deferred_call_holds_its_chat_only(self, store: Store, clock: Clock) -> None:
        await put(store, "a", "b", chat=1)
        await put(store, "c", chat=2)
        assert await store.outbox.defer(await claim(store), until=clock.time + 7)
        assert await texts(store) == ["c"]
        clock.time += 6
        assert await texts(store) == []
        clock.time += 1
        assert await texts(store) == ["a", "b"]

    async def test_a_call_deferred_untried_is_not_counted(self, store: Store, clock: Clock) -> None:
        await put(store, "a")
        for counted in (False, False, True):
            call = await claim(store)
            assert call.attempts == 1
            assert call.put_at == clock.time
            assert await store.outbox.defer(call, clock.time, counted=counted)
        assert (await claim(store)).attempts == 2

    async def test_not_before(self, store: Store, clock: Clock) -> None:
        await store.outbox.put(1, "send", {"text": "a"}, not_before=clock.time + 1)
        assert await texts(store) == []
        clock.time += 1
        assert await texts(store) == ["a"]

    @pytest.mark.parametrize("state", ["dead", "unknown"])
    async def test_what_is_given_up_lets_the_chat_go_on(self, store: Store, state: str) -> None:
        await put(store, "a", "b")
        call = await claim(store)
        assert await getattr(store.outbox, state)(call, "400")
        assert not await store.outbox.sent(call)
        assert await texts(store) == ["b"]
        kept = await store.outbox.get(call.id)
        assert kept is not None
        assert (kept.state, kept.reason, kept.payload) == (state, "400", {"text": "a"})

    async def test_a_result_is_found_by_a_later_edit(self, store: Store) -> None:
        (sent,) = await put(store, "a")
        await store.outbox.sent(await claim(store), {"message_id": 70})
        found = await store.outbox.get(sent)
        assert found is not None
        assert (found.state, found.result, found.payload) == ("sent", {"message_id": 70}, None)
        assert await store.outbox.get(sent + 1) is None

    async def test_the_turn_learns_where_its_answer_stands(self, store: Store) -> None:
        turn = await store.conversations.add(Dialogue(1), "q", {}, answered=True)
        await store.outbox.put(1, "send", {}, turn=turn)
        await store.outbox.sent(await claim(store), message=70)
        found = await store.conversations.shown(1, 70)
        assert found is not None
        assert found.id == turn

    async def test_waiting_edits_of_one_message_merge(self, store: Store) -> None:
        edit = {"merge": "70"}
        first = await store.outbox.put(1, "edit", {"text": "old"}, **edit)  # type: ignore[arg-type]
        await put(store, "between")
        again = await store.outbox.put(1, "edit", {"text": "new"}, **edit)  # type: ignore[arg-type]
        await store.outbox.put(2, "edit", {"text": "other chat"}, **edit)  # type: ignore[arg-type]
        assert first == again
        call = await claim(store)
        later = await store.outbox.put(1, "edit", {"text": "newest"}, **edit)  # type: ignore[arg-type]
        assert later != first  # the first is being sent, so it is too late to change it
        assert call.payload == {"text": "new"}
        await store.outbox.sent(call)
        assert await texts(store) == ["between", "other chat", "newest"]

    async def test_dropping_a_chat(self, store: Store) -> None:
        await put(store, "a", "b", chat=1)
        await put(store, "c", chat=2)
        call = await claim(store)
        assert await store.outbox.drop(1, "blocked") == 2
        assert not await store.outbox.dead(call, "403")
        assert await texts(store) == ["c"]
        kept = await store.outbox.get(call.id)
        assert kept is not None
        assert (kept.state, kept.reason) == ("dead", "blocked")

    async def test_a_killed_senders_call_is_sent_again(self, opened: Open, clock: Clock) -> None:
        async with opened("1", lease=10) as one, opened("2", lease=10) as two:
            await put(one, "a", "b")
            lost = await claim(one)
            assert await one.outbox.renew(lost)
            assert await two.outbox.claim() is None
            clock.time += 10
            again = await claim(two)
            assert (again.id, again.attempts) == (lost.id, 2)
            assert not await one.outbox.renew(lost)
            assert not await one.outbox.sent(lost)
            assert not await one.outbox.defer(lost, 0)
            assert not await one.outbox.release(lost)
            assert await two.outbox.sent(again)
            assert await texts(two) == ["b"]

    async def test_any_json_is_kept_as_it_is(self, store: Store) -> None:
        payload: dict[str, object] = {
            "text": "烏鎮𠮷\0\ud800\"'\\",
            "list": [1, 2.5, None, True, {}],
            "": "",
        }
        await store.outbox.put(1, "send", payload)
        assert (await claim(store)).payload == payload
