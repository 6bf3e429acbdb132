"""Words of the same sound, in tables added one after the other, against a plain dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.query.homophones import Homophones, has_sound, heard, table
from wuzhen.index.query.sound import sound
from wuzhen.index.text.analyser import is_word

SYLLABLES = "公工事式试师志自愿员乌污镇阵"
han = st.text(SYLLABLES, min_size=1, max_size=5)
terms = han | st.builds("~{}".format, st.text(SYLLABLES, min_size=2, max_size=2))
others = st.sampled_from(["a", "wic", "#3", "@2017", "@12m", "~", "\ud800\ud800"])


@given(
    st.lists(st.lists(terms | others, max_size=12), max_size=4),
    st.sets(terms, max_size=4),
    st.lists(terms | others, max_size=6),
)
def test_against_a_plain_dictionary(
    added: list[list[str]], gone: set[str], asked: list[str]
) -> None:
    held = {term for some in added for term in some} - gone
    found = Homophones([table(some, sound) for some in added], sound, held.__contains__)
    sounding: dict[tuple[bool, str], set[str]] = {}
    for term in held:
        if has_sound(term):
            key = term[0] == "~", sound(term.lstrip("~"))
            sounding.setdefault(key, set()).add(term)
    for term in (*asked, *held, *gone):
        key = term[0] == "~", sound(term.lstrip("~"))
        alike = sounding.get(key, set()) if has_sound(term) else set()
        assert sorted(found.of(term)) == sorted(alike)
        if has_sound(term) and is_word(term):
            short = [word for word in alike if len(word) <= 4]
            assert found.word(term) == min(short, default=None)


def test_what_has_a_sound() -> None:
    assert [
        term for term in ("公事", "~公事", "公", "~公", "wic", "#3", "@2017") if has_sound(term)
    ] == [
        "公事",
        "~公事",
    ]
    assert heard("~公事", sound) == "~" + heard("公事", sound)
