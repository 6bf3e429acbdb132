"""Ranking at every size, ours beside its peers: `python -m bench.ranking`, `make bench-ranking`.

All of them get the same tokens. Each builds in a process of its own (what reading the tokens
takes is taken off), and opens and searches in another, which gives the peak of its memory. Query
times are taken in one process that has them all open, query by query in turn, so that what else
the machine does falls on all alike; the best of three turns counts for each query. The slow ones
take their turns among themselves, for they would leave the others nothing in the caches; and who
needs too long for all of the queries is asked fewer of them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np

from bench import passages
from bench.peers import OURS, PEERS, Peer
from bench.ranking_picture import draw

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "eval" / "drcd-dev"
SIZES = (1_000, 10_000, 100_000)
TURNS = 3
BUDGET_S = 5.0
"""For a turn of one system's queries."""

SLOW_S = 0.005

SETS = {
    "synthetic, rare terms": "synthetic",
    "synthetic, common terms": "synthetic",
    "real questions": "real",
}


@dataclass
class Figures:
    """What was measured of one system on one collection; seconds and bytes."""

    build: float = 0.0
    disk: int = 0
    memory: int = 0
    median: dict[str, float] = field(default_factory=dict)
    """By set of queries, as `late`."""
    late: dict[str, float] = field(default_factory=dict)
    """The 95th of a hundred."""


def installed(peer: Peer) -> bool:
    """Tell whether what a system needs can be imported."""
    return all(find_spec(name) for name in peer.needs)


