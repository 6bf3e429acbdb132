"""Building an index from a knowledge folder: what changed is read, the rest stays as it lies."""

import contextlib
import hashlib
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from wuzhen.index.building.changes import stayed
from wuzhen.index.building.embedding import vectors
from wuzhen.index.building.indexing import sound_tables, update_postings, writing_postings
from wuzhen.index.building.previous import Previous, facts, previous, seen_in
from wuzhen.index.building.update import renew
from wuzhen.index.errors import IndexCorrupt, KnowledgeError, RetrievalError
from wuzhen.index.postings import store as postings
from wuzhen.index.postings.compaction import compact
from wuzhen.index.query import synonyms
from wuzhen.index.query.english import keep_english
from wuzhen.index.query.sound import keep_sounds
from wuzhen.index.sources.folder import (
    Seen,
    Warning,
    arranged,
    boilerplate_of,
    lists_digest,
    look,
    nothing_read,
)
from wuzhen.index.storage import cache as kept
from wuzhen.index.storage import generation as store
from wuzhen.index.storage.contents import BLOCKS, FACTS, PASSAGES, PLACES, POSTINGS, facts_of
from wuzhen.index.storage.generation import Generation, Kept
from wuzhen.index.storage.record_writer import RecordsWriter, gather, in_use
from wuzhen.index.storage.records import Records
from wuzhen.index.text import analyser, segment
from wuzhen.index.vectors.encoders import Encoder

_MOST_PARTS = 8
_LEAST_IN_USE = 0.5

Count = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    documents: int
    passages: int
    warnings: tuple[Warning, ...]
    unchanged: bool = False
    """True when the index in place was already built from this."""
    added: int = 0
    """Documents that the index before had not; all, when none was gone on from."""
    changed: int = 0
    """Documents that say something else than they did."""
    removed: int = 0
    """Documents that are gone."""
    kept: int = 0
    """Passages that stay as they were indexed before."""


def build(
    knowledge: Path,
    index: Path,
    encoder: Encoder | None,
    *,
    full: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    count: Count = lambda _done, _total: None,
) -> Built:
    """Build the index of a knowledge folder and put it in place.

    Does nothing, unless `full`, when the index in place was built from the same. What did not
    change since then is not read, indexed or embedded again. `progress` is told what it begins
    with; `count` how much of how much of that is done, in bytes or in texts. Memory holds a few
    batches of documents, the vocabulary, of each passage some tens of bytes, and in a first build
    two runs of postings, up to some hundred megabytes (`index.postings.invert.RUN_TOKENS`). Raises
    `KnowledgeError` when there is nothing to build from and `RetrievalError` when the index
    cannot be written.
    """
    try:
        with store.locked(index):
            store.sweep(index)
            kept.sweep(index / kept.FOLDER)
            try:
                return _build(knowledge, index, encoder, full, progress, count)
            except IndexCorrupt:
                # Of what is large, damage shows only where it is read.
                return _build(knowledge, index, encoder, True, progress, count)
    except OSError as error:
        served = "the old one still serves" if store.current(index) else "name another with --index"
        raise RetrievalError(
            f"index {index} cannot be written: {error.strerror or error}; {served}"
        ) from error


def is_current(index: Path, knowledge: Path, encoder: Encoder | None) -> bool:
    """Tell whether the index in place was built from a folder as it is now, with an encoder.

    Raises `KnowledgeError` when the folder does not exist, `IndexMissing`, and `IndexUnusable`
    when the index is damaged or of another version.
    """
    manifest, said = store.reading(index, lambda one: (one.manifest, facts_of(one)))
    seen, _ = look(knowledge, seen_in(said), manifest.built_at)
    return manifest.digest == _digest(_read_by(knowledge), lists_digest(knowledge), seen, encoder)


def check(index: Path) -> None:
    """Check every byte of the index in place; raises `IndexMissing` or `IndexUnusable`."""

    def checked(generation: Generation) -> None:
        generation.check()
        for level in (PASSAGES, BLOCKS):
            postings.check(index / POSTINGS / level, generation.manifest.postings)

    store.reading(index, checked)


