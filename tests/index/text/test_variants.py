"""Variant characters: the table is what OpenCC makes it, and 著 and 着 are one."""

import pytest

from wuzhen.index.text.fold import fold
from wuzhen.index.text.variants import derived, variants


def test_the_table_is_derived_from_opencc() -> None:
    assert {chr(code): common for code, common in variants().items()} == derived()


def test_the_common_form_is_its_own() -> None:
    assert not {ord(common) for common in variants().values()} & variants().keys()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("衞生", "衛生"),
        ("羣眾", "群众"),
        ("接著", "接着"),
        ("著名", "着名"),
        ("顯著", "显着"),
        ("裏裡里", "里里里"),
        ("峯峰", "峰峰"),
        ("臺灣", "台湾"),
        ("値", "值"),
    ],
)
def test_variants_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["穿着名牌", "著名", "第一名着装"])
def test_words_of_both_characters_stay_apart(text: str) -> None:
    assert fold(text) == text
