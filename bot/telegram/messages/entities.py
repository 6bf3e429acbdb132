"""Text with message entities: counted, cut and split in the units that the Bot API counts in.

Offsets and lengths of entities are UTF-16 code units (https://core.telegram.org/api/entities):
a character beyond U+FFFF counts two. In here all positions are code points, and so no cut can
fall into the middle of a character; only `entities` turns them into units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

LONGEST_TEXT = 4096
"""UTF-16 units of a message's text (Bot API, sendMessage)."""

MOST_ENTITIES = 100
"""Entities of one message; more are ignored (Bot API, formatting options)."""

_BREAKS = (("\n\n",), ("\n",), ("。", "！", "？", "；", ". ", "! ", "? ", "; "), ("，", ",", " "))


class Mark(NamedTuple):
    """What a stretch of the text is: `[start, end)` in code points, and an entity's type."""

    start: int
    end: int
    kind: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rich:
    """A text and its marks."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: "Rich | str") -> "Rich":
        added = Rich(other) if isinstance(other, str) else other
        return Rich(self.text + added.text, self.marks + _shifted(added.marks, len(self.text)))

    def within(self, kind: str, url: str = "") -> "Rich":
        """Return the same, all of it marked."""
        if not self.text:
            return self
        return Rich(self.text, (Mark(0, len(self.text), kind, url), *self.marks))

    def cut(self, start: int, end: int) -> "Rich":
        """Return what stands in `[start, end)`, with as much of each mark as lies in there."""
        kept = (
            Mark(max(mark.start, start) - start, min(mark.end, end) - start, mark.kind, mark.url)
            for mark in self.marks
            if mark.start < end and mark.end > start
        )
        return Rich(self.text[start:end], tuple(kept))

    def entities(self) -> list[dict[str, Any]]:
        """Return the marks as the Bot API's MessageEntity objects, in UTF-16 units."""
        offsets = list(accumulate((units(character) for character in self.text), initial=0))
        return [
            {
                "type": mark.kind,
                "offset": offsets[mark.start],
                "length": offsets[mark.end] - offsets[mark.start],
                **({"url": mark.url} if mark.url else {}),
            }
            for mark in self.marks
            if mark.start < mark.end
        ]


def rich(text: str, *kinds: str) -> Rich:
    """Return a text that is all of these kinds, the outermost first."""
    marked = Rich(text)
    for kind in reversed(kinds):
        marked = marked.within(kind)
    return marked


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, most: int) -> str:
    """Return the text on one line, cut to so many UTF-16 units with an ellipsis."""
    line = " ".join(text.split())
    if units(line) <= most:
        return line
    return line[: _fitting(line, most - 1)].rstrip() + "…"


def split(whole: Rich, longest: int = LONGEST_TEXT, most: int = MOST_ENTITIES) -> list[Rich]:
    """Cut a text into parts of at most `longest` UTF-16 units and `most` entities.

    It is cut behind a paragraph, a line, a sentence or a word, whichever leaves at least half a
    part, or else between characters. The parts make up the whole again, but for parts that
    would be blank, which no message can be.
    """
    return [part for part in _parts(whole, longest, most) if not _blank(part.text)]


def _blank(text: str) -> bool:
    """Tell whether there is only white space in it, as control characters are to Telegram."""
    return all(character <= " " or character.isspace() for character in text)


def _parts(whole: Rich, longest: int, most: int) -> Iterator[Rich]:
    start = 0
    while start < len(whole.text):
        end = start + _fitting(whole.text[start : start + longest], longest)
        touched = [mark for mark in whole.marks if mark.start < end and mark.end > start]
        if len(touched) > most:
            # The first mark too many begins the next part.
            opens = sorted(max(mark.start, start) for mark in touched)[most]
            end = opens if opens > start else start + 1
        if end < len(whole.text):
            end = start + _break(whole.text[start:end])
        part = whole.cut(start, end)
        yield Rich(part.text, part.marks[:most])
        start = end


def _fitting(text: str, most: int) -> int:
    """How many of the text's first characters fit into so many units, at least one."""
    if units(text) <= most:
        return len(text)
    total = 0
    for count, character in enumerate(text):
        total += units(character)
        if total > most:
            return max(count, 1)
    return len(text)


def _break(text: str) -> int:
    for ends in _BREAKS:
        place = max(text.rfind(end) + len(end) if end in text else 0 for end in ends)
        if place * 2 > len(text):
            return place
    return len(text)


def _shifted(marks: tuple[Mark, ...], by: int) -> tuple[Mark, ...]:
    return tuple(Mark(mark.start + by, mark.end + by, mark.kind, mark.url) for mark in marks)
