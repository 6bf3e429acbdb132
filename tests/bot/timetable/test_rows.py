"""Timetables, held against the same reckoned in minutes."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.bot.answering.test_librarian import collected
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.question.question import understand
from wuzhen.bot.question.session_words import generic
from wuzhen.bot.timetable.rows import Row, Timetable, extreme, in_order, relation
from wuzhen.index.passages import cut
from wuzhen.index.sources.markdown import read_markdown
from wuzhen.index.sources.page import read_page
from wuzhen.index.text.fold import fold

ROOMS = ["梅蘭廳(101)", "竹菊廳(102)", "松柏廳(203)"]


@dataclass(frozen=True)
class Session:
    day: int
    start: int
    """In minutes, as is `end`."""
    end: int
    topic: str
    room: str


@st.composite
def sessions(draw: st.DrawFn) -> list[Session]:
    """Sessions on one to three days in March, in the order of their days."""
    days = draw(st.lists(st.integers(10, 28), min_size=1, max_size=3, unique=True))
    made: list[Session] = []
    for day in sorted(days):
        for _ in range(draw(st.integers(2, 4))):
            start = draw(st.integers(8 * 4, 20 * 4)) * 15
            end = start + draw(st.integers(1, 12)) * 15
            topic = f"春山之{'甲乙丙丁戊己庚辛壬癸子丑'[len(made)]}與風雪"
            made.append(Session(day, start, end, topic, draw(st.sampled_from(ROOMS))))
    return made


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def written(made: list[Session]) -> str:
    lines = ["時間", "議題", "地點"]
    for order, one in enumerate(made):
        if not order or made[order - 1].day != one.day:
            lines.append(f"2023年03月{one.day:02}日")
        lines += [f"{clock(one.start)}-{clock(one.end)}", one.topic, one.room]
    return "\n".join(lines)


def in_markdown(made: list[Session], *, ends: bool) -> str:
    """The same as a table, the end of a session in a column of its own or not, a date once."""
    names = ["日期", "開始", "結束"] if ends else ["日期", "時間"]
    rows = [[*names, "議題", "地點"], ["--"] * (len(names) + 2)]
    for order, one in enumerate(made):
        date = f"2023年03月{one.day:02}日"
        rows.append(["" if order and made[order - 1].day == one.day else date])
        between = [clock(one.start), clock(one.end)]
        rows[-1] += [*(between if ends else ["-".join(between)]), one.topic, one.room]
    return "# 題\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def read(made: list[Session]) -> tuple[Timetable, dict[int, Session]]:
    """The timetable, and which session each of its rows is."""
    document = read_page("t.txt", written(made), frozenset(), "題")
    timetable = Timetable(cut([document]), {document.id: document})
    known = {fold(one.topic): one for one in made}
    sessions = {row.passage.number: known[row.topic] for row in timetable.rows}
    assume(list(sessions.values()) == made)
    return timetable, sessions


def of(rows: list[Row], known: dict[int, Session]) -> list[Session]:
    return [known[row.passage.number] for row in in_order(rows)]


@given(sessions())
def test_rows_are_read(made: list[Session]) -> None:
    timetable, known = read(made)
    order = {day: n for n, day in enumerate(sorted({one.day for one in made}), 1)}
    for row in timetable.rows:
        one = known[row.passage.number]
        assert (row.start, row.end) == (one.start / 60, one.end / 60)
        assert row.date is not None
        assert (row.date.month, row.date.day, row.day) == (3, one.day, order[one.day])
        assert row.place == fold(one.room)
        assert timetable.row_of(row.passage) is row


@given(sessions(), st.booleans())
def test_a_table_of_markdown_is_the_same_timetable(made: list[Session], ends: bool) -> None:
    document = read_markdown("t.md", in_markdown(made, ends=ends))
    timetable = Timetable(cut([document]), {document.id: document})
    plain, _ = read(made)
    pairs = list(zip(timetable.rows, plain.rows, strict=True))
    assert [replace(row, passage=own.passage) for row, own in pairs] == plain.rows


@given(sessions(), st.integers(8 * 60, 23 * 60), st.integers(9, 29))
def test_what_is_on_when(made: list[Session], minute: int, day: int) -> None:
    timetable, known = read(made)
    rows = timetable.when(understand(f"3月{day}日有什麼活動"))
    assert rows is not None
    assert of(rows, known) == [one for one in made if one.day == day]
    rows = timetable.when(understand(f"3月{day}日{clock(minute)}有什麼活動"))
    assert rows is not None
    on = [one for one in made if one.day == day and one.start <= minute < one.end]
    surely = minute >= 13 * 60
    assert (of(rows, known) == on) or not (surely or on)
    last = max(one.day for one in made)
    for text, wanted in (("最後一天有什麼", last), ("第一天有什麼", min(o.day for o in made))):
        rows = timetable.when(understand(text))
        assert rows is not None
        assert of(rows, known) == [one for one in made if one.day == wanted]
    assert timetable.when(understand("有什麼活動")) is None


@given(sessions())
def test_before_after_and_beside(made: list[Session]) -> None:
    timetable, known = read(made)
    for row in timetable.rows:
        own = known[row.passage.number]
        others = [one for one in made if one is not own]
        later = [one for one in others if (one.day, one.start) >= (own.day, own.end)]
        earlier = [one for one in others if (one.day, one.start) < (own.day, own.start)]
        first = min(((one.day, one.start) for one in later), default=None)
        last = max(((one.day, one.start) for one in earlier), default=None)
        assert of(timetable.after(row), known) == [
            one for one in later if (one.day, one.start) == first
        ]
        assert of(timetable.before(row), known) == [
            one for one in earlier if (one.day, one.start) == last
        ]
        assert of(timetable.beside(row), known) == [
            one
            for one in others
            if one.day == own.day and one.start < own.end and own.start < one.end
        ]
        assert all(
            timetable.row_of(other.passage) in timetable.beside(other) or other.meets(row)
            for other in timetable.beside(row)
        )


@given(sessions())
def test_places_are_known_in_full_and_by_their_numbers(made: list[Session]) -> None:
    timetable, _ = read(made)
    for room in {one.room for one in made}:
        for said in (room, room.split("(", maxsplit=1)[0], room[-4:-1] + "室"):
            text = fold(f"{said}有什麼")
            found = timetable.places_in(text)
            assert list(found) == [fold(room)]
            start, end = found[fold(room)]
            assert text[start:end] in fold(said)


@given(sessions(), st.data())
def test_asked_as_a_person_would(
    wordwise: Librarian, made: list[Session], data: st.DataObject
) -> None:
    librarian = Librarian(collected([read_page("t.txt", written(made), frozenset(), "題")]))
    assume(len(librarian.schedule.timetable.rows) == len(made))
    one = data.draw(st.sampled_from(made))
    answer = librarian.answer(f"3月{one.day}日有哪些活動？")
    assert [quote.text for quote in answer.quotes] == [
        f"2023年03月{o.day:02}日 {clock(o.start)}-{clock(o.end)} {o.topic} {o.room}"
        for o in made
        if o.day == one.day
    ]
    narrowed = librarian.answer(f"{one.room}呢？", [f"3月{one.day}日有哪些活動？"])
    assert [quote.text.split()[2] for quote in narrowed.quotes] == [
        o.topic for o in made if o.day == one.day and o.room == one.room
    ]


@given(sessions(), st.data())
def test_a_table_of_markdown_answers_as_a_person_would_ask(
    wordwise: Librarian, made: list[Session], data: st.DataObject
) -> None:
    librarian = Librarian(collected([read_markdown("t.md", in_markdown(made, ends=False))]))
    one = data.draw(st.sampled_from(made))
    answer = librarian.answer(f"3月{one.day}日{one.room}有哪些活動？")
    assert [quote.text for quote in answer.quotes] == [
        f"2023年03月{o.day:02}日 {clock(o.start)}-{clock(o.end)} {o.topic} {o.room}"
        for o in made
        if (o.day, o.room) == (one.day, one.room)
    ]


@pytest.mark.parametrize(
    ("text", "how", "end"),
    [
        ("開幕式之後有什麼", "after", None),
        ("what is next", "after", None),
        ("in the afternoon", None, None),
        ("開幕式之前", "before", None),
        ("before the closing", "before", None),
        ("同時有哪些論壇", "beside", None),
        ("at the same time", "beside", None),
        ("最後一場是什麼", None, "last"),
        ("the first session", None, "first"),
        ("人工智能論壇在哪裡", None, None),
    ],
)
def test_how_a_question_stands_to_a_row(text: str, how: str | None, end: str | None) -> None:
    assert relation(fold(text)) == how
    assert extreme(fold(text)) == end


def test_words_that_any_question_on_a_timetable_may_have() -> None:
    folded = fold("下午有什麼論壇")
    assert "论坛" in {folded[start:end] for start, end in generic(folded)}
    assert generic("樞紐") == []
