"""Questions read into concepts and the forms in which a text may hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.collected import vocabulary
from tests.index.writing import HAN
from wuzhen.index.query.concepts import Concept, read
from wuzhen.index.query.english import Gloss
from wuzhen.index.query.synonyms import Synonyms
from wuzhen.index.text.analyser import analyse
from wuzhen.index.text.fold import fold

NONE = Synonyms([])


def concept(concepts: list[Concept], term: str) -> Concept:
    (found,) = [one for one in concepts if one.term == term]
    return found


@given(st.text(st.one_of(st.characters(), st.sampled_from(HAN + "…ﬁ㎡的what ")), max_size=30))
def test_concepts_are_the_question_s_terms(question: str) -> None:
    concepts = read(question, vocabulary(), NONE)
    assert [(c.term, c.start, c.end) for c in concepts] == [tuple(t) for t in analyse(question)]
    for one in concepts:
        assert one.alternatives[one.term] == 1
        assert one.sources[one.term] == "said"
        assert max(one.alternatives.values()) == 1


def test_words_without_a_subject_are_no_content() -> None:
    concepts = read("烏鎮的橋", vocabulary(), NONE)
    assert not concept(concepts, "的").content
    assert concept(concepts, "乌镇").content


@pytest.mark.parametrize(
    "question",
    ["志工有多少？", "志工有多少……", "……志工有多少", "…志工", "ﬁ㎡志工", "WIFI同志工", "№ 5 志工"],
)
def test_synonyms_are_found_wherever_the_question_says_them(question: str) -> None:
    concepts = read(question, vocabulary("志愿者"), Synonyms(["志工 = 志願者"]))
    found = [c for c in concepts if "志愿者" in c.alternatives]
    assert found
    for one in found:
        assert question[one.start : one.end] in "志工"
        assert one.sources["志愿者"] == "synonym"
        assert 0 < one.alternatives["志愿者"] < 1


def test_a_synonym_belongs_to_no_word_beside_it() -> None:
    concepts = read("㎡㎡志工走路", vocabulary(), Synonyms(["志工 = 志願者"]))
    assert "志愿者" not in concept(concepts, "走路").alternatives


def test_a_synonym_of_several_words_is_proved_best_by_its_longest() -> None:
    group = Synonyms(["WIC = 世界互聯網大會"])
    forms = concept(read("WIC", vocabulary(), group), "wic").alternatives
    words = [word for word in forms if word != "wic"]
    assert forms["互联网"] == max(forms[word] for word in words)


def test_words_mistyped_by_their_sound() -> None:
    concepts = read("烏陣", vocabulary("~乌镇", "乌镇"), NONE)
    forms = {form: one.sources[form] for one in concepts for form in one.alternatives}
    assert forms["~乌镇"] == "sound"


def test_sound_is_not_asked_where_the_word_itself_stands_in_the_collection() -> None:
    concepts = read("公式", vocabulary("公式", "公事"), NONE)
    assert "公事" not in concept(concepts, "公式").alternatives
    concepts = read("公式", vocabulary("公事"), NONE)
    assert "公事" in concept(concepts, "公式").alternatives


def test_english_finds_the_words_it_may_mean() -> None:
    glosses = [Gloss(("street", "lamp"), "路灯"), Gloss(("volunt",), "志愿者")]
    known = vocabulary("路灯", "志愿者", glosses=glosses)
    concepts = read("volunteers and street lamps", known, NONE)
    assert concept(concepts, "volunt").sources["志愿者"] == "english"
    whole = concept(concepts, "street").alternatives["路灯"]
    part = concept(read("the street", known, NONE), "street").alternatives["路灯"]
    assert part < whole < 1


def test_adding_an_alternative_never_lowers_its_weight() -> None:
    one = Concept("a", 0, 1, {"a": 1.0})
    one.add("b", 0.5, "sound")
    one.add("b", 0.4, "synonym")
    assert (one.alternatives["b"], one.sources["b"]) == (0.5, "sound")
    one.add("b", 0.9, "synonym")
    assert (one.alternatives["b"], one.sources["b"]) == (0.9, "synonym")


def test_a_vocabulary_knows_its_terms_and_what_sounds_like_them() -> None:
    known = vocabulary("公事", "~公事", "a", "@2017")
    assert "公事" in known
    assert "公式" not in known
    assert known.homophones.of("公式") == ["公事"]
    assert known.homophones.of("~公式") == ["~公事"]
    assert known.homophones.of("公") == []
    assert known.homophones.of("wic") == []
    assert known.homophones.of("@2017") == []


@given(st.text(HAN, max_size=20))
def test_both_scripts_read_alike(question: str) -> None:
    one = read(question, vocabulary(), NONE)
    other = read(fold(question), vocabulary(), NONE)
    assert one == other
