"""Variant characters: the same character in the forms of Taiwan, Hong Kong and Japan.

`t2s` simplifies the standard form of a character alone: 衛 becomes 卫, Hong Kong's 衞 stays. The
table beside this module adds the forms that OpenCC knows and `t2s` leaves.
"""

import re
from functools import cache
from importlib.resources import files

_TABLE = "variants.txt"
_FROM_COMMON = ("s2t", "s2tw", "s2hk", "t2tw", "t2hk", "t2jp")
_TO_COMMON = ("hk2t", "tw2t", "jp2t", "s2t")
_HAN = ((0x3400, 0xA000), (0x20000, 0x2A6E0))

# Taiwan writes 著 for both 着 and 著; the mainland and Hong Kong write 著 in these words only.
_ZHU = re.compile(
    r"(?<![穿有挂写顶贴印标签戴])着(?=名)|(?<=[显卓昭专巨原论译编遗拙土])着|着(?=作|称|述|录|书立说)|"
    r"(?<=[^一二三四五六七八九十两几\d]名)着|(?<=^名)着|(?<=见微知)着"
)


@cache
def variants() -> dict[int, str]:
    """Return the common form of each variant character, by the variant's code point."""
    text = files("wuzhen.index.text").joinpath(_TABLE).read_text(encoding="utf-8")
    pairs = (pair for line in text.splitlines() if line[:1] != "#" for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


def zhu_or_zhe(simplified: str) -> str:
    """Return a simplified text with 著 and 着 as the mainland writes them."""
    if "著" not in simplified and "着" not in simplified:
        return simplified
    return _ZHU.sub("著", simplified.replace("著", "着"))


def derived() -> dict[str, str]:
    """Derive the table from OpenCC: what none of its conversions should tell apart.

    A character of GB 2312 stands for itself: 芸 is a character of its own, though Japan's 藝.
    """
    import opencc

    simplified = opencc.OpenCC("t2s")
    converters = {name: opencc.OpenCC(name) for name in (*_TO_COMMON, *_FROM_COMMON)}
    found: dict[str, str] = {}
    for first, last in _HAN:
        for code in range(first, last):
            character = chr(code)
            one = simplified.convert(character)
            for name, converter in converters.items():
                other = simplified.convert(converter.convert(character))
                if other == one or len(one) != 1 or len(other) != 1:
                    continue
                if name in _TO_COMMON and not _is_common(one) and _is_common(other):
                    found.setdefault(one, other)
                elif _is_common(one) and not _is_common(other):
                    found.setdefault(other, one)
    return found


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
