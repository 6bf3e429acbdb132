"""Written Cantonese in a question, put into the Mandarin that texts are written in."""

import re
from functools import cache
from importlib.resources import files

from wuzhen.index.text.fold import fold


def in_mandarin(text: str) -> str:
    """Return a Cantonese question with its words put into Mandarin, the rest as it was."""
    form, words = _words()
    return form.sub(lambda match: words[match[0]], text)


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    words: dict[str, str] = {}
    text = files("wuzhen.bot.question").joinpath("cantonese.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if "=" in line and not line.startswith("#"):
            cantonese, mandarin = (side.strip() for side in line.split("="))
            words[cantonese] = mandarin
            if len(cantonese) > 1:
                words.setdefault(fold(cantonese), mandarin)
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), words
