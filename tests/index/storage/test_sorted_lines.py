"""Lines looked up where they lie, against a plain list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.storage.sorted_lines import SortedLines, packed

lines = st.lists(st.text("ab\t烏", max_size=5).map(str.encode) | st.binary(max_size=4), max_size=30)


@given(lines, st.binary(max_size=3) | st.text("ab\t烏", max_size=3).map(str.encode))
def test_lines_are_found_by_what_they_begin_with(some: list[bytes], start: bytes) -> None:
    found = SortedLines(packed(some))
    assert list(found) == sorted(some)
    assert len(found) == len(some)
    for sought in (start, b"", *some, *(line[:1] for line in some)):
        assert found.beginning(sought) == sorted(line for line in some if line.startswith(sought))


@pytest.mark.parametrize("data", [b"", b"x" * 80, packed([b"a"])[:70]])
def test_what_is_no_table(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        SortedLines(data)
