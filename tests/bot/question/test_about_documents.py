"""Questions about the documents themselves."""

import pytest

from wuzhen.bot.question.about_documents import about_documents
from wuzhen.bot.question.canonical import canonical


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("這篇文章在講什麼？", "lead"),
        ("請介紹一下", "lead"),
        ("呢篇文講咩㗎", "lead"),
        ("What is this document about?", "lead"),
        ("有哪些章節", "sections"),
        ("What can I ask?", "sections"),
        ("介紹一下烏鎮", None),
        ("開幕式在講什麼", None),
    ],
)
def test_what_is_asked_of_them(text: str, about: str | None) -> None:
    assert about_documents(canonical(text)) == about
