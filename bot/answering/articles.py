"""Articles of laws and the like that a question asks for by number: looked up, not ranked."""

import re
from collections.abc import Iterator, Sequence

from wuzhen.bot.question.question import interrogatives
from wuzhen.bot.question.reading import Reading
from wuzhen.index.document import Passage
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.articles import Article, article_headed, articles
from wuzhen.index.text.fold import fold

_FRAME = re.compile(
    r"规定|内容|条文|原文|全文|写着?|说了?|讲了?|是什么|什么|哪些|[的了是有在里中请问]|怎么|如何|吗|呢|"
    r"\b(?:what|does|do|is|are|says?|states?|provides?|text|of|the|in|tell|me|show|about|read|under|"
    r"please|give|quote|mean|content)\b"
)
"""What a question says of an article when it asks for the article itself."""
_LOOKED_THROUGH = 1000
_LONGEST = 20
"""Passages of an article, or of a chapter, that are quoted."""
_FEWEST_SHARED = 2


def find_article(reading: Reading, collection: Collection) -> list[tuple[Passage, ...]] | None:
    """Return the article that a question asks for by its number, whole, of the law that it names.

    Of every law that has it, where it names none. None when a question asks for no article, or
    for more than the article; empty when the law that it names has no such article.
    """
    core = reading.question.core
    named = articles(core)
    if len(named) != 1 or reading.question.references:
        return None
    asked = named[0]
    heads = list(_heads(asked, collection))
    titles = _titles_named(core, asked, collection)
    if titles:
        if _asks_more(reading, asked, titles, collection):
            return None
        own = [head for head in heads if head.document == titles[0]]
        if not own and not _has_articles(titles[0], asked, collection):
            return None
        heads = own
    elif not heads or _asks_more(reading, asked, (), collection):
        return None
    return [_whole(head, asked, collection) for head in heads]


def _heads(asked: Article, collection: Collection) -> Iterator[Passage]:
    """Yield the first passage of each article that is called so, in the order of the text."""
    term = [{f"#{float(asked.number.split('-')[0].split('.')[0]):g}": 1.0}]
    places = set(collection.passage_postings.search(term, _LOOKED_THROUGH).numbers.tolist())
    for block in collection.block_postings.search(term, _LOOKED_THROUGH).numbers.tolist():
        places.add(collection.blocks[block][0])
    begun: set[tuple[str, tuple[str, ...]]] = set()
    for place in sorted(places):
        passage = collection.passages[place]
        if _is_headed(asked, passage.text):
            yield passage
        elif heading := _heading(asked, passage):
            key = (passage.document, heading)
            if key not in begun:
                begun.add(key)
                yield passage


def _is_headed(asked: Article, text: str) -> bool:
    """Tell whether a text begins with the article that is asked for."""
    own = article_headed(fold(text[:60]))
    return own is not None and asked.is_called(own)


def _heading(asked: Article, passage: Passage) -> tuple[str, ...]:
    """Return the headings down to the one that is the article asked for, or nothing."""
    for depth, name in enumerate(passage.section, 1):
        if _is_headed(asked, name):
            return passage.section[:depth]
    return ()


def _whole(head: Passage, asked: Article, collection: Collection) -> tuple[Passage, ...]:
    """Return an article from its first passage to the next article or heading."""
    heading = _heading(asked, head)
    found = [head]
    for place in range(head.number + 1, min(head.number + _LONGEST, len(collection.passages))):
        passage = collection.passages[place]
        below = (
            passage.section[: len(heading)] == heading
            if heading
            else (
                passage.section == head.section and article_headed(fold(passage.text[:60])) is None
            )
        )
        if passage.document != head.document or not below:
            break
        found.append(passage)
    return tuple(found)


def _titles_named(core: str, asked: Article, collection: Collection) -> list[str]:
    """Return the ids of the documents whose titles a question names, the likeliest first.

    By how many characters they share in a row, then by how little else the title says.
    """
    name = core[: asked.start] + " " + core[asked.end :]
    found: list[tuple[int, int, str]] = []
    for place in range(min(collection.records.documents, _LOOKED_THROUGH)):
        card = collection.records.card(place)
        title = fold(card.title)
        shared = _shared(name, title)
        if shared >= _FEWEST_SHARED:
            found.append((-shared, len(title), card.id))
    return [id for *_, id in sorted(found)]


def _shared(one: str, other: str) -> int:
    """Return the length of the longest run of letters that two texts share, the last of a word."""
    longest = 0
    for start in range(len(one)):
        if start and one[start].isascii() and one[start - 1].isalnum() and one[start].isalnum():
            continue  # Latin words are shared as wholes
        size = longest + 1
        while (
            start + size <= len(one)
            and one[start : start + size].strip()
            and (one[start : start + size] in other)
        ):
            longest, size = size, size + 1
    return longest


def _has_articles(document: str, asked: Article, collection: Collection) -> bool:
    """Tell whether a document is made of articles as the one asked for is."""
    for count, passage in enumerate(collection.passages_of(document)):
        for text in (passage.text, *passage.section):
            own = article_headed(fold(text[:60]))
            if own is not None and own.unit == asked.unit:
                return True
        if count >= _LOOKED_THROUGH:
            break
    return False


def _asks_more(
    reading: Reading, asked: Article, titles: Sequence[str], collection: Collection
) -> bool:
    """Tell whether a question names anything beside an article and its law."""
    core = reading.question.core
    spans = [(asked.start, asked.end), *interrogatives(core)]
    spans += [match.span() for match in _FRAME.finditer(core)]
    masked = [False] * len(core)
    for start, end in spans:
        masked[start:end] = [True] * (end - start)
    title = fold(" ".join(collection.documents[id].title for id in titles[:1]))
    return any(
        not all(masked[c.start : c.end])
        and not (core[c.start : c.end].strip() and core[c.start : c.end] in title)
        and not (set(c.alternatives) & collection.title_terms)
        and not (c.start <= asked.start and asked.end - 1 <= c.end)
        and sum(masked[c.start : c.end]) * 2 < c.end - c.start
        for c in reading.words
        if c.weight == 1.0
    )
