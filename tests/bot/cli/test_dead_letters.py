"""`wuzhen dead-letters`: listed, shown, retried and dropped beside a bot that may run."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from wuzhen.bot.cli.main import main
from wuzhen.bot.store import Arrival, open_store

BODY = '{"update_id":7,"message":{"text":"烏鎮\u202e?"}}'


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with the dead letters 7 and 8."""
    url = f"sqlite:///{tmp_path}/wuzhen.db"
    monkeypatch.setenv("WUZHEN_DATABASE", url)

    async def fill() -> None:
        async with open_store(url, "1") as store:
            await store.inbox.take([Arrival(7, 1, BODY, 5), Arrival(8, 2, "{}")])
            for update in await store.inbox.claims(2):
                await store.inbox.dead(update, "KeyError")

    asyncio.run(fill())
    return url


def claimed(url: str) -> list[tuple[int, str, int]]:
    async def read() -> list[tuple[int, str, int]]:
        async with open_store(url, "1") as store:
            return [(u.update_id, u.body, u.attempts) for u in await store.inbox.claims(9)]

    return asyncio.run(read())


def run(*words: str) -> list[str]:
    done = CliRunner().invoke(main, ["dead-letters", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_letters_are_listed_and_shown(url: str) -> None:
    assert {line.split()[0] for line in run()} == {"7", "8"}
    head, body = run("show", "7")
    assert "KeyError" in head
    assert "烏鎮" in body
    assert "\u202e" not in body
    assert claimed(url) == []


def test_a_letter_is_retried(url: str) -> None:
    assert len(run("retry", "7")) == 1
    assert [line.split()[0] for line in run("list")] == ["8"]
    assert claimed(url) == [(7, BODY, 1)]


def test_a_letter_is_dropped(url: str) -> None:
    run("drop", "7", "8")
    assert run() == []
    assert claimed(url) == []


@pytest.mark.parametrize("words", [["list", "7"], ["show"], ["retry"], ["drop"], ["mend", "7"]])
def test_misuse(url: str, words: list[str]) -> None:
    assert CliRunner().invoke(main, ["dead-letters", *words]).exit_code == 2


def test_a_letter_that_is_not_there_is_told(url: str) -> None:
    done = CliRunner().invoke(main, ["dead-letters", "drop", "7", "9"])
    assert done.exit_code == 1
    assert "update 9" in str(done.exception)
