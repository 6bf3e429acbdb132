"""The documents themselves: their leads and the beginnings of their sections."""

from wuzhen.bot.answering.contents import contents
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.index.searching.collection import Collection


def test_the_lead_is_the_first_paragraph(collection: Collection) -> None:
    (lead,) = contents(collection, "lead")
    assert lead.kind == "paragraph"
    assert not lead.section


def test_every_section_is_begun_once(collection: Collection) -> None:
    found = contents(collection, "sections")
    sections = [passage.section[:1] for passage in found]
    assert len(set(sections)) == len(sections) > 3
    assert [passage.number for passage in found] == sorted(passage.number for passage in found)


def test_they_are_quoted_whatever_was_asked_before(wordwise: Librarian) -> None:
    alone = wordwise.answer("有哪些章節？")
    assert alone.answered
    assert wordwise.answer("有哪些章節？", ["志願者有多少人"]).quotes == alone.quotes
