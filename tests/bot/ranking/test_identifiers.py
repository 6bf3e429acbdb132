import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.question.question import understand
from wuzhen.bot.ranking.identifiers import identifiers, stands_in
from wuzhen.index.text.fold import fold


def asked(text: str) -> list[str]:
    return identifiers(understand(text, fold))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("KT-450S 的保固多久", ["kt-450s"]),
        ("Is there a room 305?", ["305"]),
        ("305廳在哪", ["305"]),
        ("v2.14 改了什麼", ["v2.14"]),
        ("12月4日有什麼活動", []),
        ("上午10:30 有什麼", []),
        ("有沒有人獲獎", []),
    ],
)
def test_identifiers_of_a_question(question: str, found: list[str]) -> None:
    assert asked(question) == found


@pytest.mark.parametrize(
    ("identifier", "text", "stands"),
    [
        ("kt-450", "kt-450 電熱水壺", True),
        ("kt-450", "kt-450s 電熱水壺", False),
        ("305", "305廳", True),
        ("305", "1305室", False),
        ("305", "3050元", False),
        ("305", "1305室和305室", True),
    ],
)
def test_an_identifier_stands_whole(identifier: str, text: str, stands: bool) -> None:
    assert stands_in(identifier, text) is stands


@given(st.text("0123456789", min_size=2, max_size=4), st.text("甲乙 -。", max_size=5))
def test_an_identifier_between_other_characters_stands(identifier: str, around: str) -> None:
    assert stands_in(identifier, f"{around}甲{identifier}乙{around}")
    assert not stands_in(identifier, f"{around}1{identifier}{around}")
