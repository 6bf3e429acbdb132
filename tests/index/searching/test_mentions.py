"""Whether a collection says a thing: against looking through all of it."""

import functools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.searching import mentions
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.dates import dates
from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import numbers


@functools.cache
def texts(collection: Collection) -> list[str]:
    """Every passage, folded."""
    return [fold(passage.text) for passage in collection.passages]


@given(data=st.data())
def test_names_that_a_passage_says_are_said(collection: Collection, data: st.DataObject) -> None:
    runs = [run for text in texts(collection) for run in re.findall("[\u4e00-\u9fff]{2,}", text)]
    run = data.draw(st.sampled_from([run for run in runs if not re.search("[年月日号时分]", run)]))
    begin = data.draw(st.integers(0, len(run) - 2))
    assert mentions.says(collection, run[begin : begin + data.draw(st.integers(2, 6))])


@pytest.mark.parametrize("name", ["愛迪生", "edison", "乌镇水产学院", "第九届"])
def test_what_nothing_says_is_not(collection: Collection, name: str) -> None:
    assert not any(fold(name) in text for text in texts(collection))
    assert not mentions.says(collection, fold(name))


@given(value=st.integers(0, 20), measure=st.sampled_from("届期版季"))
def test_ordinals(collection: Collection, value: int, measure: str) -> None:
    said = {(n.value, n.measure) for t in texts(collection) for n in numbers(t) if n.ordinal}
    assert mentions.mentions(collection, value, measure) == ((value, measure) in said)
    assert mentions.mentions(collection, 4, "届")


@given(year=st.integers(1990, 2030))
def test_years(collection: Collection, year: int) -> None:
    said = {date.year for text in texts(collection) for date in dates(text)}
    assert mentions.mentions_year(collection, year) == (year in said)


@given(data=st.data())
def test_titles(collection: Collection, data: st.DataObject) -> None:
    for place, (id, document) in enumerate(collection.documents.items()):
        title = collection.terms_of_title(place)
        some = data.draw(st.lists(st.sampled_from(title), min_size=1))
        assert document.title
        assert id in mentions.entitled(collection, some)
        assert id not in mentions.entitled(collection, [*some, "恐龍"])
