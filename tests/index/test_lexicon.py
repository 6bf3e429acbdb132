"""The word lists, and how a knowledge folder widens them."""

from pathlib import Path

import pytest

from wuzhen.index.lexicon import BOILERPLATE, GLOSSARY, NAMES, SYNONYMS, entries
from wuzhen.index.text.fold import fold


@pytest.mark.parametrize("name", [*NAMES, "stopwords.txt"])
def test_every_list_has_entries_without_comments(name: str) -> None:
    found = entries(name)
    assert found
    assert all(line == line.strip() and line and "#" not in line for line in found)


@pytest.mark.parametrize("name", [SYNONYMS, GLOSSARY])
def test_every_group_has_two_ways_of_saying_it(name: str) -> None:
    for line in entries(name):
        variants = {fold(piece.strip()) for piece in line.split("=")}
        assert "" not in variants, line
        assert len(line.split("=")) >= 2, line


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_s_own_entries_follow(name: str, tmp_path: Path) -> None:
    assert entries(name, tmp_path) == entries(name)
    (tmp_path / name).write_text("\n# all of it\n 甲 = 乙 # said so\r\n\n丙 = 丁\n", "utf-8")
    assert entries(name, tmp_path) == [*entries(name), "甲 = 乙", "丙 = 丁"]


def test_a_list_that_is_not_utf_8_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / BOILERPLATE).write_bytes("甲\n".encode() + b"\xff\xfe\n" + "乙\n".encode())
    assert [line for line in entries(BOILERPLATE, tmp_path) if line in "甲乙"] == ["甲", "乙"]
