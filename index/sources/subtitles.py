"""Subtitles (SubRip `.srt`, WebVTT `.vtt`): sentences, each below the time at which it is said."""

import re
from collections.abc import Iterator

from wuzhen.index.document import Document
from wuzhen.index.sources.extract import Extract

_TIME = re.compile(
    r"(?P<start>(?:\d{1,3}:)?\d{1,2}:\d{2})[.,]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}.*"
)
_MARKUP = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_END = re.compile(r"[。．！？!?.…][”」』\"')）]*$")
_MOST_CUES = 8
"""Cues that are put together to one sentence."""


def read_subtitles(id: str, text: str) -> Document:
    """Read subtitles; the text is what is said, each sentence below its time."""
    extract = Extract()
    start, words, cues = "", "", 0
    for time, said in _cues(text):
        start, cues = start or time, cues + 1
        apart = " " if words[-1:].isascii() and said[:1].isascii() and words else ""
        words += apart + said
        if _END.search(said) or cues == _MOST_CUES:
            extract.heading(2, start)
            extract.paragraph(words)
            start, words, cues = "", "", 0
    if words:
        extract.heading(2, start)
        extract.paragraph(words)
    return extract.document(id)


def _cues(text: str) -> Iterator[tuple[str, str]]:
    """Yield when each cue begins and what it says."""
    start: str | None = None
    said: list[str] = []
    for line in [*text.splitlines(), ""]:
        if time := _TIME.fullmatch(line.strip()):
            start, said = time["start"], []
        elif not line.strip():
            if start is not None and said:
                yield start, " ".join(said)
            start, said = None, []
        elif start is not None and (words := _MARKUP.sub("", line).strip()):
            said.append(words)
