"""Fit the weights in `bot/model.json` on the questions in `tests/collections`: `make fit`.

Two linear models. The order of passages is a conditional logit (McFadden, 1974) over each
question's candidates; whether the text answers at all is a logistic regression on the evidence
for the first of them. Each collection is held out in turn (folds by document), and the figures
printed are those of the held-out collections; the weights written are fitted on all.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot import model as fitted
from bot.answer import quote
from bot.evaluation import report
from bot.evaluation.run import Known, Result, ask_all, places, read_questions
from bot.evidence import FEATURES, Candidate
from bot.librarian import Librarian
from bot.model import ANSWER_FEATURES, Model, answer_evidence
from index.build import build
from index.meaning import encoder
from index.search import Collection, open_collection

ROOT = Path(__file__).parents[1]
COLLECTIONS = ROOT / "tests" / "collections"
MODEL = ROOT / "bot" / "model.json"

_RANK_PENALTY = 1.0
_ANSWER_PENALTY = 1.0
_STEPS = 800

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One question that is answered by ranking: its candidates, and which of them answer."""

    collection: str
    known: Known
    candidates: tuple[Candidate, ...]
    features: Array
    """Shape `(candidates, len(FEATURES))`."""
    right: Array
    """Shape `(candidates,)`, 1 where the passage answers."""
    about: dict[str, float]


def load_collections() -> dict[str, tuple[Collection, list[Known]]]:
    """Build and open every collection that has questions."""
    model = encoder("auto")
    opened: dict[str, tuple[Collection, list[Known]]] = {}
    for folder in sorted(COLLECTIONS.iterdir()):
        if not (folder / "questions.jsonl").exists():
            continue
        knowledge = folder / "knowledge"
        with tempfile.TemporaryDirectory() as made:
            build(knowledge if knowledge.exists() else ROOT / "knowledge", Path(made), model)
            collection = open_collection(Path(made), model)
        opened[folder.name] = collection, read_questions(folder / "questions.jsonl")
    return opened


def examples(name: str, collection: Collection, questions: Sequence[Known]) -> list[Example]:
    """Return the questions that go to the ranking, with the evidence for each candidate."""
    librarian = Librarian(collection)
    found: list[Example] = []
    for known in questions:
        if known.kind == "chitchat":
            continue
        found_before = librarian.find(known.question, known.history)
        reading = found_before.reading
        candidates = librarian.candidates(reading)
        if not candidates or found_before.structured:
            continue
        right = np.zeros(len(candidates))
        if known.answerable:
            for at, candidate in enumerate(candidates):
                document = collection.documents[candidate.passage.document]
                if places(known, [quote(document, [candidate.passage])]):
                    right[at] = 1.0
        found.append(
            Example(
                name,
                known,
                tuple(candidates),
                np.stack([c.features for c in candidates]),
                right,
                librarian.about(reading),
            )
        )
    return found


def fit_rank(training: Sequence[Example]) -> Array:
    """Fit the order of passages; returns a weight for each of `FEATURES`."""
    usable = [e for e in training if 0 < e.right.sum() < len(e.right)]
    width = max(len(e.right) for e in usable)
    x = np.zeros((len(usable), width, len(FEATURES)))
    mask = np.zeros((len(usable), width), bool)
    right = np.zeros((len(usable), width))
    for at, e in enumerate(usable):
        x[at, : len(e.right)] = e.features
        mask[at, : len(e.right)] = True
        right[at, : len(e.right)] = e.right
    scale = x[mask].std(axis=0) + 1e-6
    x = x / scale
    weights = np.zeros(len(FEATURES))
    pace = np.zeros_like(weights)
    for _ in range(_STEPS):
        logits = np.where(mask, x @ weights, -1e9)
        logits -= logits.max(axis=1, keepdims=True)
        chance = np.exp(logits) * mask
        chance /= chance.sum(axis=1, keepdims=True)
        among = chance * right
        among /= among.sum(axis=1, keepdims=True) + 1e-12
        slope = np.einsum("qc,qcf->f", among - chance, x) / len(usable)
        slope -= _RANK_PENALTY * weights / len(usable)
        pace = 0.9 * pace + 0.1 * slope
        weights += 0.5 * pace
    return weights / scale


