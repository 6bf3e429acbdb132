"""Names of passages: what they last through, and the links that are made of them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.anchors import anchor, digest, key
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.index.document import Passage, Span
from wuzhen.index.searching.collection import Collection

PASSAGE = Passage(3, "a.txt", 1, "paragraph", ("一",), (Span(5, 9),), ("8",), (), "志願者們")


def test_a_name_lasts_while_document_section_and_words_do() -> None:
    elsewhere = PASSAGE._replace(number=9, block=4, spans=(Span(50, 54),), refs=("9",))
    assert key(elsewhere) == key(PASSAGE)
    changes: list[Passage] = [
        PASSAGE._replace(document="b.txt"),
        PASSAGE._replace(section=("二",)),
        PASSAGE._replace(text="志願者"),
    ]
    assert len({key(PASSAGE), *map(key, changes)}) == 4


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_names_fit_into_addresses_and_tell_words_apart(one: list[str], other: list[str]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{8}", digest(*one))
    if "\0".join(one) != "\0".join(other):
        assert digest(*one) != digest(*other)


def test_the_passages_of_the_article_have_a_name_each(collection: Collection) -> None:
    assert len({anchor(passage) for passage in collection.passages}) == len(collection.passages)


def test_quotes_lead_into_a_page_only_where_one_is_known(wordwise: Librarian) -> None:
    answer = wordwise.answer("志願者有多少人")
    page = "https://example.org/a.html"
    linked = Librarian(wordwise.collection, wordwise.model, page=page).answer("志願者有多少人")
    unlinked = Librarian(wordwise.collection, wordwise.model, page=None)
    assert unlinked.answer("志願者有多少人") == answer
    assert all("url" not in quote for quote in answer.as_json()["quotes"])
    shown = linked.as_json()
    for offered, told in ((linked.quotes, shown["quotes"]), (linked.related, shown["related"])):
        for quote, one in zip(offered, told, strict=True):
            passage = wordwise.collection.passages[quote.passages[0]]
            assert one.pop("url") == f"https://example.org/a.html#{anchor(passage)}"
    assert shown == answer.as_json()
