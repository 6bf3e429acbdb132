"""Text copied from an encyclopedia's page, and plain text, which is the same without its marks.

A page's headings repeat its title before each of them, which is how they, and it, are known. A
text without such headings is plain: its headings are short lines above other lines.
"""

import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from wuzhen.index.document import Block, BlockKind, Document, Part, Reference, Span
from wuzhen.index.sources.listing import gathered, is_reference_heading, listed
from wuzhen.index.sources.tables.flattened import read_table
from wuzhen.index.text.lines import (
    Line,
    alike,
    attribution,
    bullet,
    gives_value,
    is_caption,
    is_heading,
    is_label,
    is_prose,
    is_said_twice,
    item_head,
    lines,
    opens_list,
    question_end,
    without,
)
from wuzhen.index.text.references import MARKS, is_punctuation, numbers, statements, trimmed

_FEWEST_HEADINGS = 3
_SHORTEST_TITLE = 2
_SHARED_START = 2
_LONGEST_TABLE = 4000
"""Lines; more are not looked through from each line of a long text."""


def read_page(id: str, text: str, boilerplate: frozenset[str], title: str = "") -> Document:
    """Read a page's text, or plain text, into blocks.

    `boilerplate` holds folded lines to leave out. Where neither the caller nor the text gives a
    title, it is the first line when that is short, or else the id without its ending.
    """
    everything, references = _references(text, lines(text), boilerplate)
    found = without(everything, boilerplate)
    repeated = _repeated_title(found)
    if repeated:
        blocks = _read_titled(text, found, repeated)
        return Document(id, title or repeated, text, blocks, references)
    if not title and len(found) > 1 and is_heading(found[0]) and not _is_entry(found, 0):
        title, found = found[0].text, found[1:]
    title = title or id.rsplit(".", 1)[0]
    return Document(id, title, text, _read_plain(text, found), references)


def _references(
    text: str, found: list[Line], boilerplate: frozenset[str]
) -> tuple[list[Line], tuple[Reference, ...]]:
    """Take the list of references off the end of a text, if it has one whose numbers it uses."""
    heads = (
        place for place in reversed(range(len(found))) if is_reference_heading([found[place].text])
    )
    head = next(heads, None)
    if head is None:
        return found, ()
    entries = [listed(line.text) for line in without(found[head + 1 :], boilerplate)]
    listings = [entry for entry in entries if entry is not None]
    marks = MARKS.finditer(text, 0, found[head].span.start)
    used = {number for mark in marks for number in numbers(mark[0])}
    if len(listings) < len(entries) or not (named := gathered(listings, used)):
        return found, ()
    return found[:head], tuple(named.values())


def _repeated_title(found: Sequence[Line]) -> str:
    """Return the line that at least three later lines, behind a blank one, begin with."""
    headings = sorted(line.text for line in found if line.after_blank and not is_prose(line))

    def longer(start: str) -> int:
        after = bisect_left(headings, start + chr(sys.maxunicode))
        return after - bisect_right(headings, start)

    candidates = Counter(
        line.text
        for line in found
        if len(line.text) >= _SHORTEST_TITLE and not is_prose(line)
        if longer(line.text) >= _FEWEST_HEADINGS
    )
    return max(candidates, key=len, default="")


def _read_titled(text: str, found: Sequence[Line], title: str) -> tuple[Block, ...]:
    start = next(place for place, line in enumerate(found) if line.text == title)
    while start + 1 < len(found) and found[start + 1].text == title:
        start += 1
    headings = {
        place: found[place].text[len(title) :].strip()
        for place in range(start + 1, len(found))
        if found[place].after_blank
        and found[place].text.startswith(title)
        and found[place].text != title
        and not is_prose(found[place])
    }
    paths = _section_paths(headings)
    blocks: list[Block] = []
    bounds = [start, *headings, len(found)]
    for first, last in pairwise(bounds):
        section = paths.get(first, ())
        reader = _SectionReader(text, section, captions=True)
        body = found[first + 1 : last]
        if not section:
            body, fields = _infobox(body)
            reader.read(body)
            reader.blocks.extend(_fields(text, fields))
        else:
            reader.read(body)
        blocks.extend(reader.blocks)
    return tuple(blocks)


def _section_paths(headings: dict[int, str]) -> dict[int, tuple[str, ...]]:
    """Tell main sections from those below them, which a page's text does not.

    A heading with nothing under it but the next heading is a main section, and so are all before
    the first such. What follows is below it, until a heading, not itself right under a main one,
    that begins as all the main ones do.
    """
    places = list(headings)
    empty = {place for place in places if place + 1 in headings}
    first = next((order for order, place in enumerate(places) if place in empty), len(places))
    main = empty | set(places[:first])
    starts = {headings[place][:_SHARED_START] for place in main}
    shared = starts.pop() if len(starts) == 1 and len(main) > 1 else None
    paths: dict[int, tuple[str, ...]] = {}
    parent = ""
    for place in places:
        name = headings[place]
        follows_main = place - 1 in main
        if place in main or (shared and name.startswith(shared) and not follows_main):
            parent = name
            paths[place] = (name,)
        else:
            paths[place] = (parent, name) if parent else (name,)
    return paths


