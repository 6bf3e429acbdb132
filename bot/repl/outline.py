"""What a collection offers to look up: its sections, its references, its timetable's days."""

import re
from collections.abc import Iterable, Sequence

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.question.question import understand
from wuzhen.bot.timetable.rows import Row
from wuzhen.index.document import Passage
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import HAN_DIGITS, to_value

Path = tuple[str, ...]

BETWEEN = " › "

_NUMBER = re.compile(rf"\d{{1,2}}|[{HAN_DIGITS}]{{1,3}}")


def sections(collection: Collection) -> dict[Path, int]:
    """Return the sections' paths, in the order of the text, and how many passages each holds.

    Where there are several documents, a path begins with its document's title.
    """
    counted: dict[Path, int] = {}
    for passage in collection.passages:
        path = path_of(passage, collection)
        for depth in range(1, len(path) + 1):
            counted[path[:depth]] = counted.get(path[:depth], 0) + 1
    return counted


def path_of(passage: Passage, collection: Collection) -> Path:
    """Return the path of the section that a passage stands in."""
    if len(collection.documents) == 1:
        return passage.section
    return (collection.documents[passage.document].title, *passage.section)


def sections_named(wanted: str, collection: Collection) -> list[Path]:
    """Return the sections that a name may mean: that are it, or else begin so, or else hold it.

    The name is a section's own or its path, in Traditional or Simplified characters.
    """
    known = {path: (_folded(path[-1:]), _folded(path)) for path in sections(collection)}
    name = _folded(wanted.split(BETWEEN.strip()))
    if not name:
        return []
    exact = [path for path, forms in known.items() if name in forms]
    begun = [path for path, (own, _) in known.items() if own.startswith(name)]
    return exact or begun or [path for path, (_, whole) in known.items() if name in whole]


def label(path: Path, paths: Iterable[Path]) -> str:
    """Return what a section is called: its name where no other has it, or else its path."""
    alike = [other for other in paths if other[-1] == path[-1]]
    return path[-1] if len(alike) == 1 else BETWEEN.join(path)


def passages_in(path: Path, collection: Collection) -> list[Passage]:
    """Return the passages of a section and of the sections inside it."""
    return [p for p in collection.passages if path_of(p, collection)[: len(path)] == path]


def references(collection: Collection) -> dict[str, Passage]:
    """Return the reference numbers, in order, and the first passage that each covers."""
    found: dict[str, Passage] = {}
    for passage in collection.passages:
        for ref in passage.refs:
            found.setdefault(ref, passage)
    return dict(sorted(found.items(), key=lambda item: (len(item[0]), item[0])))


def days(librarian: Librarian) -> dict[str, list[Row]]:
    """Return the days of the timetables as they are written there, and the rows of each."""
    found: dict[str, list[Row]] = {}
    for row in librarian.schedule.timetable.rows:
        found.setdefault(written_date(row, librarian), []).append(row)
    return found


def written_date(row: Row, librarian: Librarian) -> str:
    """Return a row's date as the text has it, or nothing."""
    span = row.passage.cell("date")
    return span.of(librarian.collection.text_of(row.passage)) if span else ""


def rows_on(wanted: str, librarian: Librarian) -> Sequence[Row] | None:
    """Return the rows of the day that a request means, None when it means no day.

    As a question would: `12月4日`, `第二天`, `Dec 4 afternoon`; or one number, a day's order or its
    number in the month.
    """
    written = days(librarian)
    if wanted in written:
        return written[wanted]
    timetable = librarian.schedule.timetable
    if _NUMBER.fullmatch(folded := fold(wanted).strip()):
        number = to_value(folded)
        of_month = [row for row in timetable.rows if row.date and row.date.day == number]
        return of_month or [row for row in timetable.rows if row.day == number] or None
    return timetable.when(understand(wanted, librarian.collection.spelled)) or None


def _folded(path: Sequence[str]) -> str:
    return fold(BETWEEN.strip().join("".join(name.split()) for name in path))
