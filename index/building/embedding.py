"""The vectors that lie in the index of a small collection: of its passages and of its words."""

import json
from collections.abc import Callable, Sequence

import numpy as np

from wuzhen.index.building.changes import Stayed
from wuzhen.index.building.previous import Previous
from wuzhen.index.postings.search import Postings
from wuzhen.index.storage.contents import MATCHES, VECTORS, WORD_VECTORS, WORDS
from wuzhen.index.storage.generation import Kept
from wuzhen.index.storage.records import Records
from wuzhen.index.text.analyser import is_word
from wuzhen.index.vectors.embeddings import WHOLE, Encode, extended, in_context, opened, saved
from wuzhen.index.vectors.encoders import Encoder, Vectors, try_out

MOST_WORDS = 30_000

_BATCH = 64


def vectors(
    encoder: Encoder,
    old: Previous | None,
    records: Records,
    same: Stayed | None,
    blocks: Postings,
    count: Callable[[int, int], None],
) -> dict[str, bytes | Kept]:
    """Return the files of vectors; what stays and was embedded by the same models is not again.

    `count` is told how many texts of how many are embedded. Raises `EmbeddingsFailed`.
    """
    if old and old.generation.manifest.model != encoder.name:
        old = None
    if records.passages > WHOLE:
        if old is None:
            try_out(encoder)
        return {}
    models: dict[str, Encode] = {VECTORS: encoder.encode}
    if encoder.matcher is not None:
        models[MATCHES] = encoder.matcher.passages
    known = {name: _opened(old, name) for name in models}
    stay = np.full(records.passages, -1)
    if same and all(known[name] is not None for name in models):
        stay = same.passages
    then: list[str] = []
    if old and WORDS in old.generation.manifest.files:
        then = json.loads(old.generation.read(WORDS))
    place_of = {word: place for place, word in enumerate(then)}
    words = _words(then, old, records, same, blocks)
    new_words = [word for word in words if word not in place_of]
    files: dict[str, bytes | Kept] = {WORDS: json.dumps(words).encode()}
    texts = [in_context(records.passage(int(n))) for n in np.flatnonzero(stay < 0)]
    total = len(texts) * len(models) + len(new_words)
    done = 0

    def counting(encode: Encode) -> Encode:
        def encoded(some: Sequence[str]) -> Vectors:
            nonlocal done
            batches: list[Vectors] = []
            for start in range(0, len(some), _BATCH):
                batches.append(encode(some[start : start + _BATCH]))
                done += len(batches[-1])
                count(done, total)
            return np.concatenate(batches) if batches else encode([])

        return encoded

    for name, encode in models.items():
        files[name] = saved(extended(known[name], stay, texts, counting(encode)))
    if old and then == words:
        return files | {WORD_VECTORS: old.generation.kept(WORD_VECTORS)}
    words_stay = np.array([place_of.get(word, -1) for word in words], np.int64)
    before = _opened(old, WORD_VECTORS)
    files[WORD_VECTORS] = saved(extended(before, words_stay, new_words, counting(encoder.encode)))
    return files


def _opened(old: Previous | None, name: str) -> Vectors | None:
    if old is None or name not in old.generation.manifest.files:
        return None
    return opened(old.generation.read(name))


def _words(
    then: Sequence[str],
    old: Previous | None,
    records: Records,
    same: Stayed | None,
    blocks: Postings,
) -> list[str]:
    """Return the words that most blocks hold, the most frequent first, and after an edit the new.

    After an edit, those that there were `then` stay where they are, as long as there is a block
    with one.
    """
    if old is None or same is None or WORDS not in old.generation.manifest.files:
        counted = blocks.frequencies()
        words = [(-count, word) for word, count in counted if count and is_word(word)]
        return [word for _, word in sorted(words)[:MOST_WORDS]]
    texts = records.every_block(np.flatnonzero(same.blocks < 0))
    new = {term for text in texts for term in text if is_word(term)}.difference(then)
    left = np.ones(old.records.blocks, bool)
    left[same.blocks[same.blocks >= 0]] = False
    texts = old.records.every_block(np.flatnonzero(left))
    gone = {term for text in texts for term in text if not blocks.frequency(term)}
    return [*(word for word in then if word not in gone), *sorted(new)][:MOST_WORDS]
