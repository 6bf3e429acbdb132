"""Small talk: met kindly, and never mistaken for a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.phrases import LANGUAGES, say
from wuzhen.bot.question.small_talk import PADDING, small_talk
from wuzhen.bot.question.words import TABLES, lines
from wuzhen.index.text.fold import fold

LISTED = [
    (kind, phrase.strip())
    for kind in ("greeting", "thanks", "farewell", "identity", "laughter", PADDING)
    for table in TABLES
    for line in lines(table)
    if line.startswith(f"{kind}:")
    for phrase in line.partition(":")[2].split("|")
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", "greeting"),
        ("Hello there!", "greeting"),
        ("早晨呀大家", "greeting"),
        ("🦆🎉", "greeting"),
        ("？！…", "greeting"),
        ("謝謝你的幫助", "thanks"),
        ("thank you so much", "thanks"),
        ("唔該晒", "thanks"),
        ("好的，謝謝，再見！", "farewell"),
        ("bye", "farewell"),
        ("你係邊個呀", "identity"),
        ("Who are you?", "identity"),
        ("what’s your name", "identity"),
        ("哈哈哈哈哈", "laughter"),
        ("hahahaha", None),
        ("23333333", None),
        ("志願者有多少人", None),
        ("你好，志願者有多少人", None),
        ("謝謝，那閉幕式呢", None),
        ("thanks, but when does it close?", None),
        ("who are you going to invite", None),
        ("hi-tech", None),
        ("行程", None),
        ("早上有什麼", None),
    ],
)
def test_kinds(text: str, kind: str | None) -> None:
    assert small_talk(text) == kind


@pytest.mark.parametrize(("kind", "phrase"), LISTED)
def test_every_phrase_of_the_list(kind: str, phrase: str) -> None:
    met = small_talk(phrase)
    first = next(k for k, p in LISTED if fold(p) == fold(phrase))
    if kind == first != PADDING:
        assert met == kind
        assert small_talk(f" {phrase.upper()}!! ") == kind


def test_every_kind_has_its_phrase_in_every_language() -> None:
    for kind in {kind for kind, _ in LISTED} - {PADDING}:
        assert len({say(kind, language) for language in LANGUAGES}) == len(LANGUAGES)


@given(st.lists(st.sampled_from([phrase for _, phrase in LISTED]), max_size=4), st.text(max_size=9))
def test_a_word_that_is_none_of_them_asks_something(said: list[str], rest: str) -> None:
    assert small_talk(" ".join([*said, rest, "樞紐"])) is None
