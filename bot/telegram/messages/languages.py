"""The languages of the interface, and the Simplified rendering of what is quoted."""

from functools import cache
from typing import Any, Literal, get_args

Language = Literal["hant", "hans", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

_HANT = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "yue")


def language_of(code: str | None) -> Language:
    """Return the language to speak to a user whose client has this IETF language tag.

    Chinese without a script or region is Simplified, as in CLDR's likely subtags; without any
    tag it is Traditional, the documents' own.
    """
    if not code:
        return "hant"
    tag = code.lower().replace("_", "-")
    if tag.startswith(_HANT):
        return "hant"
    return "hans" if tag == "zh" or tag.startswith("zh-") else "en"


def chosen(name: str | None, code: str | None) -> Language:
    """Return the language that was chosen for a chat, or else that of the user's client."""
    for language in LANGUAGES:
        if language == name:
            return language
    return language_of(code)


def simplified(text: str) -> str:
    """Return the text in Simplified characters: a conversion, not what the document has."""
    converted: str = _converter().convert(text)
    return converted


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
