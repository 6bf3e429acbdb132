"""Which segments are merged when, and that an answer does not change by it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.postings.writer import LABEL, edit, texts, version_of
from wuzhen.index.postings import compaction, store
from wuzhen.index.postings.compaction import FANOUT, LEAST, compact, due
from wuzhen.index.postings.merge import merge

sizes = st.lists(
    st.integers(0, 10**6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=40
)


@given(sizes)
def test_merging_what_is_due_comes_to_an_end_with_few_segments(
    parts: list[tuple[int, int]],
) -> None:
    turns = 0
    while chosen := due(parts):
        assert sorted(set(chosen)) == chosen
        left = sum(parts[at][0] - parts[at][1] for at in chosen)
        parts = [one for at, one in enumerate(parts) if at not in chosen] + [(left, 0)]
        turns += 1
        assert turns < 100
    assert len(parts) <= (FANOUT - 1) * 8


def test_a_passage_is_written_again_few_times() -> None:
    parts: list[tuple[int, int]] = []
    written = 0
    for _ in range(5000):
        parts.append((1, 0))
        while chosen := due(parts):
            size = sum(parts[at][0] for at in chosen)
            parts = [one for at, one in enumerate(parts) if at not in chosen] + [(size, 0)]
            written += size
    assert sum(size for size, _ in parts) == 5000
    assert written < 5000 * (FANOUT + 4)


def test_a_segment_of_which_much_was_deleted_is_written_without_it(tmp_path: Path) -> None:
    store.write(tmp_path, LABEL, texts(0) * 10)
    assert not compact(tmp_path, LABEL)
    store.update(tmp_path, LABEL, list(range(20)), [])
    before = next(tmp_path.glob("*.segment")).stat().st_size
    assert compact(tmp_path, LABEL)
    assert not compact(tmp_path, LABEL)
    assert version_of(tmp_path) == 0
    assert next(tmp_path.glob("*.segment")).stat().st_size < before
    assert store.read(tmp_path, LABEL)[0].part.deleted is None


def test_many_edits_leave_few_segments(tmp_path: Path) -> None:
    store.write(tmp_path, LABEL, texts(0))
    for version in range(1, 50):
        edit(tmp_path, version)
        while compact(tmp_path, LABEL):
            pass
        assert len(store.read(tmp_path, LABEL)) <= FANOUT
    assert version_of(tmp_path) == 49
    assert LEAST > 20


def test_edits_made_meanwhile_hold_and_what_they_took_away_stays_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(tmp_path, LABEL, texts(0))
    for version in range(1, 8):
        edit(tmp_path, version)
    merged = merge
    meanwhile = [8, 9]

    def slowly(*arguments: object) -> None:
        merged(*arguments)  # type: ignore[arg-type]
        while meanwhile:
            edit(tmp_path, meanwhile.pop(0))

    monkeypatch.setattr(compaction, "merge", slowly)
    assert compact(tmp_path, LABEL)
    assert version_of(tmp_path) == 9
    assert len(store.read(tmp_path, LABEL)) == 3

    for version in range(10, 16):
        edit(tmp_path, version)

    def in_vain(*arguments: object) -> None:
        merged(*arguments)  # type: ignore[arg-type]
        store.write(tmp_path, LABEL, texts(100))

    monkeypatch.setattr(compaction, "merge", in_vain)
    assert not compact(tmp_path, LABEL)
    assert version_of(tmp_path) == 100

    def swept(*arguments: object) -> None:
        merged(*arguments)  # type: ignore[arg-type]
        store.sweep(tmp_path, [])

    store.update(tmp_path, LABEL, list(range(5)), [])
    monkeypatch.setattr(compaction, "merge", swept)
    assert not compact(tmp_path, LABEL)
    assert {path.name for path in tmp_path.iterdir()} <= {"LOCK", "MERGE"}
