"""Answers as a conversation in a terminal shows them: panels, tables, and what stands near."""

from collections.abc import Container, Iterable, Sequence
from itertools import groupby

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from wuzhen.bot.answer import Answer, Quote, quote
from wuzhen.bot.render import terminal
from wuzhen.bot.render.terminal import marked, references, source
from wuzhen.bot.render.terminal_lines import Prose, harmless
from wuzhen.index.document import Document, Passage, Span
from wuzhen.index.searching.collection import Collection

_ANSWER = "bold black on yellow"
_EDGE = "cyan"
_NEAR = 3
_BESIDE = 80
"""Cells from which topics and places stand beside each other."""


def answer(shown: Answer, collection: Collection) -> RenderableType:
    """Return an answer: its quotes in panels, or the refusal and the nearest passages.

    Several rows of a timetable are one panel, under their dates.
    """
    parts: list[RenderableType] = []
    if shown.notice:
        parts.append(Prose(Text(shown.notice, style="bold")))
    if len(shown.quotes) > 1 and all(is_session(one, collection) for one in shown.quotes):
        parts.append(sessions(shown.quotes, collection))
    else:
        parts.extend(quotes(shown.quotes))
    if not shown.answered:
        parts.extend(near(shown.related[:_NEAR]))
    return Group(*parts)


def quotes(shown: Sequence[Quote]) -> Iterable[RenderableType]:
    """Return quotes in panels, numbered where there are several."""
    for number, one in enumerate(shown, 1):
        title = Text(f"{number}/{len(shown)}", style="dim") if len(shown) > 1 else None
        yield Group(_panel(Prose(marked(one, _ANSWER)), title), source(one, "  "))


def near(shown: Sequence[Quote], first: int = 1) -> Iterable[RenderableType]:
    """Return passages that are offered as near: no panels, and numbered from `first`."""
    for number, one in enumerate(shown, first):
        bar = Text("   │ ", style="dim")
        label = Text(f"{number:>2} │ ", style="dim")
        text = Prose(marked(one, "bold"), first=label, bar=bar)
        yield Group(text, source(one, "     "))


def is_session(shown: Quote, collection: Collection) -> bool:
    """Tell whether a quote is one row of a timetable."""
    passages = [collection.passages[number] for number in shown.passages]
    return len(passages) == 1 and {"date", "time", "topic"} <= set(passages[0].names)


def sessions(
    shown: Sequence[Quote], collection: Collection, centre: Container[int] | None = None
) -> RenderableType:
    """Return rows of timetables under their dates, and below them where they stand.

    Where some of the passages are named as the `centre`, the others are dim.
    """
    parts: list[RenderableType] = []
    passages = [collection.passages[one.passages[0]] for one in shown]
    topics = [_text(one, at, "topic").cell_len for one, at in zip(shown, passages, strict=True)]
    for date, rows in _by_date(shown, collection):
        if parts:
            parts.append(Text())
        parts += [date, _Rows(rows, centre, topics)]
    sources: dict[tuple[str, ...], Quote] = {}
    for one in shown:
        sources.setdefault((one.document, *one.section, references(one.refs)), one)
    return Group(_panel(Group(*parts)), *(source(one, "  ") for one in sources.values()))


