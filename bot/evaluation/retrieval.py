"""Measuring retrieval alone: `passages.jsonl` and `questions.jsonl`, a right passage each."""

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from wuzhen.bot.errors import InputError
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import Collection, open_collection
from wuzhen.index.vectors.encoders import encoder

_DEPTHS = (1, 3, 10)


def measure(folder: Path, embeddings: str) -> dict[str, float]:
    """Build an index of a retrieval set's passages and ask its questions.

    A hit at k is the right passage among the first k. Raises `InputError`.
    """
    passages = _read(folder / "passages.jsonl")
    questions = _read(folder / "questions.jsonl")
    model = encoder(embeddings)
    with tempfile.TemporaryDirectory() as made:
        knowledge = Path(made) / "knowledge"
        knowledge.mkdir()
        with (knowledge / "passages.jsonl").open("w", encoding="utf-8") as file:
            for passage in passages:
                file.write(json.dumps(passage, ensure_ascii=False) + "\n")
        build(knowledge, Path(made) / "index", model)
        collection = open_collection(Path(made) / "index", model)
    ranks: list[int] = []
    times: list[float] = []
    for entry in questions:
        start = time.perf_counter()
        order = ranking(collection, str(entry["question"]))
        times.append((time.perf_counter() - start) * 1000)
        right = str(entry["passage_id"])
        ranks.append(order.index(right) + 1 if right in order else len(order) + 1)
    return {
        "passages": len(passages),
        "questions": len(questions),
        **{f"hit@{k}": sum(rank <= k for rank in ranks) / len(ranks) for k in _DEPTHS},
        "mrr": statistics.fmean(1 / rank for rank in ranks),
        "ms median": statistics.median(times),
    }


def ranking(collection: Collection, question: str) -> list[str]:
    """Return the ids of all documents, best first by the best of their passages."""
    order = collection.score(question, collection.read(question)).best().tolist()
    return list(dict.fromkeys(collection.passages[number].document for number in order))


def as_text(figures: dict[str, float]) -> str:
    """Return the figures, one a line."""
    return "\n".join(
        f"{name:<10} {value:.0f}" if value == int(value) else f"{name:<10} {value:.4f}"
        for name, value in figures.items()
    )


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read: name a retrieval set's folder") from error
