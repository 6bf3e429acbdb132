"""Reading messages: any text with any entities is read, and only the bot's mention is taken out."""

from typing import Any

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram.talk import GROUP, ME, PRIVATE
from wuzhen.bot.telegram.dialogue.questions import clean, read, says_something

ANY = st.text(st.characters(codec=None), max_size=40)
MENTION = f"@{ME.username}"


def message(text: str, entities: list[dict[str, Any]], chat: dict[str, Any]) -> telegram.Message:
    body = {"message_id": 1, "date": 1, "chat": chat, "text": text, "entities": entities}
    return telegram.Message.de_json(body, None)


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(ANY, ANY)
def test_the_mention_is_found_and_taken_out(before: str, behind: str) -> None:
    entity = {"type": "mention", "offset": length(before), "length": length(MENTION)}
    asked = read(message(f"{before}{MENTION}{behind}", [entity], GROUP), ME)
    if not asked.command:
        assert asked.addressed
        assert asked.text == clean(before + behind)


@given(
    ANY,
    st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["mention", "text_mention", "bold", "url"]),
                "offset": st.integers(0, 60),
                "length": st.integers(0, 60),
            }
        ),
        max_size=4,
    ),
)
def test_any_message_is_read(text: str, entities: list[dict[str, Any]]) -> None:
    asked = read(message(text, entities, PRIVATE), ME)
    assert asked.addressed
    asked.text.encode()


@given(ANY)
def test_clean_text_can_be_written_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert "\0" not in cleaned


@pytest.mark.parametrize("text", ["a", "志", "1", "①", "한", "ア", "1️⃣2", "?a"])
def test_something_is_said(text: str) -> None:
    assert says_something(text)


@pytest.mark.parametrize("text", ["", "?", "😀", "1️⃣", "#️⃣", "。。。", "❤️", "—"])
def test_nothing_is_said(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize(
    ("text", "command", "rest", "addressed"),
    [
        ("/ask 甲", "ask", "甲", True),
        ("/ASK 甲", "ask", "甲", True),
        (f"/ask@{ME.username} 甲", "ask", "甲", True),
        ("/ask@other 甲", "ask", "甲", False),
        ("/ask\n甲", "ask", "甲", True),
        ("/ask", "ask", "", True),
        ("/ask甲", "", "/ask甲", False),
        ("/etc/passwd", "", "/etc/passwd", False),
        ("甲 /ask", "", "甲 /ask", False),
        ("/", "", "/", False),
    ],
)
def test_commands(text: str, command: str, rest: str, addressed: bool) -> None:
    asked = read(message(text, [], GROUP), ME)
    assert (asked.command, asked.text, asked.addressed) == (command, rest, addressed)
