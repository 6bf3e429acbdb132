"""What is measured beside each other by `bench.ranking`: our postings and their peers.

Each builds an index of passages, given as terms, in a folder; and opens it, which gives a
function from a query's terms to its ten best. Those that cut words by themselves are given
terms as words of letters and digits, which they leave alone.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Ask = Callable[[list[str]], object]
TOP = 10


@dataclass(frozen=True)
class Peer:
    """A system: how it builds and opens, and what must be installed for it."""

    name: str
    build: Callable[[Iterable[Sequence[str]], Path], None]
    open: Callable[[Path, Callable[[], Iterable[Sequence[str]]]], Ask]
    needs: tuple[str, ...] = ()
    most: int = 10**9
    """Passages; it is not asked to take more."""


def _word(term: str) -> str:
    return term if term.isascii() and term.isalnum() else "x" + term.encode().hex()


def _build_ours(texts: Iterable[Sequence[str]], folder: Path) -> None:
    from wuzhen.index.postings.store import write

    write(folder, "bench", texts)


def _open_ours(folder: Path, _: object) -> Ask:
    from wuzhen.index.postings.store import open_postings

    postings = open_postings(folder, "bench")
    return lambda query: postings.search([{term: 1.0} for term in query], TOP)


def _open_ours_by_numpy(folder: Path, _: object) -> Ask:
    from wuzhen.index.postings import kernel
    from wuzhen.index.postings.store import open_postings

    compiled, kernel.KERNEL = kernel.KERNEL, None
    try:
        postings = open_postings(folder, "bench")
    finally:
        kernel.KERNEL = compiled
    return lambda query: postings.search([{term: 1.0} for term in query], TOP)


def _tantivy(folder: Path) -> Any:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", stored=False, tokenizer_name="spaces", index_option="freq")
    schema.add_integer_field("number", fast=True, stored=False)
    index = tantivy.Index(schema.build(), path=str(folder))
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("spaces", spaces)
    return index


def _build_tantivy(texts: Iterable[Sequence[str]], folder: Path) -> None:
    import tantivy

    writer = _tantivy(folder).writer(heap_size=256_000_000, num_threads=1)
    for number, text in enumerate(texts):
        writer.add_document(tantivy.Document(text=" ".join(text), number=number))
    writer.commit()
    writer.wait_merging_threads()


def _open_tantivy(folder: Path, _: object) -> Ask:
    import tantivy

    index = _tantivy(folder)
    index.reload()
    searcher, schema = index.searcher(), index.schema
    query_of, should = tantivy.Query, tantivy.Occur.Should

    def ask(query: list[str]) -> object:
        terms = [(should, query_of.term_query(schema, "text", term, "freq")) for term in query]
        return searcher.search(query_of.boolean_query(terms), TOP, count=False).hits

    return ask


def _build_bm25s(texts: Iterable[Sequence[str]], folder: Path) -> None:
    import bm25s

    model = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
    model.index(list(texts), show_progress=False)
    model.save(str(folder))


def _open_bm25s(folder: Path, backend: str) -> Ask:
    import bm25s

    model = bm25s.BM25.load(str(folder), mmap=True)
    model.backend = backend
    if backend == "numba":
        model.activate_numba_scorer()
    return lambda query: model.retrieve([query], k=TOP, show_progress=False, n_threads=1)


def _build_rank(texts: Iterable[Sequence[str]], _: Path) -> None:
    from rank_bm25 import BM25Okapi

    BM25Okapi(list(texts), k1=1.5, b=0.75)


def _open_rank(_: Path, texts: Callable[[], Iterable[Sequence[str]]]) -> Ask:
    from rank_bm25 import BM25Okapi

    model = BM25Okapi(list(texts()), k1=1.5, b=0.75)

    def ask(query: list[str]) -> object:
        scores = model.get_scores(query)
        best = np.argpartition(-scores, TOP)[:TOP]
        return best[np.argsort(-scores[best])]

    return ask


def _build_fts5(texts: Iterable[Sequence[str]], folder: Path) -> None:
    with sqlite3.connect(folder / "fts5.sqlite") as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("CREATE VIRTUAL TABLE passages USING fts5(text, content='')")
        rows = ((n, " ".join(map(_word, text))) for n, text in enumerate(texts))
        database.executemany("INSERT INTO passages(rowid, text) VALUES (?, ?)", rows)
        database.execute("INSERT INTO passages(passages) VALUES ('optimize')")
    database.close()


def _open_fts5(folder: Path, _: object) -> Ask:
    database = sqlite3.connect(folder / "fts5.sqlite")
    wanted = f"SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT {TOP}"
    return lambda query: database.execute(wanted, (" OR ".join(map(_word, query)),)).fetchall()


def _build_bm25_jieba(texts: Iterable[Sequence[str]], folder: Path) -> None:
    from bm25_jieba import BM25

    model = BM25(k1=1.5, b=0.75)
    model.fit([" ".join(map(_word, text)) for text in texts])
    model.save(str(folder / "model"))


def _open_bm25_jieba(folder: Path, _: object) -> Ask:
    from bm25_jieba import BM25

    model = BM25.load(str(folder / "model"))
    return lambda query: model.search(" ".join(map(_word, query)), TOP)


OURS = "ours"
PEERS = (
    Peer(OURS, _build_ours, _open_ours),
    Peer("ours, NumPy alone", _build_ours, _open_ours_by_numpy),
    Peer("tantivy", _build_tantivy, _open_tantivy, ("tantivy",)),
    Peer("bm25s, Numba", _build_bm25s, lambda f, _: _open_bm25s(f, "numba"), ("bm25s", "numba")),
    Peer("bm25s, NumPy", _build_bm25s, lambda f, _: _open_bm25s(f, "numpy"), ("bm25s",)),
    Peer("bm25-jieba", _build_bm25_jieba, _open_bm25_jieba, ("bm25_jieba",), 100_000),
    Peer("SQLite FTS5", _build_fts5, _open_fts5),
    Peer("rank-bm25", _build_rank, _open_rank, ("rank_bm25",), 100_000),
)
