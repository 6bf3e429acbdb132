"""How an answer came about: the same as what was answered, and adding up."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot.cli.test_main import home, inside  # noqa: F401  (a fixture)
from tests.bot.conftest import COLLECTIONS
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.explain.explain import explain
from wuzhen.bot.explain.trace import Explanation
from wuzhen.bot.ranking.features import FEATURES
from wuzhen.bot.render import terminal, terminal_explain
from wuzhen.index.searching.collection import Collection
from wuzhen.index.searching.scores import Scores

QUESTIONS = [
    json.loads(line)
    for line in (COLLECTIONS / "conference" / "questions.jsonl").read_text("utf-8").splitlines()
]


def printed(told: Explanation) -> str:
    console = terminal.console()
    with console.capture() as captured:
        console.print(terminal_explain.explanation(told))
    return captured.get()


TIED = 0.15
"""Scores no further apart are ordered by words."""


@settings(max_examples=40)
@given(st.sampled_from(QUESTIONS))
def test_it_explains_what_was_answered(wordwise: Librarian, entry: dict[str, object]) -> None:
    question, history = str(entry["question"]), entry.get("history") or []
    assert isinstance(history, list)
    answer = wordwise.answer(question, history)
    told = explain(wordwise, question, history)
    verdict = told.verdict
    assert (verdict.answered, verdict.confidence) == (answer.answered, answer.confidence)
    if verdict.how == "ranking" and told.reading is not None and told.candidates:
        assert verdict.margin is not None
        first = told.candidates[0]
        if verdict.confidence > 0:
            assert verdict.answered == (verdict.margin >= 0)
        quoted = {number for quote in answer.quotes for number in quote.passages}
        assert first.quoted == (first.passage - 1 in quoted)
        assert first.quoted == answer.answered
        scores = [one.score for one in told.candidates]
        assert all(one >= other - TIED for one, other in pairwise(scores))
    assert json.loads(json.dumps(told.as_json()))["verdict"]["answered"] == answer.answered
    assert printed(told).startswith("answered" if answer.answered else "refused")


@settings(max_examples=30)
@given(st.sampled_from(QUESTIONS))
def test_the_scores_add_up(wordwise: Librarian, entry: dict[str, object]) -> None:
    told = explain(wordwise, str(entry["question"]))
    for one in told.candidates:
        for moved in one.moved:
            assert moved.product == pytest.approx(moved.value * moved.weight)
            weight = wordwise.model.rank[FEATURES.index(moved.name)]
            assert moved.weight == pytest.approx(weight)
        products = [abs(moved.product) for moved in one.moved]
        assert products == sorted(products, reverse=True)


@settings(max_examples=30)
@given(st.sampled_from(QUESTIONS))
def test_terms_stand_where_it_says(wordwise: Librarian, entry: dict[str, object]) -> None:
    told = explain(wordwise, str(entry["question"]))
    if not told.candidates:
        return
    collection = wordwise.collection
    passage = collection.passages[told.candidates[0].passage - 1]
    for one in told.concepts:
        for form in one.forms:
            held = form.term in collection.terms[passage.number]
            assert held == (form.where == "passage")
            assert (form.where == "nowhere") == (
                form.term not in collection.vocabulary and not held
            )


def test_what_history_added(wordwise: Librarian) -> None:
    told = explain(wordwise, "那在哪裡?", ["人工智能论坛什么时候"])
    assert told.reading is not None
    assert told.reading.leans
    assert told.verdict.how == "timetable"
    leaning = explain(
        wordwise, "What about parking?", ["How was electricity supplied during the conference?"]
    )
    assert leaning.reading is not None
    assert {"electr", "confer"} <= set(leaning.reading.from_history)
    assert leaning.reading.passages_before
    assert "from before" in printed(leaning)
    remembered = {one.term for one in leaning.concepts if one.weight < 1}
    assert set(leaning.reading.from_history) <= remembered


@pytest.mark.parametrize(
    ("question", "how"),
    [
        ("", "unreadable"),
        ("問" * 5000, "unreadable"),
        ("你好", "small talk"),
        ("參考資料8說了什麼", "reference"),
        ("參考資料999說了什麼", "reference"),
        ("12月4日上午有什麼活動", "timetable"),
        ("志願者有多少人", "ranking"),
    ],
)
def test_every_way_to_an_answer(wordwise: Librarian, question: str, how: str) -> None:
    told = explain(wordwise, question)
    assert told.verdict.how == how
    assert told.verdict.answered == wordwise.answer(question).answered
    assert how in printed(told)


def test_what_was_set_right(wordwise: Librarian) -> None:
    told = explain(wordwise, "開木式幾點開始")
    assert told.reading is not None
    (set_right,) = told.reading.corrections
    assert "木" in set_right.typed
    assert "幕" in set_right.taken_for


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ("12月4日下午人工智能", "dates", "12月4日"),
        ("where is the AI forum", "kinds", "place"),
        ("枕水廳有什麼", "rooms", "枕水厅"),
        ("哪條參考資料支持1240名志願者", "asks", "which reference"),
        ("是不是有1240名志願者嗎", "asks", "yes or no"),
    ],
)
def test_what_a_question_gives(wordwise: Librarian, question: str, name: str, value: str) -> None:
    told = explain(wordwise, question)
    assert told.reading is not None
    found: Sequence[str] = getattr(told.reading, name)
    assert any(value in one for one in found), found


def test_two_questions_in_one(wordwise: Librarian) -> None:
    told = explain(wordwise, "全體會議幾點到幾點，在哪個廳")
    assert told.reading is not None
    assert told.reading.consists_of == ("全体会议几点到几点", "在哪个厅")
    assert told.verdict.how == "parts"


def test_on_the_command_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    ran = inside(home, monkeypatch, "ask", "--explain", "志願者有多少人")
    assert (ran.status, ran.err) == (0, "")
    plain = inside(home, monkeypatch, "ask", "志願者有多少人").out
    assert ran.out.startswith(plain + "\nanswered by ranking: ")


def test_on_the_command_line_as_json(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    ran = inside(home, monkeypatch, "ask", "--json", "--explain", "志願者有多少人")
    told = json.loads(ran.out)
    explained = told.pop("explain")
    assert told == json.loads(inside(home, monkeypatch, "ask", "--json", "志願者有多少人").out)
    assert explained["verdict"]["confidence"] == told["confidence"]
    lines = [
        {"id": 1, "question": "What about parking?", "history": ["How was electricity supplied?"]},
        {"id": 2, "question": "你好"},
    ]
    given_lines = "".join(json.dumps(line) + "\n" for line in lines)
    ran = inside(home, monkeypatch, "ask", "--batch", "-", "--explain", given=given_lines)
    first, second = (json.loads(line)["explain"] for line in ran.out.splitlines())
    assert first["history"] == ["How was electricity supplied?"]
    assert second["verdict"]["how"] == "small talk"


@given(st.text(max_size=40))
@settings(max_examples=40)
def test_any_question_is_explained(wordwise: Librarian, question: str) -> None:
    told = explain(wordwise, question)
    assert told.verdict.answered == wordwise.answer(question).answered
    assert printed(told)
    json.dumps(told.as_json())


def test_its_times_are_of_answering_anew(
    wordwise: Librarian, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "志願者有多少人"
    wordwise.answer(question)
    scored = 0
    score = Collection.score

    def counting(self: Collection, *asked: Any, **more: Any) -> Scores:
        nonlocal scored
        scored += 1
        return score(self, *asked, **more)

    monkeypatch.setattr(Collection, "score", counting)
    explain(wordwise, question)
    assert scored == 3  # for the whole, for search alone, and within what is weighed
