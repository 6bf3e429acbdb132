"""The canonical form: the same question typed otherwise is the same question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.variation import NAMES, WAYS, asked
from wuzhen.bot.question.canonical import canonical


@pytest.mark.parametrize("way", WAYS)
def test_a_question_typed_otherwise_has_the_same_form(way: str) -> None:
    for question in (question for name in NAMES for question in asked(name)):
        assert canonical(WAYS[way](question)) == canonical(question), question


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("可以告訴我開幕式是什麼時候嗎？", "开幕式是什么时候"),
        ("你知道開幕式幾點嗎", "开幕式几点"),
        ("接著呢", "接着呢"),
        ("著名的景點", "著名的景点"),
        ("衞生間在哪", "卫生间在哪"),
        ("「護徑日」是甚麼日子？", "「护径日」是甚么日子"),
        ("what time 開幕式", "what time 开幕式"),
        ("12 月 3 日", "12月3日"),
        ("[5]", "[5]"),
        ("-5度", "-5度"),
        ("C#?", "c#"),
        ("請問", "请问"),
        ("Thank you for your help!", "thank you for your help"),
        ("👍", "👍"),
        ("  ", ""),
    ],
)
def test_forms(text: str, form: str) -> None:
    assert canonical(text) == form


PIECES = st.one_of(st.characters(), st.sampled_from("請問謝呀嗎 ?？「」please,\n"))


@given(st.text(PIECES, max_size=30))
def test_the_form_of_a_form_is_itself(text: str) -> None:
    form = canonical(text)
    assert canonical(form) == form
    assert any(c.isalnum() for c in form) == any(c.isalnum() for c in text)
