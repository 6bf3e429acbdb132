"""Entries of reference lists."""

import pytest

from wuzhen.index.document import Reference
from wuzhen.index.sources.listing import is_reference_heading, listed, reference


@pytest.mark.parametrize(
    "name",
    ["參考資料", "参考文献", "References", "注釋：", "腳註", "參考資料[編輯]", "Works cited"],
)
def test_headings(name: str) -> None:
    assert is_reference_heading(["甲", name])


@pytest.mark.parametrize("name", ["", "參考資料室", "會議注意事項", "Nothing", "[" * 1000])
def test_what_is_no_heading(name: str) -> None:
    assert not is_reference_heading([name])
    assert not is_reference_heading([])


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("[1] 甲書", ("1", "甲書", "")),
        ("12. 甲書，https://a.example/x?y=1。", ("12", "甲書", "https://a.example/x?y=1")),
        ("^ 3、甲書", ("3", "甲書", "")),
        ("［４］甲書", ("4", "甲書", "")),
        ("1.5億元", None),
        ("甲書[1]", None),
        ("2017年", None),
    ],
)
def test_entries(words: str, entry: tuple[str, str, str] | None) -> None:
    assert listed(words) == entry


def test_an_address_is_http_or_https_or_none() -> None:
    assert reference("1", "甲", "javascript:alert(1)") == Reference("1", "甲")
    assert reference("1", "甲", "file:///etc/passwd") == Reference("1", "甲")
    assert reference("1", "", "ftp://a") is None
    assert reference("1", " 甲\n 乙 ", "https://a.example") == Reference(
        "1", "甲 乙", "https://a.example"
    )
