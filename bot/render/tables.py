"""Which rows are shown as one table, and in which order its columns stand."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from wuzhen.index.document import Passage

_DIGITS = 3
"""Of the place of a column; longer numbers are headings, as years are."""

_HEADINGS = 4_000
"""Characters above a table's first row within which its headings stand."""


def tables(rows: Sequence[Passage]) -> Iterable[list[Passage]]:
    """Yield rows by the table that they are of: a new one has none of the columns before it."""
    table: list[Passage] = []
    names: set[str] = set()
    for row in rows:
        if table and not names & set(row.names):
            yield table
            table, names = [], set()
        table.append(row)
        names.update(row.names)
    yield table


def columns(rows: Sequence[Passage], text: str = "") -> list[str]:
    """Return the names of a table's columns in an order that all of its rows keep.

    A row names only the columns in which it has something. What no row decides stands as the
    headings do above the rows in their document's `text`, or else as it appears first, but for
    columns that are called by their place, which stand there; and what rows contradict each other
    on stands as it appears first.
    """
    before: dict[str, set[str]] = {}
    for names in dict.fromkeys(row.names for row in rows):
        own = list(dict.fromkeys(names))
        for name in own:
            before.setdefault(name, set())
        for left, right in pairwise(own):
            before[right].add(left)
    begin = rows[0].spans[0].start
    above = text[max(0, begin - _HEADINGS) : begin]
    heads = {name: above.rfind(name.split()[-1]) if name.split() else 0 for name in before}
    if -1 in heads.values():
        heads = dict.fromkeys(heads, 0)
    ordered: list[str] = []
    while before:
        place = len(ordered) + 1
        free = [name for name, left in before.items() if left.isdisjoint(before)]
        chosen = min(
            free or [next(iter(before))],
            key=lambda name: (_lateness(name, place), heads[name]),
        )
        ordered.append(chosen)
        del before[chosen]
    return ordered


def _lateness(name: str, place: int) -> int:
    """Return whether a column may stand at a place: less than 0 if it must, more if not yet."""
    if name.isdecimal() and len(name) <= _DIGITS:
        return (int(name) > place) - (int(name) == place)
    return 0
