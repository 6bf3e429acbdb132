"""English for a collection's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analyser import stem
from index.english import Gloss, Glosses, content_stems, glosses

stems = st.sampled_from("alpha beta gamma delta epsilon".split())
known = st.lists(
    st.builds(
        Gloss,
        st.lists(stems, min_size=1, max_size=4, unique=True).map(tuple),
        st.sampled_from(["甲", "乙", "丙"]),
    ),
    max_size=8,
)


@pytest.mark.parametrize(
    ("word", "english"), [("志愿者", "volunteer"), ("互联网", "Internet"), ("路灯", "street lamp")]
)
def test_the_dictionary_renders_words(word: str, english: str) -> None:
    assert Gloss(content_stems(english), word) in glosses([word])


def test_words_that_no_dictionary_has_are_left_out() -> None:
    assert glosses(["甲乙丙丁戊", ""]) == []


def test_renderings_are_short_and_carry_content() -> None:
    for gloss in glosses(["大会", "的", "发布", "浙江", "中心", "人工智能"]):
        assert 0 < len(gloss.stems) <= 4
        assert all(one.isascii() for one in gloss.stems)


def test_content_stems_leave_out_stop_words_and_what_was_said() -> None:
    assert content_stems("What are the Conferences of the conference?") == (stem("conference"),)
    assert content_stems("志願者") == ()


@given(known, st.lists(stems, max_size=4))
def test_a_rendering_counts_by_the_share_of_it_that_is_asked(
    renderings: list[Gloss], asked: list[str]
) -> None:
    meant = Glosses(renderings).words(asked)
    assert set(meant) <= set(asked)
    for one in asked:
        holding = [gloss for gloss in renderings if one in gloss.stems]
        assert set(meant.get(one, {})) == {gloss.word for gloss in holding}
        for word, weight in meant.get(one, {}).items():
            missing = [set(g.stems) - set(asked) for g in holding if g.word == word]
            assert (weight == 1) == (set() in missing)
            assert 0 < weight <= 1
