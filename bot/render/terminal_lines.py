"""Lines of text for a terminal, broken where the script allows it.

Chinese may be broken between any two characters, but neither before what closes nor after what
opens; the rest is broken at spaces. It is the Unicode Line Breaking Algorithm (UAX #14) cut down to
what ideographs, words and their punctuation need.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_NEVER_FIRST = frozenset(",.:;!?%、。，．：；！？…‥—％‰℃々ー～·‧/-–\"'")
_NEVER_LAST = frozenset("$¥￥€£#@＃＄\"'")
_STOPS = frozenset(",.:;!?")
_NARROWEST = 8
_CONTROLS = {c: 0x2400 + c for c in range(0x20) if chr(c) not in "\n\t"}
_CONTROLS |= {0x7F: 0x2421}
_CONTROLS |= dict.fromkeys(
    (
        *range(0x80, 0xA0),
        *(0x061C, 0x200E, 0x200F),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *(0x200B, 0x2060, 0xFEFF),  # of no width: they part words, or hide in them, unseen
    ),
    0xFFFD,
)


def harmless(text: str) -> str:
    """Return a text of the same length in which nothing steers the terminal.

    Control characters are shown as their pictures; those that turn the direction of writing and
    those of no width, but for joiners, as U+FFFD.
    """
    return text.replace("\r\n", " \n").translate(_CONTROLS)


def line_starts(text: str, width: int) -> list[int]:
    """Return where the lines of a text begin, but for the first, each at most `width` cells wide.

    Spaces at the end of a line hang over. What has no place to break is broken where it must be.
    """
    starts: list[int] = []
    begun, chance, used = 0, 0, 0
    for at, character in enumerate(text):
        if character == "\n":
            starts.append(at + 1)
            begun, chance, used = at + 1, at + 1, 0
            continue
        if at > begun and _may_break(text[max(0, at - 2) : at], character):
            chance = at
        wide = cell_len(character)
        while used + wide > width and at > begun and not character.isspace():
            begun = chance if chance > begun else at
            starts.append(begun)
            used = cell_len(text[begun:at])
        used += wide
    return starts


class Prose:
    """A text as lines, each behind a bar if one is given; only its own where nothing is to wrap."""

    def __init__(self, text: Text, *, first: Text | None = None, bar: Text | None = None) -> None:
        """`first` stands before the first line instead of `bar`, and is as wide."""
        self._text = text
        self._bar = bar or Text()
        self._first = first or self._bar

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        lines: Iterable[Text] = self._text.split("\n", allow_blank=True)
        if not options.no_wrap:
            lines = self._lines(max(1, options.max_width - self._bar.cell_len))
        for number, line in enumerate(lines):
            whole = (self._bar if number else self._first) + line
            whole.no_wrap, whole.overflow = True, "ignore"
            yield whole

    def __rich_measure__(self, _console: Console, options: ConsoleOptions) -> Measurement:
        wide = self._bar.cell_len + max(
            (line.cell_len for line in self._text.split("\n")), default=0
        )
        return Measurement(min(wide, _NARROWEST), wide).clamp(max_width=options.max_width)

    def _lines(self, width: int) -> Iterator[Text]:
        for line in self._text.divide(line_starts(self._text.plain, width)):
            line.rstrip()
            yield line


@lru_cache(maxsize=4096)
def _may_break(before: str, after: str) -> bool:
    """Tell whether a line may end before a character, given the two that it follows."""
    earlier, before = before[:-1], before[-1]
    if after.isspace() or after in _NEVER_FIRST or cell_len(after) == 0:
        return False
    if before.isspace():
        return True
    if unicodedata.category(after) in ("Pe", "Pf"):
        return False
    if before in _NEVER_LAST or unicodedata.category(before) in ("Ps", "Pi"):
        return False
    closed = before in _STOPS or unicodedata.category(before) in ("Pe", "Pf")
    if closed and earlier and _is_wide(earlier):
        return True  # as after a full-width one; within 12:00 or 1,000 there is no break
    if unicodedata.category(after) in ("Ps", "Pi"):
        return True
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
