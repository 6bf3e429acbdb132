"""Answers in memory: the same question is worked out once, and a new index is asked anew."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.answer import Answer
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.telegram.dialogue.answering import Answering


class Counting:
    """A librarian that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        return Answer(question, False, 0.0, notice="/".join((question, *history)))


def counting() -> Any:
    return cast(Librarian, Counting())


async def test_the_same_question_is_worked_out_once_even_by_many_at_a_time() -> None:
    answering, librarian = Answering(), counting()
    answers = await asyncio.gather(
        *(answering.answer(librarian, "q", ["before"]) for _ in range(20))
    )
    assert librarian.asked == [("q", ("before",))]
    assert len(set(map(id, answers))) == 1


async def test_a_new_index_is_asked_anew() -> None:
    answering, old, new = Answering(), counting(), counting()
    await answering.answer(old, "q")
    await answering.answer(new, "q")
    await answering.answer(new, "q")
    assert (len(old.asked), len(new.asked)) == (1, 1)


async def test_an_answer_of_the_old_index_is_not_kept_for_the_new_one() -> None:
    class Slow(Counting):
        def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
            loop.call_soon_threadsafe(begun.set)
            assert go_on.wait(10)
            return super().answer(question, history)

    import threading

    loop, begun, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    answering, old, new = Answering(), cast(Any, Slow()), counting()
    slow = asyncio.ensure_future(answering.answer(old, "q"))
    await begun.wait()
    other = asyncio.ensure_future(answering.answer(new, "q"))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(slow, other)
    assert len(new.asked) == 1


async def test_two_indices_asked_at_the_same_time() -> None:
    answering, old, new = Answering(), counting(), counting()
    await asyncio.gather(answering.answer(old, "q"), answering.answer(new, "q"))
    await answering.answer(new, "q")
    assert (len(old.asked), len(new.asked)) == (1, 1)
    await answering.answer(old, "q")
    assert (len(old.asked), len(new.asked)) == (2, 1)


async def test_whoever_gives_up_waiting_stops_nobody_elses_answer() -> None:
    answering, librarian = Answering(), counting()
    first = asyncio.ensure_future(answering.answer(librarian, "q"))
    second = asyncio.ensure_future(answering.answer(librarian, "q"))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).notice == "q"
    assert len(librarian.asked) == 1


async def test_what_fails_is_asked_again() -> None:
    class Failing(Counting):
        def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
            super().answer(question, history)
            raise ZeroDivisionError

    answering, librarian = Answering(), cast(Any, Failing())
    for _ in range(2):
        found = await asyncio.gather(answering.answer(librarian, "q"), return_exceptions=True)
        assert isinstance(found[0], ZeroDivisionError)
    assert len(librarian.asked) == 2


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from("abc"), max_size=2))),
)
def test_it_answers_as_the_librarian_does_and_stays_small(
    most: int, asked: list[tuple[str, list[str]]]
) -> None:
    async def ask() -> None:
        answering, librarian = Answering(most), counting()
        for question, history in asked:
            answer = await answering.answer(librarian, question, history)
            assert answer.notice == "/".join((question, *history))
            assert len(answering._known) <= most

    asyncio.run(ask())


async def test_a_user_whose_questions_cost_little_does_not_wait_behind_costly_ones() -> None:
    answering = Answering()
    order: list[str] = []

    class Ordered(Counting):
        def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
            order.append(question)
            return super().answer(question, history)

    librarian = cast(Librarian, Ordered())
    for user in range(6):
        answering.costs.add(user, 6.6)
    costly = [(user, f"costly {user} {n}") for user in range(6) for n in range(5)]
    asked = [*costly, (7, "cheap")]
    await asyncio.gather(*(answering.answer(librarian, text, (), user) for user, text in asked))
    assert order.index("cheap") <= 4
