"""Questions a second over HTTP beside `wuzhen ask --batch`, and what slow clients do to it.

python -m bench.serving [QUESTIONS]
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import httpx
import numpy as np

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "tests" / "collections" / "conference" / "questions.jsonl"
CONNECTIONS = 50
HALF_SENT = 1_100


def questions(count: int) -> list[str]:
    """Return so many different questions: ours, with what changes no answer behind them."""
    lines = QUESTIONS.read_text("utf-8").splitlines()
    own = [json.loads(line)["question"] for line in lines]
    return [f"{one}{' ' * (n // len(own))}" for n, one in enumerate(islice(cycle(own), count))]


def batch(asked: list[str], folders: list[str]) -> float:
    """Return questions a second of `ask --batch`, from the first answer to the last."""
    lines = "".join(json.dumps({"question": one}) + "\n" for one in asked).encode()
    command = [sys.executable, "-m", "wuzhen", "ask", "--batch", "-", *folders]
    with tempfile.TemporaryFile() as file:
        file.write(lines)
        file.seek(0)
        with subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            begun = time.perf_counter()
            left = sum(1 for _ in process.stdout)
    return left / (time.perf_counter() - begun)


async def http(asked: list[str], address: str) -> tuple[float, list[float], list[int]]:
    """Return questions a second, each one's seconds and status, from 50 connections."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    turns = asyncio.Semaphore(CONNECTIONS)
    seconds: list[float] = []
    statuses: list[int] = []
    async with httpx.AsyncClient(limits=limits, timeout=120) as client:

        async def ask(question: str) -> None:
            async with turns:
                begun = time.perf_counter()
                response = await client.post(f"{address}/v1/ask", json={"question": question})
                seconds.append(time.perf_counter() - begun)
                statuses.append(response.status_code)

        begun = time.perf_counter()
        await asyncio.gather(*map(ask, asked))
        return len(asked) / (time.perf_counter() - begun), seconds, statuses


async def half_sent(address: str, count: int) -> list[asyncio.StreamWriter]:
    """Open connections that send half a request and no more."""
    host, port = address.removeprefix("http://").split(":")
    writers = []
    for _ in range(count):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v1/ask HTTP/1.1\r\nHost: loc")
        writers.append(writer)
    return writers


async def measure(asked: list[str], address: str) -> None:
    """Print the figures of the server."""
    for name, slow in (("HTTP", 0), (f"HTTP beside {HALF_SENT} half-sent requests", HALF_SENT)):
        writers = await half_sent(address, slow)
        rate, seconds, statuses = await http(asked, address)
        median, late = np.percentile(seconds, (50, 99)) * 1000
        print(
            f"{name}: {rate:.0f} questions a second; {median:.0f} ms at the median, "
            f"{late:.0f} ms at the 99th percentile; answered: {statuses.count(200)} of {len(asked)}"
        )
        for writer in writers:
            writer.close()


def main() -> None:
    """Build an index, and measure both ways on the same questions."""
    asked = questions(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
    with tempfile.TemporaryDirectory() as folder:
        folders = ["--knowledge", str(ROOT / "knowledge"), "--index", str(Path(folder) / "index")]
        subprocess.run([sys.executable, "-m", "wuzhen", "build", *folders], check=True)
        print(f"batch: {batch(asked, folders):.0f} questions a second")
        command = [sys.executable, "-m", "wuzhen", "serve", "--port", "0", *folders]
        environment = {**os.environ, "WUZHEN_SERVE_RATE": "0"}
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        try:
            assert process.stderr is not None
            found = re.search(r"http://[\d.:]+", process.stderr.readline())
            assert found, "the server did not start"
            asyncio.run(measure(asked, found[0]))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


if __name__ == "__main__":
    main()