def _build(
    knowledge: Path,
    index: Path,
    encoder: Encoder | None,
    full: bool,
    progress: Callable[[str], None],
    count: Count,
) -> Built:
    progress("reading")
    started = time.time()
    old = None if full else previous(index)
    built_at = old.generation.manifest.built_at if old else 0.0
    seen, warnings = look(knowledge, seen_in(old.facts) if old else {}, built_at)
    lists, read_by = lists_digest(knowledge), _read_by(knowledge)
    digest = _digest(read_by, lists, seen, encoder)
    if old and old.generation.manifest.digest == digest:
        _tidy(index, old.generation.manifest.postings)
        return _unchanged(old, warnings)
    if old and old.facts["read_by"] != read_by:
        old = None
    for keep in (keep_sounds, segment.keep_dictionary, keep_english):
        keep(index / kept.FOLDER)
    segment.open_dictionary(index / kept.FOLDER)
    part = f"{uuid.uuid4().hex}.records"
    unfinished = index / f"{part}{store.UNFINISHED}"
    label = uuid.uuid4().hex
    writer = RecordsWriter(unfinished, old.records if old else None)
    # The postings of a first build are written while it reads.
    indexing = nullcontext(None) if old else writing_postings(index, label)
    try:
        total = sum(one.size for one in seen.values())
        with indexing as also:
            renewed = renew(
                knowledge,
                seen,
                old.records if old else None,
                old.read if old else {},
                writer,
                also,
                lambda done: count(done, total),
            )
            warnings += renewed.warnings
            if not renewed.documents:
                raise KnowledgeError(nothing_read(knowledge, warnings))
            places, written = writer.close()
            progress("indexing")
        files, parts, records = _records(old, Kept(unfinished, written), part, places)
        same = stayed(old.records, records, renewed.unchanged, renewed.again) if old else None
        if old and same:
            update_postings(index, old, records, same, label, count)
        blocks = postings.open_postings(index / POSTINGS / BLOCKS, label)
        sounds = sound_tables(index, old, records, same, blocks)
        files |= sounds
        if encoder is not None:
            progress("embedding")
            files |= vectors(encoder, old, records, same, blocks, count)
        progress("writing")
        groups = old.facts["synonyms"] if old and old.facts["lists"] == lists else None
        groups = synonyms.load(knowledge).groups if groups is None else groups
        files[FACTS] = facts(knowledge, groups, lists, read_by, parts, list(sounds), renewed.read)
        store.write(index, files, digest, encoder.name if encoder else "", label, started)
    except BaseException:
        with contextlib.suppress(RetrievalError, OSError):
            # Of the two levels one may be whole; without an index in place none is of use.
            served = [store.read_manifest(index).postings] if store.current(index) else []
            _sweep(index, served)
        raise
    finally:
        writer.discard()
        unfinished.unlink(missing_ok=True)
    _tidy(index, label)
    return Built(
        records.documents,
        records.passages,
        arranged(warnings),
        added=renewed.added,
        changed=renewed.changed,
        removed=renewed.removed_from(old.records) if old else 0,
        kept=int((same.passages >= 0).sum()) if same else 0,
    )


def _tidy(index: Path, label: str) -> None:
    """Remove the postings of other indexes, and what crashes left; merge segments where due."""
    _sweep(index, [label])
    for level in (PASSAGES, BLOCKS):
        with contextlib.suppress(RetrievalError, OSError):
            compact(index / POSTINGS / level, label)


def _sweep(index: Path, labels: list[str]) -> None:
    """Remove all postings but those of the labels; what fails here is done by a later build."""
    for level in (PASSAGES, BLOCKS):
        with contextlib.suppress(RetrievalError, OSError):
            postings.sweep(index / POSTINGS / level, labels)


def _unchanged(old: Previous, warnings: list[Warning]) -> Built:
    left_out = [left for file in old.read.values() for left in file.left_out]
    every = arranged((*warnings, *(warning for left in left_out for warning in left.warnings)))
    return Built(old.records.documents, old.records.passages, every, unchanged=True)


def _records(
    old: Previous | None, written: Kept, part: str, places: bytes
) -> tuple[dict[str, bytes | Kept], list[str], Records]:
    """Return the files of the records, the names of their parts in order, and the records.

    When there are many parts, or much in them is of use no more, they become one.
    """
    names: list[str] = list(old.facts["parts"]) if old else []
    kept = [old.generation.kept(name) for name in names] if old else []
    if not old or written.path.stat().st_size:
        names, kept = [*names, part], [*kept, written]
    views = [store.part(one.path) for one in kept]
    records = Records(memoryview(places), views)
    worn = in_use(records) < _LEAST_IN_USE * sum(map(len, views))
    if len(names) > 1 and (worn or len(names) > _MOST_PARTS):
        gathered = written.path.with_name(f"gathered-{written.path.name}")
        places, digest = gather(gathered, records)
        gathered.replace(written.path)
        names, kept = [part], [Kept(written.path, digest)]
        records = Records(memoryview(places), [store.part(written.path)])
    return {**dict(zip(names, kept, strict=True)), PLACES: places}, names, records


def _digest(read_by: str, lists: str, seen: Mapping[str, Seen], encoder: Encoder | None) -> str:
    """Return a digest of all that an index depends on: knowledge, word lists, analyser, model."""
    total = hashlib.blake2b(digest_size=16)
    files = (f"{name}\0{one.digest}" for name, one in seen.items())
    model = encoder.name if encoder else ""
    for text in (read_by, lists, model, *files):
        total.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return total.hexdigest()


def _read_by(knowledge: Path) -> str:
    """Return what records depend on beside the files themselves."""
    total = hashlib.blake2b("\n".join(sorted(boilerplate_of(knowledge))).encode(), digest_size=16)
    return f"{store.FORMAT} {analyser.VERSION} {total.hexdigest()}"
