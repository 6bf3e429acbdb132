"""Terms: what they are, and where in the text they were read."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snowballstemmer.english_stemmer import EnglishStemmer

from tests.index.writing import HAN
from wuzhen.index.document import Passage
from wuzhen.index.text import analyser
from wuzhen.index.text.analyser import analyse, is_word, stem, stopwords
from wuzhen.index.text.fold import fold


def terms(text: str) -> set[str]:
    return {term.term for term in analyse(text)}


@given(
    st.text(st.one_of(st.characters(), st.sampled_from(HAN + "2017年12月3日…ﬁ㎡ab ")), max_size=40)
)
def test_terms_stand_inside_the_text(text: str) -> None:
    for term in analyse(text):
        assert term.term
        assert 0 <= term.start < term.end <= len(text)


@given(st.lists(st.sampled_from([*HAN, "ﬁ", "…", "㎡", "ABC", " ", "，"]), max_size=20))
def test_a_word_or_pair_is_read_from_its_own_characters(pieces: list[str]) -> None:
    text = "".join(pieces)
    for term in analyse(text):
        said = fold(text[term.start : term.end])
        if term.term[0] == "~":
            assert said == term.term[1:]
        elif is_word(term.term):
            assert said == term.term if not said.isascii() else stem(said) == term.term


@given(st.text(HAN, min_size=1, max_size=20))
def test_every_pair_of_neighbours_is_a_term(text: str) -> None:
    folded = fold(text)
    pairs = [t.term for t in analyse(text) if t.term[0] == "~"]
    assert pairs == ["~" + folded[at : at + 2] for at in range(len(folded) - 1)]


@given(
    st.text(
        st.one_of(
            st.characters(),
            st.sampled_from(HAN + "2017年十二月3日下午4點30分…ﬁ㎡ab 第四屆〇[8],%"),
            st.sampled_from("𠮷\u9fff\u3400中華人民共和國"),
        ),
        max_size=60,
    )
)
def test_terms_without_their_places_are_the_same(text: str) -> None:
    assert analyser.terms(text) == [term.term for term in analyse(text)]


def test_terms_of_the_article_without_their_places(article_passages: list[Passage]) -> None:
    for passage in article_passages:
        assert analyser.terms(passage.text) == [term.term for term in analyse(passage.text)]
        assert not any(any(map(str.isspace, term)) for term in analyser.terms(passage.text))


@pytest.mark.parametrize("word", "conferences conference volunteering volunteers running".split())
def test_latin_words_are_stemmed(word: str) -> None:
    assert terms(word) == {EnglishStemmer().stemWord(word)}
    assert terms(word.upper()) == terms(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("烏鎮互聯網國際會展中心", "乌镇互联网国际会展中心"),
        ("2017年12月3日", "二〇一七年十二月三日"),
        ("12月3日", "Dec 3"),
        ("下午四點", "16:00"),
        ("1240名", "1,240名"),
        ("ＷＩＦＩ", "wifi"),
        ("晚上七點半", "7:30 pm"),
    ],
)
def test_ways_of_saying_the_same_share_their_main_terms(one: str, other: str) -> None:
    def telling(text: str) -> set[str]:
        return {t for t in terms(text) if t[0] in "#@"} or terms(text)

    assert telling(one) == telling(other) != set()


def test_a_date_is_no_number_as_well() -> None:
    assert terms("2017年12月3日") == {"@2017", "@12m", "@3d"}
    assert terms("09:30") == {"@9.5h"}
    assert "#1240" in terms("共1240名")


def test_stop_words_carry_no_subject() -> None:
    assert {"的", "什么", "the", "what"} <= stopwords()
    assert not {"志愿者", "conference", "乌镇"} & stopwords()


def test_kinds_of_terms() -> None:
    assert is_word("乌镇")
    assert not any(is_word(term) for term in ("~乌镇", "#4", "@2017"))


def test_threads_read_at_the_same_time(article_passages: list[Passage]) -> None:
    texts = ["the opening ceremonies of conferences, volunteering and relational hopefulness"] * 300
    expected = [analyse(text) for text in texts[:1]] * len(texts)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(analyse, texts)) == expected


def test_long_texts_are_read() -> None:
    assert len(analyse("話說天下" * 2_000)) > 8_000
    assert analyse("x" * 100_000)[0].end == 100_000
