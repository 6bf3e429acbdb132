"""Reference marks: `[8]`, `[2-3]`, `[10-11]`, `[14]  [21]`, and what each of them covers."""

import re

from wuzhen.index.document import Block, Part, Span

_ONE = r"[\[［]\s*\d{1,4}(?:\s*[-–—~,，、]\s*\d{1,4})*\s*[\]］]"
# White space is read from where it begins, so that a long run of it is not read from each place.
MARKS = re.compile(rf"(?:(?<!\s)\s+)?{_ONE}(?:\s*{_ONE})*")
"""A run of reference marks with the white space before and between them."""
_ITEM = re.compile(r"(\d{1,4})(?:\s*[-–—~]\s*(\d{1,4}))?")
CLOSERS = "”’」』】）)\"'》〉"
"""What closes a quotation or brackets, and stands behind the full stop within them."""
_END = re.compile(rf"[。．！？…；]+[{CLOSERS}]*|[.!?;]+[{CLOSERS}]*(?=\s|[^\x00-\x7f]|$)")
"""What ends, behind its mark, the statement that the mark covers."""
_LONGEST_RANGE = 50
_ORDER_MARK = "\ufeff"


def numbers(marks: str) -> tuple[str, ...]:
    """Return the reference numbers that a run of marks names, in order, each once.

    `[2-3]` names 2 and 3; a range that runs backwards, or over more than fifty numbers, is read
    as its two ends.
    """
    found: list[str] = []
    for item in _ITEM.finditer(marks):
        first, last = int(item[1]), int(item[2] or item[1])
        named = range(first, last + 1) if 0 <= last - first <= _LONGEST_RANGE else (first, last)
        found.extend(str(number) for number in named)
    return tuple(dict.fromkeys(found))


def statements(text: str, span: Span) -> tuple[Part, ...]:
    """Cut a stretch of text at its reference marks into statements with their references.

    A mark covers the text back to the mark before it; text behind the last mark has none. The
    marks themselves, the white space around a statement, and the end of one that stands right
    behind its mark (`…[1]。`) are outside its span.
    """
    parts: list[Part] = []
    start = span.start
    brackets = any(text.find(bracket, *span) >= 0 for bracket in "[［")  # found far faster
    for marks in MARKS.finditer(text, *span) if brackets else ():
        if stripped := trimmed(text, Span(start, marks.start())):
            parts.append(Part(stripped, numbers(marks[0])))
        elif parts:
            last = parts[-1]
            merged = dict.fromkeys(last.refs + numbers(marks[0]))
            parts[-1] = last._replace(refs=tuple(merged))
        end = _END.match(text, marks.end(), span.end)
        start = end.end() if end else marks.end()
    if stripped := trimmed(text, Span(start, span.end)):
        parts.append(Part(stripped))
    return tuple(parts)


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
