"""Building an index from a knowledge folder."""

import gzip
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index import analyser, kept, passages, segment, store, synonyms
from index.analyser import is_word
from index.analysis import analysed
from index.derived import derive
from index.document import Document, Passage
from index.english import Gloss, english_words, glosses
from index.errors import IndexMissing, IndexUnusable, RetrievalError
from index.fold import fold
from index.lexicon import NAMES, entries
from index.meaning import Encoder, Vectors
from index.sound import keep_sounds, open_sounds
from index.sources import folder
from index.sources.folder import Warning

COLLECTION = "collection.json.gz"
VECTORS = "vectors.npy"
MATCHES = "matches.npy"
WORDS = "words.json.gz"
WORD_VECTORS = "words.npy"
_MOST_WORDS = 30_000


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    documents: int
    passages: int
    warnings: tuple[Warning, ...]
    unchanged: bool = False
    """True when the index in place was already built from this."""


def build(
    knowledge: Path,
    index: Path,
    encoder: Encoder | None,
    *,
    full: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    count: Callable[[int, int], None] = lambda _done, _total: None,
) -> Built:
    """Build the index of a knowledge folder and put it in place.

    Does nothing, unless `full`, when the index in place was built from the same. `progress` is
    told what it begins with, `count` how many passages of how many it has analysed. Raises
    `KnowledgeError` when there is nothing to build from and `RetrievalError` when the index
    cannot be written.
    """
    digest = source_digest(knowledge, encoder)
    progress("reading")
    read = folder.read_folder(knowledge)
    if not full and is_current(index, digest):
        return Built(len(read.documents), 0, read.warnings, unchanged=True)
    cut = passages.cut(read.documents)
    progress("analysing")
    keep_sounds(index / kept.FOLDER)
    segment.keep_dictionary(index / kept.FOLDER)
    sound = open_sounds(index / kept.FOLDER)
    terms = _analysed(cut, count)
    files = _collection(knowledge, read.documents, cut, terms, sound)
    if encoder is not None:
        progress("embedding")
        texts = [_in_context(passage) for passage in cut]
        files[VECTORS] = _saved(encoder.encode(texts))
        if encoder.matcher is not None:
            files[MATCHES] = _saved(encoder.matcher.passages(texts))
        words = _words(files[COLLECTION])
        files[WORDS] = gzip.compress(json.dumps(words).encode(), mtime=0)
        files[WORD_VECTORS] = _saved(encoder.encode(words))
    progress("writing")
    try:
        store.write(index, files, digest, encoder.name if encoder else "")
    except OSError as error:
        served = "the old one still serves" if store.current(index) else "name another with --index"
        raise RetrievalError(
            f"index {index} cannot be written: {error.strerror or error}; {served}"
        ) from error
    return Built(len(read.documents), len(cut), read.warnings)


def source_digest(knowledge: Path, encoder: Encoder | None) -> str:
    """Return a digest of all that an index depends on: knowledge, word lists, analyser, model."""
    total = hashlib.blake2b(digest_size=16)
    lists = "\n".join(line for name in NAMES for line in entries(name))
    for part in (
        str(store.FORMAT),
        analyser.VERSION,
        encoder.name if encoder else "",
        lists,
        folder.digest(knowledge),
    ):
        total.update(part.encode() + b"\0")
    return total.hexdigest()


def is_current(index: Path, digest: str) -> bool:
    """Tell whether the index in place is whole and built from what the digest stands for."""
    try:
        return store.read(index)[0].digest == digest
    except (IndexMissing, IndexUnusable):
        return False


def _saved(vectors: Vectors) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, vectors.astype(np.float16))
    return buffer.getvalue()


def _words(collection: bytes) -> list[str]:
    """Return the words of a collection and its headings, the most frequent first."""
    content = read_collection(collection)
    counts = Counter(
        term
        for terms in (*content["terms"], *content["headings"].values())
        for term in terms
        if is_word(term)
    )
    return sorted(counts, key=lambda word: (-counts[word], word))[:_MOST_WORDS]


def _in_context(passage: Passage) -> str:
    """Return what is embedded: a passage behind its last heading, folded as questions are."""
    heading = f"{passage.section[-1]}: " if passage.section else ""
    return fold(heading + passage.text)


def _analysed(cut: Sequence[Passage], count: Callable[[int, int], None]) -> list[list[str]]:
    finished = 0

    def done(number: int) -> None:
        nonlocal finished
        finished += number
        count(finished, len(cut))

    return list(analysed((passage.text for passage in cut), done=done))


def _collection(
    knowledge: Path,
    documents: Sequence[Document],
    cut: Sequence[Passage],
    terms: Sequence[Sequence[str]],
    sound: Callable[[str], str],
) -> dict[str, bytes]:
    headings = {
        name: analyser.terms(name)
        for name in {
            *(heading for passage in cut for heading in passage.section),
            *(document.title for document in documents),
        }
    }
    vocabulary = Counter(term for one in terms for term in set(one))
    vocabulary.update({term for one in headings.values() for term in one if term not in vocabulary})
    han = (term for term in vocabulary if is_word(term) and not term.isascii())
    content: dict[str, Any] = {
        "documents": [[d.id, d.title, d.text, d.references] for d in documents],
        "passages": [
            [p.document, p.block, p.kind, p.section, p.spans, p.refs, p.names] for p in cut
        ],
        "terms": terms,
        "headings": headings,
        "glosses": [[gloss.stems, gloss.word] for gloss in glosses(han)],
        "english": english_words(),
        "knowledge": str(knowledge.resolve()),
        "synonyms": synonyms.load(knowledge).groups,
    }
    data = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
    derived = derive({d.id: d for d in documents}, cut, terms, headings, sound)
    return {COLLECTION: gzip.compress(data, compresslevel=6, mtime=0), **derived}


def read_collection(data: bytes) -> dict[str, Any]:
    """Return what `build` wrote about the documents, with passages and glosses as objects."""
    content: dict[str, Any] = json.loads(gzip.decompress(data))
    content["glosses"] = [Gloss(tuple(stems), word) for stems, word in content["glosses"]]
    return content
