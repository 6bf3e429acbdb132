"""Folding: the form in which texts and questions are compared, never the form that is quoted.

Unicode NFKC, Traditional folded to Simplified (OpenCC's `t2s`), case folded, character by
character, so that a position in the folded text leads back to one in the original.
"""

import functools
import unicodedata

import opencc


@functools.cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Fold a text; the result may differ from it in length (see `fold_with_offsets`)."""
    return fold_with_offsets(text)[0]


def fold_with_offsets(text: str) -> tuple[str, list[int] | None]:
    """Fold a text and say where each folded character came from.

    The second value holds, for each folded character, the place of its original; it is None when
    folding left every character in its place, as it nearly always does. Unpaired surrogates,
    which no encoder accepts, become U+FFFD.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    for place, character in enumerate(text):
        if character < "\u0080":
            piece = character.lower()
        elif "\ud800" <= character <= "\udfff":
            piece = "\ufffd"
        else:
            piece = unicodedata.normalize("NFKC", character).casefold()
        pieces.append(piece)
        offsets.extend([place] * len(piece))
    normalised = "".join(pieces)
    simplified = _simplified(normalised)
    return simplified, None if len(offsets) == len(text) == len(simplified) else offsets


# OpenCC simplifies this Cantonese word to a character that hardly anyone writes.
_KEPT = str.maketrans({"\U00020bb6": "嗰"})


def _simplified(text: str) -> str:
    if text.isascii():
        return text
    converted: str = _to_simplified().convert(text)
    if len(converted) != len(text):
        # A phrase of OpenCC's dictionary changed the length: keep the places by going singly.
        singly = [_to_simplified().convert(character) for character in text]
        converted = "".join(c if len(c) == 1 else o for c, o in zip(singly, text, strict=True))
    return converted.translate(_KEPT)
