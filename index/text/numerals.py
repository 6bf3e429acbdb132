"""Numbers in a text, in Arabic or Han digits, with the word that says what they count."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

HAN_DIGITS = "零〇一二三四五六七八九十廿卅百千万亿两"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_HAN = rf"[{HAN_DIGITS}]+"
_SCALE = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_ABOUT = r"[多余几来]?"
_LONGEST = 40
_NUMERALS_KEPT = 4_096
MEASURES = (
    "个|名|位|人|家|所|项|条|款|座|间|本|册|份|篇|页|张|枚|套|件|场|次|届|轮|组|队|支|种|类|台|部|辆|"
    "架|艘|棵|株|只|头|匹|岁|周岁|年|月|日|号|天|周|小时|钟头|分钟|分|秒钟|秒|点|米|公里|千米|厘米|公分|毫米|"
    "平方米|平方公里|亩|公顷|吨|公斤|千克|克|斤|升|毫升|瓦|千瓦|度|元|块|美元|港元|港币|台币|日元|欧元|"
    "人民币|元人民币|新台币|亿元|万元|折|成|倍|楼|层|室|节|课|堂|句|字|行|笔|期|版|枝|盒|袋|瓶|杯|碗|"
    "国|国家|省|市|县|区|村|镇|户|口|席|语种|语言|大|(?:gb|mb|tb|kb|kg|km|cm|mm|ml|kwh|kw|[gmkwl])(?![a-z])"
)
_MEASURE = rf"(?P<measure>元人民币|国家|{MEASURES})?"
_NUMBER = re.compile(
    rf"(?P<ordinal>第)?\s?(?P<number>{_ARABIC}|{_HAN})(?P<about>{_ABOUT})(?P<scale>[百千万亿]*)"
    rf"(?P<about2>{_ABOUT})\s?(?P<percent>%|％)?{_MEASURE}"
)
_FIRST_DIGIT = re.compile(rf"[\d{HAN_DIGITS}]")


class Number(NamedTuple):
    """A number as it stands in a folded text."""

    value: float
    measure: str
    """The measure word behind it, or `%`, or nothing."""
    ordinal: bool
    start: int
    end: int


def has_digit(folded: str) -> bool:
    """Tell whether a folded text holds a digit, Arabic or Han: no number, date or time has none."""
    return _FIRST_DIGIT.search(folded) is not None


def numbers(folded: str) -> list[Number]:
    """Return the numbers of a folded text, from left to right.

    Han digits count as a number only when something is counted (`五条`) or ordered (`第四`), since
    they stand in ordinary words as well (`一般`, `三亚`).
    """
    found: list[Number] = []
    for match in _matches(folded):
        digits = match["number"]
        measure = "%" if match["percent"] else match["measure"] or ""
        ordinal = match["ordinal"] is not None
        if digits[0] in HAN_DIGITS and not measure and not ordinal and len(digits) < 2:
            continue
        value = to_value(digits)
        if value is None:
            continue
        for scale in match["scale"] or "":
            value *= _SCALE[scale]
        found.append(Number(value, measure, ordinal, match.start(), match.end()))
    return found


def _matches(folded: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a number in a text, found by their first digit: much the quicker way."""
    end = 0
    while first := _FIRST_DIGIT.search(folded, end):
        start = first.start()
        if start > end and folded[start - 1].isspace():
            start -= 1
        if start > end and folded[start - 1] == "第":
            start -= 1
        match = _NUMBER.match(folded, start)
        assert match is not None
        yield match
        end = match.end()


@lru_cache(maxsize=_NUMERALS_KEPT)
def to_value(digits: str) -> float | None:
    """Return the value of a numeral in Arabic or (simplified) Han digits, or None."""
    plain = digits.replace(",", "")
    if not 0 < len(plain) <= _LONGEST:
        return None
    if plain[:1].isdecimal() and plain.isascii():
        return float(plain)
    if not plain.strip(HAN_DIGITS):
        return _han_value(plain)
    return None


_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, **_SCALE}
_WRITTEN = str.maketrans({"〇": "零", "两": "二", "廿": "二十", "卅": "三十"})
_ONE = "[一二三四五六七八九]"
_TO_99 = f"(?:{_ONE}?十{_ONE}?|{_ONE})"
_HUNDREDS = f"{_ONE}百(?:零{_ONE}|{_ONE}十{_ONE}?)?"
_TO_999 = f"{_HUNDREDS}|{_TO_99}"
_THOUSANDS = f"{_ONE}千(?:零{_TO_99}|{_ONE}?十{_ONE}?|{_HUNDREDS})?"
_SPOKEN = "(?:[零一二三四五六七八九]{0,2}[十百千万亿])+[零一二三四五六七八九]"


def _han_value(numeral: str) -> float | None:
    """Return the value of a numeral in Han digits, or None when it is none.

    It may be written out (`一千零五`), digit by digit (`二〇一七`), or as it is spoken, without
    its last unit (`三百四`).
    """
    text = numeral.translate(_WRITTEN)
    if text[0] in _SCALE:
        text = "一" + text
    if not text.strip(_DIGITS):
        return float("".join(str(_DIGITS.index(digit)) for digit in text))
    for left_out, written in (
        ("零十", "零一十"),
        ("零百", "零一百"),
        ("百十", "百一十"),
        ("千十", "千一十"),
    ):
        text = text.replace(left_out, written)
    if _is_up_to_16_places(text):
        return float(_sum(text))
    if len(text) > 2 and re.fullmatch(_SPOKEN, text):
        return float(_sum(text[:-1]) + _DIGITS.index(text[-1]) * _UNITS[text[-2]] // 10)
    return None


def _is_up_to_16_places(text: str) -> bool:
    head, hundred_million, tail = text.partition("亿")
    if not hundred_million:
        return _is_up_to_8_places(text)
    rest = tail.removeprefix("零")
    full = rest != tail or "万" in tail or bool(re.match(f"{_ONE}[十百]", tail))
    return _is_up_to_8_places(head) and (not tail or (full and _is_up_to_8_places(rest)))


def _is_up_to_8_places(text: str) -> bool:
    head, ten_thousand, tail = text.partition("万")
    if not ten_thousand:
        return _is_up_to_4_places(text)
    rest = tail.removeprefix("零")
    full = rest != tail or bool(re.match(f"{_ONE}[十百千]", tail))
    return _is_up_to_4_places(head) and (not tail or (full and _is_up_to_4_places(rest)))


def _is_up_to_4_places(text: str) -> bool:
    return bool(re.fullmatch(_TO_999, text) or re.fullmatch(_THOUSANDS, text))


def _sum(text: str) -> int:
    """Add up digits and units from the right; a unit behind a greater one counts in it."""
    total, unit, great = 0, 1, 1
    for place, character in enumerate(reversed(text), 1):
        if character in _DIGITS:
            total += _DIGITS.index(character) * unit
            continue
        unit = _UNITS[character]
        if unit >= _SCALE["万"]:
            unit = great = unit if unit > great else unit * great
        else:
            unit *= great
        if place == len(text):  # 十五
            total += unit
    return total
