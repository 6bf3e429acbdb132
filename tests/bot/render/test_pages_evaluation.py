"""The page of an evaluation: its figures are those of the report, and every miss is in it."""

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.render.parsed import by_id, parsed, texts
from tests.bot.render.test_pages_documents import WORDS
from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.evaluation import report
from wuzhen.bot.evaluation.run import Known, Place, Result
from wuzhen.bot.render.pages import evaluation, writable
from wuzhen.bot.render.pages.plot import HEIGHT, WIDTH, Plot, ceiling, tick
from wuzhen.index.document import Span

URL = "https://example.org/page.html"


@st.composite
def results(draw: st.DrawFn) -> Result:
    text = draw(WORDS)
    begin = draw(st.integers(0, len(text)))
    end = draw(st.integers(begin, len(text)))
    quote = Quote(
        draw(WORDS),
        draw(WORDS),
        (draw(WORDS),),
        draw(st.sampled_from([(), ("8",), ("10", "2")])),
        (Span(5, 5 + len(text)),),
        text,
        highlights=(Span(5 + begin, 5 + end),),
        anchor=draw(st.sampled_from(["p_abcdefgh", ""])),
    )
    answered = draw(st.booleans())
    answerable = draw(st.booleans())
    known = Known(
        draw(WORDS),
        draw(st.sampled_from(["en", "hant", "\" onclick='x'"])),
        draw(st.sampled_from(["fact", "near", "<b>"])),
        draw(WORDS),
        tuple(draw(st.lists(WORDS, max_size=2))),
        answerable,
        ((draw(WORDS), draw(WORDS)), (draw(WORDS),)) if answerable else (),
        frozenset({"8", "10", "9"}),
        (draw(WORDS),),
        (Place(frozenset(), (draw(WORDS),)),),
    )
    return Result(
        known,
        Answer(
            known.question,
            answered,
            draw(st.floats(0, 1)),
            quotes=(quote, quote) if answered else (),
            related=() if answered else (quote,),
        ),
        1.0,
        draw(st.booleans()) and answered and answerable,
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.booleans()),
    )


RESULTS = st.lists(results(), min_size=1, max_size=5)


def shown(asked: list[Result], url: str | None = URL, name: str = "questions.jsonl") -> Element:
    return parsed(evaluation.page(asked, name, ["a title"], url))


@given(RESULTS, WORDS)
def test_every_miss_is_shown_with_what_was_asked_expected_and_quoted(
    asked: list[Result], name: str
) -> None:
    tree = shown(asked, name=name)
    missed = {f"q{n}": r for n, r in enumerate(asked, 1) if report.fault(r)}
    found = by_id(tree)
    assert {key for key in found if re.fullmatch(r"q\d+", key)} == set(missed)
    for key, result in missed.items():
        told = texts(found[key])
        known = result.known
        wanted = [known.question, *known.history]
        if known.answerable:
            wanted += [form for fact in known.answers for form in fact]
            wanted += [*known.evidence, *known.alternatives[0].evidence]
        given = result.answer.quotes or result.answer.related
        assert told == [writable(text) for text in (*wanted, *(quote.text for quote in given))]
        marks = ["".join(mark.itertext()) for mark in found[key].iter("mark")]
        mark = given[0].highlights[0]
        marked = writable(given[0].text[mark.start - 5 : mark.end - 5])
        assert marks == ([marked] * len(given) if marked else [])
        links = [a.attrib["href"] for a in found[key].iter("a") if a.attrib["href"][0] != "#"]
        assert links == [f"{URL}#{quote.anchor}" for quote in given if quote.anchor]


@given(RESULTS)
def test_the_tables_are_those_of_the_report(asked: list[Result]) -> None:
    tree = shown(asked, None)
    rows = [
        ["".join(cell.itertext()) for cell in row]
        for table in tree.iter("table")
        for row in table.iter("tr")
    ]
    for line in (*report.by_kind(asked), *report.by_language(asked)):
        assert [writable(value) for value in line] in rows
    figures = next(one for one in tree.iter("dl") if one.attrib.get("class") == "figures")
    assert ["".join(one.itertext()) for one in figures.iter("dd")] == report.shown(asked)


@given(RESULTS)
def test_the_pictures_stay_inside_their_frames(asked: list[Result]) -> None:
    tree = shown(asked)
    pictures = [one for one in tree.iter() if str(one.tag).endswith("svg")]
    both = len({result.known.answerable for result in asked}) == 2
    assert len(pictures) == (3 if both else 2)
    for picture in pictures:
        for one in picture.iter():
            for pair in one.attrib.get("points", "").split():
                x, y = map(float, pair.split(","))
                assert 0 <= x <= WIDTH
                assert 0 <= y <= HEIGHT
            if "height" in one.attrib:
                x, y, width, height = (float(one.attrib[n]) for n in ("x", "y", "width", "height"))
                assert min(width, height) > 0
                assert x + width <= WIDTH
                assert y + height <= HEIGHT


def test_nothing_missed() -> None:
    known = Known("1", "en", "fact", "?", (), False, (), frozenset())
    result = Result(known, Answer("?", False, 0.1), 1.0, False, False, False, True)
    tree = shown([result])
    assert "None." in ["".join(one.itertext()) for one in by_id(tree)["misses"]]
    answered = replace(result, answer=Answer("?", True, 0.9), verbatim=False)
    assert "not_word_for_word" in by_id(shown([answered]))


@pytest.mark.parametrize(
    ("high", "low", "percent", "names"),
    [
        (1.0, 0.0, True, ["0%", "20%", "40%", "60%", "80%", "100%"]),
        (0.1, 0.0, True, ["0%", "2%", "4%", "6%", "8%", "10%"]),
        (0.5, 0.0, True, ["0%", "10%", "20%", "30%", "40%", "50%"]),
        (100, -20, False, ["0", "50", "100"]),
        (10, -10, False, ["10", "5", "0", "5", "10"]),
    ],
)
def test_values_upwards_are_round(high: float, low: float, percent: bool, names: list[str]) -> None:
    plot = Plot("x", "y", high, low, percent)
    assert [name for _, name in plot.y_ticks] == names


@given(st.floats(0, 1e6), st.sampled_from([0.1, 10]))
def test_round_numbers_above(value: float, step: float) -> None:
    assert value <= ceiling(value, step) * (1 + 1e-9)
    assert ceiling(value, step) <= value + step * (1 + 1e-9)
    assert tick(value) >= value
