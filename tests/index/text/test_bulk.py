"""Many texts analysed at once come to the terms of each."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import HAN
from wuzhen.index.document import Passage
from wuzhen.index.text.analyser import terms
from wuzhen.index.text.bulk import every_terms

LINES = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(HAN + "2017年十二月3日下午4點30分…ﬁ㎡ab 第四屆〇[8],%\n"),
        st.sampled_from("𠮷\u9fff\u3400中華人民共和國"),
    ),
    max_size=40,
)


def agree(texts: list[str]) -> None:
    made = every_terms(texts)
    assert [Counter(one.split()) for one in made] == [Counter(terms(text)) for text in texts]
    assert all(one == " ".join(one.split()) for one in made)


@given(st.lists(LINES, max_size=8))
def test_each_text_has_the_terms_that_it_has_alone(texts: list[str]) -> None:
    agree(texts)


@given(st.lists(st.text(HAN + "，0 ", max_size=20), max_size=20))
def test_so_it_is_with_runs_of_characters(texts: list[str]) -> None:
    agree(texts)


def test_the_article(article_passages: list[Passage]) -> None:
    agree([passage.text for passage in article_passages])


def test_a_phrase_whose_length_changes_leaves_the_other_texts_alone() -> None:
    agree(["纔能、幹部", "ſ㎏㍿", "烏鎮的纜車", "那\U00020bb6嘢"])
