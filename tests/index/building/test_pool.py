"""Many things worked through by several processes as by one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import active_children

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.conftest import ROOT
from wuzhen.index.building import pool
from wuzhen.index.building.pool import in_order
from wuzhen.index.errors import RetrievalError


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


@contextmanager
def working(seconds: float, *beside: str) -> Iterator[tuple[subprocess.Popen[str], set[int]]]:
    """Run a program with two processes; yields it, and their ids when both are at work."""
    command = [sys.executable, "-m", "tests.index.pooling", str(seconds), *beside]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            assert program.stdout is not None
            ids: set[int] = set()
            while len(ids) < 2:
                ids.add(int(program.stdout.readline()))
            yield program, ids
        finally:
            program.kill()


@pytest.fixture(params=[(), ("thread",)], ids=["alone", "beside a thread"])
def beside(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """What else goes on where processes are started, which decides how they are."""
    found: tuple[str, ...] = request.param
    return found


def test_they_end_with_the_one_that_started_them(beside: tuple[str, ...]) -> None:
    with working(600, *beside) as (program, _):
        program.kill()
        # The end of its output, which they hold open as well.
        program.communicate(timeout=60)


def test_ctrl_c_is_for_the_one_that_started_them(beside: tuple[str, ...]) -> None:
    with working(0.2, *beside) as (program, _):
        os.killpg(program.pid, signal.SIGINT)
        _, said = program.communicate(timeout=60)
        assert program.returncode == -signal.SIGINT
        assert said.count("Traceback") == 1
        assert "pooling.py" in said
