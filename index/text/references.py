"""Reference marks: `[8]`, `[2-3]`, `[14]  [21]`, `[^note]`, and what each of them covers."""

import re
import unicodedata

from wuzhen.index.document import Block, Part, Span

_ONE = (
    r"(?:[\[［]\s*\d{1,4}(?:\s*[-–—~,，、]\s*\d{1,4})*\s*[\]］]"
    r"|\[\^[^\[\]\s]{1,60}\](?!:))"
)
# White space is read from where it begins, so that a long run of it is not read from each place.
MARKS = re.compile(rf"(?:(?<!\s)\s+)?{_ONE}(?:\s*{_ONE})*")
"""A run of reference marks with the white space before and between them."""
_ITEM = re.compile(r"\[\^([^\[\]\s]+)\]|(\d{1,4})(?:\s*[-–—~]\s*(\d{1,4}))?")
CLOSERS = "”’」』】）)\"'》〉"
"""What closes a quotation or brackets, and stands behind the full stop within them."""
_END = re.compile(
    rf"(?:(?<!\s)\s+)?(?:[。｡．！？…；]+[{CLOSERS}]*"
    rf"|[.!?;]+[{CLOSERS}]*(?=\s|[^\x00-\x7f]|$))"
)
"""What ends or parts, behind its mark, the statement that the mark covers."""
_LONGEST_RANGE = 50
_ORDER_MARK = "\ufeff"


def numbers(marks: str) -> tuple[str, ...]:
    """Return the reference numbers that a run of marks names, in order, each once.

    `[2-3]` names 2 and 3, `[^note]` names note; a range that runs backwards, or over more than
    fifty numbers, is read as its two ends.
    """
    found: list[str] = []
    for item in _ITEM.finditer(marks):
        if item[1]:
            found.append(str(int(item[1])) if item[1].isdecimal() else item[1])
            continue
        first, last = int(item[2]), int(item[3] or item[2])
        named = range(first, last + 1) if 0 <= last - first <= _LONGEST_RANGE else (first, last)
        found.extend(str(number) for number in named)
    return tuple(dict.fromkeys(found))


def statements(text: str, span: Span) -> tuple[Part, ...]:
    """Cut a stretch of text at its reference marks into statements with their references.

    A mark covers the text back to the mark before it; text behind the last mark has none. The
    marks themselves, the white space around a statement, and the stop that stands behind its mark
    (`…[1]。`) are outside its span; punctuation alone is no statement.
    """
    parts: list[Part] = []
    start = span.start
    brackets = any(text.find(bracket, *span) >= 0 for bracket in "[［")  # found far faster
    for marks in MARKS.finditer(text, *span) if brackets else ():
        if stripped := _stated(text, Span(start, marks.start())):
            parts.append(Part(stripped, numbers(marks[0])))
        elif parts:
            last = parts[-1]
            merged = dict.fromkeys(last.refs + numbers(marks[0]))
            parts[-1] = last._replace(refs=tuple(merged))
        end = _END.match(text, marks.end(), span.end)
        start = end.end() if end else marks.end()
    rest = _stated(text, Span(start, span.end)) if parts else trimmed(text, span)
    if rest:
        parts.append(Part(rest))
    return tuple(parts)


def _stated(text: str, span: Span) -> Span | None:
    """Return the span without white space at its ends, or None when it says nothing."""
    inner = trimmed(text, span)
    return None if inner is None or is_punctuation(inner.of(text)) else inner


def is_punctuation(text: str) -> bool:
    """Tell whether a text is punctuation and white space alone."""
    return all(one.isspace() or unicodedata.category(one).startswith("P") for one in text)


def attribute(blocks: list[Block], begin: int, refs: tuple[str, ...]) -> None:
    """Give references to the rows from `begin` on that have none of their own."""
    for place, block in enumerate(blocks[begin:], begin):
        if block.kind == "row" and not any(part.refs for part in block.parts):
            parts = tuple(part._replace(refs=refs) for part in block.parts)
            blocks[place] = Block(block.kind, block.section, parts)


def trimmed(text: str, span: Span) -> Span | None:
    """Return the span without the white space at its ends, or None when nothing is left."""
    start, end = span
    while start < end and ((one := text[start]).isspace() or one == _ORDER_MARK):
        start += 1
    while end > start and ((one := text[end - 1]).isspace() or one == _ORDER_MARK):
        end -= 1
    return Span(start, end) if start < end else None
