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
_ITEM = re.compile(
    rf"(?:[(（](?:{_COUNT}{{1,3}}|[A-Za-z]|[ivx]{{2,5}})[)）]|\d{{1,3}}[.、．)）](?!\d)|{_COUNT}+、"
    r"|[\u2460-\u2473\u3220-\u3229]|[A-Za-z][.)](?=\s))\s*(?=\S)"
)
_ANSWER = re.compile(r"(?:a|ans|answer|[答覆])\s*[:：]", re.IGNORECASE)
_ANSWER_WITHIN = re.compile(rf"(?:(?<=\s)|(?<=[?？]))(?={_ANSWER.pattern})", re.IGNORECASE)
_EMPHASIS = "*_"
_QUESTION = re.compile(r"[^。！!；;?？\n]*[?？]+[”」』\"*_]*")
_LEAD = re.compile(r"[\s*_]*")
_LONGEST_QUESTION = 80
_WORDS = re.compile(r"[A-Za-z]+(?:[ '.-]+[A-Za-z]+)*|[^\W\d_A-Za-z]+")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_VALUE = re.compile(r"\d[\d,.:：/~～-]*\s*[^\d\s]{0,3}$")
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


def question_end(text: str) -> int | None:
    """Return where the question ends that a line begins with, or None when it begins with none.

    A line is a question when it says so (`Q: …`, `問：…`), or when it is one sentence that ends in
    a question mark. What follows in the same line is its answer when the question says so, is
    emphasised as a whole, or the answer says that it is one (`A: …`).
    """
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    if item := _ITEM.match(text, start):
        start = item.end()
    marked = _ASKED.match(text, start) is not None
    found = _QUESTION.match(text, start)
    answer = _ANSWER_WITHIN.search(text, start) if marked else None
    if answer is not None and (found is None or answer.start() < found.end()):
        return answer.start()
    if found is None or found.end() - start > _LONGEST_QUESTION:
        return len(text) if marked and not is_statement(text) else None
    if not text[found.end() :].strip():
        return len(text)
    bold = _EMPHASIS.find(text[start : start + 1] or " ") >= 0 or "*" in text[:start]
    emphasised = bold and found[0].endswith(("*", "_"))
    rest = text[found.end() :].lstrip()
    return found.end() if marked or emphasised or _ANSWER.match(rest) else None


def is_question(text: str) -> bool:
    """Tell whether a line is a question and nothing else."""
    return question_end(text) == len(text)


def item_head(text: str) -> int:
    """Return the length of what numbers an item that a text begins with (`（一）`, `2.`), or 0."""
    found = _ITEM.match(text)
    return found.end() if found else 0


def alike(one: Line, other: Line) -> bool:
    """Tell whether two lines have one shape of words and figures, as entries of a list have.

    Words alone have none; `單人房 900元` and `雙人房 1400元` do.
    """
    shape = _shape(one.text)
    return not _LISTED.match(one.text) and len(shape) > 1 and shape == _shape(other.text)


def _shape(text: str) -> str:
    words = _WORDS.sub("a", text)
    return _FIGURES.sub("0", words)


def gives_value(line: Line) -> bool:
    """Tell whether a short line ends in a figure, as a price or a telephone number does."""
    return _VALUE.search(line.text) is not None and not line.text.startswith("第")


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
