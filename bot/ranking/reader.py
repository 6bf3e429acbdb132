"""A reader: question and passage read together by a cross-encoder.

The twelve layers of multilingual-e5-small (Wang and others, 2024), trained on to tell whether a
passage, with its title and headings, answers a question (`bench/reader/`); after Nogueira and Cho,
"Passage Re-ranking with BERT", 2019. Weights are 8-bit blocks, run by ONNX Runtime; the embeddings
of tokens come from the installed base model.
"""

import importlib.util
import os
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.document import Passage
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.fold import fold
from wuzhen.index.vectors.e5 import Tokens
from wuzhen.index.vectors.encoders import E5

_WEIGHTS = "reader.onnx"
# Limits in tokens, those of the training.
_QUESTION, _HEADING, _BEFORE, _BODY = 64, 36, 18, 96
_BEFORE_CHARACTERS = 30
_LEAD_IN_DISTANCE = 24
"""How many passages a list's items may stand behind the line that introduces them."""
_TOGETHER = 6
"""Passages read in one run; sorted by length, so that little is padded."""
_THREADS = 2
_LEADS_IN = re.compile(r"[:：]\s*$")


class Page(NamedTuple):
    """A passage as it is read, folded."""

    heading: str
    """The document's title and the headings above the passage."""
    before: str
    """The end of what stands before it: the sentence before, or the lead-in of a list."""
    text: str


def page_of(collection: Collection, passage: Passage) -> Page:
    """Return a passage with what a person sees around it."""
    document = collection.documents[passage.document]
    headings = [name for name in passage.section if name != document.title]
    text = passage.text
    if passage.kind in ("row", "field") and any(passage.names):
        cells = zip(passage.names, passage.spans, strict=True)
        text = "; ".join(
            f"{name}: {cell}" if name not in ("", "name", "value") else cell
            for name, span in cells
            if (cell := span.of(document.text)).strip()
        )
    heading = " › ".join([document.title, *headings])
    return Page(fold(heading), fold(_before(collection, passage)), fold(text))


def _before(collection: Collection, passage: Passage) -> str:
    if passage.kind in ("row", "field") or not passage.number:
        return ""
    last = collection.passages[passage.number - 1]
    if last.document == passage.document and last.block == passage.block:
        return last.text[-_BEFORE_CHARACTERS:]
    if passage.kind != "bullet":
        return ""
    for number in range(passage.number - 1, max(-1, passage.number - 1 - _LEAD_IN_DISTANCE), -1):
        last = collection.passages[number]
        if last.document != passage.document or last.section != passage.section:
            return ""
        if last.kind != "bullet":
            return last.text[-_BEFORE_CHARACTERS:] if _LEADS_IN.search(last.text) else ""
    return ""


def sequence(tokens: Tokens, question: str, page: Page) -> tuple[list[int], int, int]:
    """Return the tokens of a question and a page, where the page begins, and where its text."""
    asked = tokens.ids(f"query: {question}")[:_QUESTION]
    heading = tokens.ids(f"passage: {page.heading}" if page.heading else "passage:")[:_HEADING]
    before = tokens.ids(f"… {page.before}")[-_BEFORE:] if page.before else ()
    head = [*heading, *before, *tokens.ids(":")]
    begun = [tokens.begin, *asked, tokens.end]
    body = tokens.ids(page.text)[:_BODY]
    ids = [*begun, tokens.end, *head, *body, tokens.end]
    return ids, len(begun), len(begun) + 1 + len(head)


def batch(
    tokens: Tokens, sequences: Sequence[tuple[list[int], int, int]]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return sequences as the network takes them: embeddings, segments and mask, padded."""
    longest = max(len(ids) for ids, _, _ in sequences)
    embedded = np.zeros((len(sequences), longest, tokens.size), np.float32)
    segment = np.zeros((len(sequences), longest), np.float32)
    mask = np.zeros_like(segment)
    for at, (ids, page, text) in enumerate(sequences):
        embedded[at, : len(ids)] = tokens.embed(ids)
        segment[at, page:text] = 0.5
        segment[at, text : len(ids)] = 1.0
        mask[at, : len(ids)] = 1.0
    return embedded, segment, mask


class Reader:
    """Reads passages with a question in mind."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._session = _session()

    def scores(self, question: str, pages: Sequence[Page]) -> NDArray[np.float64]:
        """Return for each page the log-odds that it answers a folded question."""
        sequences = [sequence(self._tokens, question, page) for page in pages]
        order = sorted(range(len(pages)), key=lambda at: len(sequences[at][0]))
        found = np.zeros(len(pages))
        for start in range(0, len(order), _TOGETHER):
            some = order[start : start + _TOGETHER]
            found[some] = self._run([sequences[at] for at in some])
        return found

    def _run(self, sequences: Sequence[tuple[list[int], int, int]]) -> NDArray[np.float64]:
        embedded, segment, mask = batch(self._tokens, sequences)
        inputs = {"x": embedded, "mask": mask, "segment": segment}
        scores: NDArray[np.float32] = self._session.run(["score"], inputs)[0]
        return scores.astype(np.float64)


def open_reader(collection: Collection) -> Reader | None:
    """Return the reader, or None where the base model or ONNX Runtime is not installed."""
    matcher = collection.encoder.matcher if collection.encoder is not None else None
    if collection.matches is None or not isinstance(matcher, E5) or matcher.tokens is None:
        return None
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    return Reader(matcher.tokens)


@cache
def _session() -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(_THREADS, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # Threads that wait for the next question sleep.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    weights = files("wuzhen.bot.ranking").joinpath(_WEIGHTS).read_bytes()
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
