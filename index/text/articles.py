"""Articles, sections, clauses and rules of laws by their numbers, however these are written."""

import re
from typing import NamedTuple

from wuzhen.index.text.numerals import HAN_DIGITS, to_value

_NUMERAL = rf"(?:\d{{1,4}}|[{HAN_DIGITS}百千]{{1,9}})"
_HAN_UNITS = {"条": "article", "章": "chapter", "节": "section", "编": "part"}
_LATIN_UNITS = {
    "article": "article",
    "art": "article",
    "section": "section",
    "sec": "section",
    "clause": "clause",
    "rule": "rule",
    "chapter": "chapter",
    "part": "part",
    "§": "section",
    "§§": "section",
}
_NAMED = re.compile(
    rf"第\s*(?P<han>{_NUMERAL})\s*(?P<unit>[条章节编])(?:\s*之\s*(?P<sub>{_NUMERAL}))?"
    r"|(?P<latin>(?<![a-z])(?:article|art|section|sec|clause|rule|chapter|part)\b|§{1,2})\.?\s*"
    r"(?P<number>\d{1,4}(?:\.\d{1,3})*[a-z]?)(?![\w])"
)
_LEAD = re.compile(r"[\s*_#>【\[]*")
_CITES = re.compile(
    r"\s*(?:第|之?规定|所称|所定|所列|的|及|和|与|或|至|到|、|,|款|项|提到|中|之(?!\d)|规范|"
    r"(?:of|and|or|to|in|applies|apply|shall|is|are|does|says|also|above|below)\b)"
)

_SAME = {
    "article": ("article",),
    "section": ("section", "article"),
    "clause": ("clause", "article"),
    "rule": ("rule", "article"),
    "chapter": ("chapter",),
    "part": ("part",),
}
"""The units that one asked for may be called, the likeliest first."""


class Article(NamedTuple):
    """A unit of a law, by its number, and where a folded text names it."""

    unit: str
    """`article`, `section`, `clause`, `rule`, `chapter` or `part`."""
    number: str
    """In Arabic figures: `24`, `24-1` (第二十四條之一), `3.2`."""
    start: int
    end: int

    def is_called(self, other: "Article") -> bool:
        """Tell whether another article may be meant by this one, which a question names."""
        return self.number == other.number and other.unit in _SAME[self.unit]


def articles(folded: str) -> list[Article]:
    """Return the articles and the like that a folded text names, from left to right."""
    return [found for match in _NAMED.finditer(folded) if (found := _read(match))]


def article_headed(folded: str) -> Article | None:
    """Return the article that a folded text begins with, unless it only cites it."""
    lead = _LEAD.match(folded)
    match = _NAMED.match(folded, lead.end() if lead else 0)
    if match is None or _CITES.match(folded, match.end()):
        return None
    return _read(match)


def _read(match: re.Match[str]) -> Article | None:
    if match["latin"]:
        return Article(_LATIN_UNITS[match["latin"]], match["number"], *match.span())
    value = to_value(match["han"])
    if value is None:
        return None
    number = str(int(value))
    if match["sub"] and (below := to_value(match["sub"])) is not None:
        number += f"-{int(below)}"
    return Article(_HAN_UNITS[match["unit"]], number, *match.span())
