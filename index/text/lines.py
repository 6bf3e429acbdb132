"""A text's lines with their places, and what can be said of one line by its look."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from wuzhen.index.document import Span
from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import to_value
from wuzhen.index.text.references import MARKS, numbers, trimmed

_SENTENCE_END = re.compile(r"[。！？!?；;]|\.(?:\s|$)")
_CLAUSE = re.compile(r"[。！？!?；;，,、：:]")
_QUOTED = re.compile(r"[《“「『\"\d]")
_BULLET = re.compile(r"\s*(?:[•·●▪◦‧∙]|[-*+](?=\s))\s*")
_COUNT = r"[\d一二三四五六七八九十]"
_LISTED = re.compile(rf"(?:第(?:{_COUNT}|百)+[章節节條条]|{_COUNT}+[、.．]|[(（]{_COUNT}+[)）])\s*")
_COUNTED = re.compile(rf"(?:{_COUNT}|百)+")
_ASKED = re.compile(r"(?:q|question|[問问])\s*(?:\d{1,3}\s*[.．、:：]|[:：])\s*\S", re.IGNORECASE)
_LONGEST_HEADING = 30
_LONGEST_LABEL = 12


class Line(NamedTuple):
    """One line that is not blank: its place without white space at its ends, and its text."""

    span: Span
    text: str
    after_blank: bool
    """Whether a blank line, or nothing, stands before it."""

    @property
    def folded(self) -> str:
        """Its text, folded."""
        return fold(self.text)


def lines(text: str) -> list[Line]:
    """Return the lines of a text that are not blank."""
    found: list[Line] = []
    after_blank = True
    start = 0
    for raw in text.splitlines(keepends=True):
        span = trimmed(text, Span(start, start + len(raw)))
        start += len(raw)
        if span is None:
            after_blank = True
            continue
        found.append(Line(span, span.of(text), after_blank))
        after_blank = False
    return found


def without(found: Sequence[Line], boilerplate: frozenset[str]) -> list[Line]:
    """Return the lines that, folded, are none of some others."""
    # Folding makes no text shorter, so that what is longer need not be folded.
    longest = max(map(len, boilerplate), default=0)
    return [line for line in found if len(line.text) > longest or line.folded not in boilerplate]


def bullet(line: Line) -> Line | None:
    """Return a bulleted line without its bullet, or None when it has none."""
    match = _BULLET.match(line.text)
    if match is None or match.end() == len(line.text) or match.end() == 0:
        return None
    start = line.span.start + match.end()
    return Line(Span(start, line.span.end), line.text[match.end() :], line.after_blank)


def is_prose(line: Line) -> bool:
    """Tell whether a line holds a sentence: it ends one somewhere, or is long."""
    return bool(_SENTENCE_END.search(line.text)) or len(line.text) > 2 * _LONGEST_HEADING


def is_label(line: Line) -> bool:
    """Tell whether a line can be the name of a field: short, with no clause, quotation or digit."""
    return len(line.text) <= _LONGEST_LABEL and not re.search(
        rf"{_CLAUSE.pattern}|{_QUOTED.pattern}", line.text
    )


def is_heading(line: Line) -> bool:
    """Tell whether a line of plain text can be a heading: short, or numbered, and no clause."""
    bare = line.text[match.end() :] if (match := _LISTED.match(line.text)) else line.text
    if bare.startswith(("《", "“", "「", '"')) or bare.endswith(".") or MARKS.search(bare):
        return False
    return 0 < len(bare) <= _LONGEST_HEADING and not _CLAUSE.search(bare.rstrip("：:"))


def opens_list(line: Line, after: Line) -> bool:
    """Tell whether a line is numbered and the one right below it has the next number."""
    own, next_ = _LISTED.match(line.text), _LISTED.match(after.text)
    if own is None or next_ is None or after.after_blank:
        return False
    alike = _COUNTED.sub("", own[0]).strip() == _COUNTED.sub("", next_[0]).strip()
    number, follower = _count(own[0]), _count(next_[0])
    return alike and number is not None and follower == number + 1


def _count(label: str) -> float | None:
    found = _COUNTED.search(label)
    return to_value(found[0]) if found else None


def is_asked(text: str) -> bool:
    """Tell whether a text says of itself that it is a question (`Q: …`, `問：…`)."""
    return _ASKED.match(text) is not None


def is_caption(line: Line) -> bool:
    """Tell whether a line can be a picture's caption: short, with no clause and no mark."""
    return (
        len(line.text) <= _LONGEST_HEADING
        and not _CLAUSE.search(line.text)
        and not line.text.endswith("]")
    )


def is_said_twice(line: Line) -> bool:
    """Tell whether a line says the same twice over (`甲 甲`), as pages copy captions."""
    half = len(line.text) // 2
    return line.text[:half].strip() == line.text[half:].strip() != ""


def attribution(line: Line) -> tuple[str, ...] | None:
    """Return the references of a line that holds a label and marks alone (`參考資料: [5]`)."""
    marks = MARKS.search(line.text)
    if marks is None or marks.end() != len(line.text):
        return None
    label = line.text[: marks.start()]
    return numbers(marks[0]) if len(label) <= _LONGEST_LABEL and not is_statement(label) else None


def is_statement(text: str) -> bool:
    """Tell whether a text ends a sentence somewhere."""
    return bool(_SENTENCE_END.search(text))
