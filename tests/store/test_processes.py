"""Several processes, some of them killed, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wuzhen.bot.store import Arrival, open_store

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(url: str) -> Iterator[Start]:
    """Start `program.py` on the test's database; what still runs at the end is killed."""
    root = Path(__file__).parents[2]
    started: list[subprocess.Popen[str]] = []

    def start(worker: str, command: str, *, ready: bool = True) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("program.py")), url, worker, command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        started.append(program)
        if ready:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n", program.communicate(timeout=30)[1]
        return program

    yield start
    for program in started:
        program.kill()
        program.communicate(timeout=30)


def killed(program: subprocess.Popen[str]) -> None:
    program.kill()  # SIGKILL: no clean-up of any kind
    program.communicate(timeout=30)


async def fill(url: str, count: int, lanes: int) -> None:
    async with open_store(url) as store:
        await store.inbox.take(Arrival(n, n % lanes, str(n)) for n in range(count))


async def test_a_killed_workers_claim_is_free_when_it_starts_again(url: str, start: Start) -> None:
    await fill(url, 2, lanes=1)
    killed(start("1", "claim_and_hang"))
    async with open_store(url, "2") as other:
        assert await other.inbox.claim() is None  # its lease still runs
    async with open_store(url, "1") as same:
        update = await same.inbox.claim()
        assert update is not None
        assert (update.update_id, update.attempts) == (0, 2)


async def test_a_killed_workers_lease_runs_out(url: str, start: Start) -> None:
    await fill(url, 2, lanes=1)
    killed(start("1", "claim_and_hang"))
    async with open_store(url, "2", now=lambda: time.time() + 1001) as other:
        update = await other.inbox.claim()
        assert update is not None
        assert update.update_id == 0


async def test_a_killed_senders_call_and_lead_are_free_when_it_starts_again(
    url: str, start: Start
) -> None:
    async with open_store(url) as store:
        await store.outbox.put(1, "send", {"text": "a"})
    killed(start("1", "send_and_hang"))
    async with open_store(url, "2") as other:
        assert await other.outbox.claim() is None
        assert not await other.leads.lead("poll", 1000)
    async with open_store(url, "1") as same:
        call = await same.outbox.claim()
        assert call is not None
        assert (call.payload, call.attempts) == ({"text": "a"}, 2)
        assert await same.leads.lead("poll")


async def test_killed_in_the_middle_of_finish_leaves_nothing_half(url: str, start: Start) -> None:
    await fill(url, 1, lanes=1)
    killed(start("1", "finish_and_hang"))
    async with open_store(url, "1") as store:
        stats = await store.upkeep.stats()
        assert (stats.updates, stats.calls, stats.chats) == ({"new": 1}, {}, 0)
        assert await store.values.get("effect") is None


async def test_killed_at_any_moment_each_update_has_one_effect(url: str, start: Start) -> None:
    count = 200
    await fill(url, count, lanes=7)
    for round in range(6):
        program = start("1", "drain")
        assert program.stdin is not None
        assert program.stdout is not None
        print(file=program.stdin, flush=True)
        for _ in range(5 * round):
            program.stdout.readline()
        killed(program)
    async with open_store(url, "1", attempts=1000) as store:
        while (update := await store.inbox.claim()) is not None:
            async with store.finish(update) as state:
                await state.outbox.put(update.lane, "send", {"answers": update.update_id})
        answers: dict[int, list[int]] = {}
        while (call := await store.outbox.claim()) is not None:
            answers.setdefault(call.chat, []).append(call.payload["answers"])
            await store.outbox.sent(call)
    assert answers == {lane: list(range(lane, count, 7)) for lane in range(7)}


async def test_two_processes_share_a_thousand_updates(url: str, start: Start) -> None:
    await fill(url, 1000, lanes=100)
    programs = [start("1", "drain"), start("2", "drain")]
    for program in programs:
        print(file=program.stdin, flush=True)
    outputs = [program.communicate(timeout=300) for program in programs]
    assert [program.returncode for program in programs] == [0, 0], outputs
    claimed = Counter(int(line) for output, _ in outputs for line in output.split())
    assert claimed == Counter(range(1000))
    assert all(output for output, _ in outputs), "one of them did all the work"
    async with open_store(url) as store:
        assert (await store.upkeep.stats()).calls == {"pending": 1000}


async def test_processes_that_start_together_all_open(url: str, start: Start) -> None:
    programs = [start(str(worker), "drain", ready=False) for worker in range(4)]
    outputs = [program.communicate("\n", timeout=60) for program in programs]
    assert [
        (program.returncode, output) for program, output in zip(programs, outputs, strict=True)
    ] == [(0, ("ready\n", ""))] * 4


@pytest.mark.parametrize("command", ["fail", "leave_open"])
async def test_an_exception_ends_the_process(url: str, start: Start, command: str) -> None:
    program = start("1", command, ready=False)
    _, errors = program.communicate(timeout=20)  # the limit stands for "for ever"
    assert program.returncode == 1
    assert "ZeroDivisionError" in errors
