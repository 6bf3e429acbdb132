"""Which language a question is written in."""

from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.language import language_of, language_of_locale
from wuzhen.bot.phrases import LANGUAGES, Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("志願者有多少人", "hant"),
        ("大會在哪裡舉行？", "hant"),
        ("開幕式幾點開始", "hant"),
        ("跟這個有關係嗎", "hant"),
        ("志愿者有多少人", "hans"),
        ("大会在哪里举行？", "hans"),
        ("这两件事有关系吗", "hans"),
        ("AI 论坛几点开始", "hans"),
        ("How many volunteers were there?", "en"),
        ("wifi?", "en"),
        ("邊個係主辦方", "yue"),
        ("大會喺邊度開", "yue"),
        ("有幾多義工", "yue"),
        ("唔該，閉幕式幾時", "yue"),
        ("佢哋識咩外語", "yue"),
        ("", "hant"),
        ("123 ?!", "hant"),
        ("🦆", "hant"),
    ],
)
def test_languages(text: str, language: Language) -> None:
    assert language_of(text) == language


@given(st.text(st.one_of(st.characters(), st.sampled_from("係嘅会會ab\ud800"))))
def test_every_text_has_one(text: str) -> None:
    assert language_of(text) in LANGUAGES


@given(st.text(st.characters(max_codepoint=0x2FF)))
def test_without_a_han_character_it_is_english_or_none(text: str) -> None:
    letters = any(c in ascii_letters for c in text)
    assert language_of(text) == ("en" if letters else "hant")


@pytest.mark.parametrize("text", ["", "2017?", "🦆", "Привет"])
def test_what_is_in_none_is_what_is_spoken_otherwise(text: str) -> None:
    assert [language_of(text, language) for language in LANGUAGES] == list(LANGUAGES)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "hant"),
        ({"LANG": "zh_CN.UTF-8"}, "hans"),
        ({"LANG": "zh_Hant_HK"}, "hant"),
        ({"LANG": "zh-TW"}, "hant"),
        ({"LANG": "zh"}, "hans"),
        ({"LANG": "yue_HK.UTF-8"}, "yue"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_HK.UTF-8", "LC_ALL": ""}, "hant"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_of_a_locale(environment: dict[str, str], language: str) -> None:
    assert language_of_locale(environment) == language
