"""The article and the other collections, indexed once each, and librarians of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.index.conftest import keep_once
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import Collection, open_collection
from wuzhen.index.vectors.encoders import Encoder, encoder

# Machines differ in speed, and no test here is about it.
settings.register_profile(
    "bot",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("bot")

ROOT = Path(__file__).parents[2]
KNOWLEDGE = ROOT / "knowledge"
COLLECTIONS = ROOT / "tests" / "collections"
ARTICLE = "000_5cf7b1c102403489.txt"

Opened = Callable[[str, Encoder | None], Librarian]


@pytest.fixture(scope="session", autouse=True)
def _dictionaries_kept_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        keep_once(patch, tmp_path_factory.mktemp("kept"))
        yield


def knowledge_of(name: str) -> Path:
    """The folder of documents that a collection's questions ask about."""
    own = COLLECTIONS / name / "knowledge"
    return own if own.is_dir() else KNOWLEDGE


@pytest.fixture(scope="session")
def meaning() -> Encoder | None:
    """The encoder that is installed, if one is."""
    return encoder("auto")


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Open a collection by its name, each once."""
    known: dict[tuple[str, bool], Librarian] = {}

    def open_named(name: str, model: Encoder | None) -> Librarian:
        key = (name, model is not None)
        if key not in known:
            index = tmp_path_factory.mktemp(name) / "index"
            build(knowledge_of(name), index, model)
            known[key] = Librarian(open_collection(index, model))
        return known[key]

    return open_named


@pytest.fixture(scope="session")
def librarian(opened: Opened, meaning: Encoder | None) -> Librarian:
    """Answers from the article, as the program does where it is installed."""
    return opened("conference", meaning)


@pytest.fixture(scope="session")
def wordwise(opened: Opened) -> Librarian:
    """Answers from the article by its words alone."""
    return opened("conference", None)


@pytest.fixture(scope="session")
def collection(wordwise: Librarian) -> Collection:
    return wordwise.collection


@pytest.fixture(scope="session")
def article_text(collection: Collection) -> str:
    return collection.documents[ARTICLE].text
