"""Answers questions from an open collection, as a careful librarian would."""

from collections.abc import Sequence

from bot.answer import Answer, Quote, quote
from bot.phrases import Language, say
from index.document import Passage
from index.search import Collection

LONGEST_QUESTION = 2_000
_RELATED = 3
_THRESHOLD = 0.6


class Librarian:
    """Answers questions from one collection. It keeps nothing from one question to the next."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer a question; `history` holds the same person's earlier ones, oldest first."""
        language: Language = "hant"
        if not question.strip():
            return Answer(question, False, 0.0, notice=say("empty", language))
        if len(question) > LONGEST_QUESTION:
            notice = say("too_long", language, limit=LONGEST_QUESTION)
            return Answer(question, False, 0.0, notice=notice)
        hits = self.collection.search(question, _RELATED + 1)
        quotes = tuple(self.quote([hit.passage], score=hit.score) for hit in hits)
        if not hits or hits[0].score < _THRESHOLD:
            return Answer(question, False, 0.0, (), quotes[:3], say("refused", language))
        return Answer(question, True, 1.0, quotes[:1], quotes[1:])

    def quote(self, passages: Sequence[Passage], *, score: float = 0.0) -> Quote:
        """Quote passages of one document, without highlights."""
        return quote(self.collection.documents[passages[0].document], passages, score=score)

    def context(self, number: int, around: int = 2) -> Quote:
        """Quote a passage with its neighbours in the same section of its document."""
        centre = self.collection.passages[number]
        near = self.collection.passages[max(0, number - around) : number + around + 1]
        same = [p for p in near if p.document == centre.document and p.section == centre.section]
        return self.quote(same)

    def referring(self, reference: str) -> list[Passage]:
        """Return the passages that carry a reference number, in the order of the text."""
        return [p for p in self.collection.passages if reference in p.refs]
