"""Reading a file in a process of its own, which has little memory, little time and no secrets.

Files of the kinds that libraries take apart may be made to harm: what they can bring down is this
process. It is started for the first such file, reads one after the other, and is replaced when
it fails. What it sends back is plain JSON, a line for each file.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any, Self

from wuzhen.index.document import Block, Document, Part, Reference, Span
from wuzhen.index.sources.bounds import Unreadable
from wuzhen.index.sources.readers import Problems, read

SECONDS = 60.0
"""How long the reading of one file may take."""
MEMORY = 2**30
"""Bytes of memory that the process may have, where the system can be told."""

_DAMAGED = "damaged, or made so that it cannot be read"
_INHERITED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
_MAIN = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {0} import main; main()"


class Isolated:
    """The process, as a context that ends it."""

    def __init__(self, boilerplate: frozenset[str] = frozenset()) -> None:
        self._boilerplate = sorted(boilerplate)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, id: str, data: bytes) -> tuple[list[Document], Problems]:
        """Read a file, whose name is its id; raises `Unreadable`."""
        task = {"id": id, "bytes": len(data)}
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(SECONDS, stop)
        timer.start()
        try:
            process.stdin.write(json.dumps(task).encode() + b"\n" + data)
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if not answer.endswith(b"\n"):
            self._end()
            if late.is_set():
                raise Unreadable(f"takes more than {SECONDS:g} seconds to read")
            raise Unreadable(_DAMAGED)
        return _read_back(json.loads(answer))

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        command = [sys.executable, "-I", "-c", _MAIN.format(__name__), json.dumps(sys.path)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            raise Unreadable(f"no process can be started to read it: {error.strerror}") from error
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(self._boilerplate).encode() + b"\n")
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def main() -> None:
    """Read the files that are sent on standard input, until it ends."""
    _limit_memory()
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    boilerplate = frozenset(json.loads(source.readline()))
    while line := source.readline():
        task = json.loads(line)
        with _bounded():
            answer = _answer(task["id"], source.read(task["bytes"]), boilerplate)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Have the system end this process, should who started it be gone when it takes too long."""
    if not hasattr(signal, "alarm"):
        yield
        return
    signal.alarm(int(SECONDS) + 1)
    yield
    signal.alarm(0)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(id: str, data: bytes, boilerplate: frozenset[str]) -> dict[str, Any]:
    try:
        documents, problems = read(id, data, boilerplate)
    except Unreadable as error:
        return {"reason": str(error), "line": error.line}
    except MemoryError:
        return {"reason": f"takes more than {MEMORY // 2**20} MiB of memory to read"}
    except RecursionError:
        return {"reason": "nested too deeply"}
    except Exception:  # whatever a library makes of a file that is not as it should be
        return {"reason": _DAMAGED}
    return {
        "problems": problems,
        "documents": [
            {
                "id": one.id,
                "title": one.title,
                "text": one.text,
                "blocks": [[block.kind, block.section, block.parts] for block in one.blocks],
                "references": one.references,
            }
            for one in documents
        ],
    }


def _read_back(answer: dict[str, Any]) -> tuple[list[Document], Problems]:
    if "reason" in answer:
        raise Unreadable(answer["reason"], answer.get("line"))
    documents = [
        Document(
            one["id"],
            one["title"],
            one["text"],
            tuple(
                Block(
                    kind,
                    tuple(section),
                    tuple(Part(Span(*span), tuple(refs), name) for span, refs, name in parts),
                )
                for kind, section, parts in one["blocks"]
            ),
            tuple(Reference(*reference) for reference in one["references"]),
        )
        for one in answer["documents"]
    ]
    return documents, [(line, reason) for line, reason in answer["problems"]]
