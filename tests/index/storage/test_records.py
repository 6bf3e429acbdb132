"""Documents and passages on disk: what was written is read back, wherever it comes to stand."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuzhen.index.document import BlockKind, Document, Passage, Reference, Span, quoted
from wuzhen.index.errors import IndexCorrupt
from wuzhen.index.storage.arrays import pack
from wuzhen.index.storage.record_writer import Record, RecordsWriter, gather, in_use, recorded
from wuzhen.index.storage.records import KINDS, Records, hashed
from wuzhen.index.storage.sequences import Blocks, Documents, Passages, Terms

_numbers = count()
anything = st.text(st.characters(exclude_categories=[]), max_size=12)
term = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=4).filter(
    lambda text: not any(c.isspace() for c in text)
)
refs = st.lists(st.sampled_from([*map(str, range(30)), ""]), max_size=3, unique=True).map(tuple)


class Written:
    """A document with its passages, numbered from 0, and the terms of each and of its headings."""

    def __init__(
        self,
        document: Document,
        passages: list[Passage],
        terms: list[list[str]],
        headings: dict[str, list[str]],
    ) -> None:
        self.document, self.passages = document, passages
        self.terms, self.headings = terms, headings

    def record(self, key: int) -> Record:
        return recorded(
            key,
            self.document,
            self.passages,
            [" ".join(terms) for terms in self.terms],
            {name: " ".join(terms) for name, terms in self.headings.items()},
        )


@st.composite
def blocks_of(draw: st.DrawFn, id: str, text: str) -> list[Passage]:
    passages: list[Passage] = []
    sections = draw(st.lists(st.lists(anything, max_size=3).map(tuple), min_size=1, max_size=3))
    shape = draw(
        st.lists(st.integers(1, 3), max_size=5) | st.lists(st.just(7), min_size=5, max_size=12)
    )
    for block, size in enumerate(shape):
        kind: BlockKind = draw(st.sampled_from(KINDS))
        section = draw(st.sampled_from(sections))
        for _ in range(size):
            ends = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6))
            pairs = zip(ends[::2], ends[1::2], strict=False)
            spans = tuple(Span(min(a, b), max(a, b)) for a, b in pairs)
            names = tuple(draw(anything) for _ in spans) if kind in ("row", "field") else ()
            said = quoted(text, spans)
            carried = draw(refs)
            passages.append(
                Passage(len(passages), id, block, kind, section, spans, carried, names, said)
            )
    return passages


@st.composite
def written(draw: st.DrawFn, id: str) -> Written:
    text, title = draw(anything), draw(anything)
    listed = tuple(
        Reference(*one) for one in draw(st.lists(st.tuples(*[anything] * 3), max_size=2))
    )
    passages = draw(blocks_of(id, text))
    some = draw(st.lists(st.lists(term, max_size=3), min_size=1, max_size=4))
    terms = [some[number % len(some)] for number in range(len(passages))]
    names = {title, *(name for one in passages for name in one.section)}
    headings = {name: draw(st.sampled_from(some)) for name in sorted(names)}
    return Written(Document(id, title, text, (), listed), passages, terms, headings)


collections = st.lists(anything, max_size=5, unique=True).flatmap(
    lambda ids: st.tuples(*(written(id) for id in ids))
)


def expected(documents: Sequence[Written]) -> tuple[list[Passage], list[range]]:
    """The passages of documents numbered through, and those of each block."""
    passages: list[Passage] = []
    blocks: list[range] = []
    for one in documents:
        first, begin = len(passages), len(blocks)
        for p in one.passages:
            number, block = first + p.number, begin + p.block
            if block == len(blocks):
                blocks.append(range(number, number))
            blocks[block] = range(blocks[block].start, number + 1)
            passages.append(
                Passage(
                    *(number, p.document, block, p.kind, p.section, p.spans, p.refs, p.names),
                    p.text,
                )
            )
    return passages, blocks


def check(records: Records, documents: Sequence[Written]) -> None:
    passages, blocks = expected(documents)
    terms = [terms for one in documents for terms in one.terms]
    assert records.documents == len(documents)
    assert (records.passages, records.blocks) == (len(passages), len(blocks))
    assert list(Passages(records)) == passages
    assert [records.passage(number) for number in range(len(passages))] == passages
    assert list(Blocks(records)) == blocks
    assert list(records.every_passage()) == terms
    assert [records.terms(number) for number in range(len(passages))] == terms
    assert list(Terms(records)) == [frozenset(one) for one in terms]
    assert list(Documents(records).items()) == [
        (one.document.id, one.document) for one in documents
    ]
    in_blocks: list[list[str]] = []
    place_of = {one.document.id: place for place, one in enumerate(documents)}
    for block in blocks:
        first = passages[block.start]
        own = documents[place_of[first.document]]
        names = (*first.section, own.document.title)
        around = [term for name in names for term in own.headings[name]]
        in_blocks.append(around + [term for number in block for term in terms[number]])
    assert list(records.every_block()) == in_blocks
    some = np.arange(0, len(blocks), 2)
    assert list(records.every_block(some)) == in_blocks[::2]
    assert list(records.every_passage(np.arange(0, len(passages), 3))) == terms[::3]
    numbers = np.arange(len(passages))
    assert records.block_of(numbers).tolist() == [one.block for one in passages]
    owners = [place_of[one.document] for one in passages]
    assert [records.document_of(number) for number in range(len(passages))] == owners
    for kind in KINDS:
        assert records.of_kind(kind).tolist() == [p.number for p in passages if p.kind == kind]
    firsts: dict[str, int] = {}
    for one in passages:
        for ref in one.refs:
            firsts.setdefault(ref, one.number)
    assert records.first_of_references() == firsts
    for ref in (*firsts, "nowhere"):
        carrying = [one.number for one in passages if ref in one.refs]
        assert records.referring(ref).tolist() == carrying
    for place, own in enumerate(documents):
        assert records.find(own.document.id) == place
        headings = {name: " ".join(terms) for name, terms in own.headings.items()}
        assert records.card(place).headings == headings
    assert records.find("an id that none has") is None
    for number in (-1, len(passages)):
        with pytest.raises(IndexError):
            records.passage(number)


class Folder:
    """Parts of records, written one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts: list[bytes] = []
        self.records: Records | None = None

    def write(self, steps: Sequence[Written | tuple[int, int]]) -> Records:
        """Write documents that are new, and runs of those that there are."""
        path = self.path / f"{next(_numbers)}"
        writer = RecordsWriter(path, self.records)
        for step in steps:
            if isinstance(step, Written):
                writer.add(step.record(next(_numbers)))
            else:
                writer.copy(*step)
        places, _ = writer.close()
        self.parts.append(path.read_bytes())
        path.unlink()
        self.records = Records(places, list(self.parts))
        return self.records


