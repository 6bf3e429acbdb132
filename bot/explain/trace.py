"""What an explanation of an answer says: the reading, the terms, the scores, the decision."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that was set right."""

    typed: str
    taken_for: str


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a question was read; what it names is given in its folded words."""

    language: str
    core: str
    """The part that asks, folded, put into Mandarin and set right."""
    corrections: tuple[Correction, ...]
    dates: tuple[str, ...]
    times: tuple[str, ...]
    parts_of_day: tuple[str, ...]
    day: int | None
    """A day by its order; -1 is the last."""
    rooms: tuple[str, ...]
    numbers: tuple[str, ...]
    editions: tuple[str, ...]
    references: tuple[str, ...]
    kinds: tuple[str, ...]
    """The kinds of things asked for."""
    focus: tuple[str, ...]
    """The words that name what is asked for."""
    asks: tuple[str, ...]
    """What else its form tells: `yes or no`, `list`, `definition`, `which reference`."""
    leans: bool
    """Whether its own words lean on something said before."""
    from_history: tuple[str, ...]
    """The words that earlier questions added."""
    passages_before: tuple[int, ...]
    """The passages that answered the earlier question it was taken to go on from."""
    consists_of: tuple[str, ...]
    """The questions that it was split into; empty when it is one."""


@dataclass(frozen=True, slots=True)
class Form:
    """A term under which a text may hold a concept."""

    term: str
    weight: float
    source: str
    """`said`, `synonym`, `sound` or `english`."""
    where: str
    """`passage`, `block` (around it, or its headings), `elsewhere` in the collection, `nowhere`."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A concept that was looked for, and where the first passage has it."""

    term: str
    kind: str
    """`word`, `pair`, `number` or `date or time`."""
    counts: bool
    """False for words that carry no subject of their own."""
    tells: float
    """Its inverse document frequency among the blocks."""
    weight: float
    """How much of that counts: less for what only an earlier question said."""
    forms: tuple[Form, ...]

    @property
    def where(self) -> str:
        """The nearest place where one of its forms stands."""
        order = ("passage", "block", "elsewhere", "nowhere")
        return min((form.where for form in self.forms), key=order.index, default="nowhere")


@dataclass(frozen=True, slots=True)
class Moved:
    """A piece of evidence, its weight in the model, and the product of the two."""

    name: str
    value: float
    weight: float
    product: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate: what each stage made of it."""

    passage: int
    """Its number as `wuzhen show` has it, counted from one; so are others here."""
    document: str
    section: tuple[str, ...]
    refs: tuple[str, ...]
    text: str
    bm25: float
    """Of the passage alone, as a share of what the concepts weigh."""
    block_bm25: float
    meaning: float
    """Cosine with the question; 0 without embeddings."""
    match: float | None
    """The same by a model of questions and answers; None where there is none."""
    found: float
    """The score by which search found it."""
    score: float
    """The score by which it was ranked."""
    quoted: bool
    moved: tuple[Moved, ...]
    """What moved its score most."""
    behind: tuple[Moved, ...]
    """What moved it most behind the first candidate, or nearer to it; empty for the first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why it was answered or refused, and how far it was from the other."""

    answered: bool
    how: str
    """`small talk`, `unreadable`, `reference`, `timetable`, `parts` or `ranking`."""
    because: str
    confidence: float
    threshold: float
    margin: float | None
    """The log-odds of the confidence: how much evidence less would have refused, or, below 0, how
    much more would have answered. None where nothing was ranked."""
    answer_logit: float | None
    """Whether the first candidate answers, at first sight; 0 is the threshold."""
    subject_logit: float | None
    """Whether the text speaks of the subject at all."""
    answer_moved: tuple[Moved, ...] = ()
    subject_moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of answering, and how long it took."""

    name: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an answer came about."""

    question: str
    history: tuple[str, ...]
    verdict: Verdict
    reading: ReadAs | None = None
    """None where there was nothing to read."""
    concepts: tuple[Looked, ...] = ()
    candidates: tuple[Weighed, ...] = ()
    """The first few, best first."""
    stages: tuple[Stage, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the explanation as what `ask --json --explain` prints."""
        made: dict[str, Any] = _rounded(asdict(self))
        return made


def _rounded(value: Any) -> Any:
    """Return a value of JSON with its numbers short enough to read."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
