"""Articles of laws by number: how they are named, and which text begins one."""

import pytest

from wuzhen.index.text.articles import article_headed, articles
from wuzhen.index.text.fold import fold


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("第二十四條", "article", "24"),
        ("第24条", "article", "24"),
        ("第 24 條", "article", "24"),
        ("第一百零二條之一", "article", "102-1"),
        ("Article 24", "article", "24"),
        ("art. 24", "article", "24"),
        ("§24", "section", "24"),
        ("§ 3.2", "section", "3.2"),
        ("Sec. 7a", "section", "7a"),
        ("Clause 5", "clause", "5"),
        ("Rule 12", "rule", "12"),
        ("第三章", "chapter", "3"),
    ],
)
def test_an_article_is_named_in_many_ways(text: str, unit: str, number: str) -> None:
    assert [(one.unit, one.number) for one in articles(fold(f"請看 {text} 。"))] == [(unit, number)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第三條 渡船每日開。", "3"),
        ("**第三條**　渡船每日開。", "3"),
        ("第三條（渡船） 每日開。", "3"),
        ("第3條：渡船每日開。", "3"),
        ("Article 3. Ferries", "3"),
        ("§3 Ferries", "3"),
        ("第三條規定的渡船。", None),
        ("第三條及第四條的渡船。", None),
        ("第三條所稱渡船。", None),
        ("Article 3 applies to ferries.", None),
        ("依第三條，渡船每日開。", None),
    ],
)
def test_a_text_begins_an_article_or_only_cites_it(text: str, number: str | None) -> None:
    own = article_headed(fold(text))
    assert (own.number if own else None) == number
