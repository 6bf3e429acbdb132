"""How Han characters sound: for words mistyped by another word of the same sound."""

from functools import cache

from pypinyin import Style, lazy_pinyin

# Pairs that many speakers, and so their keyboards, do not keep apart.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"))


@cache
def sound(han: str) -> str:
    """Return the toneless pinyin of folded Han characters, syllables joined by spaces."""
    return " ".join(_merged(syllable) for syllable in lazy_pinyin(han, style=Style.NORMAL))


def _merged(syllable: str) -> str:
    for full, plain in _MERGED:
        syllable = syllable.replace(full, plain)
    return syllable
