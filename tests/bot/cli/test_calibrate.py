"""`wuzhen calibrate` and `wuzhen eval --gate`, in processes of their own."""

import json
from pathlib import Path

import pytest

from tests.bot.cli.test_main import wuzhen

DOCUMENT = "# 泳池\n\n成人每節收費22元。\n\n主池長50米，設8條泳線。\n\n逢星期二例行保養。\n"
ANSWERED = [("成人收費多少", "22元"), ("主池多長", "50米"), ("哪天保養", "星期二")]
SILENT = ["成人贊助多少", "桑拿房在幾樓", "教練叫什麼名字"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "pool.md").write_text(DOCUMENT, encoding="utf-8")
    known = [
        {"question": q, "answerable": True, "answers": [[a]], "kind": "fact"} for q, a in ANSWERED
    ] + [{"question": q, "answerable": False, "answers": [], "kind": "near"} for q in SILENT]
    lines = [
        json.dumps({"id": str(at), "lang": "hant", "refs": [], **one}, ensure_ascii=False)
        for at, one in enumerate(known)
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_a_threshold_is_set_kept_and_forgotten(home: Path) -> None:
    ran = wuzhen(home, "calibrate", "questions.jsonl", "--risk", "0.5")
    assert ran.status == 0, ran.err
    assert ran.out.startswith("threshold 0.")
    assert "of 6 questions answered" in ran.out
    assert "too few to rely on" in ran.err
    (file,) = (home / ".wuzhen").glob("*.threshold")
    threshold = float(file.read_text())
    explained = json.loads(wuzhen(home, "ask", "成人收費多少", "--json", "--explain").out)
    assert explained["explain"]["verdict"]["threshold"] == pytest.approx(threshold, abs=1e-4)
    assert wuzhen(home, "calibrate", "questions.jsonl", "--risk", "1", "--reset").status == 0
    assert not file.exists()


def test_a_threshold_that_is_no_number_is_told(home: Path) -> None:
    assert wuzhen(home, "build").status == 0
    (home / ".wuzhen" / "index.threshold").write_text("high")
    ran = wuzhen(home, "ask", "成人收費多少")
    assert ran.status not in (0, 2)
    assert "index.threshold holds no number" in ran.errors[0]


def test_figures_are_held_against_a_file(home: Path) -> None:
    first = wuzhen(home, "eval", "questions.jsonl", "--gate", "figures.json")
    assert first.status == 0, first.err
    assert wuzhen(home, "eval", "questions.jsonl", "--gate", "figures.json").status == 0
    better = dict.fromkeys(json.loads((home / "figures.json").read_text()), 2.0)
    (home / "figures.json").write_text(json.dumps(better))
    fallen = wuzhen(home, "eval", "questions.jsonl", "--gate", "figures.json")
    assert fallen.status == 1
    assert any("hit@1 is " in line for line in fallen.errors)
    (home / "figures.json").write_text("no figures")
    assert (
        "holds no figures"
        in wuzhen(home, "eval", "questions.jsonl", "--gate", "figures.json").errors[0]
    )
