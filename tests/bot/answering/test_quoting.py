"""What an answer quotes beside the passage that answers."""

from dataclasses import replace

import pytest

from tests.index.collected import collected
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.ranking import model as fitted
from wuzhen.index.sources.markdown import read_markdown
from wuzhen.index.sources.page import read_page

WILLING = replace(fitted.load(fitted.WORDS_ALONE), answer_bias=1e3, subject_bias=1e3)


def quoted(ending: str, text: str, question: str) -> str:
    document = (
        read_markdown("a.md", text) if ending == "md" else read_page("a.txt", text, frozenset())
    )
    answer = Librarian(collected([document]), WILLING).answer(question)
    return " ".join(answer.quotes[0].text.split())


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("md", "# 茶園\n\n進園者應遵守：\n\n（一）換鞋。\n\n（二）噤聲。"),
        ("md", "# 茶園\n\n進園者應遵守：（一）換鞋。（二）噤聲。"),
        ("md", "# 茶園\n\n進園者應遵守：\n\n1. 換鞋。\n2. 噤聲。"),
        ("txt", "茶園\n\n進園者應遵守：\n1、換鞋。\n2、噤聲。"),
    ],
)
def test_a_line_that_introduces_items_is_quoted_with_them(ending: str, text: str) -> None:
    found = quoted(ending, text, "進園者應遵守什麼？")
    assert all(words in found for words in ("應遵守", "換鞋", "噤聲"))


def test_an_item_is_quoted_with_what_it_means() -> None:
    text = "# 茶園\n\n有下列情形之一者，不得進園：（一）醉酒。（二）攜帶獵犬。"
    assert (
        quoted("md", text, "攜帶獵犬會怎樣？")
        == "有下列情形之一者，不得進園：（一）醉酒。（二）攜帶獵犬。"
    )


def test_a_label_is_quoted_with_what_follows_it() -> None:
    text = "# 茶園\n\n租金的計算方式：\n\n租金 = 畝數 × 三百元\n\n另有押金。"
    assert "畝數 × 三百元" in quoted("md", text, "租金的計算方式是什麼？")


def test_a_question_is_not_quoted_alone() -> None:
    text = "# 茶園\n\n春茶何時採收？看天氣，多在四月。秋茶少。"
    assert "看天氣，多在四月。" in quoted("md", text, "春茶何時採收？")
