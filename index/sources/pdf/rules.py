"""Tables of a PDF's page, found by the lines that are drawn around their cells."""

import ctypes
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from wuzhen.index.sources.pdf.letters import Letter, joined, text_lines
from wuzhen.index.sources.tables.grid import Cell

_NEAR = 3.0
"""Points within which two lines are one, or meet."""
_SHORTEST = 6.0
_MOST_EDGES = 600
_MOST_SEGMENTS = 50_000
_MOST_CELLS = 5000


@dataclass(frozen=True, slots=True)
class _Edge:
    """A stretch of a line: at `at` across, from `start` to `end` along."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A table's columns and rows, and which places of it are one cell."""

    columns: tuple[float, ...]
    """Their edges from left to right, one more than columns."""
    rows: tuple[float, ...]
    """Their edges from bottom to top."""
    cells: tuple[tuple[int, ...], ...]
    """For each row from the bottom, for each column, the number of its cell."""

    def cell(self, letter: Letter) -> int | None:
        """Return the number of the cell that a letter stands in, or None outside."""
        x, y = letter.middle
        column = bisect_right(self.columns, x) - 1
        row = bisect_right(self.rows, y) - 1
        if 0 <= column < len(self.columns) - 1 and 0 <= row < len(self.rows) - 1:
            return self.cells[row][column]
        return None


def frames(page: pypdfium2.PdfPage) -> list[Frame]:
    """Return the tables that are drawn on a page: those of two cells or more."""
    across: list[_Edge] = []
    along: list[_Edge] = []
    for (x1, y1), (x2, y2) in _segments(page):
        if abs(y1 - y2) <= 1 and abs(x1 - x2) >= _SHORTEST:
            across.append(_Edge((y1 + y2) / 2, min(x1, x2), max(x1, x2)))
        elif abs(x1 - x2) <= 1 and abs(y1 - y2) >= _SHORTEST:
            along.append(_Edge((x1 + x2) / 2, min(y1, y2), max(y1, y2)))
    across, along = _merged(across), _merged(along)
    if len(across) > _MOST_EDGES or len(along) > _MOST_EDGES:
        return []  # a drawing
    return [frame for group in _groups(across, along) if (frame := _frame(*group))]


def table(frame: Frame, inside: Sequence[tuple[int, Letter]]) -> list[list[Cell | None]]:
    """Return a table's rows from the top, given its letters with the numbers of their cells."""
    gathered: dict[int, list[Letter]] = {}
    for number, letter in inside:
        gathered.setdefault(number, []).append(letter)
    bold_top = all(
        letter.bold for number in {*frame.cells[-1]} for letter in gathered.get(number, ())
    )
    cells: dict[int, Cell] = {}
    for order, numbers in enumerate(reversed(frame.cells)):
        for number in numbers:
            if number not in cells:
                words = ""
                for line in text_lines(gathered.get(number, ())):
                    words = joined(words, line.text)
                cells[number] = Cell((words,) if words else (), heads=bold_top and order == 0)
    return [[cells[number] for number in numbers] for numbers in reversed(frame.cells)]


def _segments(
    page: pypdfium2.PdfPage,
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight lines that a page draws."""
    x, y = ctypes.c_float(), ctypes.c_float()
    matrix = pdfium.FS_MATRIX()
    left = _MOST_SEGMENTS
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=5):
        if not pdfium.FPDFPageObj_GetMatrix(drawn, matrix):
            continue
        begun = last = (0.0, 0.0)
        for place in range(pdfium.FPDFPath_CountSegments(drawn)):
            left -= 1
            if left < 0:
                return
            segment = pdfium.FPDFPath_GetPathSegment(drawn, place)
            if not segment or not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            point = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                begun = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                yield last, point
            last = point
            if pdfium.FPDFPathSegment_GetClose(segment):
                yield last, begun
                last = begun


def _merged(edges: Iterable[_Edge]) -> list[_Edge]:
    """Make one of the stretches that lie on one line and touch, and of doubled lines."""
    rows: list[list[_Edge]] = []
    for edge in sorted(edges, key=lambda edge: edge.at):
        if rows and edge.at - rows[-1][0].at <= _NEAR:
            rows[-1].append(edge)
        else:
            rows.append([edge])
    merged: list[_Edge] = []
    for row in rows:
        at = row[0].at
        start = end = None
        for edge in sorted(row, key=lambda edge: edge.start):
            if end is not None and start is not None and edge.start <= end + _NEAR:
                end = max(end, edge.end)
                continue
            if start is not None and end is not None:
                merged.append(_Edge(at, start, end))
            start, end = edge.start, edge.end
        if start is not None and end is not None:
            merged.append(_Edge(at, start, end))
    return merged


def _groups(
    across: Sequence[_Edge], along: Sequence[_Edge]
) -> Iterator[tuple[list[_Edge], list[_Edge]]]:
    """Put together the lines that meet each other."""
    free = set(range(len(along)))
    left = set(range(len(across)))
    while left:
        rows, columns = {left.pop()}, set[int]()
        fresh = set(rows)
        while fresh:
            met = {v for v in free if any(_meet(across[h], along[v]) for h in fresh)}
            free -= met
            columns |= met
            fresh = {h for h in left if any(_meet(across[h], along[v]) for v in met)}
            left -= fresh
            rows |= fresh
        if len(rows) >= 2 and len(columns) >= 2:
            yield [across[h] for h in rows], [along[v] for v in columns]


def _meet(across: _Edge, along: _Edge) -> bool:
    return (
        across.start - _NEAR <= along.at <= across.end + _NEAR
        and along.start - _NEAR <= across.at <= along.end + _NEAR
    )


def _frame(across: Sequence[_Edge], along: Sequence[_Edge]) -> Frame | None:
    columns = sorted({edge.at for edge in along})
    rows = sorted({edge.at for edge in across})
    wide, high = len(columns) - 1, len(rows) - 1
    if not 2 <= wide * high <= _MOST_CELLS or wide < 1 or high < 1:
        return None
    owner = list(range(wide * high))

    def top(place: int) -> int:
        while owner[place] != place:
            place = owner[place]
        return place

    for row in range(high):
        for column in range(wide):
            here = row * wide + column
            x = (columns[column] + columns[column + 1]) / 2
            y = (rows[row] + rows[row + 1]) / 2
            if column + 1 < wide and not _drawn(along, columns[column + 1], y):
                owner[top(here + 1)] = top(here)
            if row + 1 < high and not _drawn(across, rows[row + 1], x):
                owner[top(here + wide)] = top(here)
    cells = tuple(tuple(top(row * wide + column) for column in range(wide)) for row in range(high))
    if len({number for row in cells for number in row}) < 2:
        return None
    return Frame(tuple(columns), tuple(rows), cells)


def _drawn(edges: Sequence[_Edge], at: float, along: float) -> bool:
    return any(edge.at == at and edge.start <= along <= edge.end for edge in edges)
