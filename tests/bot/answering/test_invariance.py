"""The same question typed otherwise gets the same answer, over all collections.

A sample of the questions is asked in ways that take turns; `make invariance` asks every one in
every way.
"""

from itertools import cycle

import pytest

from tests.bot.conftest import Opened
from tests.bot.variation import EVERY, NAMES, WAYS, asked


@pytest.mark.parametrize("name", NAMES)
def test_the_same_quotes_however_it_is_typed(opened: Opened, name: str) -> None:
    librarian = opened(name, None)
    turns = cycle(WAYS)
    for question in asked(name):
        answer = librarian.answer(question)
        ways = WAYS if EVERY == 1 else [next(turns) for _ in range(4)]
        for way in ways:
            other = librarian.answer(WAYS[way](question))
            assert (other.quotes, other.related) == (answer.quotes, answer.related), way
