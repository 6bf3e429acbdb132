import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.evaluation.made import result
from wuzhen.bot.evaluation.calibration import calibrate, fallen, upper_bound


# Tables of Clopper and Pearson's limits, one-sided at 0.95.
@pytest.mark.parametrize(
    ("wrong", "count", "bound"),
    [(0, 10, 0.2589), (0, 30, 0.0950), (1, 20, 0.2161), (5, 50, 0.1988), (10, 10, 1.0)],
)
def test_bounds_of_the_tables(wrong: int, count: int, bound: float) -> None:
    assert upper_bound(wrong, count) == pytest.approx(bound, abs=2e-4)


@given(st.integers(0, 40), st.integers(1, 60))
def test_the_bound_lies_above_the_share_and_falls_with_the_count(wrong: int, more: int) -> None:
    count = wrong + more
    assert wrong / count < upper_bound(wrong, count) <= 1
    assert upper_bound(wrong, count + 10) < upper_bound(wrong, count)


def test_the_lowest_threshold_at_which_few_answers_are_wrong() -> None:
    results = [
        result(c, right=right)
        for c, right in [
            (0.9, True),
            (0.8, True),
            (0.7, False),
            (0.6, True),
            (0.5, False),
            (0.4, False),
        ]
    ]
    found = calibrate(results, 0.25)
    assert found is not None
    assert (found.threshold, found.answered, found.wrong, found.asked) == (0.6, 4, 1, 6)
    assert found.too_few
    assert calibrate(results[4:], 0.1) is None


def test_figures_that_fell_are_told(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    file.write_text(json.dumps({"hit@1": 0.9, "refused falsely": 0.05, "auroc": 0.9}))
    same = {"hit@1": 0.897, "refused falsely": 0.05, "auroc": 0.95}
    assert fallen(same, file, 0.005) == []
    worse = {"hit@1": 0.8, "refused falsely": 0.07, "auroc": 0.9}
    assert fallen(worse, file, 0.005) == [
        "hit@1 is 0.800, and was 0.900",
        "refused falsely is 0.070, and was 0.050",
    ]
    file.write_text("[]")
    with pytest.raises(ValueError, match="no figures"):
        fallen(same, file, 0.005)
