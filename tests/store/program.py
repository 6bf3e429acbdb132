"""What the tests run in processes of their own: `program.py URL WORKER COMMAND`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from wuzhen.bot.errors import ClaimLost
from wuzhen.bot.store import Store, Update, open_store


def say(word: object) -> None:
    """Tell the test."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def claim(store: Store) -> Update:
    update = await store.inbox.claim()
    assert update is not None
    return update


async def claim_and_hang(store: Store) -> None:
    await claim(store)
    await hang()


async def send_and_hang(store: Store) -> None:
    await store.outbox.claim()
    await store.leads.lead("poll", 1000)
    await hang()


async def finish_and_hang(store: Store) -> None:
    async with store.finish(await claim(store)) as state:
        await state.outbox.put(1, "send", {})
        await state.values.set("effect", 1)
        await state.chats.change(1, language="zh")
        await hang()


async def drain(store: Store) -> None:
    """Claim and finish until nothing is left, each with one effect, and print the ids."""
    say("ready")
    sys.stdin.readline()
    while (update := await store.inbox.claim(wait=1)) is not None:
        try:
            async with store.finish(update) as state:
                await state.outbox.put(update.lane, "send", {"answers": update.update_id})
        except ClaimLost:
            continue
        say(update.update_id)


async def fail(store: Store) -> None:
    await store.inbox.claim()
    raise ZeroDivisionError


async def hang() -> None:
    say("ready")
    await asyncio.sleep(60)


async def main(url: str, worker: str, command: str) -> None:
    if command == "leave_open":
        await open_store(url, worker).__aenter__()
        raise ZeroDivisionError
    commands: dict[str, Callable[[Store], Awaitable[None]]] = {
        each.__name__: each
        for each in (claim_and_hang, send_and_hang, finish_and_hang, drain, fail)
    }
    async with open_store(url, worker, lease=1000) as store:
        await commands[command](store)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
