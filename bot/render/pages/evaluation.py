"""The page of an evaluation: the figures, what was answered and refused, and each miss."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from wuzhen.bot.answer import Quote
from wuzhen.bot.answering.librarian import ENOUGH
from wuzhen.bot.build_report import counted
from wuzhen.bot.evaluation import curves, report
from wuzhen.bot.evaluation.run import Known, Place, Result
from wuzhen.bot.phrases import LANGUAGES
from wuzhen.bot.render.pages import render
from wuzhen.bot.render.pages.documents import in_order
from wuzhen.bot.render.pages.plot import HEIGHT, WIDTH, Plot, ceiling
from wuzhen.bot.render.pages.words import TAGS

_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_FEWEST = 20
_STYLES = ("one", "two", "three", "four")
_LANGS = {str(language): TAGS[language] for language in LANGUAGES}
_EXPLAINED: dict[report.Fault, str] = {
    "refused falsely": "The text answers them, but nothing was quoted.",
    "another passage": "What was quoted does not hold the answer.",
    "other references": "The answer was quoted, but with other references.",
    "answered wrongly": "The text does not answer them, but something was quoted.",
    "not word for word": "A quote is not what its spans cut out of the document.",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A quote as it was given, or offered as near: its text in pieces."""

    pieces: tuple[tuple[str, bool], ...]
    """Each with whether it was highlighted."""
    quote: Quote


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered as it should be."""

    anchor: str
    known: Known
    expected: tuple[tuple[tuple[str, ...], list[str]], ...]
    """The evidence of each place that answers, with its references in order."""
    lang: str
    confidence: float
    answered: bool
    near: bool
    """Whether the answer was among the first three offered."""
    offered: tuple[Offered, ...]


def page(results: Sequence[Result], name: str, titles: Sequence[str], url: str | None) -> str:
    """Return the page; `name` is of the file of questions, `titles` are of the documents.

    With the `url` of a page of the documents, quotes link into it.
    """
    silent = _unanswerable(results)
    return render(
        "evaluation.html",
        name=name,
        titles=titles,
        lang="en",
        asked=counted(len(results), "question"),
        names=list(report.figures(results)),
        all=report.shown(results),
        tables={"kind": report.by_kind(results), "language": report.by_language(results)},
        width=WIDTH,
        height=HEIGHT,
        risk=_risk(results),
        refusals=_refusals(results, silent),
        bins=_bins(results),
        thresholds=[_threshold(threshold, results, silent) for threshold in _THRESHOLDS],
        silent=list(silent),
        misses=_misses(results, url),
        explained=_EXPLAINED,
    )


def _unanswerable(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Return the questions that the text does not answer by their kind, most first, four kinds."""
    kinds: dict[str, list[Result]] = {}
    for result in results:
        if not result.known.answerable:
            kinds.setdefault(result.known.kind, []).append(result)
    ordered = sorted(kinds.items(), key=lambda pair: -len(pair[1]))
    return dict(ordered[: len(_STYLES)])


def _asked(results: Sequence[Result]) -> list[Result]:
    return [result for result in results if result.known.answerable]


def _risk(results: Sequence[Result]) -> Plot:
    points = curves.risk_coverage(results)
    # The risk of a few answers jumps about, and would leave little room for the rest.
    points = [p for p in points if p.coverage * len(results) >= _FEWEST] or points[-1:]
    plot = Plot("coverage: questions answered", "risk: of them wrongly", 1.0)
    plot.high = ceiling(max(point.risk for point in points), 0.1)
    given = [point for point in points if point.threshold >= ENOUGH]
    kept = [point for point in points if point.threshold < ENOUGH]
    if given:
        plot.line("at higher thresholds", "one", [(p.coverage, p.risk) for p in given])
    if kept:
        plot.line("at lower ones", "one dashed", [(p.coverage, p.risk) for p in given[-1:] + kept])
    if now := curves.operating_point(results):
        name = f"{now.coverage:.1%} answered, {now.risk:.1%} of them wrongly"
        plot.mark(name, "one", now.coverage, now.risk)
    return plot


