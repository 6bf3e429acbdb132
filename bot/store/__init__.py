"""The durable state of the bot: what arrived, what is to be sent, and what is known of chats.

SQLAlchemy Core writes each statement once for SQLite and PostgreSQL, and its pool ends
aiosqlite's threads; raw SQL in two dialects would double every statement and its tests.
Migrations are Alembic's, numbered; PostgreSQL's driver is the extra `postgresql`.

    async with open_store("sqlite:///wuzhen.db", worker="1") as store:
        await store.inbox.take([Arrival(update_id=7, lane=42, body="{…}", user=9)])
        update = await store.inbox.claim(wait=30)
        ...
        async with store.finish(update) as state:
            turn = await state.conversations.add(Dialogue(42), "…", answer, answered=True)
            await state.outbox.put(42, "sendMessage", {"text": "…"}, turn=turn)

What arrived is worked exactly once: an update's effects and its being done are one transaction.
What is sent is sent at least once (see `outbox`). Several processes may share a database.
"""

from wuzhen.bot.store.chats import Changes, Chat
from wuzhen.bot.store.conversations import Dialogue, Turn
from wuzhen.bot.store.feedback import Rating
from wuzhen.bot.store.queues.inbox import Arrival, DeadLetter, Update
from wuzhen.bot.store.queues.outbox import Outgoing
from wuzhen.bot.store.rates import Rate
from wuzhen.bot.store.store import State, Store, open_store
from wuzhen.bot.store.upkeep import Stats

__all__ = [
    "Arrival",
    "Changes",
    "Chat",
    "DeadLetter",
    "Dialogue",
    "Outgoing",
    "Rate",
    "Rating",
    "State",
    "Stats",
    "Store",
    "Turn",
    "Update",
    "open_store",
]
