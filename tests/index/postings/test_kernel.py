"""The compiled kernel: where it comes from, and that damage cannot take the process down."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.index.conftest import ROOT
from wuzhen.index.postings import kernel
from wuzhen.index.postings.kernel import compiler

SEARCH = """
import sys
from pathlib import Path
from wuzhen.index.postings import kernel
from wuzhen.index.postings.invert import build
from wuzhen.index.postings.search import Postings
from wuzhen.index.postings.segment import Part, open_segment
build([["a", "b"], ["b"]], Path(sys.argv[1]))
postings = Postings([Part(open_segment(Path(sys.argv[1])))])
print(kernel.KERNEL is None, postings.search([{"b": 1.0}]).numbers.tolist())
print(any(name.split(".")[0] in ("numba", "scipy", "tantivy") for name in sys.modules))
"""

# Bytes anywhere are changed; what is found may be wrong, or a ValueError, and nothing worse.
DAMAGE = """
import random, sys
from pathlib import Path
import numpy as np
from wuzhen.index.postings.invert import build
from wuzhen.index.postings.search import Postings
from wuzhen.index.postings.segment import BIG, Part, open_segment
path = Path(sys.argv[1])
draw = random.Random(int(sys.argv[2]))
terms = [f"t{at}" for at in range(40)]
texts = [[draw.choice(terms)] * draw.choice([1, 1, 1, 2, 300]) + ["all"] for _ in range(70_000)]
build(texts, path)
whole = path.read_bytes()
searched = 0
for _ in range(400):
    damaged = bytearray(whole)
    for _ in range(draw.choice([1, 5, 1000])):
        damaged[draw.randrange(len(whole))] = draw.choice([0, 255, draw.randrange(256)])
    if draw.random() < 0.5:
        damaged[:4096] = whole[:4096]
    path.unlink()
    path.write_bytes(damaged)
    try:
        postings = Postings([Part(open_segment(path))])
    except ValueError:
        continue
    for _ in range(3):
        query = [{draw.choice(terms): 1.0, draw.choice(terms): 0.5}, {"all": 1.0}]
        postings.search(query, 10)
        postings.score(query, np.arange(0, 70_000, 1000))
    searched += 1
print(searched)
"""


def run(code: str, *arguments: object, **environment: str) -> list[str]:
    program = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(
        program, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split("\n")


def test_without_it_numpy_reckons_and_nothing_heavy_is_imported(tmp_path: Path) -> None:
    found = run(SEARCH, tmp_path / "made", WUZHEN_KERNEL="none")
    assert found[:2] == ["True [1, 0]", "False"]


def test_with_it_nothing_heavy_is_imported(tmp_path: Path) -> None:
    if kernel.KERNEL is None:
        pytest.skip("no C compiler here: apt-get install gcc")
    assert run(SEARCH, tmp_path / "made")[:2] == ["False [1, 0]", "False"]


def test_damage_does_not_take_the_process_down(tmp_path: Path) -> None:
    if kernel.KERNEL is None:
        pytest.skip("no C compiler here: apt-get install gcc")
    assert int(run(DAMAGE, tmp_path / "made", 1)[0]) > 100


def test_it_is_compiled_once_for_the_sources_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("part.h", *compiler.SOURCES):
        shutil.copy(compiler.HERE / name, tmp_path / name)
    monkeypatch.setattr(compiler, "HERE", tmp_path)
    with monkeypatch.context() as patch:
        patch.setenv("CC", "no-such-compiler")
        assert compiler.compile_kernel() is None
        assert not list(tmp_path.glob("*.so")) + list(tmp_path.glob("*.tmp"))
    first = compiler.compile_kernel()
    if first is None:
        pytest.skip("no C compiler here: apt-get install gcc")
    at = first.stat().st_mtime_ns
    assert compiler.compile_kernel() == first
    assert first.stat().st_mtime_ns == at
    with (tmp_path / "search.c").open("a") as source:
        source.write("/* changed */\n")
    assert not compiler.library().exists()
    second = compiler.compile_kernel()
    assert list(tmp_path.glob("*.so")) == [second]
    assert second != first
