"""Figures of judged answers, as a table, as JSON, and each miss beside what was expected."""

import statistics
from collections.abc import Callable, Sequence
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from wuzhen.bot.evaluation.run import Result
from wuzhen.bot.render.terminal_lines import Prose, harmless

_LONG_KINDS = frozenset({"ref", "list"})
"""Kinds whose answers are long by nature, left out of the lengths of quotes."""

_BETWEEN = 2
"""Cells between the columns of a table."""

Fault = Literal[
    "refused falsely",
    "another passage",
    "other references",
    "answered wrongly",
    "not word for word",
]
"""What can be wrong: an answerable question refused, or answered by what does not hold the answer
or carries other references; an unanswerable one answered; a quote that is not the text's."""


def figures(results: Sequence[Result]) -> dict[str, float | int | None]:
    """Return the figures of some results; None where there is nothing to reckon one from."""
    asked = [r for r in results if r.known.answerable]
    silent = [r for r in results if not r.known.answerable]
    hits = [r for r in asked if r.hit]
    lengths = [
        sum(len(quote.text) for quote in r.answer.quotes)
        for r in asked
        if r.answer.answered and r.known.kind not in _LONG_KINDS
    ]
    return {
        "questions": len(results),
        "hit@1": _share(asked, lambda r: r.hit),
        "hit@3": _share(asked, lambda r: r.near),
        "references right": _share(hits, lambda r: r.refs_right),
        "refused rightly": _share(silent, lambda r: not r.answer.answered),
        "refused falsely": _share(asked, lambda r: not r.answer.answered),
        "auroc": auroc([r.answer.confidence for r in asked], [r.answer.confidence for r in silent]),
        "verbatim": _share(results, lambda r: r.verbatim),
        "quote median": statistics.median(lengths) if lengths else None,
        "quote 90%": _quantile(lengths, 0.9),
        "ms median": statistics.median(r.milliseconds for r in results) if results else None,
    }


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the chance that a positive's score is above a negative's, ties counting half.

    The area under the ROC curve, by the Mann-Whitney statistic.
    """
    if not positive or not negative:
        return None
    above = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return above / (len(positive) * len(negative))


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """Return the figures in all, by kind and by language."""
    return {
        "all": figures(results),
        "kind": {name: figures(part) for name, part in _parts(results, _kind)},
        "language": {name: figures(part) for name, part in _parts(results, _language)},
    }


def as_table(results: Sequence[Result]) -> RenderableType:
    """Return the figures in all, by kind and by language, as a table."""
    head = ["", *figures(results)]
    return _Figures([head, ["all", *shown(results)], *by_kind(results), *by_language(results)])


class _Figures:
    """A table of figures, in parts below one another where the terminal is not as wide as it."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._columns = list(zip(*rows, strict=True))

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        names, *columns = self._columns
        part: list[tuple[str, ...]] = [names]
        for column in columns:
            if len(part) > 1 and _wide([*part, column]) > options.max_width:
                yield from (_table(part), Text())
                part = [names]
            part.append(column)
        yield _table(part)


def _wide(columns: Sequence[Sequence[str]]) -> int:
    return sum(max(map(cell_len, one)) for one in columns) + _BETWEEN * (len(columns) - 1)


def _table(columns: Sequence[Sequence[str]]) -> Table:
    """Return columns, the first of them names, as a table with their first cells as its head."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column[0], justify="right" if number else "left", no_wrap=True)
    for row in list(zip(*columns, strict=True))[1:]:
        table.add_row(*row)
    return table


def by_kind(results: Sequence[Result]) -> list[list[str]]:
    """Return a line of figures for each kind of question, its name first, as they are shown."""
    return [[name, *shown(part)] for name, part in _parts(results, _kind)]


def by_language(results: Sequence[Result]) -> list[list[str]]:
    """Return a line of figures for each language, its name first, as they are shown."""
    return [[name, *shown(part)] for name, part in _parts(results, _language)]


def shown(results: Sequence[Result]) -> list[str]:
    """Return the figures of some results, in their order, as they are shown."""
    return [_shown(name, value) for name, value in figures(results).items()]


def fault(r: Result) -> Fault | None:
    """Return what is wrong with an answer, or None when it is as it should be."""
    if not r.verbatim:
        return "not word for word"
    if not r.known.answerable:
        return "answered wrongly" if r.answer.answered else None
    if not r.answer.answered:
        return "refused falsely"
    if not r.hit:
        return "another passage"
    return None if r.refs_right else "other references"


def misses(results: Sequence[Result]) -> RenderableType:
    """Return each question that was not answered as it should be, with what was expected."""
    parts: list[RenderableType] = []
    for r in results:
        if fault(r) is None:
            continue
        head = harmless(f"{r.known.id} {r.known.lang} {r.known.kind}:")
        parts += [Text(), Prose(Text(head, style="bold"))]
        parts.append(_said("asked", " / ".join((*r.known.history, r.known.question))))
        expected = "a refusal"
        if r.known.answerable:
            facts = " + ".join("|".join(fact[:3]) for fact in r.known.answers)
            expected = f"{facts}  {_refs(r.known.refs)}"
        parts.append(_said("expected", expected))
        given = r.answer.quotes if r.answer.answered else r.answer.related[:1]
        verdict = "quoted" if r.answer.answered else "refused, nearest"
        for quote in given:
            told = f"{verdict} ({r.answer.confidence:.2f})"
            parts.append(_said(told, f"{quote.text} {_refs(quote.refs)}"))
    return Group(*parts) if parts else Text("no misses")


def _said(what: str, text: str) -> RenderableType:
    """Return what was said of a miss; its further lines are set in."""
    first = Text(f"  {what:<8}  ")
    return Prose(Text(harmless(text)), first=first, bar=Text(" " * len(first)))


def _parts(
    results: Sequence[Result], label: Callable[[Result], str]
) -> list[tuple[str, list[Result]]]:
    names = sorted({label(r) for r in results})
    return [(name, [r for r in results if label(r) == name]) for name in names]


def _kind(result: Result) -> str:
    return result.known.kind


def _language(result: Result) -> str:
    return result.known.lang


def _share(results: Sequence[Result], test: Callable[[Result], bool]) -> float | None:
    return sum(map(test, results)) / len(results) if results else None


def _quantile(values: Sequence[int], share: float) -> int | None:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else None


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name in ("questions", "quote 90%", "quote median"):
        return f"{value:.0f}"
    return f"{value:.1f}" if name.startswith("ms") else f"{value:.3f}"


def _refs(refs: Sequence[str] | frozenset[str]) -> str:
    return (
        "".join(f"[{ref}]" for ref in sorted(refs, key=lambda ref: (len(ref), ref)))
        if refs
        else "[]"
    )
