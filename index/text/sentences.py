"""Cutting a statement into sentences, which are what is retrieved and quoted."""

import re

from wuzhen.index.document import Span
from wuzhen.index.text.references import CLOSERS, trimmed

_CLOSERS = f"{CLOSERS}*_"
# A full stop of Latin script ends a sentence only before white space and a capital, a digit or a
# Han character, so that "3.5", "e.g. this" and "WIC.org" stay whole. In Markdown emphasis closes
# with its sentence, and `![` begins a picture.
_ENDS = re.compile(
    rf"(?:[。！？?…]|!(?!\[))+[{_CLOSERS}]*"
    rf"|\.[{_CLOSERS}]*(?=\s+[A-Z0-9\u3400-\u9fff])"
    r"|\n\s*\n"
)
# What numbers an item of a list is no sentence.
_NUMBER = re.compile(r"\s*[(（]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})\.")
# A remark in brackets right behind the full stop, such as who said it, belongs to its sentence.
_REMARK = re.compile(r"\s*[（(][^（()）]{1,60}[)）]")


def sentences(text: str, span: Span) -> list[Span]:
    """Cut a stretch of text into sentences, without the white space between them."""
    found: list[Span] = []
    start = span.start
    for end in _ENDS.finditer(text, span.start, span.end):
        stop = end.end()
        if stop <= start or _NUMBER.fullmatch(text, start, stop):
            continue
        if remark := _REMARK.match(text, stop, span.end):
            stop = remark.end()
        if sentence := trimmed(text, Span(start, stop)):
            found.append(sentence)
        start = stop
    if rest := trimmed(text, Span(start, span.end)):
        found.append(rest)
    return found
