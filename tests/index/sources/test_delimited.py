"""Tables of separated values."""

import pytest

from wuzhen.index.passages import cut
from wuzhen.index.sources.readers import read

ROWS = [(("品名", "價錢"), "紅茶 30元"), (("品名", "價錢"), "綠茶，冰 35元")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "品名,價錢\n紅茶,30元\n綠茶，冰,35元\n"),
        ("a.csv", '\ufeff"品名","價錢"\r\n"紅茶","30元"\r\n"綠茶，冰","35元"\r\n'),
        ("a.csv", "品名;價錢\n紅茶;30元\n綠茶，冰;35元"),
        ("a.tsv", "品名\t價錢\n紅茶\t30元\n\n綠茶，冰\t35元\n"),
    ],
)
def test_rows_have_their_headings(name: str, text: str) -> None:
    (document,), problems = read(name, text.encode(), frozenset())
    assert not problems
    assert [(one.names, one.text) for one in cut([document])] == ROWS


def test_a_table_of_figures_has_no_headings() -> None:
    (document,), _ = read("a.csv", b"1,2\n3,4\n", frozenset())
    assert [one.text for one in cut([document])] == ["1 2", "3 4"]


def test_a_timetable_is_one() -> None:
    text = "日期,時間,活動,地點\n5月1日,09:00,導覽,東門\n5月1日,10:00,講座,溫室\n"
    (document,), _ = read("a.csv", text.encode(), frozenset())
    assert cut([document])[0].names == ("date", "time", "topic", "place")
