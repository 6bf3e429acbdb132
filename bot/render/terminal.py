"""Answers and documents as a terminal shows them."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.answer import Answer, Quote
from index.document import Document, Passage

_CELLS = ("date", "time", "topic", "place")


def answer(shown: Answer) -> RenderableType:
    """Return an answer: its quotes, or the refusal and the nearest passages."""
    parts: list[RenderableType] = []
    if shown.notice:
        parts.append(Text(shown.notice))
    parts.extend(quote(one) for one in shown.quotes)
    if not shown.answered:
        parts.extend(quote(one, nearest=True) for one in shown.related[:3])
    return Group(*parts)


def quote(shown: Quote, *, nearest: bool = False) -> RenderableType:
    """Return a quote with the answer in bold, then its references and where it stands.

    `nearest` marks one that is offered as near to a refused question: dim, and set in.
    """
    indent = "  " if nearest else ""
    text = Text(style="dim" if nearest else "")
    text.append(f"{indent}│ ", style="cyan")
    for order, span in enumerate(shown.spans):
        if order:
            text.append(" ")
        begun = len(text) - span.start
        place = sum(s.end - s.start + 1 for s in shown.spans[:order])
        text.append(shown.text[place : place + span.end - span.start])
        for mark in shown.highlights:
            if span.start <= mark.start and mark.end <= span.end:
                text.stylize("bold", begun + mark.start, begun + mark.end)
    source = Text(f"{indent}  ", style="dim")
    if shown.refs:
        source.append("".join(f"[{ref}]" for ref in shown.refs) + " ", style="not dim cyan")
    source.append(" › ".join((shown.title, *shown.section)))
    return Group(text, source)


def document(shown: Document, passages: Sequence[Passage]) -> RenderableType:
    """Return what was understood of a document: sections, passages, references, tables."""
    parts: list[RenderableType] = [Text(f"{shown.title}  ({shown.id})", style="bold")]
    section: tuple[str, ...] | None = None
    rows: list[Passage] = []
    for passage in passages:
        if rows and (passage.kind != "row" or passage.section != rows[0].section):
            parts.append(table(shown, rows))
            rows = []
        if passage.section != section:
            section = passage.section
            if section:
                parts.append(Text("\n" + " › ".join(section), style="bold cyan"))
        if passage.kind == "row":
            rows.append(passage)
            continue
        line = Text(f"{passage.number:>4}  ", style="dim")
        line.append(passage.text, style="not dim")
        if passage.refs:
            line.append(" " + "".join(f"[{ref}]" for ref in passage.refs), style="not dim cyan")
        parts.append(line)
    if rows:
        parts.append(table(shown, rows))
    return Group(*parts)


def table(shown: Document, rows: Sequence[Passage]) -> Table:
    """Return rows as a table, merged cells filled in, with their references."""
    names = list(dict.fromkeys(name for row in rows for name in row.names))
    if set(names) <= set(_CELLS):
        names = [name for name in _CELLS if name in names]
    drawn = Table(show_header=True, header_style="dim", box=None, pad_edge=False)
    for name in (*names, "refs"):
        drawn.add_column(name, overflow="fold")
    for row in rows:
        cells = []
        for name in names:
            span = row.cell(name)
            cells.append(span.of(shown.text) if span else "")
        drawn.add_row(*cells, "".join(f"[{ref}]" for ref in row.refs))
    return drawn


def console(*, error: bool = False) -> Console:
    """Return a console that neither wraps nor colours what goes into a file or a pipe."""
    made = Console(stderr=error, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if not made.is_terminal:
        made = Console(
            stderr=error, highlight=False, markup=False, emoji=False, soft_wrap=True, width=10_000
        )
    return made
