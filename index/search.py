"""Searching an index: a question's concepts against each passage and the block around it."""

import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import kept, segment, store
from index import query as reading
from index.build import COLLECTION, MATCHES, VECTORS, WORD_VECTORS, WORDS, read_collection
from index.derived import Derived, blocks_of, derive, load
from index.document import Document, Passage, Reference, Span, quoted
from index.english import Glosses
from index.errors import IndexCorrupt
from index.fold import fold
from index.meaning import Encoder, Vectors
from index.query import Concept, Vocabulary
from index.sound import open_sounds, sound
from index.spelling import Speller
from index.synonyms import Synonyms

# Fitted on the questions in `tests/collections` by a conditional logit over the scores at hand.
PASSAGE_WEIGHT = 0.36
BLOCK_WEIGHT = 0.64
MEANING_WEIGHT = 1.3
MEANING_BESIDE_MATCH_WEIGHT = 0.9
MATCH_WEIGHT = 5.0
_PAIR_WEIGHT = 0.5
_VECTORS_KEPT = 8_192


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
    match: NDArray[np.float64]
    """The same by the model of questions and answers; 0 without it."""


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
        matches: Vectors | None = None,
        derived: Derived | None = None,
        sound: Callable[[str], str] = sound,
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
        self.matches = matches
        self._words = words or {}
        # Questions say the same words again and again, and conversations the same questions.
        self._encoded: dict[str, NDArray[np.float32]] = {}
        self._matched = lru_cache(maxsize=_VECTORS_KEPT)(self._match)
        self._word_vectors = word_vectors
        if derived is None:
            derived = load(derive(self.documents, passages, terms, headings))
        self._bm25, self._block_bm25 = derived.passages, derived.blocks
        self.blocks = blocks_of(passages)
        self._block_of = np.array([passage.block for passage in passages], dtype=np.intp)
        self.vocabulary = Vocabulary(derived.frequencies, glosses, sound, derived.by_sound)
        correct = glosses.stems | synonyms.stems
        self._speller = Speller(
            derived.frequencies, correct, english, sound, derived.words_by_sound
        )

    @cached_property
    def title_terms(self) -> frozenset[str]:
        """The terms of the documents' titles."""
        titles = {document.title for document in self.documents.values()}
        return frozenset(term for title in titles for term in self.headings.get(title, ()))

    @cached_property
    def folded_texts(self) -> tuple[str, ...]:
        """The documents' texts, folded."""
        return tuple(fold(document.text) for document in self.documents.values())

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
        meaning, match = np.zeros(len(self.passages)), np.zeros(len(self.passages))
        if self.encoder is not None and self.passages:
            if self.vectors is not None:
                meaning = (self.vectors @ self._encode([question])[0]).astype(np.float64)
            if self.matches is not None and self.encoder.matcher is not None:
                match = (self.matches @ self._matched(question)).astype(np.float64)
        beside = self.matches is not None
        weight = MEANING_BESIDE_MATCH_WEIGHT if beside else MEANING_WEIGHT
        total = PASSAGE_WEIGHT * passage + BLOCK_WEIGHT * block
        total += weight * meaning + MATCH_WEIGHT * match
        return Scores(total, passage, block, meaning, match)

    def word_places(self, terms: Iterable[str]) -> NDArray[np.intp]:
        """Return where the vectors of some terms lie, those that have one."""
        return np.array([self._words[term] for term in terms if term in self._words], np.intp)

    def word_likeness(self, words: Sequence[str]) -> NDArray[np.float32] | None:
        """Return the cosines of words with the collection's words; None without embeddings.

        Shape `(len(words), places)`, where `word_places` tells the places.
        """
        if self._word_vectors is None or self.encoder is None or not words:
            return None
        likeness: NDArray[np.float32] = self._encode(words) @ self._word_vectors.T
        return likeness

    def _encode(self, texts: Sequence[str]) -> Vectors:
        assert self.encoder is not None
        # Several threads may ask at once: what one clears another still holds.
        known = {t: v for t in texts if (v := self._encoded.get(t)) is not None}
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(new, self.encoder.encode(new), strict=True))
            if len(self._encoded) > _VECTORS_KEPT:
                self._encoded.clear()
            self._encoded.update(known)
        return np.stack([known[text] for text in texts])

    def _match(self, question: str) -> NDArray[np.float32]:
        assert self.encoder is not None
        assert self.encoder.matcher is not None
        vector: NDArray[np.float32] = self.encoder.matcher.questions([question])[0]
        return vector

    def pulls(self, question: str, spans: Sequence[tuple[int, int]]) -> NDArray[np.float64] | None:
        """Return how well each passage stands to every word of a question, by the worst of them.

        For each word, how much of a passage's match it accounts for (the match less that of the
        question without the word), less the most that it accounts for in any passage: 0 where
        every word speaks for this passage as much as for any, below 0 where one draws elsewhere
        (the passage holds the thing asked about, and another what is asked of it). Shape
        `(passages,)`; None without the model of questions and answers.
        """
        if self.matches is None or not spans or not len(self.passages):
            return None
        without = [question[:start] + question[end:] for start, end in spans]
        vectors = np.stack([self._matched(question), *(self._matched(text) for text in without)])
        match = self.matches @ vectors.T
        due = match[:, :1] - match[:, 1:]
        worst: NDArray[np.float64] = (due - due.max(axis=0)).min(axis=1).astype(np.float64)
        return worst

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
    segment.open_dictionary(index / kept.FOLDER)
    try:
        content = read_collection(files[COLLECTION])
        documents = [
            Document(id, title, text, (), tuple(Reference(*one) for one in references))
            for id, title, text, references in content["documents"]
        ]
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
        vectors: Vectors | None = None
        words: dict[str, int] = {}
        word_vectors: Vectors | None = None
        matches: Vectors | None = None
        if encoder is not None and manifest.model == encoder.name and VECTORS in files:
            vectors = _vectors(files[VECTORS])
            words = {word: at for at, word in enumerate(json.loads(gzip.decompress(files[WORDS])))}
            word_vectors = _vectors(files[WORD_VECTORS])
            matches = _vectors(files[MATCHES]) if MATCHES in files else None
        collection = Collection(
            documents,
            passages,
            content["terms"],
            content["headings"],
            Glosses(content["glosses"]),
            Synonyms.of(content["synonyms"]),
            content["english"],
            vectors,
            words,
            word_vectors,
            encoder,
            matches,
            load(files),
            open_sounds(index / kept.FOLDER),
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
