"""Postings of the passages and blocks of records, and their terms by sound."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from wuzhen.index.building.changes import Stayed
from wuzhen.index.building.previous import Previous
from wuzhen.index.postings import store as postings
from wuzhen.index.postings.invert import Piece
from wuzhen.index.postings.search import Postings
from wuzhen.index.query.homophones import has_sound, table
from wuzhen.index.query.sound import open_sounds
from wuzhen.index.storage import cache
from wuzhen.index.storage.contents import BLOCKS, PASSAGES, POSTINGS
from wuzhen.index.storage.generation import Kept
from wuzhen.index.storage.record_writer import Record
from wuzhen.index.storage.records import Records

_COUNTED = 1_000
_GIVEN = 2_048
_MOST_TABLES = 8
_FEW = 1_000


@contextmanager
def writing_postings(index: Path, label: str) -> Iterator[Callable[[Record], None]]:
    """Write the postings of the passages and blocks of records, given one after the other.

    They are in place when the context is left, unless by an error. Raises OSError when the disk
    does not take it.
    """
    with ExitStack() as of_passages, ExitStack() as of_blocks:
        passages, blocks = (
            _Gathered(stack.enter_context(postings.writing(index / POSTINGS / name, label)))
            for stack, name in ((of_passages, PASSAGES), (of_blocks, BLOCKS))
        )

        def add(record: Record) -> None:
            for said in record.said:
                passages.add(said.lengths, said.terms)
                blocks.add([said.headings_length + sum(said.lengths)], said.headings, said.terms)

        yield add
        passages.flush()
        blocks.flush()
        with ThreadPoolExecutor(1) as beside:
            done = beside.submit(of_blocks.close)
            of_passages.close()
            done.result()


class _Gathered:
    """Puts the texts of small documents together, so that many are given at a time."""

    def __init__(self, give: Callable[[Piece], None]) -> None:
        self._give = give
        self._terms: list[bytes] = []
        self._lengths: list[int] = []

    def add(self, lengths: list[int], *terms: bytes) -> None:
        self._terms += filter(None, terms)
        self._lengths += lengths
        if len(self._lengths) >= _GIVEN:
            self.flush()

    def flush(self) -> None:
        self._give(Piece(b"\0".join(self._terms), np.array(self._lengths, np.uint32)))
        self._terms, self._lengths = [], []


def update_postings(
    index: Path,
    old: Previous,
    records: Records,
    same: Stayed,
    label: str,
    count: Callable[[int, int], None],
) -> None:
    """Write the postings of the passages and blocks that are new; the rest stays.

    `count` is told how many texts of how many are done. Raises OSError when the disk does not
    take it.
    """
    levels = (
        (PASSAGES, records.every_passage, same.passages),
        (BLOCKS, records.every_block, same.blocks),
    )
    new = {name: np.flatnonzero(stay < 0) for name, _, stay in levels}
    total = sum(map(len, new.values()))
    done = 0

    def counted(texts: Iterable[list[str]]) -> Iterator[list[str]]:
        nonlocal done
        for text in texts:
            yield text
            done += 1
            if done % _COUNTED == 0 or done == total:
                count(done, total)

    for name, every, stay in levels:
        then = old.generation.manifest.postings
        postings.update(index / POSTINGS / name, then, stay, counted(every(new[name])), label)


def sound_tables(
    index: Path, old: Previous | None, records: Records, same: Stayed | None, blocks: Postings
) -> dict[str, bytes | Kept]:
    """Return the tables of the terms by their sound, as files by their names, the oldest first."""
    sound = open_sounds(index / cache.FOLDER, hold=old is None and blocks.passages > _FEW)
    name = f"{uuid.uuid4().hex}.sounds"
    if old is None or same is None or len(old.facts["sounds"]) >= _MOST_TABLES:
        return {name: table(blocks.terms(), sound)}
    files: dict[str, bytes | Kept] = {one: old.generation.kept(one) for one in old.facts["sounds"]}
    texts = records.every_block(np.flatnonzero(same.blocks < 0))
    said = {term for text in texts for term in text if has_sound(term)}
    if unheard := [term for term in said if not old.blocks.frequency(term)]:
        files[name] = table(unheard, sound)
    return files
