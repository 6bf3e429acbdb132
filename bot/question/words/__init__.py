"""The phrases that questions are read by: one table a language, all of them read together.

Kinds of phrases:

- `opening`, `closing`: politeness and filler before and behind what is asked (請問, thanks).
- `opening question`: politeness that asks itself (你知道 … 嗎); a `closing question` goes with it.
- `greeting`, `thanks`, `farewell`, `identity`, `laughter`: small talk. `padding` goes with any.
- `lead of the documents`, `sections of the documents`: whole questions about the documents
  themselves (這篇文章在講什麼, 有哪些章節).
- `irregular`: forms that a dictionary lists under another word (gave, women).
"""

from functools import cache
from importlib.resources import files

from wuzhen.index.text.fold import fold

TABLES = ("mandarin.txt", "cantonese.txt", "english.txt")
CANTONESE_IN_MANDARIN = "cantonese_in_mandarin.txt"


@cache
def phrases(kind: str) -> frozenset[str]:
    """Return the phrases of a kind in all languages, folded."""
    found: set[str] = set()
    for table in TABLES:
        for line in lines(table):
            name, _, listed = line.partition(":")
            if name == kind:
                found.update(fold(phrase.strip()) for phrase in listed.split("|"))
    return frozenset(found)


@cache
def lines(table: str) -> tuple[str, ...]:
    """Return the lines of a table, without comments and blanks."""
    text = files(__name__).joinpath(table).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and line[:1] != "#")
