"""Which language is used: Traditional or Simplified Chinese, Cantonese, English."""

import re
from collections.abc import Mapping
from functools import cache

import opencc

from wuzhen.bot.phrases import Language
from wuzhen.index.text.fold import fold

_CANTONESE = re.compile(
    r"[喺嘅咗啲嗰冇佢哋㗎嚟嘢咁噉咩乜睇攞揾搵畀俾諗瞓]|唔(?!使客气)|边(?:个|度|间|位|日|处)|几(?:多|耐|时)|点(?:解|样|先)|系咪|而家|边啲"
)
# Folded, 係 is 系, which ends words of Mandarin too: it is Cantonese before what is asked or told.
_IS_FOLDED = re.compile(r"(?<![关联体星派院学])系(?=[咪谁哪几咩乜边由\d]|什么)")
_IS = re.compile(r"(?<![關关聯联干])係")
_HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def _converter(direction: str) -> opencc.OpenCC:
    return opencc.OpenCC(direction)


def is_cantonese(folded: str) -> bool:
    """Tell whether a folded text is in Cantonese, in whichever script it was typed."""
    return bool(_CANTONESE.search(folded) or _IS_FOLDED.search(folded))


def language_of(text: str, otherwise: Language = "hant") -> Language:
    """Return the language of a text; `otherwise` where it has no Han character or Latin letter."""
    if not _HAN.search(text):
        return "en" if any(c.isascii() and c.isalpha() for c in text) else otherwise
    if is_cantonese(fold(text)) or _IS.search(text):
        return "yue"
    encodable = text.encode("utf-8", "replace").decode()
    if _converter("t2s").convert(encodable) == encodable:
        differs = _converter("s2t").convert(encodable) != encodable
        return "hans" if differs else "hant"
    return "hant"


def language_of_locale(environment: Mapping[str, str]) -> Language:
    """Return the language that a POSIX environment asks messages to be in.

    The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set decides. Chinese without a region is
    Simplified, as in CLDR's likely subtags; what is not Chinese is English.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    tag = next((environment[name] for name in names if environment.get(name)), "").lower()
    tag = tag.replace("-", "_")
    if tag.startswith("yue"):
        return "yue"
    if tag.startswith(("zh_tw", "zh_hk", "zh_mo", "zh_hant")):
        return "hant"
    return "hans" if tag.startswith("zh") else "en"
