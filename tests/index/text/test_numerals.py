"""Numbers in Arabic and Han digits, against numerals written out here."""

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import numbers, to_value

DIGITS = "零一二三四五六七八九"


def han(number: int) -> str:
    """Write a number under 10^8 as it is said."""
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return "十" + (DIGITS[number % 10] if number % 10 else "")
    for unit, name in ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十")):
        if number >= unit:
            head, rest = divmod(number, unit)
            gap = "零" if 0 < rest < unit // 10 else ""
            tail = han(rest) if rest else ""
            if 10 <= rest < 20:
                tail = "一" + tail
            return ("一十" if head == 10 else han(head)) + name + gap + tail
    raise AssertionError


@given(st.integers(0, 99_999_999))
def test_values_of_han_numerals(number: int) -> None:
    assert to_value(han(number)) == number


@given(st.text("零一二三四五六七八九十百千万亿两", min_size=1, max_size=10))
def test_values_of_any_han_digits_are_those_of_cn2an(said: str) -> None:
    written = "一" + said if said[0] in "百千万亿" else said
    try:
        expected = float(cn2an.cn2an(written.replace("两", "二"), "smart"))
    except ValueError:
        expected = None
    except KeyError:  # it fails on what is spoken without a unit that it has no name for
        return
    assert to_value(said) == expected


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("三亿五", 350_000_000),
        ("三百四", 340),
        ("一万二", 12_000),
        ("三百零十五", 315),
        ("十零", None),
    ],
)
def test_values_as_they_are_spoken(said: str, value: float | None) -> None:
    assert to_value(said) == value


@given(st.integers(0, 10**12))
def test_values_of_arabic_numerals(number: int) -> None:
    assert to_value(str(number)) == number
    assert to_value(f"{number:,}") == number


@pytest.mark.parametrize(
    ("said", "value"), [("两", 2), ("廿三", 23), ("卅", 30), ("百", 100), ("万", 10_000), ("〇", 0)]
)
def test_values_of_other_han_numerals(said: str, value: float) -> None:
    assert to_value(said) == value


@pytest.mark.parametrize(
    ("text", "value", "measure"),
    [
        ("1500多名嘉賓", 1500, "名"),
        ("1萬多名志願者", 10_000, "名"),
        ("80多個國家", 80, "个"),
        ("400餘家企業", 400, "家"),
        ("130億元", 13_000_000_000, "元"),
        ("130億元人民幣", 13_000_000_000, "元人民币"),
        ("提高了40%以上", 40, "%"),
        ("40％", 40, "%"),
        ("五條檢查車道", 5, "条"),
        ("兩輪面試", 2, "轮"),
        ("334G", 334, "g"),
        ("1,240名", 1240, "名"),
        ("3.5萬", 35_000, ""),
        ("十萬人", 100_000, "人"),
    ],
)
def test_numbers_with_what_they_count(text: str, value: float, measure: str) -> None:
    found = [(number.value, number.measure) for number in numbers(fold(text))]
    assert found == [(value, measure)]


def test_ordinals() -> None:
    (number,) = numbers(fold("第四屆"))
    assert (number.value, number.ordinal, number.measure) == (4, True, "届")


@pytest.mark.parametrize("text", ["一般", "三亚", "统一", "九寨沟"])
def test_words_that_only_look_like_numbers(text: str) -> None:
    assert numbers(text) == []


@given(st.integers(21, 9_999_999), st.sampled_from(["个", "名", "条", "万元", "%", ""]))
def test_numbers_are_found_where_they_stand(number: int, measure: str) -> None:
    before, after = "共有", "而已"
    text = f"{before}{number}{measure}{after}"
    (found,) = numbers(text)
    scale = 10_000 if measure == "万元" else 1
    assert found.value == number * scale
    assert text[found.start : found.end] == f"{number}{measure}"


@given(
    st.text(
        st.one_of(
            st.characters(categories=["Nd", "No"]),
            st.sampled_from("零〇一二三十廿百千万亿两几多第点%个,. "),
        ),
        max_size=50,
    )
)
def test_no_text_is_too_strange(text: str) -> None:
    for number in numbers(fold(text)):
        assert 0 <= number.start < number.end <= len(fold(text))


def test_digits_without_end() -> None:
    assert to_value("9" * 5000) is None
    assert to_value("一" * 5000) is None
    assert to_value("") is None
