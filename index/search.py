"""Searching an index: a question's concepts against each passage and the block around it."""

import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import query as reading
from index import store
from index.bm25 import Bm25
from index.build import COLLECTION, VECTORS, WORD_VECTORS, WORDS, read_collection
from index.document import Document, Passage, Span, quoted
from index.english import Glosses
from index.errors import IndexCorrupt
from index.fold import fold
from index.lexicon import GLOSSARY, SYNONYMS
from index.meaning import Encoder, Vectors
from index.query import Concept, Vocabulary
from index.spelling import Speller
from index.synonyms import Synonyms

# Fitted on the questions in `tests/collections` by a conditional logit over all three.
PASSAGE_WEIGHT = 0.36
BLOCK_WEIGHT = 0.64
MEANING_WEIGHT = 1.3
_PAIR_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Scores:
    """Every passage's scores for one question; each of shape `(passages,)`."""

    total: NDArray[np.float64]
    passage: NDArray[np.float64]
    """BM25 of the passage alone, as a share of what the question's concepts weigh."""
    block: NDArray[np.float64]
    """BM25 of the block around it with its headings, likewise."""
    meaning: NDArray[np.float64]
    """Cosine of the vectors of question and passage; 0 without embeddings."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and its score."""

    passage: Passage
    score: float


class Collection:
    """An index that was opened: documents, passages, and the ways to search them."""

    def __init__(
        self,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        terms: Sequence[Sequence[str]],
        headings: Mapping[str, Sequence[str]],
        glosses: Glosses,
        synonyms: Synonyms,
        english: Iterable[str] = (),
        vectors: Vectors | None = None,
        words: Mapping[str, int] | None = None,
        word_vectors: Vectors | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self.knowledge = ""
        """The folder that it was built from; empty when it was not opened from an index."""
        self.digest = ""
        """Of what it was built from, as `index.build.source_digest` gives it."""
        self.documents = {document.id: document for document in documents}
        self.passages = tuple(passages)
        self.terms = tuple(frozenset(one) for one in terms)
        self.headings = headings
        self.synonyms = synonyms
        self.vectors = vectors
        self.encoder = encoder
        self._words = words or {}
        self._word_vectors = word_vectors
        self._bm25 = Bm25(terms)
        self.blocks = _blocks(passages)
        self._block_of = np.array([passage.block for passage in passages], dtype=np.intp)
        in_blocks = [self._block_terms(members, terms) for members in self.blocks]
        self._block_bm25 = Bm25(in_blocks)
        frequencies = Counter(term for one in in_blocks for term in set(one))
        self.vocabulary = Vocabulary(frequencies, glosses)
        self._speller = Speller(frequencies, glosses.stems | synonyms.stems, english)

    def _block_terms(self, members: Sequence[int], terms: Sequence[Sequence[str]]) -> list[str]:
        first = self.passages[members[0]]
        title = self.documents[first.document].title
        own = [term for member in members for term in terms[member]]
        return own + [t for name in (*first.section, title) for t in self.headings.get(name, ())]

    def spelled(self, question: str) -> str:
        """Return a question folded, with mistyped words set right after the collection's own."""
        return self._speller.spelled(fold(question))

    def read(self, question: str) -> list[Concept]:
        """Read a question into concepts, in terms of this collection's vocabulary."""
        return reading.read(question, self.vocabulary, self.synonyms)

    def weight(self, term: str) -> float:
        """Return how much a term tells: its inverse document frequency among the blocks."""
        return self._block_bm25.idf(term)

    def concept_weight(self, concept: Concept) -> float:
        """Return how much a concept tells: the weight of the form that the collection has."""
        known = [self.weight(t) for t in concept.alternatives if t in self.vocabulary]
        return max(known, default=self.weight(concept.term))

    def score(self, question: str, concepts: Sequence[Concept]) -> Scores:
        """Score every passage for a question that was read into concepts."""
        queries = [
            {
                term: weight * concept.weight * (_PAIR_WEIGHT if term[0] == "~" else 1.0)
                for term, weight in concept.alternatives.items()
                if term in self.vocabulary
            }
            for concept in concepts
            if concept.content
        ]
        ideal = sum(self.concept_weight(c) * _share(c) for c in concepts if c.content) or 1.0
        passage = self._bm25.best_of(queries) / ideal
        block = self._block_bm25.best_of(queries)[self._block_of] / ideal
        if self.vectors is not None and self.encoder is not None and len(self.passages):
            vector = self.encoder.encode([question])[0]
            meaning = (self.vectors @ vector).astype(np.float64)
        else:
            meaning = np.zeros(len(self.passages))
        total = PASSAGE_WEIGHT * passage + BLOCK_WEIGHT * block + MEANING_WEIGHT * meaning
        return Scores(total, passage, block, meaning)

    def word_places(self, terms: Iterable[str]) -> list[int]:
        """Return where the vectors of some terms lie, those that have one."""
        return [self._words[term] for term in terms if term in self._words]

    def word_likeness(self, words: Sequence[str]) -> NDArray[np.float32] | None:
        """Return the cosines of words with the collection's words; None without embeddings.

        Shape `(len(words), places)`, where `word_places` tells the places.
        """
        if self._word_vectors is None or self.encoder is None or not words:
            return None
        likeness: NDArray[np.float32] = self.encoder.encode(words) @ self._word_vectors.T
        return likeness

    def search(self, question: str, limit: int = 10) -> list[Hit]:
        """Return the best passages for a question, best first; ties go to the earlier passage."""
        scores = self.score(question, self.read(question)).total
        order = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(self.passages[place], float(scores[place])) for place in order]

    def text_of(self, passage: Passage) -> str:
        """Return the text of the document that a passage stands in."""
        return self.documents[passage.document].text


