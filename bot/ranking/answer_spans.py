"""What a question seeks, in a passage: things of the kinds asked for that it does not give."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from wuzhen.bot.question.answer_types import Held, kind_spans
from wuzhen.bot.question.question import Question
from wuzhen.index.document import Passage
from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import numbers

_CELL_KINDS = {
    "date": frozenset({"date"}),
    "time": frozenset({"time", "duration"}),
    "place": frozenset({"place"}),
}
"""Which kinds the cells of a timetable hold; its topics hold all the others."""
_NAME = "name"
"""The role of a field's name, which is never what is sought."""
_TOPIC = "topic"
_WHO_AFTER = r"\s*(?:到底|究竟)?\s*(?:是|系|为)\s*(?:谁|什么人|咩人|何人|哪位|边个|边位|乜谁)"
_WHO_BEFORE = r"(?:谁是|边个系|\bwho(?: is| was|'s)\s+)"


def sought_in(question: Question, folded: str, cell: str = "") -> list[list[Held]]:
    """Return what a folded text holds of each kind that a question asks for, in their order.

    Things that the question itself gives do not answer it: asked for the names of the 15
    universities, `15所高校` is no answer. `cell` is the role of the text in a row, if it is one's.
    """
    found: list[list[Held]] = []
    for name, finder in question.kinds:
        if cell and not _belongs(name, cell):
            found.append([])
            continue
        held = finder(folded)
        if not held and folded and name in _kinds_named(cell):
            held = [Held(0, len(folded))]  # a field that is called so is the thing itself
        if not question.yes_no:
            held = [one for one in held if not _given(question, name, folded[one.start : one.end])]
        found.append(held)
    return found


def sought(question: Question, cells: Iterable[tuple[str, str]]) -> list[list[Held]]:
    """Return what a passage holds of each kind that a question asks for.

    `cells` are its folded texts, each with its role; places are those in their join by a space.
    """
    found: list[list[Held]] = [[] for _ in question.kinds]
    start = 0
    for cell, text in cells:
        for own, held in zip(found, sought_in(question, text, cell), strict=True):
            own.extend(Held(start + one.start, start + one.end) for one in held)
        start += len(text) + 1
    return found


def cells_of(passage: Passage, text: str) -> list[tuple[str, str]]:
    """Return the folded texts of a passage's spans in its document's text, each with its role."""
    if passage.kind not in ("row", "field"):
        return [("", fold(passage.text))]
    own = roles(passage, text)
    return [(role, fold(s.of(text))) for s, role in zip(passage.spans, own, strict=True)]


def roles(passage: Passage, text: str) -> list[str]:
    """Return what each of a passage's spans is to it: the name of a cell, or nothing.

    The role of a field's value is the field's name: it tells what kind of thing the value is.
    """
    if passage.kind == "field":
        name = passage.cell(_NAME)
        called = fold(name.of(text)) if name else ""
        return [role if role == _NAME else called for role in passage.names]
    return list(passage.names) or [""] * len(passage.spans)


def _belongs(kind: str, cell: str) -> bool:
    own = _CELL_KINDS.get(cell)
    if own is not None:
        return kind in own
    if cell == _NAME:
        return False
    if cell == _TOPIC:
        return all(kind not in kinds for kinds in _CELL_KINDS.values())
    named = _kinds_named(cell)
    return not named or kind in named


@cache
def _kinds_named(name: str) -> frozenset[str]:
    """Return the kinds of things that the name of a field or a column stands for (`地点`)."""
    found = frozenset(kind_spans(name))
    return found | {"date", "time"} if found & {"date", "time"} else found


def _given(question: Question, kind: str, piece: str) -> bool:
    """Tell whether a question gives a thing itself, and does not ask who or what it is."""
    piece = piece.strip()
    if piece and piece in question.core:
        return not (kind == "person" and _asks_who(question.core, piece))
    if kind != "count":
        return False
    values = {n.value for n in numbers(piece)}
    given: Sequence[tuple[float, str]] = question.counts
    return bool(values) and values <= {value for value, _ in given if value > 1}


def _asks_who(core: str, name: str) -> bool:
    named = re.escape(name)
    return bool(re.search(named + _WHO_AFTER, core) or re.search(_WHO_BEFORE + named, core))
