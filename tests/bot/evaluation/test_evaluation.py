"""Judging answers, and reckoning figures from the judgements."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from wuzhen.bot.answer import Answer
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.errors import InputError
from wuzhen.bot.evaluation import report, retrieval
from wuzhen.bot.evaluation.run import Known, Place, Result, ask_all, places, read_questions
from wuzhen.index.document import Span

VOLUNTEERS = Known(
    id="1",
    lang="hant",
    kind="fact",
    question="志願者有多少人",
    history=(),
    answerable=True,
    answers=(("1240名", "1240 名"), ("15所高校",)),
    refs=frozenset({"8"}),
)
PHONE = replace(
    VOLUNTEERS, id="2", question="誰發明了電話？", answerable=False, answers=(), kind="far"
)


@pytest.fixture(scope="module")
def judged(wordwise: Librarian) -> list[Result]:
    return ask_all(wordwise, [VOLUNTEERS, PHONE])


def test_an_answer_with_all_facts_and_the_right_references(judged: list[Result]) -> None:
    volunteers, phone = judged
    assert (volunteers.hit, volunteers.near, volunteers.refs_right) == (True, True, True)
    assert (phone.hit, phone.near, phone.refs_right) == (False, False, False)
    assert all(result.verbatim for result in judged)


@pytest.mark.parametrize(
    ("known", "hit", "refs_right"),
    [
        (replace(VOLUNTEERS, refs=frozenset({"8", "9"})), True, False),
        (replace(VOLUNTEERS, refs=frozenset()), True, False),
        (replace(VOLUNTEERS, answers=(("1240名",), ("1241名",))), False, False),
        (
            replace(
                VOLUNTEERS,
                answers=(("1241名",),),
                alternatives=(Place(frozenset({"8"}), ("被正式錄用", "15所")),),
            ),
            True,
            True,
        ),
        (
            replace(VOLUNTEERS, alternatives=(Place(frozenset({"9"}), ("1240",)),)),
            True,
            True,
        ),
    ],
)
def test_judgements(wordwise: Librarian, known: Known, hit: bool, refs_right: bool) -> None:
    (result,) = ask_all(wordwise, [known])
    assert (result.hit, result.refs_right) == (hit, refs_right)


def test_a_quote_that_is_not_the_text_is_noticed(wordwise: Librarian) -> None:
    class Careless(Librarian):
        change: dict[str, object]

        def answer(self, question: str, history: object = ()) -> Answer:
            answer = super().answer(question)
            quote = replace(answer.quotes[0], **self.change)  # type: ignore[arg-type]
            return replace(answer, quotes=(quote,))

    careless = Careless(wordwise.collection)
    changes: list[dict[str, object]] = [
        {"text": "1240名"},
        {"highlights": (Span(0, 3),)},
        {"spans": (Span(0, 5),)},
    ]
    for change in changes:
        careless.change = change
        (result,) = ask_all(careless, [VOLUNTEERS])
        assert not result.verbatim
    careless.change = {}
    assert ask_all(careless, [VOLUNTEERS])[0].verbatim


def test_places_need_every_fact(judged: list[Result]) -> None:
    quotes = judged[0].answer.quotes
    assert places(VOLUNTEERS, ()) == []
    assert places(VOLUNTEERS, quotes) == [(frozenset({"8"}), list(quotes))]


def test_figures(judged: list[Result]) -> None:
    volunteers, phone = judged
    missed = replace(volunteers, hit=False, near=True, refs_right=False, verbatim=False)
    refused = replace(
        missed, near=False, answer=replace(volunteers.answer, answered=False, quotes=())
    )
    figures = report.figures([volunteers, missed, refused, phone])
    assert figures["questions"] == 4
    assert figures["hit@1"] == pytest.approx(1 / 3)
    assert figures["hit@3"] == pytest.approx(2 / 3)
    assert figures["references right"] == 1.0
    assert figures["refused falsely"] == pytest.approx(1 / 3)
    assert figures["refused rightly"] == 1.0
    assert figures["verbatim"] == pytest.approx(1 / 2)
    assert figures["quote median"] == len(volunteers.answer.quotes[0].text)


def test_figures_of_nothing() -> None:
    figures = report.figures([])
    assert figures["questions"] == 0
    assert {value for name, value in figures.items() if name != "questions"} == {None}


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=8),
    st.lists(st.integers(0, 9), min_size=1, max_size=8),
)
def test_auroc_is_the_area_under_the_curve(positive: list[int], negative: list[int]) -> None:
    """The area by trapezoids under the curve of true against false positives."""
    area, last = 0.0, (0.0, 0.0)
    for threshold in range(9, -1, -1):
        point = (
            sum(n >= threshold for n in negative) / len(negative),
            sum(p >= threshold for p in positive) / len(positive),
        )
        area += (point[0] - last[0]) * (point[1] + last[1]) / 2
        last = point
    assert report.auroc(positive, negative) == pytest.approx(area)


def test_reports(judged: list[Result]) -> None:
    shown = report.as_json(judged)
    assert set(shown["kind"]) == {"fact", "far"}
    assert json.loads(json.dumps(shown))["language"]["hant"]["questions"] == 2
    screen = Console(width=200, record=True, file=None, quiet=True)
    wrong = replace(judged[0], hit=False)
    text = []
    for part in (report.as_table(judged), report.misses([wrong]), report.misses(judged)):
        with screen.capture() as captured:
            screen.quiet = False
            screen.print(part)
        text.append(captured.get())
    assert "1.000" in text[0]
    assert "1240名" in text[1]
    assert "no misses" in text[2]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_figures_and_misses_are_whole_however_narrow_the_terminal(
    judged: list[Result], width: int
) -> None:
    volunteers = judged[0]
    quote = replace(volunteers.answer.quotes[0], text="\x1b[31m" + "1240名志願者" * 30)
    answer = replace(volunteers.answer, quotes=(quote,))
    known = replace(volunteers.known, refs=frozenset({"8", "10", "註"}))
    screen = Console(width=width, color_system=None)
    with screen.capture() as captured:
        screen.print(report.as_table(judged))
    shown = captured.get()
    for name in (*report.figures(judged), "hant", "fact"):
        assert name in shown
    rows = [report.shown(judged), *report.by_kind(judged), *report.by_language(judged)]
    assert shown.count("1.000") == sum(row.count("1.000") for row in rows)
    assert "…" not in shown
    with screen.capture() as captured:
        screen.print(report.misses([replace(volunteers, known=known, answer=answer, hit=False)]))
    lines = captured.get().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert "1240名志願者" * 30 in "".join(line.strip() for line in lines)
    assert "[8][註][10]" in "".join(line.strip() for line in lines)
    assert "\x1b" not in captured.get()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no question"),
        (b"\n\n", "no question"),
        (b"\xff", "cannot be read"),
        (b"{}\n", ":1 "),
        (b"\n[1]\n", ":2 "),
        (b"\nnonsense\n", ":2 "),
        (b"[" * 100_000, ":1 "),
        (b'{"id":1,"lang":"en","kind":"x","question":"q","answerable":true,"answers":3}', ":1 "),
        (b'{"id":1,"lang":"en","kind":"x","question":"q","answerable":true}', ":1 has no answers"),
        (b'{"id":1,"lang":"en","kind":"x","question":"q"}', ":1 has no answerable"),
        (
            b'{"id":1,"lang":"en","kind":"x","question":"q","answerable":true,"answers":["35"]}',
            ":1 is not",
        ),
    ],
)
def test_a_broken_file_of_questions_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"^[^\n]*$") as told:
        read_questions(file)
    assert said in str(told.value)
    assert str(file) in str(told.value)
    with pytest.raises(InputError):
        read_questions(tmp_path / "nowhere")


def test_retrieval_alone(tmp_path: Path) -> None:
    texts = {"a": "渡口的船夫叫做方小舟。", "b": "山上的寺院有一口鐘。", "c": "河邊種了很多柳樹。"}
    (tmp_path / "passages.jsonl").write_text(
        "\n".join(json.dumps({"id": id, "title": id, "text": t}) for id, t in texts.items()),
        "utf-8",
    )
    asked = [("船夫叫什麼", "a"), ("寺院有什麼", "b"), ("柳樹種在哪", "a")]
    (tmp_path / "questions.jsonl").write_text(
        "\n".join(json.dumps({"question": q, "passage_id": p}) for q, p in asked), "utf-8"
    )
    figures = retrieval.measure(tmp_path, "none")
    assert (figures["passages"], figures["questions"]) == (3, 3)
    assert figures["hit@1"] == pytest.approx(2 / 3)
    assert figures["hit@3"] == 1.0
    assert "hit@1" in retrieval.as_text(figures)
    (tmp_path / "questions.jsonl").write_text("{", "utf-8")
    with pytest.raises(InputError):
        retrieval.measure(tmp_path, "none")
