"""Building an index at scale, and editing it: `python -m bench.building`, `make bench-building`.

A folder of JSON Lines, four passages a document, is built by `wuzhen build`, process start to end,
beside what jieba's own `cut_for_search` takes on one core to cut the same texts and nothing else;
then one sentence is changed and `wuzhen build` runs again. Last, on the article: an edit, and the
first answer of a new process beside `jieba.initialize()` alone in another. All in the same run,
since machines differ; the middle of the turns counts.
"""

import argparse
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jieba

from wuzhen.index.building import build as index_build
from wuzhen.index.building.pool import in_order
from wuzhen.index.storage.cache import FOLDER as KEPT
from wuzhen.index.text.bulk import every_terms
from wuzhen.index.vectors.encoders import encoder

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "eval" / "drcd-dev" / "passages.jsonl"
_SENTENCE = re.compile("[^。！？]{10,}[。！？]")
_PASSAGES = 4
"""In a document."""
_ADDED = "，烏鎮很美。"


class Spent(NamedTuple):
    """What something took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of this process and of those that it started."""
    peak: float = 0.0
    """The most memory of one of the processes that it started, in MB, mapped files counted."""

    def __str__(self) -> str:
        peak = f", {self.peak:.0f} MB" if self.peak else ""
        return f"{self.wall:.2f} s (processors {self.cpu:.2f} s{peak})"