def fit_answer(evidence: Array, right: Array, importance: Array) -> tuple[Array, float]:
    """Fit whether the first passage answers; returns weights and a bias."""
    mean, scale = evidence.mean(axis=0), evidence.std(axis=0) + 1e-6
    x = (evidence - mean) / scale
    weights = np.zeros(x.shape[1])
    bias = 0.0
    pace = np.zeros_like(weights)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights + bias, -30, 30)))
        error = (right - chance) * importance
        slope = x.T @ error / len(right) - _ANSWER_PENALTY * weights / len(right)
        pace = 0.9 * pace + 0.1 * slope
        weights += 0.5 * pace
        bias += 0.5 * float(error.mean())
    weights = weights / scale
    return weights, bias - float(weights @ mean)


def answer_rows(model: Model, own: Sequence[Example]) -> list[tuple[Array, float]]:
    """Return the evidence for each question's first passage, and whether it should be answered."""
    return [
        (answer_evidence(model.order(e.candidates), e.about), float(e.known.answerable))
        for e in own
    ]


def fit(
    names: Sequence[str], known_examples: dict[str, list[Example]], false_refusals: float
) -> Model:
    """Fit both models on some collections."""
    rank = fit_rank([e for name in names for e in known_examples[name]])
    blank = Model(rank, np.zeros(len(ANSWER_FEATURES)), 0.0, 0.0)
    rows: list[tuple[Array, float]] = []
    importance: list[float] = []
    for name in names:
        own = answer_rows(blank, known_examples[name])
        rows.extend(own)
        importance.extend([100 / len(own)] * len(own))
    evidence = np.stack([row for row, _ in rows])
    right = np.array([answerable for _, answerable in rows])
    weights, bias = fit_answer(evidence, right, np.array(importance))
    model = Model(rank, weights, bias, 0.0)
    asked = sorted(model.probability(row) for row, answerable in rows if answerable)
    return replace(model, threshold=asked[int(false_refusals * len(asked))])


def main() -> None:
    """Print the figures of the held-out collections, and write the weights fitted on all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--false-refusals", type=float, default=0.05)
    parser.add_argument("--dry", action="store_true", help="write nothing")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    opened = load_collections()
    known_examples = {
        name: examples(name, collection, questions)
        for name, (collection, questions) in opened.items()
    }
    results: dict[str, list[Result]] = {}
    for held_out, (collection, questions) in opened.items():
        names = [name for name in opened if name != held_out]
        model = fit(names, known_examples, options.false_refusals)
        results[held_out] = ask_all(Librarian(collection, model), questions)
    _print(results)
    if options.misses:
        from bot.render import terminal

        for name, own in results.items():
            print(f"\n=== {name}")
            terminal.console().print(report.misses(own))
    if not options.dry:
        _write(fit(list(opened), known_examples, options.false_refusals))


def _print(results: dict[str, list[Result]]) -> None:
    from bot.render import terminal

    everything = [r for own in results.values() for r in own]
    screen = terminal.console()
    screen.print(report.as_table(everything))
    for name, own in results.items():
        values = report.figures(own)
        near = [r for r in own if r.known.kind == "unanswerable-near"]
        print(
            f"{name:<14} hit@1 {values['hit@1']:.3f}  hit@3 {values['hit@3']:.3f}  "
            f"refs {values['references right'] or 0:.3f}  false {values['refused falsely']:.3f}  "
            f"near refused {sum(not r.answer.answered for r in near) / len(near):.3f}  "
            f"auroc {values['auroc']:.3f}"
        )
    print("\nfalse refusals → near unanswerables refused (held out)")
    asked = sorted(r.answer.confidence for r in everything if r.known.answerable)
    near_all = [r.answer.confidence for r in everything if r.known.kind == "unanswerable-near"]
    for share in (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
        at = asked[int(share * len(asked))]
        print(f"  {share:.2f} → {sum(c < at for c in near_all) / len(near_all):.3f}")


def _write(model: Model) -> None:
    content = {
        "rank": {n: round(float(w), 4) for n, w in zip(FEATURES, model.rank, strict=True)},
        "answer": {
            n: round(float(w), 4) for n, w in zip(ANSWER_FEATURES, model.answer, strict=True)
        },
        "bias": round(model.bias, 4),
        "threshold": round(model.threshold, 4),
    }
    MODEL.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    fitted.load.cache_clear()


if __name__ == "__main__":
    main()