class _Rows:
    """Rows of one date: the place beside the topic, or below it where that is narrow."""

    def __init__(
        self,
        rows: Sequence[tuple[Quote, Passage]],
        centre: Container[int] | None,
        topics: Sequence[int],
    ) -> None:
        """`topics` gives how wide the topics of all dates are, so that all places are in line."""
        self._rows = rows
        self._centre = centre
        self._topics = max(topics, default=0)

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        drawn = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
        drawn.add_column(no_wrap=True)
        drawn.add_column(min_width=min(self._topics, options.max_width // 2))
        for one, passage in self._rows:
            time, topic, place = (_cell(one, passage, name) for name in ("time", "topic", "place"))
            around = self._centre is not None and passage.number not in self._centre
            if options.max_width >= _BESIDE:
                drawn.add_row(time, topic, place, style="dim" if around else "")
            else:
                drawn.add_row(time, Group(topic, place), style="dim" if around else "")
        yield drawn


def context(shown: Quote, centre: Quote, collection: Collection, *, framed: bool) -> RenderableType:
    """Return a passage among its neighbours, it alone plain and they dim; a row is one line."""
    text = _in_context(shown, centre, collection)
    inside = _panel(Prose(text)) if framed else Prose(text, bar=Text("│ "))
    return Group(inside, source(shown, "  "))


def _in_context(shown: Quote, centre: Quote, collection: Collection) -> Text:
    text = Text()
    marks = [*centre.highlights]
    going_on = _going_on(collection.passages[number] for number in shown.passages)
    taken = 0
    for span in shown.spans:
        piece = shown.text[taken : taken + span.end - span.start]
        taken += len(piece) + 1
        if text:
            text.append(" " if span in going_on else "\n")
        begun = len(text) - span.start
        text.append(harmless(piece), style="dim")
        for own in centre.spans:
            low, high = max(own.start, span.start), min(own.end, span.end)
            if low < high:
                text.stylize("not dim", begun + low, begun + high)
        for mark in marks:
            if span.start <= mark.start and mark.end <= span.end:
                text.stylize(_ANSWER, begun + mark.start, begun + mark.end)
    return text


def _going_on(passages: Iterable[Passage]) -> set[Span]:
    """Return the cells of rows and fields but for the first of each that no row above has."""
    seen: set[Span] = set()
    found: set[Span] = set()
    for passage in passages:
        if passage.names:
            own = [span for span in passage.spans if span not in seen]
            found.update(own[1:])
            seen.update(own)
    return found


def reading(
    document: Document, passages: Sequence[Passage], collection: Collection
) -> Iterable[RenderableType]:
    """Yield passages of a document to be read: headings, paragraphs and tables."""
    section: tuple[str, ...] = ()
    for (under, _, _), group in groupby(passages, _paragraph):
        members = list(group)
        if under != section:
            section = under
            yield terminal.heading(under)
        quotes = [quote(document, [passage]) for passage in members]
        if all(is_session(one, collection) for one in quotes):
            yield sessions(quotes, collection)
            continue
        if members[0].kind == "row":
            yield terminal.table(document, members)
            continue
        text = Text()
        for passage in members:
            text.append(harmless(passage.text))
            text.append(references(passage.refs), style="cyan")
        yield Prose(text, bar=Text("  "))


def _paragraph(passage: Passage) -> tuple[tuple[str, ...], str, int]:
    """Return what passages have in common that are shown together: a block, or a table's rows."""
    return passage.section, passage.kind, 0 if passage.kind == "row" else passage.block


def _panel(inside: RenderableType, title: Text | None = None) -> Panel:
    return Panel(
        inside, box=box.ROUNDED, border_style=_EDGE, padding=(0, 1), title=title, title_align="left"
    )


def _by_date(
    shown: Sequence[Quote], collection: Collection
) -> Iterable[tuple[Text, list[tuple[Quote, Passage]]]]:
    groups: dict[str, list[tuple[Quote, Passage]]] = {}
    dates: dict[str, Text] = {}
    several = len({one.document for one in shown}) > 1
    for one in shown:
        passage = collection.passages[one.passages[0]]
        date = _text(one, passage, "date")
        date.style = "bold"
        if several:
            date.append(f"  {harmless(one.title)}", style="not bold dim")
        dates.setdefault(date.plain, date)
        groups.setdefault(date.plain, []).append((one, passage))
    for name, rows in groups.items():
        yield dates[name], rows


def _cell(one: Quote, passage: Passage, name: str) -> RenderableType:
    return Prose(_text(one, passage, name))


def _text(one: Quote, passage: Passage, name: str) -> Text:
    span: Span | None = passage.cell(name)
    return marked(one, _ANSWER, [span]) if span else Text()
