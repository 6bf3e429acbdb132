"""Many things worked through by several processes as by one."""

import os
from collections.abc import Iterator
from multiprocessing import active_children

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import pool
from index.errors import RetrievalError
from index.pool import in_order


def doubled(numbers: list[int]) -> list[int]:
    return [2 * number for number in numbers]


def process(numbers: list[int]) -> int:
    return os.getpid()


@given(st.lists(st.integers(0, 500_000), max_size=50))
def test_few_things(numbers: list[int]) -> None:
    found = list(in_order(doubled, numbers, lambda n: n, processes=1))
    assert [one for batch in found for one in batch] == doubled(numbers)
    for batch in found:
        assert sum(batch[:-1]) / 2 < pool.BATCH


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "FEW", 20)
    monkeypatch.setattr(pool, "BATCH", 5)


@pytest.mark.usefixtures("_small")
def test_many_things() -> None:
    numbers = list(range(203))
    found = list(in_order(doubled, numbers, lambda _: 1, processes=2))
    assert [one for batch in found for one in batch] == doubled(numbers)
    assert {len(batch) for batch in found} == {5, 3}
    others = set(in_order(process, numbers, lambda _: 1, processes=2))
    assert os.getpid() not in others


@pytest.mark.usefixtures("_small")
def test_what_is_not_wanted_is_not_looked_at() -> None:
    looked: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(10_000):
            looked.append(number)
            yield number

    found = in_order(doubled, numbers(), lambda _: 1, processes=2)
    assert next(found) == [0, 2, 4, 6, 8]
    found.close()
    assert len(looked) < 100


@pytest.mark.usefixtures("_small")
def test_a_process_that_is_ended() -> None:
    found = in_order(doubled, range(10_000), lambda _: 1, processes=2)
    next(found)
    for child in active_children():
        child.kill()
    with pytest.raises(RetrievalError, match="was ended"):
        list(found)
