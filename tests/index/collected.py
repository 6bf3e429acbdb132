"""Collections of documents that were never in a folder, and vocabularies of a few words."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from wuzhen.index.building.read import Sourced
from wuzhen.index.building.read import records as recorded
from wuzhen.index.document import Document
from wuzhen.index.postings import store as postings
from wuzhen.index.query.concepts import Vocabulary
from wuzhen.index.query.english import English, Gloss
from wuzhen.index.query.homophones import Homophones, table
from wuzhen.index.query.sound import sound
from wuzhen.index.query.synonyms import Synonyms
from wuzhen.index.searching.collection import Collection
from wuzhen.index.storage.record_writer import RecordsWriter
from wuzhen.index.storage.records import Records
from wuzhen.index.storage.sorted_lines import packed
from wuzhen.index.text.analyser import is_word
from wuzhen.index.vectors.embeddings import in_context
from wuzhen.index.vectors.encoders import Encoder


def english(
    glosses: Iterable[Gloss], words: Iterable[str] | None = None, common: Iterable[str] = ()
) -> English:
    """A dictionary of some renderings, for a collection that has some words, or all of them."""
    glosses = list(glosses)
    known = None if words is None else frozenset(words)
    lines = {f"{s}\t{' '.join(one.stems)}\t{one.word}" for one in glosses for s in one.stems}
    files = {
        "glosses": packed(line.encode() for line in lines),
        "stems": packed(s.encode() for s in {s for one in glosses for s in one.stems}),
        "common": packed(word.encode() for word in common),
    }
    return English(files, lambda word: known is None or word in known)


def vocabulary(
    *words: str, glosses: Iterable[Gloss] = (), common: Iterable[str] = ()
) -> Vocabulary:
    """The vocabulary of a collection in which each of some terms stands once."""
    known = frozenset(words)
    homophones = Homophones([table(words, sound)], sound, known.__contains__)
    return Vocabulary(lambda term: int(term in known), english(glosses, words, common), homophones)


def collected(
    documents: Sequence[Document],
    model: Encoder | None = None,
    synonyms: Iterable[str] = (),
    glosses: Iterable[Gloss] = (),
) -> Collection:
    """Index documents as they are, beside each other in the order given."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        writer = RecordsWriter(folder / "records")
        for record in recorded([Sourced(0, document) for document in documents]):
            writer.add(record)
        places, _ = writer.close()
        records = Records(places, [(folder / "records").read_bytes()])
        postings.write(folder / "passages", "all", records.every_passage())
        postings.write(folder / "blocks", "all", records.every_block())
        passages, blocks = (
            postings.open_postings(folder / level, "all") for level in ("passages", "blocks")
        )
    terms = list(blocks.terms())
    words = [term for term in terms if is_word(term)]
    known = frozenset(terms)
    return Collection(
        records,
        passages,
        blocks,
        Vocabulary(
            blocks.frequency,
            english(glosses, known),
            Homophones([table(terms, sound)], sound, known.__contains__),
        ),
        Synonyms(synonyms),
        encoder=model,
        vectors=model.encode(list(map(in_context, map(records.passage, range(records.passages)))))
        if model
        else None,
        words=words,
        word_vectors=model.encode(words) if model else None,
    )
