"""Which rows are shown as one table, and in which order its columns stand."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from wuzhen.index.document import Passage

_DIGITS = 3
"""Of the place of a column; longer numbers are headings, as years are."""


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


def columns(rows: Sequence[Passage]) -> list[str]:
    """Return the names of a table's columns in an order that all of its rows keep.

    A row names only the columns in which it has something. What no row decides stands as it
    appears first, but for columns that are called by their place, which stand there; and what rows
    contradict each other on stands as it appears first.
    """
    before: dict[str, set[str]] = {}
    for names in dict.fromkeys(row.names for row in rows):
        own = list(dict.fromkeys(names))
        for name in own:
            before.setdefault(name, set())
        for left, right in pairwise(own):
            before[right].add(left)
    ordered: list[str] = []
    while before:
        place = len(ordered) + 1
        free = [name for name, left in before.items() if left.isdisjoint(before)]
        chosen = min(free or [next(iter(before))], key=lambda name: _lateness(name, place))
        ordered.append(chosen)
        del before[chosen]
    return ordered


def _lateness(name: str, place: int) -> int:
    """Return whether a column may stand at a place: less than 0 if it must, more if not yet."""
    if name.isdecimal() and len(name) <= _DIGITS:
        return (int(name) > place) - (int(name) == place)
    return 0