def _infobox(body: Sequence[Line]) -> tuple[list[Line], list[tuple[Line, list[Line]]]]:
    """Take the lines that alternate between names and values out of a page's lead.

    A value may go on over further lines, which show by not being fit to be names.
    """
    for start in range(len(body)):
        fields: list[tuple[Line, list[Line]]] = []
        place = start
        while place + 1 < len(body) and not (fields and body[place].after_blank):
            if is_label(body[place]):
                fields.append((body[place], [body[place + 1]]))
                place += 2
            elif fields and not is_prose(body[place]) and is_label(body[place + 1]):
                fields[-1][1].append(body[place])
                place += 1
            else:
                break
        if len(fields) >= 2:
            return [*body[:start], *body[place:]], fields
    return list(body), []


def _fields(text: str, pairs: Sequence[tuple[Line, list[Line]]]) -> list[Block]:
    blocks: list[Block] = []
    for name, values in pairs:
        stated = [part for value in values for part in statements(text, value.span)]
        refs = tuple(dict.fromkeys(ref for part in stated for ref in part.refs))
        parts = (Part(name.span, refs, "name"), *(Part(p.span, refs, "value") for p in stated))
        blocks.append(Block("field", (), parts))
    return blocks


def _read_plain(text: str, found: Sequence[Line]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    heading: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    asked: Line | None = None
    body: list[Line] = []

    def close() -> None:
        own = section
        if asked is not None and not body:  # a question that nothing answers
            own = heading
            body.append(asked)
        reader = _SectionReader(text, own, captions=False)
        reader.read(body)
        blocks.extend(reader.blocks)
        body.clear()

    for place, line in enumerate(found):
        end = question_end(line.text)
        if end == len(line.text) and place + 1 == len(found):
            close()
            section, asked = heading, None
            body.append(line)
        elif end is not None:
            close()
            question = line.text[:end].strip()
            section = (*heading, question)
            asked = Line(Span(line.span.start, line.span.start + end), question, line.after_blank)
            if rest := trimmed(text, Span(line.span.start + end, line.span.end)):
                body.append(Line(rest, rest.of(text), after_blank=False))
        elif (asked is None or body) and _is_heading(found, place):
            empty = heading == section and not body
            if empty and len(heading) == 2:  # a third in a row: the second is said, not a heading
                section = heading[:1]
                body.append(found[place - 1])
            close()
            above = heading[:1] if empty else ()
            heading = section = (*above, line.text)
            asked = None
        else:
            body.append(line)
    close()
    return tuple(blocks)


def _is_heading(found: Sequence[Line], place: int) -> bool:
    """Tell whether a line of plain text is a heading of what stands below it."""
    line = found[place]
    return (
        line.after_blank
        and place + 1 < len(found)
        and bullet(line) is None
        and is_heading(line)
        and not (line.text.endswith(("：", ":")) and item_head(found[place + 1].text))
        and not _is_entry(found, place)
        and read_table(found[place : place + _LONGEST_TABLE]) is None
    )


def _is_entry(found: Sequence[Line], place: int) -> bool:
    """Tell whether a line is one of several of a kind: the next in number, in shape, a value."""
    line = found[place]
    if place and alike(found[place - 1], line):
        return True
    if place + 1 == len(found):
        return False
    follower = found[place + 1]
    if opens_list(line, follower) or alike(line, follower):
        return True
    figures = any(one.isdigit() for one in follower.text)
    return gives_value(line) and figures and not follower.after_blank and not is_prose(follower)


class _SectionReader:
    """Reads the lines under one heading into blocks, following its sub-headings."""

    def __init__(self, text: str, section: tuple[str, ...], *, captions: bool) -> None:
        self.blocks: list[Block] = []
        self._text = text
        self._section = section
        self._path = section
        self._captions = captions

    def read(self, body: Sequence[Line]) -> None:
        place = 0
        while place < len(body):
            if table := read_table(body[place : place + _LONGEST_TABLE]):
                rows = list(table.rows)
                place += table.length
                refs = attribution(body[place]) if place < len(body) else None
                if refs is not None:
                    place += 1
                self.blocks.extend(
                    Block("row", self._path, tuple(part._replace(refs=refs or ()) for part in row))
                    for row in rows
                )
                continue
            before = body[place - 1] if place else None
            after = body[place + 1] if place + 1 < len(body) else None
            self._read_line(body[place], before, after)
            place += 1

    def _read_line(self, line: Line, before: Line | None, after: Line | None) -> None:
        if bulleted := bullet(line):
            leads = after is not None and bullet(after) is None
            if self._captions and leads and not is_prose(bulleted):
                self._path = (*self._section, bulleted.text)
            else:
                self._add("bullet", bulleted)
        elif not (self._captions and self._is_caption(line, before, after)):
            self._add("paragraph", line)

    def _is_caption(self, line: Line, before: Line | None, after: Line | None) -> bool:
        """Tell whether a line is a picture's caption: short, and alone among paragraphs."""
        if is_prose(line) or not self._section:
            return False
        neighbours = [before, None if after is None or after.after_blank else after]
        alone = all(one is None or is_prose(one) or bullet(one) for one in neighbours)
        return is_said_twice(line) or (alone and is_caption(line))

    def _add(self, kind: BlockKind, line: Line) -> None:
        if is_punctuation(line.text):
            return
        if parts := statements(self._text, line.span):
            self.blocks.append(Block(kind, self._path, parts))
