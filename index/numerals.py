"""Numbers in a text, in Arabic or Han digits, with the word that says what they count."""

import re
from dataclasses import dataclass

import cn2an

HAN_DIGITS = "零〇一二三四五六七八九十廿卅百千万亿两"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_HAN = rf"[{HAN_DIGITS}]+"
_SCALE = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_ABOUT = r"[多余几来]?"
_LONGEST = 40
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
    rf"(?P<about2>{_ABOUT})\s?(?P<percent>%|％)?{_MEASURE}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a folded text."""

    value: float
    measure: str
    """The measure word behind it, or `%`, or nothing."""
    ordinal: bool
    start: int
    end: int


def numbers(folded: str) -> list[Number]:
    """Return the numbers of a folded text, from left to right.

    Han digits count as a number only when something is counted (`五条`) or ordered (`第四`), since
    they stand in ordinary words as well (`一般`, `三亚`).
    """
    found: list[Number] = []
    for match in _NUMBER.finditer(folded):
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


def to_value(digits: str) -> float | None:
    """Return the value of a numeral in Arabic or (simplified) Han digits, or None."""
    plain = digits.replace(",", "")
    if not 0 < len(plain) <= _LONGEST:
        return None
    if plain[:1].isdecimal() and plain.isascii():
        return float(plain)
    if plain[0] in "百千万亿":
        plain = "一" + plain
    plain = plain.replace("两", "二").replace("廿", "二十").replace("卅", "三十")
    try:
        return float(cn2an.cn2an(plain, "smart"))
    except ValueError:
        return None
