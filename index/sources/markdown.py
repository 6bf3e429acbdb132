"""Markdown: headings as sections, paragraphs, list items and rows of tables as blocks.

A quote keeps the file's own characters, emphasis marks included.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from wuzhen.index.document import Block, Document, Part, Reference, Span
from wuzhen.index.sources.listing import (
    Entry,
    cited,
    gathered,
    is_reference_heading,
    listed,
    reference,
)
from wuzhen.index.sources.tables.columns import dated
from wuzhen.index.sources.tables.grid import Cell, Row, column_names, filled
from wuzhen.index.text.lines import Line, attribution, is_asked
from wuzhen.index.text.references import attribute, statements, trimmed

_LINE_END = re.compile(r"\r\n?|\n")  # as CommonMark, 2.1, has it
_BEFORE_CELLS = re.compile(r"[ \t>]*\|?")
_QUOTED = frozenset({"paragraph_open", "fence", "code_block", "html_block"})


def read_markdown(id: str, text: str) -> Document:
    """Read a Markdown file; its title is its first heading, or else the id without its ending."""
    starts = _line_starts(text)
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    title = ""
    header: list[str] = []
    rows: list[list[Span]] = []
    listings: dict[int, list[Entry]] = {}  # by the place of the block that may be part of one
    asked: tuple[str, ...] = ()
    lists = 0
    table: int | None = None  # where the rows right above begin
    # A byte order mark would hide what the first line is.
    seen = " " + text[1:] if text.startswith("\ufeff") else text
    known: dict[str, Any] = {}
    tokens = MarkdownIt("commonmark").enable("table").parse(seen, known)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            table, asked = None, ()
            name = tokens[place + 1].content.strip()
            level = int(token.tag[1])
            if not title and not blocks and not path:
                title = name
                continue
            path = [(depth, heading) for depth, heading in path if depth < level]
            path.append((level, name))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists -= 1
        elif token.type == "thead_open":
            header = _header(tokens[place:])
        elif token.type == "tr_open" and token.map and token.level > 0:
            if any(t.type == "th_open" for t in tokens[place : place + 2]):
                continue
            rows.append(_cells(text, starts, token))
        elif token.type == "table_close":
            table = len(blocks)
            blocks.extend(_rows(text, rows, header, _names(path)))
            rows = []
        elif token.type in _QUOTED and token.map:
            if token.type == "paragraph_open" and _is_picture(tokens[place + 1]):
                continue
            first, last = token.map
            if token.type == "fence" and _closes(text, starts, token):
                last -= 1
            span = trimmed(text, Span(starts[first], starts[last]))
            inner = _without_marker(text, span, tokens[place:]) if span else None
            above, table = table, None
            if above is not None and inner is not None and (refs := _attributed(text, inner)):
                attribute(blocks, above, refs)
                continue
            if inner is not None and is_asked(line := inner.of(text).split("\n", 1)[0]):
                asked = (line.strip(),)
                inner = trimmed(text, Span(inner.start + len(line), inner.end))
            if inner is not None and (parts := statements(text, inner)):
                if is_reference_heading(_names(path)):
                    listings[len(blocks)] = _entries(text[starts[first] : inner.end])
                section = (*_names(path), *asked)
                blocks.append(Block("bullet" if lists else "paragraph", section, parts))
    references = {one.number: one for one in _references(known.get("references", {}))}
    said = [block for place, block in enumerate(blocks) if place not in listings]
    if all(listings.values()) and (found := gathered(chain(*listings.values()), cited(said))):
        references, blocks = found | references, said
    return Document(
        id, title or id.rsplit(".", 1)[0], text, tuple(blocks), tuple(references.values())
    )


def _entries(words: str) -> list[Entry]:
    """Return the entries of a list that some lines hold; nothing when they begin with none."""
    lines: list[str] = []
    for line in map(str.strip, words.splitlines()):
        if listed(line) or not lines:
            lines.append(line)
        else:  # it goes on
            lines[-1] += f" {line}"
    found = [listed(line) for line in lines]
    return [one for one in found if one is not None] if None not in found else []


def _is_picture(inline: Token) -> bool:
    """Tell whether a paragraph holds a picture and nothing to quote."""
    shown = [one for one in inline.children or () if one.type not in ("softbreak", "hardbreak")]
    return bool(shown) and all(one.type == "image" for one in shown)


def _attributed(text: str, span: Span) -> tuple[str, ...] | None:
    return attribution(Line(span, span.of(text), after_blank=True))


def _references(defined: dict[str, dict[str, Any]]) -> Iterator[Reference]:
    """Yield what the numbers stand for that are defined as links (`[8]: https://… "title"`)."""
    for label, link in defined.items():
        if label.isascii() and label.isdecimal() and len(label) <= 4:
            found = reference(label, str(link.get("title", "")), str(link.get("href", "")))
            if found is not None:
                yield found


def _names(path: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(name for _, name in path)


def _line_starts(text: str) -> list[int]:
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return [*starts, len(text), len(text)]


def _without_marker(text: str, span: Span, tokens: Sequence[Token]) -> Span | None:
    """Begin where the block's own text begins, behind a list's or a quotation's marker."""
    content = tokens[1].content if tokens[0].type == "paragraph_open" else tokens[0].content
    first = content.strip().split("\n", 1)[0].strip()
    start = text.find(first, span.start, span.end) if first else span.start
    return trimmed(text, Span(start if start >= 0 else span.start, span.end))


