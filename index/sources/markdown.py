"""Markdown: headings as sections, paragraphs, list items and rows of tables as blocks.

A quote keeps the file's own characters, emphasis marks included. HTML is read as HTML.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from wuzhen.index.document import Block, BlockKind, Document, Part, Reference, Span
from wuzhen.index.sources.dialects import Prepared, prepared
from wuzhen.index.sources.html import embedded
from wuzhen.index.sources.listing import (
    Entry,
    cited,
    gathered,
    is_reference_heading,
    listed,
    reference,
)
from wuzhen.index.sources.tables.grid import (
    Cell,
    cells_of,
    header_names,
    header_rows,
    laid_out,
    layout,
    named_parts,
)
from wuzhen.index.text.fold import fold
from wuzhen.index.text.lines import Line, attribution, is_caption, is_prose, question_end
from wuzhen.index.text.references import attribute, is_punctuation, statements, trimmed

_LINE_END = re.compile(r"\r\n?|\n")  # as CommonMark, 2.1, has it
_BEFORE_CELLS = re.compile(r"[ \t>]*\|?")
_QUOTED = frozenset({"paragraph_open", "fence", "code_block"})
_BARE_HEADING = re.compile(r"#(?=[^\s#!\d])([^#\n]+)")
_LABEL = re.compile(r"(\*\*|__)(?P<name>(?:(?!\1).)+)\1\s*(?P<colon>[：:]?)")
_EMPHASIS = re.compile(r"\*\*|(?<!\w)__|__(?!\w)|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])")
_ENTRY = re.compile(r"[^：:\n]{1,12}(?:：\s*|:\s+)\S")
_LONGEST_LABEL = 40
_SENTENCE_BEFORE = re.compile(r"[。．！？!?.：:…*_>）)]\s*$")


def read_markdown(id: str, text: str) -> Document:
    """Read a Markdown file.

    Its title is what its front matter says, or its first heading, or the id without its ending.
    """
    ready = prepared(text)
    # A byte order mark would hide what the first line is.
    seen = " " + ready.seen[1:] if text.startswith("\ufeff") else ready.seen
    known: dict[str, Any] = {}
    tokens = MarkdownIt("commonmark").enable("table").parse(seen, known)
    reader = _Reader(text, ready)
    reader.read(tokens)
    blocks, listings = reader.blocks, reader.listings
    references = {one.number: one for one in _references(known.get("references", {}))}
    references |= ready.notes
    said = [block for place, block in enumerate(blocks) if place not in listings]
    if all(listings.values()) and (found := gathered(chain(*listings.values()), cited(said))):
        references, blocks = found | references, said
    title = reader.title or id.rsplit(".", 1)[0]
    return Document(id, title, text, tuple(blocks), tuple(references.values()))


class _Reader:
    """Goes through a file's tokens in order, and keeps what stands above them."""

    def __init__(self, text: str, ready: Prepared) -> None:
        self.title = ready.title
        self.blocks: list[Block] = []
        self.listings: dict[int, list[Entry]] = {}
        """By the place of the block that may be part of a list of references."""
        self._text = text
        self._levels = ready.levels
        self._starts = _line_starts(text)
        self._path: list[tuple[int, str]] = []
        self._label: tuple[str, ...] = ()
        """A line in bold type that heads what stands below it."""
        self._asked: tuple[str, ...] = ()
        self._pending: Block | None = None
        """A label or a question as a block, as long as nothing stands below it."""
        self._lists = 0
        self._table: int | None = None
        """Where the rows right above begin."""

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._path)

    @property
    def _section(self) -> tuple[str, ...]:
        return (*self._names, *self._label, *self._asked)

    def read(self, tokens: Sequence[Token]) -> None:
        """Read all tokens."""
        rows: list[tuple[bool, list[Span]]] = []
        for place, token in enumerate(tokens):
            if token.type == "heading_open":
                line = token.map[0] if token.map else -1
                level = self._levels.get(line, int(token.tag[1]))
                self._heading(level, _named(tokens[place + 1].content))
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                self._lists += 1
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self._lists -= 1
                if self._lists == 0 and self._pending is None:
                    self._asked = ()
            elif token.type == "tr_open" and token.map and token.level > 0:
                heads = any(t.type == "th_open" for t in tokens[place : place + 2])
                rows.append((heads, _cells(self._text, self._starts, token)))
            elif token.type == "table_close":
                self._rows(_grid(self._text, rows))
                rows = []
            elif token.type == "html_block" and token.map:
                first, last = token.map
                self._html(Span(self._starts[first], self._starts[last]))
            elif token.type in _QUOTED and token.map:
                self._quoted(token, tokens[place + 1] if place + 1 < len(tokens) else token)
        self._close()

    def _heading(self, level: int, name: str) -> None:
        self._close()
        self._table, self._asked, self._label = None, (), ()
        bare = not self.blocks and not self._path
        if bare and (not self.title or fold(self.title) == fold(name)):
            self.title = name
        elif name:
            self._path = [(depth, heading) for depth, heading in self._path if depth < level]
            self._path.append((level, name))

    def _close(self) -> None:
        """Let a label or a question that heads nothing be said by itself."""
        pending, self._pending = self._pending, None
        if pending is not None and pending.parts:
            self.blocks.append(pending)

    def _add(self, kind: BlockKind, span: Span) -> None:
        if is_punctuation(embedded.masked(span.of(self._text))):
            return
        if parts := statements(self._text, span):
            self._pending = None
            self.blocks.append(Block(kind, self._section, parts))

    def _quoted(self, token: Token, inline: Token) -> None:
        """Read a paragraph, a list's item, or a block of code."""
        text = self._text
        assert token.map is not None
        first, last = token.map
        is_text = token.type == "paragraph_open"
        if is_text and _is_picture(inline):
            return
        if token.type == "fence" and _closes(text, self._starts, token):
            last -= 1
        span = trimmed(text, Span(self._starts[first], self._starts[last]))
        content = inline.content if is_text else token.content
        inner = _without_marker(text, span, content) if span else None
        above, self._table = self._table, None
        if inner is None:
            return
        if above is not None and (refs := _attributed(text, inner)):
            attribute(self.blocks, above, refs)
            return
        if is_reference_heading(self._names):
            self._close()
            self.listings[len(self.blocks)] = _entries(text[self._starts[first] : inner.end])
            self._add("bullet" if self._lists else "paragraph", inner)
        elif is_text:
            self._paragraph(inner)
        else:
            self._add("bullet" if self._lists else "paragraph", inner)

    def _paragraph(self, span: Span) -> None:
        """Read a paragraph, whose lines may be questions that head what stands below them."""
        text, kind = self._text, self._kind
        whole = span.of(text)
        bare = self.title == "" and not self.blocks and not self._path
        if bare and (heading := _BARE_HEADING.fullmatch(whole)):
            self._heading(1, heading[1].strip())
            return
        label = _LABEL.fullmatch(whole) if kind == "paragraph" else None
        if label and len(whole) <= _LONGEST_LABEL and not _is_prose(label["name"]):
            self._close()
            self._asked = ()
            self._pending = Block(kind, self._names, statements(text, span))
            self._label = (label["name"].strip(),)
            return
        begin = span.start
        for start, end in _lines_of(text, span):
            line = embedded.masked(text[start:end])
            asks = question_end(line)
            wrapped = start > span.start and not _SENTENCE_BEFORE.search(text, span.start, start)
            if asks is None or (wrapped and line.isascii()):
                continue
            if before := trimmed(text, Span(begin, start)):
                self._add(kind, before)
            self._close()
            self._asked = ()
            question = Span(start, start + asks)
            self._pending = Block(kind, self._section, statements(text, question))
            self._asked = (_named(question.of(text)),)
            begin = question.end
        if rest := trimmed(text, Span(begin, span.end)):
            found = [Span(*line) for line in _lines_of(text, rest)]
            entries = len(found) > 1 and all(_ENTRY.match(line.of(text)) for line in found)
            for one in found if entries else [rest]:
                self._add(kind, one)

    @property
    def _kind(self) -> BlockKind:
        return "bullet" if self._lists else "paragraph"

    def _html(self, span: Span) -> None:
        """Read a block of HTML."""
        rows: list[list[tuple[Cell, Span]]] | None = None
        for piece in embedded.pieces(self._text, span):
            if piece.kind == "table":
                if rows is not None:
                    self._rows(rows)
                rows = None if rows is not None else []
            elif piece.kind == "row" and rows is not None:
                rows.append([])
            elif piece.kind == "cell" and rows:
                words = piece.span.of(self._text)
                cell = Cell(
                    (embedded.words(words),) if words else (),
                    bool(piece.level),
                    piece.across,
                    piece.down,
                )
                rows[-1].append((cell, piece.span))
            elif piece.kind == "heading":
                self._heading(piece.level, embedded.words(piece.span.of(self._text)))
            elif piece.kind == "bullet":
                self._table = None
                self._add("bullet", piece.span)
            elif piece.kind == "paragraph":
                self._table = None
                self._paragraph(piece.span)
        if rows:
            self._rows(rows)

    def _rows(self, table: Sequence[Sequence[tuple[Cell, Span]]]) -> None:
        """Add a table's rows, those of a timetable with the date, time and place above them."""
        self._caption()
        spans = {cell: span for line in table for cell, span in line}
        grid = laid_out([[cell for cell, _ in line] for line in table])
        grid = [row for row in grid if any(cell and cell.lines for cell in row)]
        head = header_rows(grid)
        rows, heads = grid[head:], grid[:head]
        section = self._section
        said = layout(rows, header_names(heads), heads[-1] if heads else (), (self.title, *section))
        self._table = len(self.blocks)
        stated: dict[Cell, tuple[Part, ...]] = {}
        above: dict[int, Cell] = {}
        for row in rows:
            for cells in cells_of(row, said, above):
                parts: list[Part] = []
                for cell, name in cells:
                    if cell not in stated:
                        stated[cell] = statements(self._text, spans[cell])
                    parts += named_parts(stated[cell], cell, name, said)
                if parts:
                    self._pending = None
                    self.blocks.append(Block("row", section, tuple(parts)))

    def _caption(self) -> None:
        """Let a short line right above a table be the heading of it."""
        if self._pending is not None or not self.blocks or self._table is not None:
            return
        last = self.blocks[-1]
        span = last.parts[0].span
        line = Line(span, span.of(self._text), after_blank=False)
        alone = last.kind == "paragraph" and len(last.parts) == 1
        listed = len(self.blocks) - 1 in self.listings
        if (
            alone
            and not listed
            and last.section == self._section
            and is_caption(line)
            and not is_prose(line)
        ):
            self.blocks.pop()
            self._label = (_named(line.text),)


