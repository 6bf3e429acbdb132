"""Costs and turns: who has cost much goes after the others, and is as good as new after a pause."""

import asyncio

import pytest

from tests.telegram.talk import Clock
from wuzhen.bot.telegram.dialogue.costs import COSTLY_S, HALF_LIFE_S, Costs, Turns


def test_costs_fade() -> None:
    clock = Clock()
    costs = Costs(clock)
    costs.add(1, 4 * COSTLY_S)
    costs.add(2, 8 * COSTLY_S)
    costs.add(3, COSTLY_S / 2)
    assert costs.costly() == [2, 1]
    clock.time += 3 * HALF_LIFE_S
    assert costs.of(2) == pytest.approx(COSTLY_S)
    assert costs.of(4) == 0.0
    clock.time += HALF_LIFE_S
    assert costs.costly() == []


def test_users_who_cost_nothing_any_more_are_forgotten() -> None:
    clock = Clock()
    costs = Costs(clock)
    for user in range(2_000):
        costs.add(user, 0.01)
        clock.time += 60
    assert len(costs._spent) <= 1_001


async def test_the_next_turn_is_that_of_who_has_cost_the_least() -> None:
    costs = Costs(Clock())
    costs.add(1, 6.6)
    turns = Turns(1, costs)
    order: list[int] = []

    async def ask(user: int) -> None:
        async with turns.turn(user):
            order.append(user)
            await asyncio.sleep(0)

    asked = [asyncio.ensure_future(ask(user)) for user in (1, 1, 1, 1, 2, 3)]
    await asyncio.gather(*asked)
    assert order == [1, 2, 3, 1, 1, 1]


async def test_a_turn_that_nobody_waits_for_any_more_is_passed_on() -> None:
    turns = Turns(1, Costs())
    order: list[int] = []

    async def ask(user: int) -> None:
        async with turns.turn(user):
            order.append(user)

    async with turns.turn(1):
        gone, stays = asyncio.ensure_future(ask(2)), asyncio.ensure_future(ask(3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
    await stays
    async with turns.turn(4):
        assert order == [3]
