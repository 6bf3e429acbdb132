"""What has been said in a conversation, and what its next question may lean on."""

from dataclasses import dataclass

from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.answering.librarian import Librarian, language_for
from wuzhen.bot.phrases import Language
from wuzhen.bot.question.canonical import canonical

NEAREST = 3
"""How many passages are shown where the text does not say."""
_REMEMBERED = 6


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, the ones before it that were sent along, and its answer."""

    question: str
    history: tuple[str, ...]
    answer: Answer

    @property
    def shown(self) -> tuple[Quote, ...]:
        """The quotes that its reader saw: the answer, or the nearest passages."""
        return self.answer.quotes or self.answer.related[:NEAREST]


class Conversation:
    """One person's questions to a librarian, and their answers."""

    def __init__(self, librarian: Librarian, language: Language, *, follow: bool = True) -> None:
        """`follow` lets the language be that of the last question, from the first one on."""
        self.librarian = librarian
        self.language = language
        self.exchanges: list[Exchange] = []
        """All of them since the start or the last `forget`."""
        self.shown: list[Quote] = []
        """The quotes that were shown for the last question, in order, with what `more` added."""
        self._follow = follow

    @property
    def last(self) -> Exchange | None:
        """The last exchange, if there is one that was not forgotten."""
        return self.exchanges[-1] if self.exchanges else None

    def ask(self, question: str) -> Answer:
        """Answer a question, with the earlier ones as its history."""
        earlier = [exchange.question for exchange in self.exchanges]
        history = tuple(earlier[-_REMEMBERED:])
        language = language_for(question, self.language)
        if self._follow:
            self.language = language
        answer = self.librarian.answer(question, history).said_in(language)
        self.exchanges.append(Exchange(question, history, answer))
        self.shown = list(self.exchanges[-1].shown)
        return answer

    def more(self, count: int = 3) -> list[Quote]:
        """Return the next passages that may bear on the last question, likeliest first."""
        if self.last is None or not self.shown:
            return []
        question = canonical(self.last.question)
        found = self.librarian.find(question, [canonical(text) for text in self.last.history])
        ranked = sorted(found.scores, key=lambda number: -found.scores[number])
        seen = {number for quote in self.shown for number in quote.passages}
        fresh = [number for number in ranked if number not in seen][:count]
        passages = self.librarian.collection.passages
        quotes = [self.librarian.quote([passages[n]], score=found.scores[n]) for n in fresh]
        self.shown += quotes
        return quotes

    def forget(self) -> None:
        """Forget what was asked so far, and what was answered."""
        self.exchanges = []
        self.shown = []
