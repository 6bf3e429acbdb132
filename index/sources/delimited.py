"""Tables of separated values (RFC 4180): `.csv`, with commas, semicolons or tabs, and `.tsv`."""

import csv
from collections import Counter
from collections.abc import Iterator

from wuzhen.index.document import Document
from wuzhen.index.sources.bounds import LONGEST_LINE, Unreadable
from wuzhen.index.sources.extract import Extract
from wuzhen.index.sources.tables.grid import Cell, Row, add_table

_DELIMITERS = ",;\t|"
_LOOKED_AT = 20
"""Lines from which the delimiter is told."""


def read_delimited(id: str, text: str) -> Document:
    """Read a table, whose first row is its columns' headings where it has no figures.

    Raises `Unreadable` when its quotation marks do not match.
    """
    extract = Extract()
    csv.field_size_limit(LONGEST_LINE)
    try:
        rows = list(_rows(text.removeprefix("\ufeff")))
    except csv.Error as error:
        raise Unreadable("not a table of separated values") from error
    width = max(map(len, rows), default=0)
    heads = bool(rows) and len(rows) > 1 and not any(c.isdigit() for c in "".join(rows[0]))
    grid: list[Row] = [
        [
            Cell((words,) if (words := " ".join(one.split())) else (), heads and at == 0)
            for one in [*row, *[""] * (width - len(row))]
        ]
        for at, row in enumerate(rows)
    ]
    add_table(extract, grid)
    return extract.document(id)


def _rows(text: str) -> Iterator[list[str]]:
    lines = text.splitlines()[:_LOOKED_AT]
    counts = Counter({one: sum(line.count(one) for line in lines) for one in _DELIMITERS})
    delimiter = counts.most_common(1)[0][0]
    for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
        if any(one.strip() for one in row):
            yield row