def _refusals(results: Sequence[Result], silent: dict[str, list[Result]]) -> Plot | None:
    asked = _asked(results)
    if not asked or not silent:
        return None
    falsely = sum(not result.answer.answered for result in asked) / len(asked)
    plot = Plot(f"refused falsely (now {falsely:.1%})", "refused rightly", 1.0)
    for (kind, members), style in zip(silent.items(), _STYLES, strict=False):
        points = curves.refusals(asked, members)
        rightly = sum(not result.answer.answered for result in members) / len(members)
        name = f"{kind}: {rightly:.1%} refused"
        plot.line(kind, style, [(p.falsely, p.rightly) for p in points])
        plot.mark(name, style, falsely, rightly)
    return plot


def _bins(results: Sequence[Result]) -> Plot:
    """Return bars: above the line what the text answers, below it what it does not."""
    found = curves.bins(results)
    high = ceiling(max(one.right + one.wrong for one in found), 10)
    low = ceiling(max(one.unanswerable for one in found), 10)
    plot = Plot("confidence", "questions", high, -low, percent=False)
    for one in found:
        across = (one.low, one.high)
        for count, style, up in (
            (one.right, "good", (0, one.right)),
            (one.wrong, "bad", (one.right, one.right + one.wrong)),
            (one.unanswerable, "none", (-one.unanswerable, 0)),
        ):
            if count:
                plot.bar(f"{one.low:.0%} to {one.high:.0%}: {count}", style, across, up)
    return plot


def _threshold(
    threshold: float, results: Sequence[Result], silent: dict[str, list[Result]]
) -> list[str]:
    """Return what would happen at a threshold: what is answered, wrong, and refused."""
    given = [result for result in results if result.answer.confidence >= threshold]
    wrong = sum(not curves.would_hit(result) for result in given)
    asked = _asked(results)
    values: list[float | None] = [
        len(given) / len(results),
        wrong / len(given) if given else None,
        curves.at(threshold, asked, asked).falsely if asked else None,
        *(curves.at(threshold, members, members).rightly for members in silent.values()),
    ]
    return [f"{threshold:.1f}", *("–" if value is None else f"{value:.3f}" for value in values)]


def _misses(results: Sequence[Result], url: str | None) -> dict[str, list[Miss]]:
    """Return the misses by what is wrong with them."""
    found: dict[str, list[Miss]] = {name: [] for name in _EXPLAINED}
    for number, result in enumerate(results, 1):
        wrong = report.fault(result)
        if wrong is None:
            continue
        answer = result.answer
        found[wrong].append(
            Miss(
                anchor=f"q{number}",
                known=result.known,
                expected=tuple(
                    (place.evidence, sorted(place.refs, key=in_order))
                    for place in (
                        Place(result.known.refs, result.known.evidence),
                        *result.known.alternatives,
                    )
                ),
                lang=_LANGS.get(result.known.lang, "und"),
                confidence=answer.confidence,
                answered=answer.answered,
                near=result.near,
                offered=tuple(
                    Offered(_pieces(quote), quote.linked(url))
                    for quote in (answer.quotes if answer.answered else answer.related[:1])
                ),
            )
        )
    return {name: misses for name, misses in found.items() if misses}


def _pieces(quote: Quote) -> tuple[tuple[str, bool], ...]:
    """Return a quote's text in pieces, marked or not."""
    marked = [False] * len(quote.text)
    place = 0
    for span in quote.spans:
        for mark in quote.highlights:
            if span.start <= mark.start and mark.end <= span.end:
                start, end = place + mark.start - span.start, place + mark.end - span.start
                marked[start:end] = [True] * len(marked[start:end])
        place += span.end - span.start + 1
    pieces = [
        ("".join(character for character, _ in members), state)
        for state, members in groupby(
            zip(quote.text, marked, strict=True), key=lambda pair: pair[1]
        )
    ]
    return tuple(pieces)
