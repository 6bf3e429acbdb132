"""What would be refused at every threshold, held against counting it anew."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.evaluation.made import result
from wuzhen.bot.answering.librarian import ENOUGH
from wuzhen.bot.evaluation import curves, report
from wuzhen.bot.evaluation.run import Result

RESULTS = st.lists(
    st.builds(
        result,
        st.integers(0, 10).map(lambda tenth: tenth / 10),
        answerable=st.booleans(),
        right=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def wrong(results: Sequence[Result]) -> int:
    """How many are unanswerable, or offer what does not hold the answer."""
    return sum(
        not r.known.answerable or (*r.answer.quotes, *r.answer.related)[0].text != "yes"
        for r in results
    )


@given(RESULTS)
def test_risk_and_coverage_at_every_threshold(results: list[Result]) -> None:
    points = curves.risk_coverage(results)
    assert [p.threshold for p in points] == sorted(
        {r.answer.confidence for r in results}, reverse=True
    )
    for point in points:
        given = [r for r in results if r.answer.confidence >= point.threshold]
        assert point.coverage == pytest.approx(len(given) / len(results))
        assert point.risk == pytest.approx(wrong(given) / len(given))
    assert points[-1].coverage == 1.0
    assert all(one.coverage < next.coverage for one, next in pairwise(points))


@given(RESULTS)
def test_what_happened_is_on_the_curve(results: list[Result]) -> None:
    now = curves.operating_point(results)
    on = [p for p in curves.risk_coverage(results) if p.threshold >= ENOUGH]
    assert now == (on[-1] if on else None)


@given(RESULTS)
def test_refusals_span_from_none_to_all_with_the_area_of_the_auroc(results: list[Result]) -> None:
    asked = [r for r in results if r.known.answerable]
    silent = [r for r in results if not r.known.answerable]
    if not asked or not silent:
        return
    points = curves.refusals(asked, silent)
    assert points[0][1:] == (0.0, 0.0)
    assert points[-1][1:] == (1.0, 1.0)
    area = 0.0
    for one, other in pairwise(points):
        assert one.falsely <= other.falsely
        assert one.rightly <= other.rightly
        area += (other.falsely - one.falsely) * (one.rightly + other.rightly) / 2
    confidences = [[r.answer.confidence for r in part] for part in (asked, silent)]
    assert area == pytest.approx(report.auroc(*confidences))


@given(RESULTS, st.integers(1, 25))
def test_bins_hold_every_question_once(results: list[Result], count: int) -> None:
    found = curves.bins(results, count)
    assert len(found) == count
    assert [one.low for one in found[1:]] == [one.high for one in found[:-1]]
    assert sum(sum(one[2:]) for one in found) == len(results)
    assert sum(one.unanswerable for one in found) == sum(not r.known.answerable for r in results)
    answerable = [r for r in results if r.known.answerable]
    assert sum(one.wrong for one in found) == wrong(answerable)
    for one_result in results:
        confidence = one_result.answer.confidence
        assert any(one.low <= confidence <= one.high and sum(one[2:]) for one in found)


@given(RESULTS)
def test_faults_are_what_the_list_of_misses_names(results: list[Result]) -> None:
    for r in results:
        expected = None
        if r.known.answerable and not r.answer.answered:
            expected = "refused falsely"
        elif r.known.answerable and not r.hit:
            expected = "another passage"
        elif not r.known.answerable and r.answer.answered:
            expected = "answered wrongly"
        assert report.fault(r) == expected
