"""Deep links: a passage or a reference by a short id; anything else is a welcome."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram.conftest import Scripted
from tests.telegram.talk import GROUP, ME, Talk
from wuzhen.bot.anchors import key
from wuzhen.bot.telegram.messages import links
from wuzhen.bot.telegram.messages.excerpts import find


async def test_every_passage_has_a_link_of_its_own(librarian: Scripted) -> None:
    passages = librarian.collection.passages
    by_key = {key(passage): passage for passage in passages}
    assert len(by_key) == len(passages)
    for passage in passages:
        assert find(librarian, key(passage)) == passage.number
        payload = links.passage(ME, key(passage)).partition("start=")[2]
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
        assert links.target(payload) == ("passage", key(passage))


async def test_a_passage_opens_in_its_context(talk: Talk, librarian: Scripted) -> None:
    number = librarian.passage("1240名志願者")
    payload = "p_" + key(librarian.collection.passages[number])
    (shown,) = await talk.say(f"/start {payload}")
    assert shown.quotes == [librarian.context(number).text]
    assert librarian.collection.passages[number].text in shown.parts("bold")
    alone = (await talk.press(shown, "返回")).message
    assert alone.quotes == [librarian.collection.passages[number].text]
    assert (await talk.press(alone, "上下文")).message.text == shown.text


async def test_a_reference_opens(talk: Talk) -> None:
    (shown,) = await talk.say("/start r_8")
    (by_command,) = await talk.say("/ref 8")
    assert shown.text == by_command.text


@pytest.mark.parametrize("payload", ["p_AAAAAAAA", "p_", "x", "inline", "r_", "p_AAAAAAAA extra"])
async def test_an_unknown_payload_is_a_welcome(talk: Talk, payload: str) -> None:
    (shown,) = await talk.say(f"/start {payload}")
    assert ME.name in shown.text


@pytest.mark.parametrize("payload", ["p_AAAAAAAAx", "xp_AAAAAAAA", "r_8x", "r_1234567", "r_８"])
def test_only_whole_payloads_of_ours_are_read(payload: str) -> None:
    assert links.target(payload) is None


async def test_an_unknown_reference_is_said_to_be_none(talk: Talk) -> None:
    (shown,) = await talk.say("/start r_999")
    assert "[999]" in shown.text


async def test_in_a_group_start_says_hello(talk: Talk) -> None:
    (shown,) = await talk.say(f"/start@{ME.username}", GROUP)
    assert ME.username in shown.text


@given(st.text(max_size=70))
def test_any_payload_is_read_or_refused(payload: str) -> None:
    target = links.target(payload)
    assert target is None or re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
