"""Which tables are timetables, and which of their columns is which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import days, places, times, topics
from wuzhen.index.sources.tables.columns import crossing, roles

NAMES = {
    "date": ["日期", "Date", "日子", "**日期**", ""],
    "time": ["時間", "时段", "Time (UTC+8)", "活動時間", "開始時間", "Starts", ""],
    "topic": ["議題", "活动", "Session", "Talks", "影片", "節目內容"],
    "place": ["地點", "Room", "Venue", "場館", "放映廳", "教室"],
}
CELLS = {"date": days, "time": times, "topic": topics, "place": places}


@given(st.permutations(list(NAMES)), st.data())
def test_a_timetable_is_known_with_its_columns_in_any_order(
    order: list[str], data: st.DataObject
) -> None:
    header = [data.draw(st.sampled_from(NAMES[role])) for role in order]
    columns = [data.draw(st.lists(CELLS[role], min_size=2, max_size=4)) for role in order]
    assert roles(columns, header) == order


@given(st.data())
def test_what_else_a_timetable_says_keeps_its_name(data: st.DataObject) -> None:
    order = ["date", "time", "topic", "place"]
    columns = [data.draw(st.lists(CELLS[role], min_size=2, max_size=2)) for role in order]
    others = [["吳老師", "李老師"], ["50元", "免費"], ["10:00", "11:00"]]
    header = ["日期", "時間", "議題", "地點", "講者", "活動費用", "結束時間"]
    assert roles([*columns, *others], header) == [*order, *header[4:]]


def parted(table: str) -> tuple[list[list[str]], list[str]]:
    """The columns of a table of one row a line, and its header."""
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in table.split("\n")]
    return [list(column) for column in zip(*rows, strict=True)], header


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("時間|議程\n09:00|報到\n10:00|開幕", "time topic"),
        ("Time|Session\n9:00-10:00|Tea\n11 am|Talk", "time topic"),
        ("時間|議題|地點\n12月3日 09:00|春|東廳\n12月4日 10:00|夏|西廳", "time topic place"),
        (
            "日期|时间|对手|场馆\n5月1日|15:00|红队|东馆\n5月2日|16:00|蓝队|西馆",
            "date time topic place",
        ),
        ("||\n5月1日|09:00|春\n5月2日|10:00|夏", "date time topic"),
    ],
)
def test_tables_that_say_less(table: str, named: str) -> None:
    assert roles(*parted(table)) == named.split()


@pytest.mark.parametrize(
    "table",
    [
        "地點|開放時間|票價\n東門|09:00-17:00|50元\n西門|08:00-18:00|20元",
        "活動|開放時間|地點\n溫室展|09:00-17:00|東館\n茶具展|08:00-18:00|西館",
        "Place|Opening hours|Fee\nGate|9:00-17:00|$5\nHall|9:00-17:00|free",
        "站名|首班車|末班車\n東門|06:00|23:00\n西門|06:10|23:10",
        "Route|Departure time|Arrival time|Place\nA|9:00|10:00|x\nB|9:30|10:30|y",
        "日期|日出時間|日落時間\n5月1日|05:30|18:50\n5月2日|05:29|18:51",
        "日期|時間|最高溫\n5月1日|14:00|31°C\n5月2日|15:00|32°C",
        "日期|時間|天氣\n5月1日|14:00|晴\n5月2日|15:00|雨",
        "日期|時間|活動人數\n5月1日|14:00|120人\n5月2日|15:00|80人",
        "項目|時間|費用\n導覽|09:00-10:00|50元\n講座|10:00-11:00|免費",
        "姓名|到達時間|房間\n甲|09:00|101\n乙|10:00|102",
        "星期|時間|課程|教室\n星期一|09:00|國文|101室\n星期二|10:00|數學|102室",
        "截止日期|時間|項目\n5月1日|17:00|報名\n5月2日|17:00|繳費",
        "年份|獎項|地點\n1999|一等獎|北京\n2000|二等獎|上海",
        "topic|time\n茶|很久\n水|不久",
    ],
)
def test_a_table_of_other_things_keeps_the_names_of_its_columns(table: str) -> None:
    columns, header = parted(table)
    assert roles(columns, header) == header


@pytest.mark.parametrize(
    ("table", "about", "role"),
    [
        ("時間|大廳|小廳\n09:00|開場|繪本\n10:00|詩會|剪紙", [], "place"),
        ("Time|Track A|Track B\n09:00|Keynote|Setup\n10:30|Testing|Parsing", [], "place"),
        ("時段|R101|R102\n上午|開場|繪本\n下午|詩會|剪紙", [], "place"),
        ("時間|週一|週二\n09:00|國文|數學\n10:00|英文|體育", ["三年級課表"], "date"),
        ("Time|Monday|Tuesday\n9:00|Yoga|Boxing\n10:00|Dance|Judo", ["Class schedule"], "date"),
        ("教室|09:00-10:00|10:00-11:00\n東教室|國文|數學\n西教室|英文|體育", [], "time"),
        ("日期|09:00|14:00\n5月1日|開幕|工作坊\n5月2日|參訪|閉幕", ["議程"], "time"),
        ("時間|週一|週二\n09:00|王小明|李小華\n10:00|陳大文|林一", ["值班表"], None),
        ("時段|平日|假日\n09:00-12:00|三道|兩道\n13:00-18:00|四道|一道", [], None),
        ("時段|大廳|小廳\n上午|3000元|1000元\n下午|4000元|1500元", [], None),
        ("班次|東站|西站\n一|08:00|08:20\n二|09:00|09:20", [], None),
        ("品名|大杯|小杯\n紅茶|30元|20元\n綠茶|35元|25元", [], None),
    ],
)
def test_a_programme_has_rooms_days_or_times_as_columns(
    table: str, about: list[str], role: str | None
) -> None:
    found = crossing(*parted(table), about)
    assert (found.role if found else None) == role
