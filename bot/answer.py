"""The answer: quotes, best first, or a refusal with the nearest passages offered as such."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

from wuzhen.bot.anchors import anchor
from wuzhen.bot.phrases import Language, say
from wuzhen.bot.question.small_talk import KINDS as SMALL_TALK
from wuzhen.index.document import Document, Passage, Reference, Span, quoted


@dataclass(frozen=True, slots=True)
class Quote:
    """One or more spans of one document, word for word, with what belongs to them."""

    document: str
    title: str
    section: tuple[str, ...]
    refs: tuple[str, ...]
    spans: tuple[Span, ...]
    text: str
    """The spans' text, joined with single spaces."""
    highlights: tuple[Span, ...] = ()
    """The answer itself, each inside one of the spans."""
    score: float = 0.0
    passages: tuple[int, ...] = ()
    """The numbers of the passages quoted; not part of the JSON."""
    columns: tuple[str, ...] = ()
    """What the cells are called, where it is rows of a table with headings; not part of the JSON.

    A timetable's cells say themselves what they are.
    """
    anchor: str = ""
    """Where its first passage is found in a page of the documents; not part of the JSON."""
    url: str | None = None
    """The address of that place, where a page is known; in the JSON only then."""
    references: tuple[Reference, ...] = ()
    """What is known of the works that its numbers stand for; in the JSON only then."""

    def as_json(self) -> dict[str, Any]:
        """Return the quote in the shape that `ask --json` prints."""
        made: dict[str, Any] = {
            "document": self.document,
            "title": self.title,
            "section": list(self.section),
            "refs": list(self.refs),
            "spans": [list(span) for span in self.spans],
            "text": self.text,
            "highlights": [list(span) for span in self.highlights],
            "score": round(self.score, 4),
        }
        if self.url is not None:
            made["url"] = self.url
        if self.references:
            made["references"] = [one._asdict() for one in self.references]
        return made

    def linked(self, page: str | None) -> "Quote":
        """Return the quote with the address of its place in a page, where one is known."""
        return replace(self, url=f"{page}#{self.anchor}") if page and self.anchor else self


Verdict = Literal["answered", "not_sure", "not_said", "small_talk"]
"""`not_sure`: a passage may answer, and is offered as the nearest; `not_said`: none does."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a question."""

    question: str
    answered: bool
    confidence: float
    """The probability, from 0 to 1, that the text answers the question."""
    quotes: tuple[Quote, ...] = ()
    related: tuple[Quote, ...] = ()
    """Passages offered beside the answer, or nearest to a refused question."""
    notice: str | None = None
    """The only text that the program itself words: a greeting, a refusal, a disagreement."""
    phrase: str = ""
    """The name of that text in `bot.phrases`, where it may be said in another language."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What stands in it."""

    @property
    def verdict(self) -> Verdict:
        """What became of the question, in a word."""
        if self.answered:
            return "answered"
        if self.phrase == "not_sure":
            return "not_sure"
        return "small_talk" if self.phrase in SMALL_TALK else "not_said"

    def said_in(self, language: Language) -> "Answer":
        """Return the answer with its notice in another language, where that is the program's."""
        if not self.phrase:
            return self
        return replace(self, notice=say(self.phrase, language, **self.values))

    def as_json(self) -> dict[str, Any]:
        """Return the answer in the shape that `ask --json` prints."""
        return {
            "question": self.question,
            "answered": self.answered,
            "verdict": self.verdict,
            "confidence": round(self.confidence, 4),
            "quotes": [quote.as_json() for quote in self.quotes],
            "related": [quote.as_json() for quote in self.related],
            "notice": self.notice,
        }


def quote(
    document: Document,
    passages: Sequence[Passage],
    *,
    highlights: Sequence[Span] = (),
    score: float = 0.0,
) -> Quote:
    """Quote passages of one document, in the order given, with all their references.

    Sentences that stand side by side, with nothing but white space between them, become one span.
    """
    spans: list[Span] = []
    prose = not any(passage.names for passage in passages)
    for span in (span for passage in passages for span in passage.spans):
        last = spans[-1] if spans else None
        if last and prose and _adjoin(document.text, last, span):
            spans[-1] = Span(last.start, span.end)
            continue
        if span not in spans:
            spans.append(span)
    refs = dict.fromkeys(ref for passage in passages for ref in passage.refs)
    return Quote(
        document=document.id,
        title=document.title,
        section=passages[0].section,
        refs=tuple(refs),
        spans=tuple(spans),
        text=quoted(document.text, spans),
        highlights=tuple(
            mark
            for mark in dict.fromkeys(highlights)
            if any(span.start <= mark.start < mark.end <= span.end for span in spans)
        ),
        score=score,
        passages=tuple(passage.number for passage in passages),
        columns=_columns(passages),
        anchor=anchor(passages[0]),
        references=tuple(one for one in document.references if one.number in refs),
    )


def _columns(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return the headings that rows of a table have in common, if they have any."""
    names = passages[0].names
    timetable = {"time", "topic"} <= {*names}
    if timetable or any(one.kind != "row" or one.names != names for one in passages):
        return ()
    called = tuple(name for name, _ in groupby(names))  # a cell may be in pieces
    # A column without a heading is called by its number.
    return () if all(name.isdecimal() for name in called) else called


def _adjoin(text: str, first: Span, second: Span) -> bool:
    return first.end <= second.start and not text[first.end : second.start].strip()