def texts_of(source: Path, number: int) -> Iterator[list[str]]:
    """Yield the passages of documents: beginnings of real sentences with the ends of others."""
    lines = source.read_text("utf-8").splitlines()
    sentences = [s for line in lines for s in _SENTENCE.findall(json.loads(line)["text"])]
    drawn = random.Random(number)
    for _ in range(number // _PASSAGES):
        made: list[str] = []
        for _ in range(_PASSAGES):
            own, other = drawn.choice(sentences), drawn.choice(sentences)
            begin, end = own.split("，"), other.split("，")
            clauses = begin[: len(begin) // 2] + end[len(end) // 2 :]
            made.append("，".join(clauses))
        yield made


def timed(work: Callable[[], object]) -> Spent:
    """Run something and return what it took."""

    def cpu() -> float:
        used = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in used)

    wall, used = time.perf_counter(), cpu()
    work()
    return Spent(time.perf_counter() - wall, cpu() - used)


# A process counts as its own the memory of the one that starts it: that is to be a small one.
_RUN = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
wall = time.perf_counter() - start
print(json.dumps([status, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def ran(*command: str, folder: Path, **settings: str) -> Spent:
    """Run a command in a folder, and return what it took."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    run = (sys.executable, "-I", "-S", "-c", _RUN, *command)
    told = subprocess.run(run, cwd=folder, env=environment, stdout=subprocess.PIPE, check=True)
    status, *spent = json.loads(told.stdout)
    if status:
        command_line, code = " ".join(command), os.waitstatus_to_exitcode(status)
        raise SystemExit(f"{command_line} ended with {code}")
    return Spent(*spent)


def middle(turns: int, work: Callable[[], Spent]) -> Spent:
    """Return the middle of several turns, each figure by itself."""
    done = [work() for _ in range(turns)]
    return Spent(*(statistics.median(figures) for figures in zip(*done, strict=True)))


def build(folder: Path, *options: str, **settings: str) -> Spent:
    """Run `wuzhen build` in a folder."""
    return ran(sys.executable, "-m", "wuzhen", "build", *options, folder=folder, **settings)


def _edit(file: Path, line: int) -> None:
    lines = file.read_text("utf-8").split("\n")
    lines[line] = lines[line].replace("。", _ADDED, 1)
    file.write_text("\n".join(lines), "utf-8")


def _large(options: argparse.Namespace, made: Path) -> None:
    knowledge = made / "knowledge"
    knowledge.mkdir()
    documents = list(texts_of(options.source, options.passages))
    file = knowledge / "documents.jsonl"
    with file.open("w", encoding="utf-8") as written:
        for place, passages in enumerate(documents):
            entry = {"id": f"d{place}", "title": f"文件{place}", "text": "".join(passages)}
            written.write(json.dumps(entry, ensure_ascii=False) + "\n")
    texts = [passage for passages in documents for passage in passages]
    del documents
    characters = sum(map(len, texts))
    print(f"{len(texts):,} passages, {characters:,} characters, {os.cpu_count()} processors")
    settings = {"WUZHEN_EMBEDDINGS": options.embeddings}
    # What a first build makes of the libraries' data, once for every index.
    (made / "small").mkdir()
    (made / "small" / "a.txt").write_text("烏鎮。", "utf-8")
    small = {**settings, "WUZHEN_KNOWLEDGE": "small"}
    build(made, **small)
    jieba.initialize()
    theirs = timed(lambda: [jieba.lcut_for_search(text) for text in texts])
    print(f"jieba's cut_for_search alone, one core      {theirs}")
    analysed = timed(lambda: sum(in_order(_counted, texts, len)))
    print(f"all of ours that analyses                   {analysed}{_times(theirs, analysed)}")
    full = build(made, "--full", **settings)
    print(f"wuzhen build --full                         {full}{_times(theirs, full)}")
    turn = iter(range(1, options.turns + 1))
    step = options.passages // _PASSAGES // (options.turns + 2)

    def edited() -> Spent:
        _edit(file, next(turn) * step)
        return build(made, **settings)

    edit = middle(options.turns, edited)
    print(f"wuzhen build, one sentence changed          {edit}{_times(full, edit)}")
    index, line = made / ".wuzhen" / "index", options.turns * step
    model = encoder(options.embeddings, index / KEPT)

    def again() -> Spent:
        nonlocal line
        line += 1
        _edit(file, line)
        return timed(lambda: index_build.build(knowledge, index, model))

    again()  # loads what a process loads once
    watching = middle(options.turns, again)
    print(f"the same in a process that watches          {watching}{_times(full, watching)}")
    size = sum(one.stat().st_size for one in (made / ".wuzhen").rglob("*") if one.is_file())
    kept = sum(one.stat().st_size for one in (made / ".wuzhen").rglob("kept/**/*") if one.is_file())
    print(f"knowledge {file.stat().st_size / 1e6:.0f} MB, index {(size - kept) / 1e6:.0f} MB")


def _counted(batch: list[str]) -> int:
    return sum(map(len, every_terms(batch)))


def _times(theirs: Spent, ours: Spent) -> str:
    return f"  {theirs.wall / ours.wall:.1f} times as fast"


def _article(options: argparse.Namespace, made: Path) -> None:
    shutil.copytree(ROOT / "knowledge", made / "knowledge")
    file = next(iter(sorted((made / "knowledge").glob("*.txt"))))
    build(made)
    lines = file.read_text("utf-8").split("\n")
    said = [place for place, line in enumerate(lines) if "。" in line]
    usual = sorted(said, key=lambda place: lines[place].index("。"))[len(said) // 2]

    def edited() -> Spent:
        _edit(file, usual)
        return build(made)

    ask = partial(ran, sys.executable, "-m", "wuzhen", "ask", "志願者有多少人", folder=made)
    initialize = partial(ran, sys.executable, "-c", "import jieba; jieba.initialize()", folder=made)
    print(f"the article, one sentence changed           {middle(options.turns, edited)}")
    ours, theirs = middle(options.turns, ask), middle(options.turns, initialize)
    print(f"wuzhen ask, process start to quote          {ours}")
    print(f"jieba.initialize() alone                    {theirs}{_times(theirs, ours)}")


def main() -> None:
    """Print what each took, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--embeddings", default="auto", help="the setting WUZHEN_EMBEDDINGS")
    parser.add_argument("--source", type=Path, default=REAL)
    options = parser.parse_args()
    parts: Mapping[str, Callable[[argparse.Namespace, Path], None]]
    parts = {"large": _large, "article": _article}
    for part in parts.values():
        with tempfile.TemporaryDirectory() as made:
            part(options, Path(made))


if __name__ == "__main__":
    main()