def _peak() -> int:
    # The kernel of the system keeps the peak of what is resident, files that are mapped as well.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def build(peer: Peer, tokens: Path, folder: Path) -> dict[str, float]:
    """Build an index; runs in a process of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begin = time.perf_counter()
    for _ in passages.read(tokens):
        pass
    reading = time.perf_counter() - begin
    begin = time.perf_counter()
    peer.build(passages.read(tokens), folder)
    taken = time.perf_counter() - begin - reading
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"build": taken, "disk": size}


def open_and_search(
    peer: Peer, tokens: Path, folder: Path, queries: Mapping[str, Sequence[list[str]]]
) -> dict[str, float]:
    """Return the peak of memory; runs in a process of its own."""
    ask = peer.open(folder, lambda: passages.read(tokens))
    begin = time.perf_counter()
    for asked in queries.values():
        for query in asked[:100]:
            ask(query)
            if time.perf_counter() - begin > BUDGET_S:
                break
    return {"memory": _peak()}


def search_in_turn(
    peers: Sequence[Peer],
    tokens: Path,
    folders: Mapping[str, Path],
    queries: Mapping[str, Sequence[list[str]]],
) -> dict[str, dict[str, list[float]]]:
    """Return the median and the 95th time by set and system; runs in a process of its own."""
    asks = {p.name: p.open(folders[p.name], lambda: passages.read(tokens)) for p in peers}
    result: dict[str, dict[str, list[float]]] = {}
    for name, asked in queries.items():
        times: dict[str, list[list[float]]] = {p.name: [] for p in peers}
        counts: dict[str, int] = {}
        probed: dict[str, float] = {}
        for system, ask in asks.items():
            ask(asked[0])
            begin = time.perf_counter()
            for query in asked[1:4]:
                ask(query)
            probed[system] = (time.perf_counter() - begin) / 3
            counts[system] = max(5, min(len(asked), int(BUDGET_S / probed[system])))
        quick = [system for system in asks if probed[system] <= SLOW_S]
        slow = [system for system in asks if probed[system] > SLOW_S]
        for _ in range(TURNS):
            turn: dict[str, list[float]] = {system: [] for system in asks}
            for group in (quick, slow):
                for (at, query), system in product(enumerate(asked), group):
                    if at < counts[system]:
                        begin = time.perf_counter()
                        asks[system](query)
                        turn[system].append(time.perf_counter() - begin)
            for system, taken_by in turn.items():
                times[system].append(taken_by)
        result[name] = {
            system: np.percentile(np.min(taken_by, axis=0), [50, 95]).tolist()
            for system, taken_by in times.items()
        }
    return result


def _run(step: str, peers: Sequence[Peer], **given: Any) -> Any:
    """Do a step in a process of its own; None when it fails, which is said."""
    told = json.dumps({"step": step, "peers": [peer.name for peer in peers], **given})
    program = [sys.executable, "-m", "bench.ranking", "--step"]
    done = subprocess.run(
        program, cwd=ROOT, input=told, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        print(f"  {step}, {', '.join(told for told in given['names'])}: {last}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def _step(told: dict[str, Any]) -> Any:
    named = {peer.name: peer for peer in PEERS}
    peers = [named[name] for name in told["peers"]]
    tokens = Path(told["tokens"])
    if told["step"] == "build":
        return build(peers[0], tokens, Path(told["folder"]))
    if told["step"] == "open":
        return open_and_search(peers[0], tokens, Path(told["folder"]), told["queries"])
    folders = {name: Path(folder) for name, folder in told["folders"].items()}
    return search_in_turn(peers, tokens, folders, told["queries"])


def measure(
    peers: Sequence[Peer], tokens: Path, work: Path, queries: Mapping[str, Sequence[list[str]]]
) -> dict[str, Figures]:
    """Measure every system on one collection."""
    figures: dict[str, Figures] = {}
    folders = {peer.name: str(work / peer.name.replace(" ", "-")) for peer in peers}
    for peer in peers:
        given = {"names": [peer.name], "tokens": str(tokens), "folder": folders[peer.name]}
        built = _run("build", [peer], **given)
        opened = built and _run("open", [peer], **given, queries=queries)
        if opened:
            figures[peer.name] = Figures(built["build"], built["disk"], opened["memory"])
    left = [peer for peer in peers if peer.name in figures]
    names = [peer.name for peer in left]
    found = _run("search", left, names=names, tokens=str(tokens), folders=folders, queries=queries)
    for name, systems in (found or {}).items():
        for system, (median, late) in systems.items():
            figures[system].median[name] = median
            figures[system].late[name] = late
    for folder in folders.values():
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def table(size: int, kind: str, figures: Mapping[str, Figures]) -> str:
    """Return the figures as a table; each with how many times ours it is."""
    ours = figures.get(OURS)
    sets = [name for name, of in SETS.items() if of == kind]
    heads = ["system", "build", *(f"{name}: median, 95th" for name in sets), "memory", "disk"]
    lines = [
        f"{size:,} passages, {kind}",
        "",
        f"| {' | '.join(heads)} |",
        "| --- " * len(heads) + "|",
    ]

    def beside(value: float, own: float, text: str) -> str:
        return f"{text} ({value / own:.2g}x)" if ours and own else text

    for name, one in figures.items():
        own = ours or one
        cells = [name, beside(one.build, own.build, f"{one.build:.3g} s")]
        for asked in sets:
            if asked not in one.median:
                cells.append("")
                continue
            text = f"{one.median[asked] * 1e3:.3g} ms, {one.late[asked] * 1e3:.3g} ms"
            cells.append(beside(one.median[asked], own.median.get(asked, 0), text))
        cells.append(beside(one.memory, own.memory, f"{one.memory / 1e6:.0f} MB"))
        cells.append(beside(one.disk, own.disk, f"{one.disk / 1e6:.3g} MB") if one.disk else "-")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def growth(results: Mapping[tuple[str, int], Mapping[str, Figures]]) -> str:
    """Return how many times longer a query takes from one size to the next."""
    lines = []
    for name, kind in SETS.items():
        sizes = sorted(size for of, size in results if of == kind)
        for small, large in pairwise(sizes):
            before, after = results[kind, small], results[kind, large]
            ratios = [
                f"{system} {one.median[name] / before[system].median[name]:.2g}x"
                for system, one in after.items()
                if name in one.median
                and name in (before[system].median if system in before else {})
            ]
            lines.append(f"{name}, {small:,} to {large:,} passages: {', '.join(ratios)}")
    return "\n".join(lines)


def _earlier(path: Path | None) -> dict[tuple[str, int], dict[str, Figures]]:
    if path is None or not path.exists():
        return {}
    return {
        (kind, size): {name: Figures(**one) for name, one in figures.items()}
        for kind, size, figures in json.loads(path.read_text(encoding="utf-8"))
    }


def _keep(path: Path, results: Mapping[tuple[str, int], Mapping[str, Figures]]) -> None:
    told = [
        (kind, size, {name: asdict(one) for name, one in figures.items()})
        for (kind, size), figures in sorted(results.items())
    ]
    path.write_text(json.dumps(told), encoding="utf-8")


def main() -> None:
    """Measure, print the tables and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="PASSAGES")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--only", nargs="+", metavar="SYSTEM", help="names, or beginnings of them")
    parser.add_argument("--kinds", nargs="+", choices=("synthetic", "real"))
    parser.add_argument("--work", type=Path, help="where indexes are made; a temporary folder")
    parser.add_argument("--results", type=Path, help="a JSON file of earlier figures to add to")
    parser.add_argument("--picture", type=Path, help="an SVG file to draw the query times into")
    asked = parser.parse_args()
    if asked.step:
        print(json.dumps(_step(json.load(sys.stdin))))
        return
    kinds = asked.kinds or ["synthetic", "real"]
    if "real" in kinds and not REAL.exists():
        print(f"No real questions: there is no {os.path.relpath(REAL)}.")
        kinds.remove("real")
    chosen = [p for p in PEERS if not asked.only or p.name.startswith(tuple(asked.only))]
    if missing := [peer.name for peer in chosen if not installed(peer)]:
        print(f"Not installed: {', '.join(missing)}; run: pip install -e '.[bench]'")
    chosen = [peer for peer in chosen if installed(peer)]
    queries: dict[str, dict[str, list[list[str]]]] = {
        "synthetic": {
            "synthetic, rare terms": passages.synthetic_queries(asked.queries, passages.COMMONEST),
            "synthetic, common terms": passages.synthetic_queries(asked.queries, 0),
        }
    }
    terms: list[list[str]] = []
    if "real" in kinds:
        terms, queries["real"] = [], {}
        terms, queries["real"]["real questions"] = passages.real(REAL, asked.queries)
    results = _earlier(asked.results)
    with tempfile.TemporaryDirectory(dir=asked.work) as work:
        for kind in kinds:
            for size in sorted(asked.sizes):
                tokens = Path(work, "tokens")
                if kind == "real":
                    passages.write_real(tokens, size, terms)
                else:
                    passages.write_synthetic(tokens, size)
                peers = [peer for peer in chosen if size <= peer.most]
                if left := [peer.name for peer in chosen if size > peer.most]:
                    print(f"Not asked to take {size:,} passages: {', '.join(left)}.")
                found = measure(peers, tokens, Path(work), queries[kind])
                print(table(size, kind, found), flush=True)
                results[kind, size] = found
                if asked.results:
                    _keep(asked.results, results)
    print(growth(results))
    if asked.picture:
        medians = {
            name: {
                system: {
                    size: figures[system].median[name]
                    for (of, size), figures in results.items()
                    if of == kind and name in figures.get(system, Figures()).median
                }
                for system in (peer.name for peer in chosen)
            }
            for name, kind in SETS.items()
            if any(of == kind for of, _ in results)
        }
        asked.picture.write_text(draw(medians), encoding="utf-8")


if __name__ == "__main__":
    main()