def _named(words: str) -> str:
    """Return what a heading says, without tags and emphasis."""
    return _EMPHASIS.sub("", embedded.words(words)).strip()


def _is_prose(words: str) -> bool:
    return is_prose(Line(Span(0, len(words)), words, after_blank=False))


def _lines_of(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """Yield where each line of a stretch begins and ends, without white space around it."""
    start = span.start
    for end in [*(m.start() for m in _LINE_END.finditer(text, *span)), span.end]:
        if inner := trimmed(text, Span(start, end)):
            yield inner.start, inner.end
        start = end


def _grid(text: str, rows: Sequence[tuple[bool, Sequence[Span]]]) -> list[list[tuple[Cell, Span]]]:
    """Return the cells of a table's rows with their places."""
    grid: list[list[tuple[Cell, Span]]] = []
    for heads, spans in rows:
        cells: list[tuple[Cell, Span]] = []
        for span in spans:
            inner = trimmed(text, span)
            words = embedded.words(inner.of(text)) if inner else ""
            cells.append((Cell((words,) if words else (), heads), inner or span))
        grid.append(cells)
    return grid


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
    unsaid = ("softbreak", "hardbreak", "image", "html_inline")
    shown = [one for one in inline.children or () if one.content.strip() or one.type == "image"]
    return bool(inline.children) and all(one.type in unsaid for one in shown)


def _attributed(text: str, span: Span) -> tuple[str, ...] | None:
    return attribution(Line(span, span.of(text), after_blank=True))


def _references(defined: dict[str, dict[str, Any]]) -> Iterator[Reference]:
    """Yield what the numbers stand for that are defined as links (`[8]: https://… "title"`)."""
    for label, link in defined.items():
        if label.isascii() and label.isdecimal() and len(label) <= 4:
            found = reference(label, str(link.get("title", "")), str(link.get("href", "")))
            if found is not None:
                yield found


def _line_starts(text: str) -> list[int]:
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return [*starts, len(text), len(text)]


def _without_marker(text: str, span: Span, content: str) -> Span | None:
    """Begin where the block's own text begins, behind a list's or a quotation's marker."""
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
    if len(cells) > 1 and trimmed(text, cells[-1]) is None:
        cells.pop()  # what stands behind the last bar
    return cells
