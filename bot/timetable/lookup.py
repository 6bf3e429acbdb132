"""Finding the rows of a timetable that a question asks for, when it asks for rows."""

from collections.abc import Sequence
from dataclasses import replace

from wuzhen.bot.question.question import Question
from wuzhen.bot.question.reading import Reading
from wuzhen.bot.question.session_words import generic
from wuzhen.bot.timetable.rows import Row, Timetable, extreme, in_order, relation, topical, whole
from wuzhen.index.document import Passage
from wuzhen.index.query.concepts import Concept
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.dates import dates
from wuzhen.index.text.fold import fold

_NAMED = 0.6
"""How much of what a question names, by weight, a row's topic must hold to be the one meant."""


class Schedule:
    """The timetables of one collection, and which of their rows a question asks for."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        rows = (collection.passages[number] for number in collection.of_kind("row"))
        self.timetable = Timetable(rows, collection.documents)
        self._rooms_of: dict[int, list[str]] = {}

    def rows_for(self, reading: Reading, earlier: Reading | None = None) -> list[Row]:
        """Return the rows that a question asks for, in order, or nothing when it asks for none.

        A question asks for rows when it names a time, a day or a room and nothing else that the
        timetable does not hold, or when it asks what is on before, after or beside a row.
        """
        if not self.timetable.rows:
            return []
        question = reading.question
        places = self._places(question)
        if related := self._related(question, reading):
            return related
        if self.subject(reading):
            return []
        rows = self.timetable.when(question)
        if rows is None and not places:
            return self.timetable.rows if whole(question.core) and not question.kinds else []
        rooms = list(places)
        if earlier is not None:
            rows, rooms = self._narrowed(rows, rooms, question, earlier)
        rows = self.timetable.rows if rows is None else rows
        if rooms:
            rows = [row for row in rows if row.place in rooms]
        end = extreme(question.core)
        if rows and end:
            rows = [rows[0] if end == "first" else rows[-1]]
        return in_order(rows)

    def _places(self, question: Question) -> dict[str, list[tuple[int, int]]]:
        """Return the timetable's places that a question names, or says a synonym of, and where."""
        named = self.timetable.places_in(question.core)
        found = {room: [span] for room, span in named.items()}
        for start, end, group in self._collection.synonyms.said_in(question.core):
            for room in self._rooms_in(group):
                found.setdefault(room, []).append((start, end))
        return found

    def _rooms_in(self, group: int) -> list[str]:
        """Return the timetable's places that the words of a group of synonyms name."""
        rooms = self._rooms_of.get(group)
        if rooms is None:
            variants = self._collection.synonyms.groups[group]
            rooms = [room for v in variants for room in self.timetable.places_in(v.text)]
            self._rooms_of[group] = rooms
        return rooms

    def subject(self, reading: Reading) -> list[Concept]:
        """Return the words of a question that name something beside times, days and rooms."""
        question = reading.question
        masked = [False] * len(question.core)
        places = [span for spans in self._places(question).values() for span in spans]
        places += self.timetable.numbered_rooms(question.core)
        topic = topical(question.core) if places else []
        rooms = self.timetable.numbered_rooms(question.core)
        for start, end in (*generic(question.core), *topic, *question.when_spans, *places, *rooms):
            masked[start:end] = [True] * (end - start)
        return [
            c
            for c in reading.words
            if c.weight == 1.0
            and 2 * sum(masked[c.start : c.end]) < c.end - c.start
            and not (set(c.alternatives) & self._collection.title_terms)
        ]

    def _related(self, question: Question, reading: Reading) -> list[Row]:
        """Return what stands before, after or beside the row that a question names."""
        row = self.named(reading) if relation(question.core) else None
        return self.near(question, row) if row else []

    def near(self, question: Question, row: Row) -> list[Row]:
        """Return what stands before, after or beside a row, as a question asks, if it does."""
        how = relation(question.core)
        if how is None:
            return []
        find = {
            "after": self.timetable.after,
            "before": self.timetable.before,
            "beside": self.timetable.beside,
        }[how]
        return in_order(find(row))

    def named(self, reading: Reading) -> Row | None:
        """Return the row whose topic holds what a question names, if one does."""
        words = self.subject(reading)
        weights = [self._collection.concept_weight(c) for c in words]
        if not words or not self.timetable.rows:
            return None
        best: tuple[float, float, Row] | None = None
        for row in self.timetable.when(reading.question) or self.timetable.rows:
            terms = self._collection.terms[row.passage.number]
            held = sum(
                weight
                for concept, weight in zip(words, weights, strict=True)
                if set(concept.alternatives) & terms
            )
            # Of two rows that hold it alike, the one that speaks of little else is meant.
            if best is None or (held, -len(row.topic)) > best[:2]:
                best = (held, -len(row.topic), row)
        assert best is not None
        return best[2] if best[0] >= _NAMED * sum(weights) else None

    def is_empty_there(self, reading: Reading) -> bool:
        """Tell whether a question asks for rows at a time and place where the timetable has none.

        Each of them by itself is in it: what it knows nothing of, the text may speak of elsewhere.
        """
        question = reading.question
        if not self.timetable.rows or question.yes_no or self.subject(reading):
            return False
        if self.timetable.lacking_room(question.core):
            return True
        places = self._places(question)
        given = [d for d in question.dates if d.month or d.day]
        if given and not self.timetable.when(_only_days(question)):
            return False
        rows = self.timetable.when(question)
        if rows is None or not (given or question.day or places):
            return False
        return not [row for row in rows if not places or row.place in places]

    def absent(self, reading: Reading, found: Sequence[Passage]) -> tuple[str, str] | None:
        """Return what a question on the timetable names that it has not, or None.

        The phrase that tells it, `no_room` or `no_day`, and the room, or the days that there are.
        A day that a passage found elsewhere speaks of is not absent.
        """
        question = reading.question
        if not self.timetable.rows or question.yes_no or self.subject(reading):
            return None
        if room := self.timetable.lacking_room(question.core):
            return "no_room", room
        given = [d for d in question.dates if d.day]
        elsewhere = [date for passage in found for date in dates(fold(passage.text))]
        if any(date.agrees(d) for date in elsewhere for d in given):
            return None
        asks_of_day = bool(given or question.day) and not self.timetable.when(_only_days(question))
        if not asks_of_day:
            return None
        cells = [
            (self._collection.text_of(row.passage), row.passage.cell("date"))
            for row in self.timetable.rows
        ]
        return "no_day", "、".join(dict.fromkeys(span.of(text) for text, span in cells if span))

    def _narrowed(
        self,
        rows: list[Row] | None,
        places: list[str],
        question: Question,
        earlier: Reading,
    ) -> tuple[list[Row] | None, list[str]]:
        """Take from an earlier question on the timetable what this one leaves out."""
        before = earlier.question
        dated = bool(question.dates or question.day)
        if not dated and (before.dates or before.day):
            base = self.timetable.when(_only_days(before))
            if base is not None:
                numbers_of = {row.passage.number for row in base}
                if rows is None:
                    rows = self.timetable.when(before)
                else:
                    rows = [row for row in rows if row.passage.number in numbers_of]
        elif (
            dated and not (question.clocks or question.parts) and before.parts and not before.clocks
        ):
            parts = self.timetable.when(_only_parts(before))
            if rows is not None and parts is not None:
                numbers_of = {row.passage.number for row in parts}
                rows = [row for row in rows if row.passage.number in numbers_of]
        if not places:
            places = list(self._places(before)) if not question.dates else []
        return rows, places


def _only_days(question: Question) -> Question:
    return replace(question, clocks=(), parts=())


def _only_parts(question: Question) -> Question:
    return replace(question, dates=(), day=None, clocks=())
