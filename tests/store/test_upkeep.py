"""A user's data, figures, deletion of what is old, backup and health, on both databases."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wuzhen.bot.errors import StoreError
from wuzhen.bot.store import Arrival, Chat, Dialogue, Store, open_store

if TYPE_CHECKING:
    from tests.store.conftest import Clock, Open


async def live(store: Store, user: int, chat: int, first: int) -> None:
    """A user's question answered and rated, a second one dead, a third one waiting."""
    await store.inbox.take(
        [Arrival(first + n, chat, f'"secret {user} {n}"', user) for n in range(3)]
    )
    update = await store.inbox.claim()
    assert update is not None
    async with store.finish(update) as state:
        turn = await state.conversations.add(
            Dialogue(chat, 0, user), f"secret {user}", {"text": f"secret {user}"}, answered=True
        )
        await state.outbox.put(chat, "send", {"text": f"secret {user}"}, user=user, turn=turn)
        await state.feedback.rate(turn, user, 1, f"secret {user}")
        await state.chats.change(chat, language="en")
    call = await store.outbox.claim()
    assert call is not None
    await store.outbox.dead(call, "400")
    poison = await store.inbox.claim()
    assert poison is not None
    await store.inbox.dead(poison, "poison")


class TestPrivacy:
    async def test_an_export_holds_all_of_one_user(self, store: Store) -> None:
        await live(store, 5, 1, 10)
        last = await store.inbox.claim()
        assert last is not None
        await live(store, 6, 2, 20)
        exported = await store.privacy.export(5, chat=1)
        text = json.dumps(exported)
        assert "secret 6" not in text
        assert text.count("secret 5") == 6  # waiting, dead, question, answer, feedback, call
        assert exported["settings"][0]["language"] == "en"
        assert last.ticket not in text

    async def test_nothing_is_held_of_a_user_forgotten(self, store: Store) -> None:
        await live(store, 5, 1, 10)
        last = await store.inbox.claim()
        assert last is not None
        await live(store, 6, 2, 20)
        before = await store.privacy.export(6, chat=2)
        async with store.finish(last) as state:
            await state.privacy.forget(5, chat=1)
        nothing = {
            "user": 5,
            "turns": [],
            "feedback": [],
            "inbox": [],
            "dead_letters": [],
            "outbox": [],
            "settings": [],
        }
        assert await store.privacy.export(5, chat=1) == nothing
        assert await store.privacy.export(6, chat=2) == before
        assert await store.inbox.take([Arrival(10, 1, "again", 5)]) == []

    async def test_what_waits_is_still_answered(self, store: Store) -> None:
        await live(store, 5, 1, 10)
        await store.privacy.forget(5)
        update = await store.inbox.claim()
        assert update is not None
        assert update.body == '"secret 5 2"'
        async with store.finish(update):
            pass
        assert "secret" not in json.dumps(await store.privacy.export(5))

    async def test_nobody_is_not_a_user(self, store: Store) -> None:
        await store.conversations.add(Dialogue(1), "q", {}, answered=True)
        for verb in (store.privacy.forget, store.privacy.export):
            with pytest.raises(ValueError, match="nobody"):
                await verb(0)
        assert (await store.upkeep.stats()).questions == 1

    async def test_who_is_blocked_stays_blocked(self, store: Store) -> None:
        await store.chats.change(1, language="en", blocked=True)
        await store.privacy.forget(5, chat=1)
        assert await store.chats.get(1) == Chat(1, blocked=True)

    async def test_others_feedback_on_a_forgotten_answer_goes_too(self, store: Store) -> None:
        turn = await store.conversations.add(Dialogue(1, 0, 5), "q", {}, answered=True)
        await store.feedback.rate(turn, 6, 1)
        await store.privacy.forget(5)
        assert await store.feedback.since(0) == []


class TestStats:
    async def test_of_an_empty_store(self, store: Store) -> None:
        stats = await store.upkeep.stats()
        assert (stats.updates, stats.calls, stats.ratings) == ({}, {}, {})
        assert (stats.waiting, stats.unsent, stats.users, stats.chats) == (0, 0, 0, 0)

    async def test_what_is_counted(self, store: Store, clock: Clock) -> None:
        await live(store, 5, 1, 10)
        await store.chats.change(2, active=False)
        await store.chats.change(3, blocked=True)
        await store.conversations.add(Dialogue(9), "q", {}, answered=False)
        await store.outbox.put(1, "send", {})
        clock.time += 8
        stats = await store.upkeep.stats()
        assert stats.updates == {"done": 1, "dead": 1, "new": 1}
        assert stats.calls == {"dead": 1, "pending": 1}
        assert (stats.waiting, stats.unsent, stats.dead_letters) == (8, 8, 1)
        assert (stats.chats, stats.inactive_chats, stats.blocked_chats) == (3, 1, 1)
        assert (stats.users, stats.questions, stats.answered) == (1, 2, 1)
        assert stats.ratings == {1: 1}
        stats = await store.upkeep.stats(since=clock.time)
        assert (stats.users, stats.questions, stats.ratings) == (0, 0, {})


class TestClean:
    async def test_finished_rows_go_when_old(self, store: Store, clock: Clock) -> None:
        await live(store, 5, 1, 10)
        await store.outbox.put(1, "send", {})
        clock.time += 99
        await store.upkeep.clean(finished=100)
        assert (await store.upkeep.stats()).updates == {"done": 1, "dead": 1, "new": 1}
        clock.time += 2
        await store.upkeep.clean(finished=100)
        stats = await store.upkeep.stats()
        assert (stats.updates, stats.calls) == ({"new": 1}, {"pending": 1})
        assert (stats.dead_letters, stats.questions, stats.ratings) == (0, 1, {1: 1})
        await store.upkeep.clean(finished=100, people=100)
        stats = await store.upkeep.stats()
        assert (stats.questions, stats.ratings) == (0, {})
        assert await store.inbox.claim() is not None


class TestHealth:
    async def test_of_a_database_that_works(self, store: Store) -> None:
        await store.upkeep.health()


class TestBackup:
    async def test_a_copy_while_in_use(self, opened: Open, url: str, tmp_path: Path) -> None:
        target = tmp_path / "copy.db"
        async with opened() as store:
            await live(store, 5, 1, 10)
            if url.startswith("postgresql"):
                with pytest.raises(StoreError, match="pg_dump"):
                    await store.backup(target)
                return
            exported = await store.privacy.export(5, chat=1)
            await store.backup(target)
            with pytest.raises(StoreError, match="exists already"):
                await store.backup(target)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        async with open_store(f"sqlite:///{target}", "1") as copy:
            assert await copy.privacy.export(5, chat=1) == exported

    async def test_where_nothing_can_be_written(self, tmp_path: Path) -> None:
        async with open_store(f"sqlite:///{tmp_path}/a.db") as store:
            with pytest.raises(StoreError, match="cannot write the backup"):
                await store.backup(tmp_path / "no folder" / "copy.db")