def open_collection(index: Path, encoder: Encoder | None) -> Collection:
    """Open the index in place.

    Vectors are used only when they were made by the encoder given. Raises `IndexMissing`,
    `IndexVersion` or `IndexCorrupt`.
    """
    manifest, files = store.read(index)
    try:
        content = read_collection(files[COLLECTION])
        documents = [Document(*entry) for entry in content["documents"]]
        texts = {document.id: document.text for document in documents}
        passages: list[Passage] = []
        for number, entry in enumerate(content["passages"]):
            document, block, kind, section, spans, refs, names = entry
            places = tuple(Span(*span) for span in spans)
            text = quoted(texts[document], places)
            passages.append(
                Passage(
                    number,
                    document,
                    block,
                    kind,
                    tuple(section),
                    places,
                    tuple(refs),
                    tuple(names),
                    text,
                )
            )
        lists = content["lists"]
        vectors: Vectors | None = None
        words: dict[str, int] = {}
        word_vectors: Vectors | None = None
        if encoder is not None and manifest.model == encoder.name and VECTORS in files:
            vectors = _vectors(files[VECTORS])
            words = {word: at for at, word in enumerate(json.loads(gzip.decompress(files[WORDS])))}
            word_vectors = _vectors(files[WORD_VECTORS])
        collection = Collection(
            documents,
            passages,
            content["terms"],
            content["headings"],
            Glosses(content["glosses"]),
            Synonyms([*lists[SYNONYMS], *lists[GLOSSARY]]),
            content["english"],
            vectors,
            words,
            word_vectors,
            encoder,
        )
        collection.knowledge = str(content["knowledge"])
        collection.digest = manifest.digest
        return collection
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise IndexCorrupt(f"index {index} cannot be read; run: wuzhen build") from error


def _vectors(saved: bytes) -> Vectors:
    loaded: Vectors = np.load(io.BytesIO(saved), allow_pickle=False).astype(np.float32)
    return loaded


def _share(concept: Concept) -> float:
    return concept.weight * (_PAIR_WEIGHT if concept.term[0] == "~" else 1.0)


def _blocks(passages: Sequence[Passage]) -> list[list[int]]:
    blocks: list[list[int]] = []
    for passage in passages:
        if passage.block == len(blocks):
            blocks.append([])
        blocks[passage.block].append(passage.number)
    return blocks
