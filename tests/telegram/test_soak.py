"""A long run, on demand (`SOAK_SECONDS=600`): memory and open files stay as they are."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path

import pytest

from .emulator import BotApi
from .running import Bot
from .test_chaos import ASKED, SETTINGS, Trouble, knowledge  # noqa: F401  (a fixture)

SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))
RATE = float(os.environ.get("SOAK_RATE", "10"))


def used(bot: Bot) -> tuple[float, int, int]:
    """Memory in MiB, open files and threads of the bot."""
    assert bot.process is not None
    folder = Path(f"/proc/{bot.process.pid}")
    fields = dict(
        line.split(":", 1) for line in (folder / "status").read_text("utf-8").splitlines()
    )
    memory = int(fields["VmRSS"].split()[0]) / 1024
    return memory, len(list((folder / "fd").iterdir())), int(fields["Threads"])


@pytest.mark.skipif(not SECONDS, reason="set SOAK_SECONDS, or run: make soak")
async def test_soak(tmp_path: Path, knowledge: Path) -> None:  # noqa: F811
    """Questions at an even rate, with faults, over and over; figures each tenth of the time."""
    dice = random.Random(7)
    async with BotApi() as api:
        bot = await Bot(tmp_path, api, **SETTINGS, WUZHEN_KNOWLEDGE=knowledge).start()
        trouble, stop = Trouble(api, dice), asyncio.Event()
        making = asyncio.ensure_future(trouble.make(stop))
        chats = [api.private(f"P{number}") for number in range(100)]
        seen: list[tuple[float, int, int]] = []
        asked, begun = 0, time.monotonic()
        while (passed := time.monotonic() - begun) < SECONDS:
            await asyncio.sleep(max(0.0, asked / RATE - passed))
            api.say(dice.choice(chats), dice.choice(ASKED))
            asked += 1
            if passed > SECONDS * len(seen) / 10:
                seen.append(used(bot))
                memory, files, threads = seen[-1]
                print(f"{passed:6.0f} s: {memory:.0f} MiB, {files} files, {threads} threads")  # noqa: T201
                api._server.log.clear()  # the emulator's own memory is not what is looked at
        stop.set()
        await making
        await api.drained(60)
        assert await bot.stop() == 0
    # The first figures are of a bot that is warming up: caches fill, threads start.
    early, late = seen[2], seen[-1]
    assert late[0] < early[0] * 1.1 + 10, seen
    assert late[1] <= early[1] + 5, seen
    assert late[2] <= early[2] + 3, seen
