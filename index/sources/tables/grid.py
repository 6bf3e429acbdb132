"""Tables whose cells are known: merged cells filled, columns named, timetables recognised.

A table flattened to lines of text instead is read back by `index.sources.tables.flattened`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wuzhen.index.document import Block, Part, Span
from wuzhen.index.sources.extract import Extract
from wuzhen.index.sources.tables.columns import dated, roles
from wuzhen.index.text.lines import Line, is_label, is_prose
from wuzhen.index.text.references import MARKS, attribute, numbers

_MOST_COLUMNS = 100
_MOST_ROWS = 20_000
_LONGEST_CAPTION = 40


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell, which may reach over several columns and rows."""

    lines: tuple[str, ...]
    heads: bool = False
    """Whether it is marked as a heading of its column or row."""
    across: int = 1
    down: int = 1

    @property
    def text(self) -> str:
        """Its lines in one."""
        return " ".join(self.lines)


Row = Sequence[Cell | None]


def laid_out(rows: Sequence[Sequence[Cell]]) -> list[list[Cell | None]]:
    """Place the cells in their columns; a merged cell stands in every place that it covers.

    The algorithm for forming a table (HTML, 4.9.12.1), within bounds.
    """
    rows = rows[:_MOST_ROWS]
    hanging: dict[int, tuple[int, Cell]] = {}
    grid: list[list[Cell | None]] = []
    for cells in rows:
        row: dict[int, Cell] = {column: cell for column, (_, cell) in hanging.items()}
        hanging = {column: (left - 1, cell) for column, (left, cell) in hanging.items() if left > 1}
        column = 0
        for cell in cells:
            while column in row:
                column += 1
            for place in range(column, min(column + max(cell.across, 1), _MOST_COLUMNS)):
                if place in row:
                    break
                row[place] = cell
                if cell.down > 1:
                    hanging[place] = (cell.down - 1, cell)
        if row:
            grid.append([row.get(place) for place in range(max(row) + 1)])
    width = max((len(row) for row in grid), default=0)
    return [[*row, *[None] * (width - len(row))] for row in grid]


def add_table(extract: Extract, rows: Sequence[Row], caption: str = "") -> None:
    """Add a table's rows, each with all its cells, to what is being extracted.

    A column without a heading is paragraphs; rows of a heading and what belongs to it are fields.
    """
    rows = [row for row in rows if any(cell and cell.lines for cell in row)]
    if caption:
        extract.write(caption)
    section = (*extract.section, *filter(None, [_name(caption)]))
    if not rows:
        return
    if len(rows[0]) == 1 and not any(row[0] and row[0].heads for row in rows):
        for cell in dict.fromkeys(row[0] for row in rows):
            for words in cell.lines if cell else ():
                extract.paragraph(words)
        return
    while rows and _is_title(rows[0], first=True):
        extract.write(rows[0][0].text)  # type: ignore[union-attr]  # the title is a cell
        section = (*section, _name(rows[0][0].text))  # type: ignore[union-attr]
        rows = rows[1:]
    head = _header_rows(rows)
    for row in rows[:head]:
        for cell in dict.fromkeys(row):
            if cell and cell.lines:
                extract.write(cell.text)
    header = _header(rows[:head]) if head else []
    begin = len(extract.blocks)
    _add_rows(extract, rows[head:], header, section)
    if refs := numbers("".join(mark[0] for mark in MARKS.finditer(caption))):
        attribute(extract.blocks, begin, refs)
    extract.close_table(begin)


def _add_rows(
    extract: Extract, rows: Sequence[Row], header: Sequence[str], section: tuple[str, ...]
) -> None:
    names = column_names(rows, header)
    timetable = {"time", "topic"} <= {*names}
    path = section
    written: dict[Cell, tuple[Part, ...]] = {}
    above: dict[int, Cell] = {}
    for row in rows:
        if _is_title(row, first=False):
            words = row[0].text if row[0] else ""
            extract.write(words)
            path = (*section, _name(words))
            continue
        if not header and (pairs := _pairs(row)):
            for named, value in pairs:
                extract.field(named.text, value.lines)
            continue
        cells = filled(row, names, above) if timetable else row
        parts: list[Part] = []
        for column, cell in enumerate(cells):
            if cell is None or cell in cells[:column]:
                continue
            if cell not in written:
                stated = [part for words in cell.lines for part in extract.parts(words)]
                if timetable and names[column] == "time" and "date" not in names:
                    stated = dated(stated, cell.lines[0])
                written[cell] = tuple(stated)
            name = names[column] or str(column + 1)
            parts += [part._replace(name=part.name or name) for part in written[cell]]
        if parts:
            extract.blocks.append(Block("row", path, tuple(parts)))


def _name(words: str) -> str:
    return MARKS.sub("", words).strip()


def _is_title(row: Row, *, first: bool) -> bool:
    """Tell whether one cell covers a whole row as a title: marked so, or short and above all."""
    cell = row[0]
    if len(row) < 2 or cell is None or not cell.lines or any(one is not cell for one in row):
        return False
    short = len(cell.text) <= _LONGEST_CAPTION and not is_prose(_line(cell.text))
    return bool(_name(cell.text)) and short and (cell.heads or first)


def _header_rows(rows: Sequence[Row]) -> int:
    """Return how many rows name the columns: those of marked cells, or a first row of labels."""
    marked = 0
    while marked < len(rows) - 1 and all(cell is None or cell.heads for cell in rows[marked]):
        marked += 1
    if marked == len(rows) - 1 and all(cell is None or cell.heads for cell in rows[-1]):
        return len(rows)
    if marked or len(rows) < 2 or any(cell and cell.heads for row in rows for cell in row):
        return marked
    labels = [cell.text if cell else "" for cell in rows[0]]
    fit = all(label and is_label(_line(label)) for label in labels)
    return int(fit and len(set(labels)) == len(labels))


def _header(rows: Sequence[Row]) -> list[str]:
    columns = zip(*rows, strict=True)
    return [
        " ".join(dict.fromkeys(_name(cell.text) for cell in column if cell and cell.lines))
        for column in columns
    ]


def _pairs(row: Row) -> list[tuple[Cell, Cell]]:
    """Return a row's names and values where they alternate, or nothing."""
    cells = [cell for cell in dict.fromkeys(row) if cell and cell.lines]
    names, values = cells[::2], cells[1::2]
    alternate = all(cell.heads for cell in names) and not any(cell.heads for cell in values)
    return list(zip(names, values, strict=True)) if alternate and len(names) == len(values) else []


def column_names(rows: Sequence[Row], header: Sequence[str]) -> list[str]:
    """Name the columns of rows: by their headings, or a timetable's as what they hold."""
    width = max((len(row) for row in rows), default=0)
    columns = [
        [cell.text for cell in dict.fromkeys(row[at] for row in rows) if cell and cell.lines]
        for at in range(width)
    ]
    return roles(columns, header)


def filled(row: Row, names: Sequence[str], above: dict[int, Cell]) -> list[Cell | None]:
    """Give a timetable's row the date, time and place above it where it has none.

    `above` holds each column's last, and is changed.
    """
    whole = list(row)
    for column, name in enumerate(names):
        if name not in ("date", "time", "place"):
            continue
        cell = row[column]
        if cell is not None and cell.lines:
            if name == "date" and above.get(column) is not cell:
                for other, role in enumerate(names):
                    if role == "time":
                        above.pop(other, None)
            above[column] = cell
        else:
            whole[column] = above.get(column)
    return whole


def _line(words: str) -> Line:
    return Line(Span(0, len(words)), words, after_blank=False)
