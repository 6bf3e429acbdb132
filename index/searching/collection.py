"""Searching an index: a question's concepts against each passage and the block around it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuzhen.index.bm25 import idf
from wuzhen.index.document import BlockKind, Passage
from wuzhen.index.errors import IndexCorrupt
from wuzhen.index.postings import store as postings
from wuzhen.index.postings.model import MOST
from wuzhen.index.postings.search import Concepts, Postings
from wuzhen.index.query import concepts as reading
from wuzhen.index.query.concepts import Concept, Vocabulary
from wuzhen.index.query.english import open_english
from wuzhen.index.query.homophones import Homophones
from wuzhen.index.query.sound import open_sounds
from wuzhen.index.query.spelling import Speller
from wuzhen.index.query.synonyms import Synonyms
from wuzhen.index.searching.scores import Hit, Scores
from wuzhen.index.storage import cache
from wuzhen.index.storage import generation as store
from wuzhen.index.storage.contents import (
    BLOCKS,
    MATCHES,
    PASSAGES,
    POSTINGS,
    VECTORS,
    WORD_VECTORS,
    WORDS,
    facts_of,
    records_of,
)
from wuzhen.index.storage.generation import Generation
from wuzhen.index.storage.records import Records
from wuzhen.index.storage.sequences import Blocks, Documents, Passages, Terms
from wuzhen.index.text import segment
from wuzhen.index.text.analyser import is_word
from wuzhen.index.text.fold import fold
from wuzhen.index.vectors.embeddings import WHOLE, Found, in_context, opened
from wuzhen.index.vectors.encoders import Encoder, Vectors

# Fitted on the questions in `tests/collections` by a conditional logit over the scores at hand.
PASSAGE_WEIGHT = 0.36
BLOCK_WEIGHT = 0.64
MEANING_WEIGHT = 1.3
MEANING_BESIDE_MATCH_WEIGHT = 0.9
MATCH_WEIGHT = 5.0
_PAIR_WEIGHT = 0.5
_VECTORS_KEPT = 8_192

BEST = 64
"""How many passages are scored for a question, where there are too many to score them all."""
_DEEPEST = 16_384
_LOOKUPS_KEPT = 65_536
_TITLES = 256
_LONGEST_ENCODED = 256
"""Characters of a question that the models read: what they cost grows with the square of that."""


class Collection:
    """An index that was opened: documents, passages, and the ways to search them."""

    def __init__(
        self,
        records: Records,
        passages: Postings,
        blocks: Postings,
        vocabulary: Vocabulary,
        synonyms: Synonyms,
        *,
        encoder: Encoder | None = None,
        vectors: Vectors | Found | None = None,
        matches: Vectors | None = None,
        words: Sequence[str] = (),
        word_vectors: Vectors | None = None,
        knowledge: str = "",
        digest: str = "",
        model: str = "",
    ) -> None:
        self.knowledge = knowledge
        """The folder that it was built from."""
        self.digest = digest
        """Of what it was built from."""
        self.model = model
        """The name of the models that its vectors are of; empty without."""
        self.records = records
        self.documents = Documents(records)
        self.passages = Passages(records)
        self.terms = Terms(records)
        self.blocks = Blocks(records)
        self.vocabulary = vocabulary
        self.synonyms = synonyms
        self.vectors = vectors
        self.encoder = encoder
        self.matches = matches
        self.passage_postings, self.block_postings = passages, blocks
        self._words = {word: place for place, word in enumerate(words)}
        # Questions say the same words again and again, and conversations the same questions.
        self._encoded: dict[str, NDArray[np.float32]] = {}
        self._matched = lru_cache(maxsize=_VECTORS_KEPT)(self._match)
        self._word_vectors = word_vectors
        self._speller = Speller(vocabulary, self._latin_words, synonyms.stems)

    @cached_property
    def title_terms(self) -> frozenset[str]:
        """The terms that half of the documents' titles hold: what all of it is about."""
        count = self.records.documents
        places = range(0, count, max(1, count // _TITLES))
        held = Counter(term for place in places for term in set(self.terms_of_title(place)))
        return frozenset(term for term, n in held.items() if 2 * n >= len(places))

    def terms_of_title(self, place: int) -> list[str]:
        """Return the terms of the title of the document at a place of the records."""
        card = self.records.card(place)
        return card.headings.get(card.title, "").split()

    def heading_terms(self, passage: Passage) -> list[frozenset[str]]:
        """Return the terms of each heading above a passage, and of its document's title."""
        card = self.records.card(self.records.document_of(passage.number))
        names = (*passage.section, card.title)
        return [frozenset(card.headings.get(name, "").split()) for name in names]

    def _latin_words(self) -> Iterator[str]:
        found = self.block_postings.frequencies(b"a", b"{")
        return (term for term, count in found if count and term.isascii() and is_word(term))

    def spelled(self, question: str) -> str:
        """Return a question folded, with mistyped words set right after the collection's own."""
        return self._speller.spelled(fold(question))

    def read(self, question: str) -> list[Concept]:
        """Read a question into concepts, in terms of this collection's vocabulary."""
        return reading.read(question, self.vocabulary, self.synonyms)

    def weight(self, term: str) -> float:
        """Return how much a term tells: its inverse document frequency among the blocks.

        One that stands nowhere weighs as one that stands once.
        """
        if not self.block_postings.passages:
            return 0.0
        return idf(self.block_postings.passages, self.vocabulary.frequency(term))

    def concept_weight(self, concept: Concept) -> float:
        """Return how much a concept tells: the weight of the form that the collection has."""
        known = [self.weight(t) for t in concept.alternatives if t in self.vocabulary]
        return max(known, default=self.weight(concept.term))

    def score(self, question: str, concepts: Sequence[Concept], also: Iterable[int] = ()) -> Scores:
        """Score the passages that may be the best for a question that was read into concepts.

        `also` are the numbers of others that are to be among them.
        """
        queries = [
            {
                term: weight * concept.weight * (_PAIR_WEIGHT if term[0] == "~" else 1.0)
                for term, weight in concept.alternatives.items()
                if term in self.vocabulary
            }
            for concept in concepts
            if concept.content
        ]
        queries = [query for query in queries if query]
        # A question of thousands of words would weigh more than the postings can add up.
        share = min(1.0, MOST / 2 / (sum(w for query in queries for w in query.values()) or 1.0))
        queries = [{term: w * share for term, w in query.items()} for query in queries]
        ideal = (
            sum(self.concept_weight(c) * _share(c) for c in concepts if c.content) * share or 1.0
        )
        if len(self.passages) <= WHOLE:
            numbers = np.arange(len(self.passages))
        else:
            numbers = _distinct(self._found(queries), np.fromiter(also, np.int64))
        passage, block = self._by_words(queries, numbers)
        passage, block = passage / ideal, block / ideal
        meaning, match = np.zeros(len(numbers)), np.zeros(len(numbers))
        if self.encoder is not None and len(numbers):
            if isinstance(self.vectors, Found):
                texts = [in_context(self.passages[number]) for number in numbers.tolist()]
                asked = self._encode([question])[0]
                meaning = (self.vectors.of(texts, len(asked)) @ asked).astype(np.float64)
            elif self.vectors is not None:
                meaning = (self.vectors @ self._encode([question])[0]).astype(np.float64)[numbers]
            if self.matches is not None and self.encoder.matcher is not None:
                match = (self.matches @ self._matched(question)).astype(np.float64)[numbers]
        beside = self.matches is not None
        weight = MEANING_BESIDE_MATCH_WEIGHT if beside else MEANING_WEIGHT
        total = PASSAGE_WEIGHT * passage + BLOCK_WEIGHT * block
        total += weight * meaning + MATCH_WEIGHT * match
        return Scores(numbers, total, passage, block, meaning, match)

    def _by_words(
        self, queries: Concepts, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the BM25 of some passages in ascending order, and of the blocks around them."""
        blocks = self.records.block_of(numbers)
        first = np.diff(blocks, prepend=-1) > 0
        at, blocks = np.cumsum(first) - 1, blocks[first]
        around = self.block_postings.score(queries, blocks)
        return self.passage_postings.score(queries, numbers), around[at]

    def _found(self, queries: Concepts) -> NDArray[np.int64]:
        """Return the passages that words find: the best `BEST` by both scores together, surely.

        Fagin's threshold (Fagin, Lotem and Naor, "Optimal Aggregation Algorithms for
        Middleware", 2003): what neither list has shown yet scores no more than the last of both
        together. It is looked for no deeper than so that a question takes milliseconds.
        """
        depth = BEST
        while True:
            by_passage = self.passage_postings.search(queries, depth)
            by_block = self.block_postings.search(queries, depth)
            members = [np.arange(*self._bounds(block)) for block in by_block.numbers.tolist()]
            numbers = _distinct(by_passage.numbers, *members)
            passage, block = self._by_words(queries, numbers)
            total = PASSAGE_WEIGHT * passage + BLOCK_WEIGHT * block
            unseen = sum(
                weight * float(found.scores[-1]) if len(found.scores) == depth else 0.0
                for weight, found in ((PASSAGE_WEIGHT, by_passage), (BLOCK_WEIGHT, by_block))
            )
            order = np.argsort(-total, kind="stable")[:BEST]
            sure = len(order) == BEST and total[order[-1]] > unseen
            if sure or not unseen or depth >= _DEEPEST:
                return np.sort(numbers[order])
            depth *= 4

    def _bounds(self, block: int) -> tuple[int, int]:
        first = self.records.first_of_block
        return int(first[block]), int(first[block + 1])

    def word_likeness(
        self, words: Sequence[str], others: Sequence[str] | None = None
    ) -> NDArray[np.float32] | None:
        """Return the cosines of words with some of the collection's terms, or with all its words.

        Shape `(len(words), len(others))`; -1 for a term that has no vector. None without
        embeddings, without words, and for all the words of a large collection.
        """
        if self.encoder is None or self.vectors is None or not words:
            return None
        asked = self._encode(words)
        if others is None:
            return None if self._word_vectors is None else asked @ self._word_vectors.T
        likeness = np.full((len(words), len(others)), -1.0, np.float32)
        if self._word_vectors is None:
            at = np.array([at for at, one in enumerate(others) if is_word(one)], np.intp)
            if len(at) and isinstance(self.vectors, Found):
                found = self.vectors.of([others[one] for one in at], asked.shape[1])
                likeness[:, at] = asked @ found.T
        else:
            places = np.array([self._words.get(one, -1) for one in others], np.intp)
            at = np.flatnonzero(places >= 0)
            likeness[:, at] = asked @ self._word_vectors[places[at]].T
        return likeness

    def _encode(self, texts: Sequence[str]) -> Vectors:
        assert self.encoder is not None
        # Several threads may ask at once: what one clears another still holds.
        known = {t: v for t in texts if (v := self._encoded.get(t)) is not None}
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            cut = [text[:_LONGEST_ENCODED] for text in new]
            known.update(zip(new, self.encoder.encode(cut), strict=True))
            if len(self._encoded) > _VECTORS_KEPT:
                self._encoded.clear()
            self._encoded.update(known)
        return np.stack([known[text] for text in texts])

    def _match(self, question: str) -> NDArray[np.float32]:
        assert self.encoder is not None
        assert self.encoder.matcher is not None
        cut = question[:_LONGEST_ENCODED]
        vector: NDArray[np.float32] = self.encoder.matcher.questions([cut])[0]
        return vector

    def embed(self, question: str) -> None:
        """Have the models make the vectors of a question, which are kept for a while."""
        if self.encoder is not None and self.vectors is not None:
            self._encode([question])
            if self.matches is not None:
                self._matched(question)

    def forget(self) -> None:
        """Forget the vectors of questions and their words, as if none had been asked."""
        self._encoded.clear()
        self._matched.cache_clear()

    def search(self, question: str, limit: int = 10) -> list[Hit]:
        """Return the best passages for a question, best first; ties go to the earlier passage."""
        scores = self.score(question, self.read(question))
        return [
            Hit(self.passages[number], float(scores.total[scores.at(number)]))
            for number in scores.best(limit).tolist()
        ]

    def passages_of(self, document: str) -> Iterator[Passage]:
        """Yield the passages of a document, in order; raises KeyError when there is none."""
        place = self.records.find(document)
        if place is None:
            raise KeyError(document)
        first, last = self.records.first_of_document[place : place + 2].tolist()
        return (self.passages[number] for number in range(first, last))

    def of_kind(self, kind: BlockKind) -> list[int]:
        """Return the numbers of the passages of a kind."""
        found: list[int] = self.records.of_kind(kind).tolist()
        return found

    def referring(self, reference: str) -> list[int]:
        """Return the numbers of the passages that carry a reference."""
        found: list[int] = self.records.referring(reference).tolist()
        return found

    def text_of(self, passage: Passage) -> str:
        """Return the text of the document that a passage stands in."""
        return self.documents[passage.document].text


def open_collection(index: Path, encoder: Encoder | None) -> Collection:
    """Open the index in place.

    Vectors are used only when they were made by the encoder given. Raises `IndexMissing`,
    `IndexVersion` or `IndexCorrupt`.
    """
    segment.open_dictionary(index / cache.FOLDER)

    def opened_from(generation: Generation) -> Collection:
        try:
            return _collection(index, generation, encoder)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IndexCorrupt(f"index {index} cannot be read; run: wuzhen build") from error

    return store.reading(index, opened_from)


def _collection(index: Path, generation: Generation, encoder: Encoder | None) -> Collection:
    manifest = generation.manifest
    facts = facts_of(generation)
    records = records_of(generation, facts)
    passages, blocks = (
        postings.open_postings(index / POSTINGS / name, manifest.postings)
        for name in (PASSAGES, BLOCKS)
    )
    if (passages.passages, blocks.passages) != (records.passages, records.blocks):
        raise ValueError("postings and records do not fit together")
    frequency = lru_cache(maxsize=_LOOKUPS_KEPT)(blocks.frequency)

    def has(term: str) -> bool:
        return frequency(term) > 0

    tables = [generation.view(name) for name in facts["sounds"]]
    homophones = Homophones(tables, open_sounds(index / cache.FOLDER), has)
    vocabulary = Vocabulary(frequency, open_english(index / cache.FOLDER, has), homophones)
    vectors: Vectors | Found | None = None
    matches: Vectors | None = None
    words: list[str] = []
    word_vectors: Vectors | None = None
    if encoder is not None and manifest.model == encoder.name:
        if VECTORS in manifest.files:
            vectors = opened(generation.read(VECTORS))
            words = json.loads(generation.read(WORDS))
            word_vectors = opened(generation.read(WORD_VECTORS))
        else:
            vectors = Found(index / cache.FOLDER / "vectors", encoder)
        if MATCHES in manifest.files:
            matches = opened(generation.read(MATCHES))
    return Collection(
        records,
        passages,
        blocks,
        vocabulary,
        Synonyms.of(facts["synonyms"]),
        encoder=encoder,
        vectors=vectors,
        matches=matches,
        words=words,
        word_vectors=word_vectors,
        knowledge=str(facts["knowledge"]),
        digest=manifest.digest,
        model=manifest.model,
    )


def _distinct(*numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers in order, each once; `numpy.unique` would import much for it."""
    every = np.sort(np.concatenate(numbers))
    return every[np.diff(every, prepend=-1) > 0]


def _share(concept: Concept) -> float:
    return concept.weight * (_PAIR_WEIGHT if concept.term[0] == "~" else 1.0)