@settings(max_examples=30)
@given(collections)
def test_what_was_written_is_read_back(tmp_path: Path, documents: tuple[Written, ...]) -> None:
    records = Folder(tmp_path).write(documents)
    check(records, documents)
    assert in_use(records) == len(records.parts[0])


@settings(max_examples=30)
@given(collections, collections, st.data())
def test_copies_are_what_was_copied(
    tmp_path: Path,
    first: tuple[Written, ...],
    second: tuple[Written, ...],
    data: st.DataObject,
) -> None:
    folder = Folder(tmp_path)
    now: list[Written] = list(first)
    folder.write(now)
    left = [one for one in second if one.document.id not in {w.document.id for w in first}]
    for _ in range(data.draw(st.integers(1, 3))):
        ends = sorted(data.draw(st.lists(st.integers(0, len(now)), max_size=6)))
        runs = list(zip(ends[::2], ends[1::2], strict=False))
        steps: list[Written | tuple[int, int]] = [*data.draw(st.permutations(runs))]
        if data.draw(st.booleans()) and left:
            steps.insert(data.draw(st.integers(0, len(steps))), left.pop())
        became: list[Written] = []
        for step in steps:
            became += [step] if isinstance(step, Written) else now[step[0] : step[1]]
        now = became
        check(folder.write(steps), now)
    assert folder.records is not None
    used = in_use(folder.records)
    path = tmp_path / f"{next(_numbers)}"
    places, _ = gather(path, folder.records)
    assert path.stat().st_size == used
    check(Records(places, [path.read_bytes()]), now)


def test_ids_of_the_same_number_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuzhen.index.storage.record_writer.hashed", lambda _: 7)
    monkeypatch.setattr("wuzhen.index.storage.records.hashed", lambda _: 7)
    some = [Written(Document(id, "t", id * 3), [], [], {"t": []}) for id in ("a", "b", "c")]
    check(Folder(tmp_path).write(some), some)


def test_the_number_of_an_id_is_always_the_same() -> None:
    assert hashed("") == hashed("")
    assert len({hashed(chr(code)) for code in range(0xD000, 0xE000)}) == 0x1000


@given(st.binary(max_size=80))
def test_what_are_no_places(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"arrays|places|JSON|utf|Expecting|Extra|decode"):
        Records(data, [])


def test_a_part_cut_short_is_told(tmp_path: Path) -> None:
    one = Written(Document("a", "t", "text"), [], [], {"t": []})
    folder = Folder(tmp_path)
    records = folder.write([one])
    for size in range(len(folder.parts[0])):
        places = pack({"references": []}, records.places)
        with pytest.raises(IndexCorrupt):
            Records(places, [folder.parts[0][:size]]).document(0)


@given(st.data())
def test_every_flipped_bit_of_a_part_is_told(tmp_path: Path, data: st.DataObject) -> None:
    document = Document("a", "t", "85009 people came", (), (Reference("1", "n", "u"),))
    passage = Passage(0, "a", 0, "paragraph", ("t",), (Span(0, 17),), ("1",), (), document.text)
    one = Written(document, [passage], [["85009", "people"]], {"t": ["t"]})
    folder = Folder(tmp_path)
    places = pack({"references": ["1"]}, folder.write([one]).places)
    part = bytearray(folder.parts[0])
    part[data.draw(st.integers(0, len(part) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    damaged = Records(places, [bytes(part)])
    with pytest.raises(IndexCorrupt):
        damaged.bytes_of(0)
    with pytest.raises(IndexCorrupt):
        _ = damaged.card(0), damaged.document(0), damaged.passage(0), damaged.terms(0)
