"""Articles asked for by number: whole, and of the law that was named."""

import pytest

from tests.index.collected import collected
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.index.sources.markdown import read_markdown

FERRY = """# 渡船條例

第二條 渡船每日開。

第七條 乘客不得攜帶活禽。

老人不在此限。

第十二條 違反第七條的，罰十元。

## 第十五條

船夫輪班。

每班兩人。
"""
RULES = """# 渡船條例施行細則

第二條 條例第二條所稱渡船，包括竹筏。

第七條 條例第十二條的罰款由船務所收。
"""
TRAM = """# Tram act

## Article 7 Fares

Children ride free.

## Article 9 Dogs

Dogs pay half.
"""


@pytest.fixture(scope="module")
def laws() -> Librarian:
    texts = {"ferry.md": FERRY, "rules.md": RULES, "tram.md": TRAM}
    return Librarian(collected([read_markdown(id, text) for id, text in texts.items()]))


@pytest.mark.parametrize(
    ("question", "document", "text"),
    [
        ("渡船條例第七條是什麼？", "ferry.md", "第七條 乘客不得攜帶活禽。 老人不在此限。"),
        ("渡船條例第7條", "ferry.md", "第七條 乘客不得攜帶活禽。 老人不在此限。"),
        ("渡船条例第十二条的内容", "ferry.md", "第十二條 違反第七條的，罰十元。"),
        ("渡船條例第十五條說什麼？", "ferry.md", "船夫輪班。 每班兩人。"),
        ("施行細則第二條規定什麼？", "rules.md", "第二條 條例第二條所稱渡船，包括竹筏。"),
        ("What does article 9 of the tram act say?", "tram.md", "Dogs pay half."),
    ],
)
def test_an_article_is_quoted_whole(
    laws: Librarian, question: str, document: str, text: str
) -> None:
    answer = laws.answer(question)
    assert [(one.document, " ".join(one.text.split())) for one in answer.quotes] == [
        (document, text)
    ]


def test_an_article_that_the_law_does_not_have_is_refused(laws: Librarian) -> None:
    assert not laws.answer("渡船條例第九條是什麼？").answered


def test_an_article_of_no_named_law_is_quoted_of_each_that_has_it(laws: Librarian) -> None:
    answer = laws.answer("第七條是什麼？")
    assert [one.document for one in answer.quotes] == ["ferry.md", "rules.md", "tram.md"]
