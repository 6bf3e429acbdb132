"""Where in a quote the answer itself stands: the things of the kind asked for."""

from wuzhen.bot.question.reading import Reading
from wuzhen.bot.ranking.answer_spans import roles, sought_in
from wuzhen.index.document import Passage, Span
from wuzhen.index.text.fold import fold_with_offsets

_MOST = 6


def highlights(reading: Reading, passage: Passage, text: str) -> list[Span]:
    """Return the spans of a passage that hold what a question asks for, at most six."""
    found: list[Span] = []
    question = reading.question
    for span, cell in zip(passage.spans, roles(passage, text), strict=True):
        folded, offsets = fold_with_offsets(span.of(text))
        for held in sought_in(question, folded, cell):
            for start, end in held:
                if start >= end:
                    continue
                first = offsets[start] if offsets else start
                last = offsets[end - 1] + 1 if offsets else end
                found.append(Span(span.start + first, span.start + last))
    kept: list[Span] = []
    for one in sorted(set(found), key=lambda s: (s.start - s.end, s.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept)[:_MOST]
