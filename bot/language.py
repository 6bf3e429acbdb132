"""Which language a question is in: Traditional or Simplified Chinese, Cantonese, English."""

import re
from functools import cache

import opencc

from bot.phrases import Language
from index.fold import fold

_CANTONESE = re.compile(
    r"[喺嘅咗啲嗰冇佢哋㗎嚟嘢咁噉咩乜睇攞揾搵畀俾諗瞓]|唔(?!使客气)|边(?:个|度|间|位|日|处)|几(?:多|耐|时)|点(?:解|样|先)|系咪|而家|边啲"
)
# Folding turns this word into one of Mandarin, so it is looked for unfolded.
_IS = re.compile(r"(?<![關关聯联干])係")
_HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def _converter(direction: str) -> opencc.OpenCC:
    return opencc.OpenCC(direction)


def language_of(text: str) -> Language:
    """Return the language of a text; a text without a letter counts as Traditional Chinese."""
    if not _HAN.search(text):
        return "en" if any(c.isascii() and c.isalpha() for c in text) else "hant"
    if _CANTONESE.search(fold(text)) or _IS.search(text):
        return "yue"
    encodable = text.encode("utf-8", "replace").decode()
    if _converter("t2s").convert(encodable) == encodable:
        differs = _converter("s2t").convert(encodable) != encodable
        return "hans" if differs else "hant"
    return "hant"
