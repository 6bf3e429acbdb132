"""Dates and times of day in the forms in which people write them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.text.test_numerals import han
from wuzhen.index.text.dates import (
    PARTS_OF_DAY,
    Date,
    clocks,
    dates,
    part_of_day_spans,
    parts_of_day,
)
from wuzhen.index.text.fold import fold

MONTHS = (
    "January February March April May June July August September October November December"
).split()
days = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))


def read(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(date.year, date.month, date.day) for date in dates(fold(text))]


def year_in_han(year: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))


FULL = [
    "{y}年{m}月{d}日",
    "{y}年{m}月{d}號",
    "{y} 年 {m} 月 {d} 日",
    "{y}年{m:02}月{d:02}日",
    "{Y}年{M}月{D}日",
    "{Y}年{M}月{D}號",
    "{y}-{m:02}-{d:02}",
    "{y}-{m}-{d}",
    "{y}/{m}/{d}",
    "{y}.{m}.{d}",
    "{N} {d}, {y}",
    "{N} {d} {y}",
    "{n} {d}, {y}",
    "{n}. {d}, {y}",
    "{d} {N} {y}",
    "{d} {n} {y}",
    "{d} of {N}, {y}",
    "the {d}th of {N} {y}",
]
NO_YEAR = [
    "{m}月{d}日",
    "{m}月{d}號",
    "{m}月{d}号",
    "{m}月{d}",
    "{M}月{D}日",
    "{M}月{D}號",
    "{m}/{d}",
    "{N} {d}",
    "{n} {d}",
    "{n}. {d}",
    "{d} {n}",
    "{d} {N}",
    "{N} {d}th",
    "{d}th of {N}",
    "ON {N} {d}",
]


def write(form: str, day: datetime.date) -> str:
    name = MONTHS[day.month - 1]
    return form.format(
        y=day.year,
        m=day.month,
        d=day.day,
        n=name[:3],
        N=name,
        Y=year_in_han(day.year),
        M=han(day.month),
        D=han(day.day),
    )


@pytest.mark.parametrize("form", FULL)
@given(day=days)
def test_a_full_date_in_every_form(form: str, day: datetime.date) -> None:
    assert read(write(form, day)) == [(day.year, day.month, day.day)]


@pytest.mark.parametrize("form", NO_YEAR)
@given(day=days)
def test_a_day_and_a_month_in_every_form(form: str, day: datetime.date) -> None:
    assert read(f"在{write(form, day)} ") == [(None, day.month, day.day)]


@given(days)
def test_parts_of_a_date(day: datetime.date) -> None:
    assert read(f"{day.year}年") == [(day.year, None, None)]
    assert read(f"{year_in_han(day.year)}年") == [(day.year, None, None)]
    assert read(f"in {day.year}?") == [(day.year, None, None)]
    assert read(f"{day.month}月") == [(None, day.month, None)]
    assert read(f"{han(day.month)}月份") == [(None, day.month, None)]
    assert read(f"{day.year}年{day.month}月") == [(day.year, day.month, None)]
    assert read(f"{MONTHS[day.month - 1]} {day.year}") == [(day.year, day.month, None)]
    assert read(f"{day.day}號") == [(None, None, day.day)]
    assert read(f"on the {day.day}th") == [(None, None, day.day)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017年12月3日至5日", [(2017, 12, 3), (2017, 12, 5)]),
        ("2017年12月2日 至 2017年12月5日", [(2017, 12, 2), (2017, 12, 5)]),
        ("12月2日到12月5日", [(None, 12, 2), (None, 12, 5)]),
        ("11月30日至12月2日", [(None, 11, 30), (None, 12, 2)]),
        ("12月3-5日", [(None, 12, 3), (None, 12, 5)]),
        ("12月3日—5日", [(None, 12, 3), (None, 12, 5)]),
        ("3日至5日", [(None, None, 3), (None, None, 5)]),
        ("3-5日", [(None, None, 3), (None, None, 5)]),
        ("三號到五號", [(None, None, 3), (None, None, 5)]),
        ("Dec 3-5", [(None, 12, 3), (None, 12, 5)]),
        ("December 3rd to 5th, 2017", [(2017, 12, 3), (2017, 12, 5)]),
        ("3–5 December 2017", [(2017, 12, 3), (2017, 12, 5)]),
        ("Dec 3 to Dec 5", [(None, 12, 3), (None, 12, 5)]),
    ],
)
def test_a_range_gives_its_two_ends_in_order(
    text: str, expected: list[tuple[int | None, int | None, int | None]]
) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12月3號下午四點", (None, 12, 3)),
        ("4号晚上七点半", (None, None, 4)),
        ("Dec 4 morning", (None, 12, 4)),
        ("12/4", (None, 12, 4)),
        ("二〇一七年", (2017, None, None)),
        ("二零一七年十二月三日", (2017, 12, 3)),
        ("十二月廿三日", (None, 12, 23)),
        ("２０１７年１２月３日", (2017, 12, 3)),
        ("嗰日係12月3號", (None, 12, 3)),
        ("Sept. 5", (None, 9, 5)),
    ],
)
def test_as_people_write(text: str, expected: tuple[int | None, int | None, int | None]) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "3.5",
        "v1.2.3",
        "99%",
        "12月32日",
        "25/13",
        "100号楼",
        "3號館",
        "三天",
        "第3天",
        "it may rain",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert [date for date in read(text) if date[1] or date[2]] == []


@given(days, st.text("春夏秋 ,，", max_size=5))
def test_a_date_is_found_where_it_stands(day: datetime.date, around: str) -> None:
    written = write(FULL[0], day)
    text = around + written + around
    (found,) = dates(text)
    assert text[found.start : found.end] == written


parts = st.none() | st.integers(1, 3)
some_dates = st.builds(Date, st.just(0), st.just(1), parts, parts, parts)


@given(some_dates, some_dates)
def test_dates_agree_when_they_share_something_and_nothing_differs(one: Date, two: Date) -> None:
    both = [
        (getattr(one, name), getattr(two, name))
        for name in ("year", "month", "day")
        if getattr(one, name) and getattr(two, name)
    ]
    assert one.agrees(two) == (both != [] and all(a == b for a, b in both))
    assert one.agrees(two) == two.agrees(one)


@pytest.mark.parametrize(
    ("text", "hour", "sure"),
    [
        ("12月3號下午四點", 16, True),
        ("4号晚上七点半", 19.5, True),
        ("8:30 a.m.", 8.5, True),
        ("8:30 p.m.", 20.5, True),
        ("8:30pm", 20.5, True),
        ("7.30 pm", 19.5, True),
        ("7pm", 19, True),
        ("7 P.M.", 19, True),
        ("12am", 0, True),
        ("12 pm", 12, True),
        ("19:30", 19.5, True),
        ("08:30", 8.5, True),
        ("8:30", 8.5, False),
        ("１９：３０", 19.5, True),
        ("十點", 10, False),
        ("十點半", 10.5, False),
        ("十點一刻", 10.25, False),
        ("十點三刻", 10.75, False),
        ("三點三十分", 3.5, False),
        ("3點鐘", 3, False),
        ("4 o'clock", 4, False),
        ("上午九點", 9, True),
        ("早上八點正", 8, True),
        ("朝早九點", 9, True),
        ("晏晝兩點", 14, True),
        ("下晝四點半", 16.5, True),
        ("下午3時30分", 15.5, True),
        ("夜晚八點", 20, True),
        ("晚上7:30", 19.5, True),
        ("晚上9點45分", 21.75, True),
        ("晚上十二點", 24, True),
        ("凌晨12點半", 0.5, True),
        ("凌晨1點", 1, True),
        ("中午12點", 12, True),
        ("中午一點", 13, True),
        ("中午11點半", 11.5, True),
        ("二十三點", 23, True),
        ("20時", 20, True),
        ("20时00分", 20, True),
    ],
)
def test_times_as_people_write(text: str, hour: float, sure: bool) -> None:
    (found,) = clocks(fold(text))
    assert (found.hour, found.sure) == (hour, sure)


def test_both_ends_of_a_range_of_times() -> None:
    assert [clock.hour for clock in clocks("13:30-15:30")] == [13.5, 15.5]
    assert [clock.hour for clock in clocks("16:00至18:00")] == [16, 18]


@pytest.mark.parametrize(
    "text", ["25:00", "12:60", "小時候", "3時間", "比分 3:100", "一點點", "點", "90点"]
)
def test_what_is_no_time(text: str) -> None:
    assert [clock for clock in clocks(fold(text)) if clock.hour != 1] == []


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_written_time_in_every_form(hour: int, minute: int) -> None:
    value = pytest.approx(hour + minute / 60)
    half = "am" if hour < 12 else "pm"
    part = "凌晨" if hour < 6 else "上午" if hour < 12 else "下午" if hour < 18 else "晚上"
    twelve = (hour + 11) % 12 + 1
    for text in (
        f"{hour:02}:{minute:02}",
        f"{twelve}:{minute:02} {half}",
        f"{twelve}:{minute:02} {half[0]}.m.",
        f"{part}{twelve}:{minute:02}" if hour != 12 else f"12:{minute:02}",
        f"{part}{han(twelve)}點{han(minute)}分" if hour != 12 else f"12點{minute}分",
        f"{hour}點{minute}分",
    ):
        (found,) = clocks(fold(text))
        assert found.hour == value, text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4號上午", ["morning"]),
        ("聽日朝早同下晝", ["morning", "afternoon"]),
        ("在中午", ["noon"]),
        ("Tonight", ["evening"]),
        ("early morning", ["early"]),
        ("in the afternoon or the evening", ["afternoon", "evening"]),
        ("全天", ["day"]),
        ("at noon", ["noon"]),
        ("goodnight", []),
        ("8 a.m.", ["morning"]),
        ("amount", []),
    ],
)
def test_parts_of_the_day(text: str, expected: list[str]) -> None:
    folded = fold(text)
    assert parts_of_day(folded) == expected
    assert len(part_of_day_spans(folded)) == len(expected)
    assert set(expected) <= set(PARTS_OF_DAY)


@given(
    st.text(
        st.one_of(
            st.characters(categories=["Nd"]),
            st.sampled_from("〇一二十廿年月日号點点時时半刻:/-.至到第上午ampDecthof "),
        ),
        max_size=40,
    )
)
def test_no_text_is_too_strange(text: str) -> None:
    folded = fold(text)
    places = [(date.start, date.end) for date in dates(folded)]
    places += [(clock.start, clock.end) for clock in clocks(folded)]
    assert all(0 <= start < end <= len(folded) for start, end in places)
    for date in dates(folded):
        assert date.month is None or 1 <= date.month <= 12
        assert date.day is None or 1 <= date.day <= 31
    assert all(0 <= clock.hour < 25 for clock in clocks(folded))


_EVERY_FORM = "。。a 3年 3月4日 3号 3-3-3 3/3 2017 jan 3rd, 3点 3:30 3 pm 3 o'clock"


@given(
    st.lists(
        st.one_of(
            st.sampled_from("年月日号至到-/.:,点时 第份底初。甲"),
            st.sampled_from(["jan", "dec ", "th", "on ", "pm", " o'clock", "2017", "1999", "下午"]),
            st.integers(0, 35).map(str),
            st.sampled_from("一二十三〇"),
        ),
        max_size=14,
    ).map("".join)
)
def test_nothing_is_passed_over_for_want_of_a_sign(text: str) -> None:
    """What else a text holds says which forms are looked for, and changes nothing of the rest."""
    for find in (dates, clocks):
        alone = find(text)
        assert [one for one in find(text + _EVERY_FORM) if one.start < len(text)] == alone


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("民國一百一十年三月五日", 2021, 3, 5),
        ("民國110年3月", 2021, 3, None),
        ("110年3月5日", 2021, 3, 5),
        ("110/3/5", 2021, 3, 5),
        ("110.03.05", 2021, 3, 5),
        ("中華民國 90 年", 2001, None, None),
    ],
)
def test_years_of_the_republic(text: str, year: int, month: int | None, day: int | None) -> None:
    found = dates(fold(text))
    assert [(one.year, one.month, one.day) for one in found] == [(year, month, day)]


def test_no_year_of_the_republic() -> None:
    assert not [one for one in dates(fold("共 110 年，版本 1.110.3.5")) if one.year]
