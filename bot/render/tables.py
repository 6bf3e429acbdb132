"""Which rows are shown as one table."""

from collections.abc import Iterable, Sequence

from index.document import Passage


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
