"""Results of an evaluation, made without asking anything."""

from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.answering.librarian import ENOUGH
from wuzhen.bot.evaluation.run import Known, Result
from wuzhen.index.document import Span


def result(confidence: float, *, answerable: bool = True, right: bool) -> Result:
    """A result as `ask_all` gives it: judged only where it was answered."""
    known = Known(
        "1", "en", "fact", "?", (), answerable, (("yes",),) if answerable else (), frozenset()
    )
    text = "yes" if right else "no"
    quote = Quote("d", "d", (), (), (Span(0, len(text)),), text)
    answered = confidence >= ENOUGH
    answer = Answer(
        "?",
        answered,
        confidence,
        quotes=(quote,) if answered else (),
        related=() if answered else (quote,),
    )
    hit = answered and answerable and right
    return Result(known, answer, 1.0, hit, hit, hit, True)
