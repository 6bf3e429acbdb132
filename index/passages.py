"""Cutting documents into passages: a sentence, a table row, or a field each."""

from collections.abc import Iterable

from wuzhen.index.document import Document, Passage, quoted
from wuzhen.index.text.references import is_punctuation
from wuzhen.index.text.sentences import sentences


def cut(documents: Iterable[Document]) -> list[Passage]:
    """Cut documents into passages, numbered from 0 in the order in which they stand."""
    passages: list[Passage] = []
    blocks = 0
    for document in documents:
        for block in document.blocks:
            if block.kind in ("row", "field"):
                spans = tuple(part.span for part in block.parts)
                refs = tuple(dict.fromkeys(ref for part in block.parts for ref in part.refs))
                names = tuple(part.name for part in block.parts)
                pieces = [(spans, refs, names)]
            else:
                pieces = [
                    ((span,), part.refs, ())
                    for part in block.parts
                    for span in sentences(document.text, part.span)
                ]
                saying = [
                    piece for piece in pieces if not is_punctuation(quoted(document.text, piece[0]))
                ]
                pieces = saying or pieces  # a block has a passage, whatever it says
            for spans, refs, names in pieces:
                passages.append(
                    Passage(
                        number=len(passages),
                        document=document.id,
                        block=blocks,
                        kind=block.kind,
                        section=block.section,
                        spans=spans,
                        refs=refs,
                        names=names,
                        text=quoted(document.text, spans),
                    )
                )
            blocks += 1
    return passages
