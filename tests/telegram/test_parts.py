"""The parts of the delivery that need no process: intake, limits, mending, logs."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wuzhen.bot.store import open_store
from wuzhen.bot.telegram import logs
from wuzhen.bot.telegram.delivery import limits
from wuzhen.bot.telegram.delivery.mending import mend
from wuzhen.bot.telegram.receiving.intake import arrival, update_id

from .emulator.flood import Flood

json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=10,
)
ids = some.integers() | some.none() | some.text() | some.booleans()
people = some.fixed_dictionaries({"id": ids}) | json_values
message = some.fixed_dictionaries({"chat": people})
optional = {"chat": people, "from": people, "message": message}
contents = some.fixed_dictionaries({}, optional=optional) | json_values
updates = some.dictionaries(some.sampled_from(["message", "callback_query", "x"]), contents)


@given(updates)
def test_any_update_becomes_a_row(update: dict[str, Any]) -> None:
    row = arrival(update, 7)
    assert row.update_id == 7
    assert abs(row.lane) < 2**63
    assert abs(row.user) < 2**63
    assert json.loads(row.body) == update


@given(json_values | some.fixed_dictionaries({"update_id": ids}))
def test_an_id_is_one_that_can_be_stored(update: object) -> None:
    number = update_id(update)
    assert number is None or (type(number) is int and 0 < abs(number) < 2**63)


@pytest.mark.parametrize(
    ("update", "lane", "user"),
    [
        ({"message": {"chat": {"id": -5}, "from": {"id": 6}}}, -5, 6),
        ({"edited_message": {"chat": {"id": 5}, "from": {"id": 5}}}, 5, 5),
        ({"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": -5}}}}, -5, 6),
        ({"callback_query": {"from": {"id": 6}, "inline_message_id": "x"}}, 6, 6),
        ({"inline_query": {"from": {"id": 6}}}, 6, 6),
        ({"channel_post": {"chat": {"id": -7}}}, -7, 0),
        ({"message": {"chat": {"id": True}, "from": None}}, 0, 0),
    ],
)
def test_the_lane_is_the_chat(update: dict[str, Any], lane: int, user: int) -> None:
    row = arrival(update, 1)
    assert (row.lane, row.user) == (lane, user)


@given(some.integers(1, 1000), some.integers(-(2**40), 2**40))
def test_limits_stay_below_telegrams(per_second: int, chat: int) -> None:
    """In any window a bucket lets through its limit and its burst at most.

    Calls that take up to an eighth of a second longer than others make a window so much wider.
    """
    for rate in limits.rates(chat, per_second):
        most = rate.limit + (rate.burst or 0)
        if rate.key == "send":
            assert most + rate.limit / 8 <= max(2.2, per_second)
        elif rate.key.startswith("send:group:"):
            assert chat < 0
            assert (most, rate.seconds) == (19, 60.0)
        else:
            assert rate.limit / rate.seconds == 1
            assert rate.burst is not None
            assert rate.burst < 5


async def test_messages_that_are_let_through_stay_below_the_emulators_limits(
    tmp_path: Path,
) -> None:
    """Whoever sends whenever the buckets let it is never refused by sliding windows."""
    time = [1_000_000.0]
    flood = Flood(enabled=True, clock=lambda: time[0])
    sent = dict.fromkeys((5, 6, -7), 0)
    async with open_store(f"sqlite:///{tmp_path}/a.db", now=lambda: time[0]) as store:
        for step in range(400):
            time[0] += 0.02 if step % 100 < 80 else 1.0
            for chat in sent:
                if not await store.rates.take(*limits.rates(chat, 30)):
                    flood.check(chat)  # raises when it is too much
                    sent[chat] += 1
    assert min(sent[5], sent[6]) > 60
    assert 20 <= sent[-7] <= 60


def test_no_limits_for_a_server_of_ones_own() -> None:
    assert limits.rates(5, 0) == ()


@pytest.mark.parametrize(
    ("method", "counts"),
    [("sendMessage", True), ("editMessageText", True), ("sendDocument", True),
     ("sendChatAction", False), ("answerCallbackQuery", False), ("setMyCommands", False)],
)  # fmt: skip
def test_what_counts_as_a_message(method: str, counts: bool) -> None:
    assert limits.counts(method) is counts


reasons = some.sampled_from(
    [
        "Bad Request: can't parse entities",
        "Bad Request: message thread not found",
        "Bad Request: message to be replied not found",
        "Bad Request: message to edit not found",
        "Bad Request: chat not found",
    ]
)
keys = ("text", "entities", "message_id", "message_thread_id", "reply_parameters", "chat_id")


@given(
    some.sampled_from(["sendMessage", "editMessageText", "editMessageReplyMarkup"]),
    some.sets(some.sampled_from(keys)),
    some.lists(reasons, min_size=20, max_size=20),
)
def test_mending_ends(method: str, names: set[str], refusals: list[str]) -> None:
    payload: Any = dict.fromkeys(names, 1)
    for tries, reason in enumerate(refusals):
        mended = mend(method, payload, reason)
        if mended is None:
            return
        assert tries < len(keys)
        assert set(mended[1]) <= {*payload}
        assert ("text" in mended[1]) is ("text" in names), "what is said is never dropped"
        method, payload = mended


def test_a_line_of_the_log_holds_no_secret_and_no_message_of_an_exception() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines(["12:TOKEN", ""]))
    log = logging.Logger("bot.try")
    log.addHandler(handler)
    with logs.request("77"):
        try:
            raise ValueError("what Ada asked")
        except ValueError as error:
            log.error("at https://host/bot%s/getMe", "12:TOKEN", exc_info=error, extra={"n": 1})
    log.info("later\nlines")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["message"] == "at https://host/bot<secret>/getMe"
    assert (first["request"], first["error"], first["n"]) == ("77", "ValueError", 1)
    assert "Ada" not in stream.getvalue()
    assert first["at"][0].startswith("telegram/test_parts.py:")
    assert "request" not in second
