"""Answers and documents as a terminal shows them, and as lines of plain text."""

from collections.abc import Sequence
from shutil import get_terminal_size

from rich.console import (
    Console,
    ConsoleOptions,
    ConsoleRenderable,
    Group,
    RenderableType,
    RenderHook,
    RenderResult,
)
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from wuzhen.bot.anchors import ordinal
from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.render.tables import columns, tables
from wuzhen.bot.render.terminal_lines import Prose, harmless
from wuzhen.index.document import Document, Passage, Reference, Span

_CELLS = ("date", "time", "topic", "place")
_WHOLE = ("date", "time")
_ROOMY = 60
"""Cells from which a timetable has room for dates and times in one line."""
_MOST_REFERENCES = 3


def answer(shown: Answer) -> RenderableType:
    """Return an answer: its quotes, or the refusal and the nearest passages."""
    parts: list[RenderableType] = []
    if shown.notice:
        parts.append(Prose(Text(shown.notice)))
    parts.extend(quote(one) for one in shown.quotes)
    if not shown.answered:
        parts.extend(quote(one, nearest=True) for one in shown.related[:3])
    return Group(*parts)


def quote(shown: Quote, *, nearest: bool = False) -> RenderableType:
    """Return a quote with the answer in bold, then its references and where it stands.

    `nearest` marks one that is offered as near to a refused question: dim, and set in.
    """
    indent = "  " if nearest else ""
    bar = Text(f"{indent}│ ", style="cyan")
    text = marked(shown, "bold")
    if nearest:
        text.style = "dim"
    return Group(Prose(text, bar=bar), source(shown, f"{indent}  "))


def marked(shown: Quote, style: str, only: Sequence[Span] = ()) -> Text:
    """Return a quote's text, or that of some of its spans, with the answer in a style."""
    text = Text()
    taken = 0
    for span in shown.spans:
        piece = shown.text[taken : taken + span.end - span.start]
        taken += len(piece) + 1
        if only and span not in only:
            continue
        if text:
            text.append(" ")
        begun = len(text) - span.start
        # Characters that a `Text` would drop are replaced first, so that every place holds.
        text.append(harmless(piece))
        for mark in shown.highlights:
            if span.start <= mark.start and mark.end <= span.end:
                text.stylize(style, begun + mark.start, begun + mark.end)
    return text


def source(shown: Quote, indent: str = "") -> RenderableType:
    """Return a quote's columns, its references and where it stands, and what is known of them."""
    lines: list[RenderableType] = []
    if shown.columns:
        called = Text(harmless(" | ".join(shown.columns)), style="dim")
        lines.append(Prose(called, bar=Text(indent)))
    text = Text(style="dim")
    if shown.refs:
        text.append(harmless(references(shown.refs)) + " ", style="not dim cyan")
    text.append(harmless(" › ".join((shown.title, *shown.section))))
    if shown.url:
        text.stylize(Style(link=shown.url))
    lines.append(Prose(text, bar=Text(indent)))
    lines += [_reference(one, indent) for one in shown.references[:_MOST_REFERENCES]]
    return Group(*lines)


def _reference(one: Reference, indent: str) -> RenderableType:
    link = Style(link=one.address) if one.address else Style()
    known = " · ".join(harmless(part) for part in (one.title, one.address) if part)
    line = Text.assemble((f"[{one.number}] ", "cyan"), (known, link), style="dim")
    return Prose(line, bar=Text(indent))


def references(refs: Sequence[str]) -> str:
    """Return reference numbers as the text has them."""
    return "".join(f"[{ref}]" for ref in refs)


def document(shown: Document, passages: Sequence[Passage]) -> RenderableType:
    """Return what was understood of a document: sections, passages, references, tables."""
    title = Text(harmless(f"{shown.title}  ({shown.id})"), style="bold")
    listed = [_reference(one, "  ") for one in shown.references]
    return Group(title, sections(shown, passages), *([Text(), *listed] if listed else []), Text())


def sections(shown: Document, passages: Sequence[Passage]) -> RenderableType:
    """Return passages of a document under the headings of their sections, rows as tables."""
    parts: list[RenderableType] = []
    section: tuple[str, ...] | None = None
    rows: list[Passage] = []
    for passage in passages:
        if rows and (passage.kind != "row" or passage.section != rows[0].section):
            parts.append(table(shown, rows))
            rows = []
        if passage.section != section:
            section = passage.section
            if section:
                parts += [Text(), heading(section)]
        if passage.kind == "row":
            rows.append(passage)
            continue
        text = Text(harmless(passage.text))
        if passage.refs:
            text.append(" " + references(passage.refs), style="cyan")
        number = Text(f"{ordinal(passage.number):>4}  ", style="dim")
        parts.append(Prose(text, first=number, bar=Text(" " * len(number))))
    if rows:
        parts.append(table(shown, rows))
    return Group(*parts)


def heading(section: Sequence[str]) -> RenderableType:
    """Return the path of a section as the heading over what stands in it."""
    return Prose(Text(harmless(" › ".join(section)), style="bold cyan"))


def table(shown: Document, rows: Sequence[Passage]) -> RenderableType:
    """Return rows as tables, merged cells filled in, with their references."""
    parts: list[RenderableType] = []
    for one in tables(rows):
        parts += [*([Text()] if parts else []), _Rows(shown, one)]
    return Group(*parts)


class _Rows:
    """A table's rows, in which dates and times are broken only where it is too narrow for them."""

    def __init__(self, shown: Document, rows: Sequence[Passage]) -> None:
        self._shown = shown
        self._rows = rows

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        names = columns(self._rows, self._shown.text)
        whole: set[str] = set()
        if set(names) <= set(_CELLS):
            names = [name for name in _CELLS if name in names]
            whole = set(_WHOLE if options.max_width >= _ROOMY else ())
        drawn = Table(show_header=True, header_style="dim", box=None, pad_edge=False)
        for name in names:
            drawn.add_column(harmless(name), no_wrap=name in whole)
        numbered = any(row.refs for row in self._rows)
        if numbered:
            drawn.add_column("refs", no_wrap=bool(whole))
        for row in self._rows:
            cells = [Prose(Text(harmless(self._cell(row, name)))) for name in names]
            drawn.add_row(*cells, *([references(row.refs)] if numbered else []))
        yield drawn

    def _cell(self, row: Passage, name: str) -> str:
        """Return what a row has in a column: all of it, where it is in pieces."""
        text = self._shown.text
        named = zip(row.names, row.spans, strict=True)
        return " ".join(span.of(text) for called, span in named if called == name)


def console(*, error: bool = False) -> Console:
    """Return a console that neither wraps nor colours what goes into a file or a pipe."""
    made = Console(stderr=error, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if made.is_dumb_terminal:  # of which rich takes no size
        made.width, made.height = get_terminal_size()
    if not made.is_terminal:
        made = Console(
            stderr=error, highlight=False, markup=False, emoji=False, soft_wrap=True, width=10_000
        )
        made.push_render_hook(_Trimming())
    return made


class _Trimming(RenderHook):
    """Leaves out the spaces that fill the last column of a table."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Trimmed(Group(*renderables))]


class _Trimmed:
    """Plain lines of something, without the spaces at their ends."""

    def __init__(self, inside: RenderableType) -> None:
        self._inside = inside

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in Segment.split_lines(console.render(self._inside, options)):
            yield Segment("".join(part.text for part in line).rstrip(" ") + "\n")
