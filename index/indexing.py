"""Postings of the passages and blocks of records, and their terms by sound."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from index import kept
from index.changes import Stayed
from index.homophones import has_sound, table
from index.postings import store as postings
from index.postings.search import Postings
from index.previous import BLOCKS, PASSAGES, POSTINGS, Previous
from index.records import Records
from index.sound import open_sounds
from index.store import Kept

_COUNTED = 1_000
_MOST_TABLES = 8


def write_postings(
    index: Path,
    old: Previous | None,
    records: Records,
    same: Stayed | None,
    count: Callable[[int, int], None],
) -> str:
    """Write the postings of passages and of blocks; return their label.

    What stays is not written again. `count` is told how many texts of how many are done. Raises
    OSError when the disk does not take it.
    """
    label = uuid.uuid4().hex
    levels = (
        (PASSAGES, records.every_passage, same.passages if same else None),
        (BLOCKS, records.every_block, same.blocks if same else None),
    )
    new = {name: None if stay is None else np.flatnonzero(stay < 0) for name, _, stay in levels}
    total = records.passages + records.blocks
    if same:
        total = sum(len(numbers) for numbers in new.values() if numbers is not None)
    done = 0

    def counted(texts: Iterable[list[str]]) -> Iterator[list[str]]:
        nonlocal done
        for text in texts:
            yield text
            done += 1
            if done % _COUNTED == 0 or done == total:
                count(done, total)

    for name, every, stay in levels:
        texts = counted(every(new[name]))
        if old is None or stay is None:
            postings.write(index / POSTINGS / name, label, texts)
        else:
            then = old.generation.manifest.postings
            postings.update(index / POSTINGS / name, then, stay, texts, label)
    return label


def sound_tables(
    index: Path, old: Previous | None, records: Records, same: Stayed | None, blocks: Postings
) -> dict[str, bytes | Kept]:
    """Return the tables of the terms by their sound, as files by their names, the oldest first."""
    sound = open_sounds(index / kept.FOLDER)
    name = f"{uuid.uuid4().hex}.sounds"
    if old is None or same is None or len(old.facts["sounds"]) >= _MOST_TABLES:
        return {name: table(blocks.terms(), sound)}
    files: dict[str, bytes | Kept] = {one: old.generation.kept(one) for one in old.facts["sounds"]}
    texts = records.every_block(np.flatnonzero(same.blocks < 0))
    said = {term for text in texts for term in text if has_sound(term)}
    if unheard := [term for term in said if not old.blocks.frequency(term)]:
        files[name] = table(unheard, sound)
    return files
