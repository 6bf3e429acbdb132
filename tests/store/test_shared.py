"""What several processes share, on both databases: values, rates, leads."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wuzhen.bot.store import Rate, Store

if TYPE_CHECKING:
    from tests.store.conftest import Clock, Open


class TestValues:
    @pytest.mark.parametrize("value", ["a", 0, False, [], {"烏": [1, None]}, 1.5])
    async def test_any_json(self, store: Store, value: Any) -> None:
        assert await store.values.get("key") is None
        await store.values.set("key", "before")
        await store.values.set("key", value)
        assert await store.values.get("key") == value
        await store.values.set("key", None)
        assert await store.values.get("key") is None


class Bucket:
    """A token bucket as the textbook has it, in exact numbers."""

    def __init__(self, rate: Rate, now: float) -> None:
        self.size = Fraction(rate.limit if rate.burst is None else rate.burst)
        self.per_second = Fraction(rate.limit) / Fraction(rate.seconds)
        self.tokens = self.size
        self.time = Fraction(now)

    def fill(self, now: float) -> None:
        passed = Fraction(now) - self.time
        self.tokens = min(self.size, self.tokens + passed * self.per_second)
        self.time = Fraction(now)

    def wait(self) -> float:
        return float(max(Fraction(0), (1 - self.tokens) / self.per_second))


# Powers of two, so that the store's floating point numbers are exact too.
rates = st.builds(
    Rate,
    key=st.sampled_from("ab"),
    limit=st.sampled_from([1, 2, 4]),
    seconds=st.sampled_from([1.0, 8.0]),
    burst=st.sampled_from([None, 1, 2]),
)


class TestRates:
    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        a=rates,
        b=rates,
        steps=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["a", "b", "ab"]))),
    )
    async def test_as_token_buckets(
        self, store: Store, clock: Clock, a: Rate, b: Rate, steps: list[tuple[int, str]]
    ) -> None:
        clock.time += 1000  # every bucket of the former example is full again
        limits = {
            "a": Rate("a", a.limit, a.seconds, a.burst),
            "b": Rate("b", b.limit, b.seconds, b.burst),
        }
        buckets = {key: Bucket(rate, clock.time) for key, rate in limits.items()}
        for eighths, keys in steps:
            clock.time += eighths / 8
            wanted = [buckets[key] for key in keys]
            for bucket in wanted:
                bucket.fill(clock.time)
            expected = max(bucket.wait() for bucket in wanted)
            assert await store.rates.wait(*(limits[key] for key in keys)) == expected
            if expected == 0:
                for bucket in wanted:
                    bucket.tokens -= 1
            assert await store.rates.take(*(limits[key] for key in keys)) == expected

    async def test_shared_by_processes(self, opened: Open) -> None:
        async with opened("1") as one, opened("2") as two:
            rate = Rate("bot", 2, 60)
            assert await one.rates.take(rate) == 0
            assert await two.rates.take(rate) == 0
            assert await one.rates.take(rate) == 30

    async def test_none_asked_for(self, store: Store) -> None:
        assert await store.rates.take() == 0
        assert await store.rates.wait() == 0


class TestLeads:
    async def test_one_leads(self, opened: Open, clock: Clock) -> None:
        async with opened("1") as one, opened("2") as two:
            assert await one.leads.lead("poll", 30)
            assert not await two.leads.lead("poll", 30)
            assert await two.leads.lead("clean", 30)
            clock.time += 20
            assert await one.leads.lead("poll", 30)
            clock.time += 20
            assert not await two.leads.lead("poll", 30)
            clock.time += 10
            assert await two.leads.lead("poll", 30)
            assert not await one.leads.lead("poll", 30)

    async def test_resigning_lets_another_lead(self, opened: Open) -> None:
        async with opened("1") as one, opened("2") as two:
            await one.leads.lead("poll")
            await two.leads.resign("poll")
            assert not await two.leads.lead("poll")
            await one.leads.resign("poll")
            assert await two.leads.lead("poll")

    async def test_closing_resigns(self, opened: Open) -> None:
        async with opened("2") as two:
            async with opened("1") as one:
                await one.leads.lead("poll")
            assert await two.leads.lead("poll")

    async def test_a_daily_job_runs_once(self, opened: Open) -> None:
        async def run(store: Store) -> bool:
            async with store.transaction() as state:
                if not await state.leads.lead("daily") or await state.values.get("daily") == "Mon":
                    return False
                await state.values.set("daily", "Mon")
                return True

        async with opened("1") as one, opened("2") as two:
            assert [await run(one), await run(two), await run(one)] == [True, False, False]
