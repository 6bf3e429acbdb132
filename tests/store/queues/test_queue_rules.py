"""The rules of inbox and outbox against a plain model in memory, on both databases.

The model holds rows in a list and finds what may be claimed by reading the list; the machine
makes any sequence of arrivals, claims, outcomes (by claims that are lost, too), moves and time,
on two workers, and compares every answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.postgresql import empty
from wuzhen.bot.errors import ClaimLost
from wuzhen.bot.store import Arrival, Outgoing, Store, Update, open_store

LEASE = 10.0
ATTEMPTS = 3
WORKERS = ("1", "2")

T = TypeVar("T")
lanes = st.sampled_from([1, 2, -3])


@dataclass
class Row:
    """A row of the model; `claim` counts its claims and so names the last of them."""

    name: int
    lane: int
    not_before: float
    state: str = "waiting"
    attempts: int = 0
    claim: int = 0
    worker: str = ""
    lease_until: float = 0.0

    def unfinished(self) -> bool:
        return self.state in ("waiting", "held")


@dataclass(frozen=True)
class Held:
    """A claim that was given out once, and may have been lost since."""

    row: Row
    claim: int
    worker: str
    real: Any

    def valid(self) -> bool:
        return self.row.state == "held" and self.row.claim == self.claim


@dataclass
class Model:
    """A queue in memory."""

    now: float = 1000.0
    rows: list[Row] = field(default_factory=list)

    def free(self) -> Row | None:
        for row in self.rows:
            due = (row.state == "waiting" and row.not_before <= self.now) or (
                row.state == "held" and row.lease_until <= self.now
            )
            position = self.rows.index(row)
            before = any(
                other.lane == row.lane and other.unfinished() for other in self.rows[:position]
            )
            beside = any(
                other.lane == row.lane and other.state == "held" and other.lease_until > self.now
                for other in self.rows
                if other is not row
            )
            if due and not before and not beside:
                return row
        return None

    def claim(self, worker: str) -> Row | None:
        row = self.free()
        if row is not None:
            row.state, row.worker, row.lease_until = "held", worker, self.now + LEASE
            row.attempts += 1
            row.claim += 1
        return row


class Machine(RuleBasedStateMachine):
    """What both queues share; the loop runs one call at a time."""

    def __init__(self, url: Callable[[], str]) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.url = url()
        self.model = Model()
        self.claims: list[Held] = []
        self.stores: dict[str, Store] = {}
        self.moved = False

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(call)

    @initialize()
    def open(self) -> None:
        for worker in WORKERS:
            opened = open_store(
                self.url, worker, lease=LEASE, attempts=ATTEMPTS, now=lambda: self.model.now
            )
            self.stores[worker] = self.run(self.stack.enter_async_context(opened))

    @rule(seconds=st.sampled_from([1.0, 4.0, LEASE - 1, LEASE]))
    def wait(self, seconds: float) -> None:
        self.model.now += seconds

    @rule(worker=st.sampled_from(WORKERS), counted=st.booleans())
    def stop(self, worker: str, counted: bool) -> None:
        """A worker is killed and starts again (`counted`), or stops politely."""
        held = [r for r in self.model.rows if r.state == "held" and r.worker == worker]
        assert self.run(self.stores[worker].release(counted=counted)) == len(held)
        for row in held:
            row.state = "waiting"
            row.attempts -= not counted

    @precondition(lambda self: not self.moved)
    @invariant()
    def one_at_a_time(self) -> None:
        """No lane is worked by two; a moved chat may be, until both are done."""
        for lane in {row.lane for row in self.model.rows}:
            rows = (row for row in self.model.rows if row.lane == lane and row.state == "held")
            assert sum(row.lease_until > self.model.now for row in rows) <= 1

    @rule(old=lanes, new=lanes)
    def move(self, old: int, new: int) -> None:
        self.run(self.stores["1"].chats.move(old, new))
        for row in self.model.rows:
            if row.lane == old and row.unfinished():
                row.lane = new
        self.moved = self.moved or old != new

    def held(self, data: st.DataObject) -> Held:
        # The latest are the likeliest to be valid still.
        return data.draw(st.sampled_from(self.claims[-4:]))

    def teardown(self) -> None:
        if self.stores:
            self.run(self.stack.aclose())
        self.runner.close()


class InboxMachine(Machine):
    """The inbox."""

    def __init__(self, url: Callable[[], str]) -> None:
        super().__init__(url)
        self.reasons: dict[int, str] = {}

    @rule(names=st.lists(st.integers(0, 30), max_size=4), lane=lanes)
    def take(self, names: list[int], lane: int) -> None:
        known = {row.name for row in self.model.rows}
        new = [name for name in dict.fromkeys(names) if name not in known]
        arrivals = [Arrival(name, lane, str(name)) for name in names]
        assert self.run(self.stores["1"].inbox.take(arrivals)) == new
        self.model.rows += [Row(name, lane, self.model.now) for name in new]

    @rule(worker=st.sampled_from(WORKERS))
    def claim(self, worker: str) -> None:
        row = self.model.claim(worker)
        while row is not None and row.attempts > ATTEMPTS:
            row.state = "dead"
            self.reasons[row.name] = "vanished"
            row = self.model.claim(worker)
        update = self.run(self.stores[worker].inbox.claim())
        if row is None:
            assert update is None
            return
        assert update is not None
        assert (update.update_id, update.lane, update.attempts, update.body) == (
            row.name,
            row.lane,
            row.attempts,
            str(row.name),
        )
        self.claims.append(Held(row, row.claim, worker, update))

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        held = self.held(data)
        if not held.valid():
            with pytest.raises(ClaimLost):
                self.run(self.effect(held))
            return
        self.run(self.effect(held))
        held.row.state = "done"

    async def effect(self, held: Held) -> None:
        update: Update = held.real
        async with self.stores[held.worker].finish(update) as state:
            await state.values.set(str(update.update_id), held.claim)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), delay=st.sampled_from([0.0, 3.0]))
    def fail(self, data: st.DataObject, delay: float) -> None:
        held = self.held(data)
        inbox = self.stores[held.worker].inbox
        died = held.valid() and held.real.attempts >= ATTEMPTS
        assert self.run(inbox.fail(held.real, "failed", delay)) is died
        if died:
            held.row.state = "dead"
            self.reasons[held.row.name] = "failed"
        elif held.valid():
            held.row.state, held.row.not_before = "waiting", self.model.now + delay

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def dead(self, data: st.DataObject) -> None:
        held = self.held(data)
        valid = held.valid()
        assert self.run(self.stores[held.worker].inbox.dead(held.real, "poison")) is valid
        if valid:
            held.row.state = "dead"
            self.reasons[held.row.name] = "poison"

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        held = self.held(data)
        valid = held.valid()
        assert self.run(self.stores[held.worker].inbox.release(held.real)) is valid
        if valid:
            held.row.state = "waiting"
            held.row.attempts -= 1

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        held = self.held(data)
        assert self.run(self.stores[held.worker].inbox.renew(held.real)) is held.valid()
        if held.valid():
            held.row.lease_until = self.model.now + LEASE

    @precondition(lambda self: self.stores)
    @invariant()
    def the_dead_are_known(self) -> None:
        letters = self.run(self.stores["1"].inbox.dead_letters())
        assert {each.update_id for each in letters} == set(self.reasons)
        for letter in letters:
            assert self.reasons[letter.update_id] in letter.reason

    def teardown(self) -> None:
        """Each update had its effect once if it is done, and else never."""
        try:
            for row in self.model.rows if self.stores else []:
                effect = self.run(self.stores["1"].values.get(str(row.name)))
                assert effect == (row.claim if row.state == "done" else None)
        finally:
            super().teardown()


class OutboxMachine(Machine):
    """The outbox."""

    def __init__(self, url: Callable[[], str]) -> None:
        super().__init__(url)
        self.merges: dict[int, tuple[str | None, int]] = {}
        self.count = 0

    @rule(
        lane=lanes,
        merge=st.sampled_from([None, None, "a"]),
        wait=st.sampled_from([0.0, 3.0]),
    )
    def put(self, lane: int, merge: str | None, wait: float) -> None:
        self.count += 1
        not_before = self.model.now + wait
        name = self.run(
            self.stores["1"].outbox.put(
                lane, "send", self.count, merge=merge, not_before=not_before
            )
        )
        same = [
            row.name
            for row in self.model.rows
            if row.lane == lane
            and row.state == "waiting"
            and merge is not None
            and self.merges[row.name][0] == merge
        ]
        # Two chats that became one may have a waiting call each under the same key.
        if same:
            assert name in same
        else:
            assert name not in self.merges
            self.model.rows.append(Row(name, lane, not_before))
        self.merges[name] = (merge, self.count)

    @rule(worker=st.sampled_from(WORKERS))
    def claim(self, worker: str) -> None:
        row = self.model.claim(worker)
        call = self.run(self.stores[worker].outbox.claim())
        if row is None:
            assert call is None
            return
        assert call is not None
        assert (call.id, call.chat, call.attempts) == (row.name, row.lane, row.attempts)
        assert call.payload == self.merges[row.name][1]
        self.claims.append(Held(row, row.claim, worker, call))

    @precondition(lambda self: self.claims)
    @rule(
        data=st.data(),
        verb=st.sampled_from(["sent", "dead", "unknown", "defer", "release", "renew"]),
    )
    def settle(self, data: st.DataObject, verb: str) -> None:
        held = self.held(data)
        row, valid, until = held.row, held.valid(), self.model.now + 3
        arguments = {"dead": ("why",), "unknown": ("why",), "defer": (until,)}.get(verb, ())
        call = getattr(self.stores[held.worker].outbox, verb)(held.real, *arguments)
        assert self.run(call) is valid
        if not valid:
            return
        if verb == "renew":
            row.lease_until = self.model.now + LEASE
        elif verb == "release":
            row.state = "waiting"
            row.attempts -= 1
        elif verb == "defer":
            row.state, row.not_before = "waiting", until
        else:
            row.state = verb

    @rule(lane=lanes)
    def drop(self, lane: int) -> None:
        dropped = [row for row in self.model.rows if row.lane == lane and row.unfinished()]
        assert self.run(self.stores["2"].outbox.drop(lane)) == len(dropped)
        for row in dropped:
            row.state = "dead"

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def get(self, data: st.DataObject) -> None:
        held = self.held(data)
        call: Outgoing | None = self.run(self.stores["1"].outbox.get(held.row.name))
        assert call is not None
        names = {"waiting": "pending", "held": "sending"}
        assert call.state == names.get(held.row.state, held.row.state)
        stale = replace(held.real, ticket="")
        assert not self.run(self.stores["1"].outbox.sent(stale))


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest) -> Any:
    """Make the URL of an empty database, again for each example."""
    if request.param == "postgresql":
        new: Callable[[], str] = request.getfixturevalue("new_postgresql")
        url = new()

        def emptied() -> str:
            empty(url)
            return url

        yield emptied
        return
    with TemporaryDirectory() as folder:
        names = iter(range(10**6))
        yield lambda: f"sqlite:///{Path(folder) / str(next(names))}.db"


@pytest.mark.parametrize("machine", [InboxMachine, OutboxMachine])
def test_a_queue_is_what_its_model_is(
    machine: type[InboxMachine | OutboxMachine], new_url: Callable[[], str]
) -> None:
    class OnItsDatabase(machine):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__(new_url)

    run_state_machine_as_test(
        OnItsDatabase,
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
