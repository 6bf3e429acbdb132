"""Groups of words that mean the same."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import HAN
from wuzhen.index.lexicon import SYNONYMS, entries
from wuzhen.index.query.synonyms import Synonyms, load
from wuzhen.index.text.fold import fold


def said(synonyms: Synonyms, text: str) -> list[tuple[str, int]]:
    folded = fold(text)
    return [(folded[start:end], group) for start, end, group in synonyms.said_in(folded)]


def test_variants_are_found_in_either_script_and_any_case() -> None:
    synonyms = Synonyms(["志工 = 義工 = Volunteer", "開幕 = 揭幕"])
    assert said(synonyms, "有幾多義工？") == [("义工", 0)]
    assert said(synonyms, "VOLUNTEERS揭幕") == [("揭幕", 1), ("volunteers", 0)]


def test_the_longest_variant_is_meant() -> None:
    synonyms = Synonyms(["互聯網 = 網絡", "互聯網大會 = WIC"])
    assert said(synonyms, "互聯網大會") == [("互联网大会", 1)]


def test_english_variants_are_found_by_stem_and_in_order() -> None:
    synonyms = Synonyms(["opening ceremony = 開幕式"])
    assert said(synonyms, "the opening ceremonies?") == [("opening ceremonies", 0)]
    assert said(synonyms, "ceremony of opening") == []


def test_lines_with_one_variant_are_no_group() -> None:
    assert Synonyms(["甲", "", " = ", "乙 = "]).groups == []


@given(
    st.lists(st.lists(st.text(HAN, min_size=1, max_size=4), min_size=2, max_size=3), max_size=5),
    st.text(HAN, max_size=20),
)
def test_from_the_left_the_longest_variant_is_found(groups: list[list[str]], text: str) -> None:
    synonyms = Synonyms(" = ".join(group) for group in groups)
    folded = fold(text)
    expected: list[tuple[int, int]] = []
    place = 0
    while place < len(folded):
        ends = [
            place + len(variant)
            for group in groups
            for variant in map(fold, group)
            if folded.startswith(variant, place)
        ]
        expected += [(place, max(ends))] if ends else []
        place = max(ends, default=place + 1)
    found = list(dict.fromkeys((start, end) for start, end, _ in synonyms.said_in(folded)))
    assert found == expected
    for start, end, group in synonyms.said_in(folded):
        assert folded[start:end] in [variant.text for variant in synonyms.groups[group]]


def test_a_knowledge_folder_adds_its_own(tmp_path: Path) -> None:
    assert said(load(tmp_path), "鐵索頭") == []
    (tmp_path / SYNONYMS).write_text("# names\n鐵索頭 = 木索頭  # a place\n", "utf-8")
    assert [text for text, _ in said(load(tmp_path), "鐵索頭")] == ["铁索头"]


def test_every_line_of_the_lists_is_a_group() -> None:
    assert all(line.count("=") >= 1 for line in entries(SYNONYMS))
    assert all(len(group) >= 2 for group in load(None).groups)
