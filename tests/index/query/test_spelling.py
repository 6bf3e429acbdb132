"""Mistyped words, set right by sound or by nearness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.collected import vocabulary
from wuzhen.index.query.english import Gloss
from wuzhen.index.query.sound import sound
from wuzhen.index.query.spelling import Speller
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.analyser import stem

HELD = ["开幕式", "志愿者", "乌镇", "枕水厅", "volunt"]


@pytest.fixture(scope="module")
def speller() -> Speller:
    glosses = [Gloss(("intellig",), "乌镇"), Gloss(("internet",), "乌镇")]
    known = vocabulary(*HELD, glosses=glosses)
    return Speller(known, lambda: ["volunt"], ["centre"])


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("开木式几点", "开幕式几点"),
        ("开幕式几点", "开幕式几点"),
        ("inteligence", "intellig"),
        ("intrenet", "internet"),
        ("entirely", "entirely"),
        ("volunteers", "volunteers"),
        ("centre", "centre"),
        ("wifi", "wifi"),
        ("xylophones", "xylophones"),
        ("what time", "what time"),
        ("", ""),
        ("2017?", "2017?"),
    ],
)
def test_words(speller: Speller, typed: str, right: str) -> None:
    assert speller.spelled(typed) == right


@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from("开木幕式志愿原者乌镇枕水厅几点 inteligcofra")),
        max_size=40,
    )
)
def test_only_words_change_and_han_by_sound_alone(speller: Speller, text: str) -> None:
    spelled = speller.spelled(text)

    def rest(of: str) -> str:
        return "".join(c for c in of if not ("a" <= c <= "z"))

    before, after = rest(text), rest(spelled)
    assert len(before) == len(after)
    for one, other in zip(before, after, strict=True):
        assert one == other or sound(one) == sound(other)
    for word in HELD[:4]:
        assert speller.spelled(word) == word


@pytest.mark.parametrize(
    "typed",
    [
        "办分论坛",  # common words in a row
        "一碗面多少钱一晚",
        "村离县城多远",
        "季付",
        "试食",
        "shaxi",  # a name in pinyin
        "remade",
        "hikers",
        "blake3",
    ],
)
def test_what_is_no_mistake_stays(typed: str) -> None:
    held = ["半分", "前一", "一晚", "村里", "给付", "十四", "shanxi", "read", "hike", "blake3"]
    english = [Gloss((stem(word),), "半分") for word in ("meter", "organization", "hike", "read")]
    speller = Speller(vocabulary(*held, glosses=english), lambda: ["shanxi", "read"], [])
    assert speller.spelled(typed) == typed


@given(st.lists(st.sampled_from(HELD[:4]), max_size=5))
def test_what_is_held_is_right(speller: Speller, words: list[str]) -> None:
    text = "，".join(words)
    assert speller.spelled(text) == text


def test_nothing_held_changes_nothing() -> None:
    speller = Speller(vocabulary(), list, [])
    assert speller.spelled("开木式几点 inteligence") == "开木式几点 inteligence"


def test_the_article_s_own_words_are_right(collection: Collection) -> None:
    assert collection.spelled("開木式幾點") == "开幕式几点"
    assert collection.spelled("inteligence") == stem("intelligence")
    for passage in collection.passages:
        if passage.kind == "row":
            topic = passage.cell("topic")
            assert topic is not None
            said = topic.of(collection.text_of(passage))
            assert collection.spelled(said) == collection.spelled(collection.spelled(said))