def _closes(text: str, starts: Sequence[int], fence: Token) -> bool:
    """Tell whether the last line of a fenced block is the fence that closes it."""
    assert fence.map is not None
    first, last = fence.map
    line = text[starts[last - 1] : starts[last]].strip()
    return (
        last - first > 1 and line.endswith(fence.markup) and set(line) <= {*fence.markup, *"> \t"}
    )


def _header(tokens: Sequence[Token]) -> list[str]:
    names: list[str] = []
    for token, follower in pairwise(tokens):
        if token.type == "thead_close":
            break
        if token.type == "th_open":
            names.append(follower.content.strip())
    return names


def _cells(text: str, starts: Sequence[int], token: Token) -> list[Span]:
    """Return what stands between the bars of a row."""
    assert token.map is not None
    place = starts[token.map[0]]
    end = starts[token.map[0] + 1]
    cells: list[Span] = []
    if before := _BEFORE_CELLS.match(text, place, end):
        place = before.end()
    while place < end:
        stop = place
        while stop < end and (text[stop] != "|" or text[stop - 1] == "\\"):
            stop += 1
        cells.append(Span(place, stop))
        place = stop + 1
    return cells


def _rows(
    text: str, spans: Sequence[Sequence[Span]], header: Sequence[str], section: tuple[str, ...]
) -> Iterator[Block]:
    """Yield a table's rows, those of a timetable with the date, time and place above them."""
    width = max(map(len, spans), default=0)
    stated: dict[Cell, tuple[Part, ...]] = {}
    rows: list[Row] = []
    for line in spans:
        cells = [_cell(text, span) for span in line]
        stated |= {cell: statements(text, span) for cell, span in zip(cells, line, strict=True)}
        rows.append([*cells, *[None] * (width - len(cells))])
    names = column_names(rows, header)
    timetable = {"time", "topic"} <= {*names}
    above: dict[int, Cell] = {}
    for row in rows:
        parts: list[Part] = []
        for column, cell in enumerate(filled(row, names, above) if timetable else row):
            if cell is None or not cell.lines:
                continue
            own = list(stated[cell])
            if timetable and names[column] == "time" and "date" not in names:
                own = dated(own, cell.lines[0])
            parts += [
                one._replace(name=one.name or names[column] or str(column + 1)) for one in own
            ]
        if parts:
            yield Block("row", section, tuple(parts))


def _cell(text: str, span: Span) -> Cell:
    inner = trimmed(text, span)
    return Cell((inner.of(text),) if inner else ())
