"""Opening the knowledge: the index, built first when there is none that serves."""

import os
from pathlib import Path

from wuzhen.bot.answering import threshold
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.build_report import Say, report
from wuzhen.index.building.build import build, is_current
from wuzhen.index.errors import IndexMissing, IndexUnusable, KnowledgeError
from wuzhen.index.searching.collection import Collection, open_collection
from wuzhen.index.sources.folder import ENDINGS, files
from wuzhen.index.storage.cache import FOLDER as CACHE
from wuzhen.index.storage.disk import real
from wuzhen.index.vectors.encoders import Encoder
from wuzhen.index.vectors.encoders import encoder as encoder_named

INDEX = Path(".wuzhen/index")


def open_knowledge(
    knowledge: str | os.PathLike[str],
    index: str | os.PathLike[str] = INDEX,
    *,
    embeddings: str = "auto",
    page: str | None = None,
    tell: Say = lambda _: None,
) -> Librarian:
    """Open a folder of documents for questions, after bringing its index up to date.

    The librarian may be used in a `with` statement, and from several threads at a time. It answers
    from the documents as they were when it was opened.

    `index` is where the index of that folder lies, or is to lie; an index belongs to one folder
    of documents. `embeddings` is as `WUZHEN_EMBEDDINGS`, and `page` the address of the page that
    `wuzhen show --html` wrote, which gives quotes a `url`. `tell` is called with one line for the
    user about a build and about each file that was left out.

    Raises `WuzhenError` when the documents cannot be used or the index cannot be written.
    """
    documents, place = Path(knowledge), Path(index)
    if real(documents) == real(place):
        raise KnowledgeError(
            f"the index would lie among the documents in {documents}: name another"
        )
    encoder = encoder_named(embeddings, place / CACHE)
    try:
        current = is_current(place, documents, encoder)
    except (IndexMissing, IndexUnusable):
        current = False
    if not current:
        report(build(documents, place, encoder), tell)
    return Librarian(open_collection(place, encoder), page=page)


def open_librarian(
    knowledge: Path, index: Path, encoder: Encoder | None, tell: Say, page: str | None = None
) -> Librarian:
    """Open the index, building it when it is missing, of another version or damaged.

    `tell` is given a line for the user when that happens; `page` is where a page of the
    documents is found, if there is one. Raises `RetrievalError`.
    """
    collection = _open(knowledge, index, encoder, tell)
    return Librarian(collection, page=page, enough=threshold.read(index))


def _open(knowledge: Path, index: Path, encoder: Encoder | None, tell: Say) -> Collection:
    if not files(knowledge):
        raise KnowledgeError(f"no document in {knowledge}; put {', '.join(ENDINGS)} files there")
    try:
        current = is_current(index, knowledge, encoder)
        collection = open_collection(index, encoder)
        if current:
            return collection
        if collection.knowledge == str(real(knowledge)):
            # An edit is taken up when its author says so.
            tell(f"{_difference(knowledge, collection, encoder)}; to take it up: wuzhen build")
            return collection
        tell(f"the index at {index} is of other knowledge: building it from {knowledge}")
    except IndexMissing:
        tell(f"no index at {index} yet: building it from {knowledge}")
    except IndexUnusable as error:
        tell(f"{str(error).split('; run:')[0]}: building it again")
    report(build(knowledge, index, encoder, full=True), tell)
    return open_collection(index, encoder)


def _difference(knowledge: Path, collection: Collection, encoder: Encoder | None) -> str:
    """Say what differs between an index and what there is now."""
    model = encoder.name if encoder else ""
    if collection.model == model:
        return f"{knowledge} has changed since the index was built"
    then, now = (name or "no embeddings" for name in (collection.model, model))
    return f"the index was built with {then}, and WUZHEN_EMBEDDINGS now says {now}"
