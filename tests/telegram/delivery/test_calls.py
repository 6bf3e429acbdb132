"""One call: what each kind of failure means, whoever it comes from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import telegram

from tests.telegram.emulator import BotApi
from wuzhen.bot.telegram.delivery.calls import (
    Blocked,
    Conflicting,
    Done,
    Later,
    Migrated,
    Outcome,
    Refused,
    Unauthorized,
    call,
    open_bot,
)


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def client(server: BotApi) -> AsyncIterator[telegram.Bot]:
    async with open_bot(server.token, server.url, 0.5) as bot:
        yield bot


async def send(server: BotApi, client: telegram.Bot) -> Outcome:
    return await call(client, "sendMessage", {"chat_id": server.private("Ada").id, "text": "a"})


async def test_done(server: BotApi, client: telegram.Bot) -> None:
    outcome = await send(server, client)
    assert isinstance(outcome, Done)
    assert outcome.result["text"] == "a"


@pytest.mark.parametrize(
    ("code", "description", "expected"),
    [
        (400, "Bad Request: chat not found", Refused("Chat not found")),
        (400, "Bad Request: can't parse: <b>what Ada wrote</b>", Refused("Can't parse")),
        (403, "Forbidden: bot was blocked", Blocked("Forbidden: bot was blocked")),
        (409, "Conflict: terminated", Conflicting("Conflict: terminated")),
        (401, "Unauthorized", Unauthorized()),
        (404, "Not Found", Refused("Not Found")),
        (500, "Internal Server Error", Later("Internal Server Error", None, True)),
    ],
)
async def test_an_error_of_the_bot_api(
    server: BotApi, client: telegram.Bot, code: int, description: str, expected: Outcome
) -> None:
    server.fail("sendMessage", code, description)
    assert await send(server, client) == expected


async def test_parameters_of_errors(server: BotApi, client: telegram.Bot) -> None:
    server.fail("sendMessage", 429, retry_after=7)
    outcome = await send(server, client)
    assert isinstance(outcome, Later)
    assert (outcome.seconds, outcome.uncertain) == (7, False)
    server.fail("sendMessage", 400, "Bad Request: upgraded", migrate_to=-100123)
    assert await send(server, client) == Migrated(-100123)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 413, 502, 503])
async def test_a_gateways_error_says_nothing_about_chat_or_token(
    server: BotApi, client: telegram.Bot, code: int
) -> None:
    server.fail("sendMessage", code, raw=b"<html>Not the Bot API</html>")
    outcome = await send(server, client)
    assert isinstance(outcome, Later)
    assert outcome.uncertain


async def test_whether_it_may_have_been_carried_out(server: BotApi, client: telegram.Bot) -> None:
    server.drop("sendMessage")
    assert isinstance(outcome := await send(server, client), Later)
    assert outcome.uncertain
    server.hold("sendMessage", 2)
    assert isinstance(outcome := await send(server, client), Later)
    assert outcome.uncertain
    await server.down()
    assert isinstance(outcome := await send(server, client), Later)
    assert not outcome.uncertain, "it never reached anybody"


async def test_a_token_that_is_wrong(server: BotApi) -> None:
    for token in ("1:wrong", "nonsense"):
        async with open_bot(token, server.url, 2) as bot:
            assert await call(bot, "getMe", {}) == Unauthorized()
