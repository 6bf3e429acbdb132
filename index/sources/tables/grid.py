"""Tables whose cells are known: merged cells filled, columns named, timetables recognised.

A table flattened to lines of text instead is read back by `index.sources.tables.flattened`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wuzhen.index.document import Block, Part, Span
from wuzhen.index.sources.extract import Extract
from wuzhen.index.sources.tables.columns import Crossing, crossing, dated, roles
from wuzhen.index.text.lines import Line, is_label, is_prose
from wuzhen.index.text.references import MARKS, attribute, is_punctuation, numbers

_MOST_COLUMNS = 100
_MOST_ROWS = 20_000
_LONGEST_CAPTION = 40
_YEAR = re.compile(r"(?:19|20)\d\d\s*年?")


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


class Layout(NamedTuple):
    """What the columns of a table are."""

    names: list[str]
    """Of each column, or its role in a timetable."""
    timetable: bool
    heads: Row
    """The cell that heads each column, if there is one."""
    crossing: Crossing | None = None


def layout(
    rows: Sequence[Row], header: Sequence[str], heads: Row = (), about: Sequence[str] = ()
) -> Layout:
    """Tell what the columns of rows are; `about` are the headings that the table stands under."""
    names = column_names(rows, header)
    if {"time", "topic"} <= {*names}:
        return Layout(names, True, heads)
    width = max((len(row) for row in rows), default=0)
    columns = [
        [cell.text for row in rows if at < len(row) and (cell := row[at]) and cell.lines]
        for at in range(width)
    ]
    crossed = crossing(columns, header, about) if heads else None
    return Layout(names, crossed is not None, heads, crossed)


def cells_of(row: Row, table: Layout, above: dict[int, Cell]) -> Iterator[list[tuple[Cell, str]]]:
    """Yield the cells of what a row says, each with its role: once, or a topic at a time.

    A timetable's rows have the date, time and place above them where they have none. `above`
    holds each column's last, and is changed.
    """
    if table.crossing is not None:
        yield from _crossed(row, table, table.crossing, above)
        return
    cells = filled(row, table.names, above) if table.timetable else row
    headed = any(table.names)
    yield [
        (cell, table.names[column] or ("" if headed and column == 0 else str(column + 1)))
        for column, cell in enumerate(cells)
        if cell is not None and cell.lines and cell not in cells[:column]
    ]


def _crossed(
    row: Row, table: Layout, crossed: Crossing, above: dict[int, Cell]
) -> Iterator[list[tuple[Cell, str]]]:
    """Yield the topics of a row, each with the cells that head its row and its column."""
    sides: list[tuple[Cell, str]] = []
    for at, role in crossed.sides.items():
        cell = row[at] if at < len(row) else None
        if cell is not None and cell.lines:
            above[at] = cell
        if at in above:
            sides.append((above[at], role))
    topics = [
        (at, cell)
        for at, cell in enumerate(row)
        if at not in crossed.sides and cell is not None and not is_punctuation(cell.text)
    ]
    everywhere = len({cell.text for _, cell in topics}) == 1 and len(topics) > 1
    everywhere = everywhere and len(topics) == len(row) - len(crossed.sides)
    order = {"date": 0, "time": 1, "topic": 2, "place": 3}
    for at, cell in topics[:1] if everywhere else topics:
        head = table.heads[at] if at < len(table.heads) else None
        own = [*sides, (cell, "topic")]
        if head is not None and not (everywhere and crossed.role == "place"):
            own.append((head, crossed.role))
        yield sorted(own, key=lambda one: order[one[1]])


def add_table(extract: Extract, rows: Sequence[Row], caption: str = "") -> None:
    """Add a table's rows, each with all its cells, to what is being extracted.

    A column without a heading is paragraphs; rows of a heading and what belongs to it are fields.
    """
    rows = [row for row in rows if any(cell and cell.lines for cell in row)]
    if rows and not caption and (len(rows) > 1 or len(rows[0]) > 1):
        extract.caption_of_table()
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
    head = header_rows(rows)
    written: dict[Cell, tuple[Part, ...]] = {}
    for row in rows[:head]:
        for cell in dict.fromkeys(row):
            if cell and cell.lines:
                written[cell] = extract.parts(cell.text)
    begin = len(extract.blocks)
    _add_rows(extract, rows[:head], rows[head:], section, written)
    if refs := numbers("".join(mark[0] for mark in MARKS.finditer(caption))):
        attribute(extract.blocks, begin, refs)
    extract.close_table(begin)


def _add_rows(
    extract: Extract,
    head: Sequence[Row],
    rows: Sequence[Row],
    section: tuple[str, ...],
    written: dict[Cell, tuple[Part, ...]],
) -> None:
    header = header_names(head)
    body = [row for row in rows if not _is_title(row, first=False)]
    table = layout(body, header, head[-1] if head else (), (extract.title, *section))
    path = section
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
        for said in cells_of(row, table, above):
            parts: list[Part] = []
            for cell, name in said:
                if cell not in written:
                    written[cell] = tuple(p for words in cell.lines for p in extract.parts(words))
                parts += named_parts(written[cell], cell, name, table)
            if parts:
                extract.blocks.append(Block("row", path, tuple(parts)))


def named_parts(stated: Sequence[Part], cell: Cell, name: str, table: Layout) -> list[Part]:
    """Give what is stated in a cell its role; a timetable's time may have its date before it."""
    if table.timetable and name == "time" and "date" not in table.names:
        stated = dated(stated, cell.lines[0])
    return [part._replace(name=part.name or name) for part in stated]


def _name(words: str) -> str:
    return MARKS.sub("", words).strip()


def _is_title(row: Row, *, first: bool) -> bool:
    """Tell whether one cell covers a whole row as a title: marked so, or short and above all."""
    cell = row[0]
    if len(row) < 2 or cell is None or not cell.lines or any(one is not cell for one in row):
        return False
    short = len(cell.text) <= _LONGEST_CAPTION and not is_prose(_line(cell.text))
    return bool(_name(cell.text)) and short and (cell.heads or first)


def header_rows(rows: Sequence[Row]) -> int:
    """Return how many rows name the columns: those of marked cells, or first rows of labels.

    The corner may be empty, and a heading that reaches over several columns has a row of headings
    below it.
    """
    marked = 0
    while marked < len(rows) - 1 and all(cell is None or cell.heads for cell in rows[marked]):
        marked += 1
    if marked == len(rows) - 1 and all(cell is None or cell.heads for cell in rows[-1]):
        return len(rows)
    sides = all(at == 0 for row in rows for at, cell in enumerate(row) if cell and cell.heads)
    if marked or len(rows) < 2 or not sides:
        return marked
    reaching = [cell for cell in rows[0] if cell and (cell.across > 1 or cell.down > 1)]
    height = max([2 if reaching else 1, *(min(cell.down, 3) for cell in reaching)])
    if len(rows) <= height:
        return 0
    for row in rows[:height]:
        labels = [cell.text if cell else "" for cell in row]
        if not all(map(_is_label, labels[1:])) or (labels[0] and not _is_label(labels[0])):
            return 0
    columns = [tuple(row[at] for row in rows[:height]) for at in range(len(rows[0]))]
    names = header_names(rows[:height])
    alone = len(set(names)) == len(columns)
    fields = any(cell and cell.heads for row in rows for cell in row) and labels[0] != ""
    return height if alone and not fields else 0


def _is_label(text: str) -> bool:
    return bool(text) and (is_label(_line(text)) or _YEAR.fullmatch(text) is not None)


def header_names(rows: Sequence[Row]) -> list[str]:
    """Return what each column is called by some rows of headings, one below the other."""
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
