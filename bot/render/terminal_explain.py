"""How an answer came about, as a terminal shows it: for whoever looks into a wrong one.

Its words are English in every language of the interface, so that reports can be compared.
"""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from wuzhen.bot.explain.trace import Explanation, Form, Looked, Moved, ReadAs, Verdict, Weighed
from wuzhen.bot.render.terminal import references
from wuzhen.bot.render.terminal_lines import Prose, harmless

_FORMS = 6
_BESIDES = {"passage": "green", "block": "yellow", "elsewhere": "dim", "nowhere": "red"}


def explanation(told: Explanation) -> RenderableType:
    """Return an explanation: the decision, the reading, the terms, the candidates, the times."""
    parts: list[RenderableType] = list(_verdict(told.verdict))
    if told.history:
        parts += [_heading("asked before"), *(_line(text, "  ") for text in told.history)]
    if told.reading is not None:
        parts += [_heading("read as"), _reading(told.reading)]
    if told.concepts:
        parts += [_heading("looked for"), _concepts(told.concepts)]
    for place, one in enumerate(told.candidates, 1):
        if place == 1:
            parts.append(_heading("found"))
        parts += _candidate(place, one)
    if told.stages:
        parts += [_heading("milliseconds"), _line(_stages(told), "  ")]
    return Group(*parts)


def _verdict(verdict: Verdict) -> Iterable[RenderableType]:
    head = Text("answered" if verdict.answered else "refused", style="bold")
    head.append(f" by {verdict.how}: {verdict.because}", style="not bold")
    yield Prose(head)
    sums = f"confidence {verdict.confidence:.3f}, threshold {verdict.threshold:g}"
    if verdict.answer_logit is not None and verdict.subject_logit is not None:
        sums += (
            f"; logits: answers {verdict.answer_logit:+.2f}, subject {verdict.subject_logit:+.2f}"
        )
    yield _line(sums, "  ")
    for name, moved in (("answers", verdict.answer_moved), ("subject", verdict.subject_moved)):
        if moved:
            yield _line(f"{name}: {_sum(moved)}", "  ")


def _reading(reading: ReadAs) -> RenderableType:
    day = {None: "", -1: "last"}.get(reading.day, str(reading.day))
    said: list[tuple[str, str]] = [
        ("language", reading.language),
        ("core", reading.core),
        ("set right", _joined(f"{c.typed} → {c.taken_for}" for c in reading.corrections)),
        ("dates", _joined(reading.dates)),
        ("day", day),
        ("times", _joined((*reading.times, *reading.parts_of_day))),
        ("rooms", _joined(reading.rooms)),
        ("numbers", _joined((*reading.numbers, *reading.editions))),
        ("references", _joined(reading.references)),
        ("asks for", _joined((*reading.kinds, *reading.asks))),
        ("focus", _joined(reading.focus)),
        ("leans", "on what was asked before" if reading.leans else ""),
        ("from before", _joined(reading.from_history)),
        ("answered by", _joined(f"passage {n}" for n in reading.passages_before)),
        ("consists of", _joined(reading.consists_of)),
    ]
    drawn = _grid(2)
    for name, value in said:
        if value:
            drawn.add_row(Text("  " + name, style="dim"), _line(value))
    return drawn


def _concepts(concepts: Sequence[Looked]) -> RenderableType:
    drawn = _grid(4)
    drawn.add_row(*(Text(name, style="dim") for name in ("  term", "weight", "stands in", "as")))
    pairs = [one for one in concepts if one.kind == "pair"]
    for one in concepts:
        if one.kind == "pair" or not one.counts:
            continue
        weight = f"{one.tells:.2f}" + (f" × {one.weight:g}" if one.weight != 1 else "")
        drawn.add_row(
            Text("  " + harmless(one.term)),
            Text(weight),
            Text(one.where, style=_BESIDES[one.where]),
            Prose(_forms(one.forms)),
        )
    if pairs:
        held = sum(one.where == "passage" for one in pairs)
        near = sum(one.where == "block" for one in pairs)
        drawn.add_row(
            Text("  pairs"),
            Text(str(len(pairs))),
            Text("passage" if held else "block" if near else "nowhere"),
            Prose(Text(f"{held} in the passage, {near} more in its block")),
        )
    unsaid = [one.term for one in concepts if not one.counts and one.kind != "pair"]
    if not unsaid:
        return drawn
    return Group(drawn, _line(f"not counted: {_joined(unsaid)}", "  "))


def _forms(forms: Sequence[Form]) -> Text:
    """Return the forms other than the one said, those that the collection has first."""
    text = Text()
    others = [form for form in forms if form.source != "said"]
    others.sort(key=lambda form: ("passage", "block", "elsewhere", "nowhere").index(form.where))
    for form in others[:_FORMS]:
        text.append(", " if text else "")
        text.append(harmless(form.term), style=_BESIDES[form.where])
        text.append(f" {form.weight:.2g} {form.source}", style="dim")
    if len(others) > _FORMS:
        text.append(f", and {len(others) - _FORMS} more", style="dim")
    return text


def _candidate(place: int, one: Weighed) -> list[RenderableType]:
    number = Text(f"{place:>3}{'*' if one.quoted else ' '} ", style="bold" if one.quoted else "")
    indent = Text(" " * len(number))
    match = "" if one.match is None else f", match {one.match:.2f}"
    scores = Text(
        f"passage {one.passage}{' ' + references(one.refs) if one.refs else ''}: "
        f"score {one.score:.2f}, found by {one.found:.2f} "
        f"(BM25 {one.bm25:.2f}, block {one.block_bm25:.2f}, meaning {one.meaning:.2f}{match})",
        style="dim",
    )
    moved = f"moved by {_sum(one.moved)}"
    if one.behind:
        moved = f"behind the first by {_sum(one.behind)}"
    return [
        Prose(Text(harmless(one.text)), first=number, bar=indent),
        Prose(scores, bar=indent),
        Prose(Text(moved, style="dim"), bar=indent),
    ]


def _sum(moved: Sequence[Moved]) -> str:
    return ", ".join(f"{one.name}={one.product:+.2f}" for one in moved)


def _stages(told: Explanation) -> str:
    return ", ".join(f"{stage.name} {stage.milliseconds:.1f}" for stage in told.stages)


def _heading(text: str) -> Text:
    return Text("\n" + text, style="bold cyan")


def _line(text: str, indent: str = "") -> RenderableType:
    return Prose(Text(harmless(text)), bar=Text(indent))


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _grid(columns: int) -> Table:
    drawn = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number in range(columns):
        drawn.add_column(no_wrap=number < columns - 1)
    return drawn
