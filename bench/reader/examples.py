"""Training examples: a question with pages of which some answer, or none does.

From sets of questions on encyclopedia passages (CMRC 2018, XQuAD), whose folder an environment
variable names, and from our own collections. Pages that do not answer are those that look most as
if they did. Three more kinds are made of the sets, so that a reader learns which thing is asked
about: the question asked of another title (nothing answers), the same with a twin of the passage
that is about that title (only the twin answers), and with another number (nothing answers).
"""

import json
import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.evaluation.run import Known
from wuzhen.bot.question.canonical import canonical
from wuzhen.bot.question.reading import read
from wuzhen.bot.ranking.reader import Page, page_of
from wuzhen.index.text.fold import fold

_SENTENCE = re.compile(r"[^。!?;\n]+[。!?;]*[」』”\"]?|\n")
_IN_BRACKETS = re.compile(r"\(.*?\)")
_NUMBERED = re.compile(r"[a-z]*-?\d+[a-z]?")
_LONGEST, _SHORTEST = 220, 8
"""Sentences, in characters; shorter ones are joined to the one before."""
_BEFORE = 30
_COMMON = 0.1
"""Pairs of characters in more than this share of sentences find nothing."""


@dataclass(frozen=True, slots=True)
class Example:
    """A folded question with pages; `answer` is what a page says, where it answers."""

    question: str
    pages: tuple[Page, ...]
    right: tuple[bool, ...]
    answers: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Sentence:
    passage: str
    title: str
    text: str
    before: str

    def page(self) -> Page:
        return Page(self.title, self.before, self.text)


def of_set(folder: Path, seed: int = 1, *, swapped: bool = True) -> list[Example]:
    """Make examples of a set: `passages.jsonl` and `questions.jsonl`."""
    rng = random.Random(seed)
    passages = {entry["id"]: entry for entry in _lines(folder / "passages.jsonl")}
    questions = list(_lines(folder / "questions.jsonl"))
    rng.shuffle(questions)
    sentences: list[_Sentence] = []
    own: dict[str, list[int]] = {}
    for name, entry in passages.items():
        title, before = fold(entry.get("title") or ""), ""
        own[name] = []
        for text in _sentences(fold(entry["text"])):
            own[name].append(len(sentences))
            sentences.append(_Sentence(name, title, text, before))
            before = text[-_BEFORE:]
    holding: dict[str, list[int]] = defaultdict(list)
    for at, sentence in enumerate(sentences):
        for pair in _pairs(sentence.text):
            holding[pair].append(at)
    titles = sorted({sentence.title for sentence in sentences if sentence.title})
    alike: dict[str, list[str]] = defaultdict(list)
    for title in titles:
        alike[title[-1]].append(title)
    found: list[Example] = []
    for entry in questions:
        question = fold(entry["question"])
        answers = [fold(answer) for answer in entry["answers"] if answer]
        members = own[entry["passage_id"]]
        right = [at for at in members if any(a in sentences[at].text for a in answers)]
        if not right:
            continue
        weights: defaultdict[int, float] = defaultdict(float)
        for pair in _pairs(question):
            places = holding.get(pair, ())
            if len(places) < len(sentences) * _COMMON:
                for at in places:
                    weights[at] += math.log(1 + len(sentences) / (1 + len(places)))
        best = max(right, key=lambda at: weights[at])
        answer = next(a for a in answers if a in sentences[best].text)
        same = sorted((at for at in members if at not in right), key=lambda at: -weights[at])
        others = [
            at
            for at in sorted(weights, key=lambda at: -weights[at])[:30]
            if at not in members and not any(a in sentences[at].text for a in answers)
        ][:8]
        wrong = same[:2] + rng.sample(others, min(2, len(others)))
        after = best + 1
        if after in members and after not in right and after not in wrong and rng.random() < 0.4:
            wrong.append(after)
        named = rng.random() >= 0.08
        pages = [_unnamed(sentences[at], named=named, rng=rng).page() for at in (best, *wrong)]
        found.append(_example(question, pages, 1, answer))
        if swapped:
            found.extend(
                _swapped(question, sentences[best], answer, pages[1:3], titles, alike, rng)
            )
            found.extend(
                _renumbered(
                    question, sentences[best], passages[entry["passage_id"]], pages[1:3], rng
                )
            )
    return found


def of_collection(librarian: Librarian, questions: Sequence[Known], seed: str) -> Iterator[Example]:
    """Make examples of a collection: pages are those that the program finds for its questions."""
    rng = random.Random(seed)
    collection = librarian.collection
    for known in questions:
        if known.kind == "chitchat":
            continue
        reading = read(canonical(known.question), collection)
        scores = collection.score(reading.question.core, reading.concepts)
        right: list[Page] = []
        wrong: list[Page] = []
        for number in scores.best(24).tolist():
            passage = collection.passages[number]
            label = _label(known, passage.document, passage.text)
            if label is not None:
                (right if label else wrong).append(page_of(collection, passage))
        asked = fold(" ".join((*known.history[-1:], known.question)))
        if not known.answerable:
            yield _example(asked, wrong[:4], 0, "", weight=1.5)
        elif right:
            hard = wrong[:3] + rng.sample(wrong[3:12], min(3, len(wrong[3:12])))
            said = next((f for fact in known.answers for f in fact if fold(f) in right[0].text), "")
            yield _example(asked, right[:2] + hard, len(right[:2]), fold(said))
            yield from _other_identifier(asked, right[0], wrong[:3], rng)


def _label(known: Known, document: str, text: str) -> bool | None:
    """Tell whether a passage answers; None where that cannot be told."""
    if not known.answerable or (known.documents and document not in known.documents):
        return False
    folded = fold(text)
    holds = any(fold(form) in folded for fact in known.answers for form in fact)
    pairs = _pairs(folded)
    shared = max(
        (
            len(pairs & own) / max(1, min(len(pairs), len(own)))
            for own in map(_pairs, map(fold, known.evidence))
        ),
        default=0.0,
    )
    if holds and shared >= 0.5:
        return True
    return None if holds or shared >= 0.6 else False


def _example(
    question: str, pages: Sequence[Page], right: int, answer: str, weight: float = 1.0
) -> Example:
    """Return an example, the first pages of which answer."""
    marks = tuple(at < right for at in range(len(pages)))
    said = tuple(
        answer if mark and answer in page.text else ""
        for mark, page in zip(marks, pages, strict=True)
    )
    return Example(question, tuple(pages), marks, said, weight)


def _swapped(
    question: str,
    best: _Sentence,
    answer: str,
    wrong: Sequence[Page],
    titles: Sequence[str],
    alike: dict[str, list[str]],
    rng: random.Random,
) -> Iterator[Example]:
    """Yield the question asked of another title, with or without a twin that answers it."""
    title = _IN_BRACKETS.sub("", best.title)
    if len(title) < 2 or title not in question or rng.random() >= 0.55:
        return
    like = [one for one in alike[best.title[-1]] if one != best.title]
    pool = like if like and rng.random() < 0.5 else titles
    other = _IN_BRACKETS.sub("", rng.choice(pool))
    if len(other) < 2 or other in best.text or title in other or other in title:
        return
    asked = question.replace(title, other)
    if rng.random() < 0.5:
        text, before = best.text.replace(title, other), best.before.replace(title, other)
        yield _example(asked, [Page(other, before, text), best.page(), *wrong], 1, answer)
    else:
        yield _example(asked, [best.page(), *wrong], 0, "")


def _renumbered(
    question: str,
    best: _Sentence,
    passage: dict[str, str],
    wrong: Sequence[Page],
    rng: random.Random,
) -> Iterator[Example]:
    """Yield the question with another number, which its passage does not have."""
    numbers = re.findall(r"\d+", question)
    if not numbers or rng.random() >= 0.5:
        return
    number = rng.choice(numbers)
    other = _changed(number, rng)
    if number in best.text and other not in passage["text"]:
        yield _example(question.replace(number, other, 1), [best.page(), *wrong], 0, "")


def _other_identifier(
    question: str, right: Page, wrong: Sequence[Page], rng: random.Random
) -> Iterator[Example]:
    """Yield the question with another model number, article or date, which no page has."""
    own = f"{right.heading} {right.text}"
    named = [n for n in _NUMBERED.findall(question) if any(map(str.isdigit, n)) and n in own]
    if not named or rng.random() >= 0.6:
        return
    name = rng.choice(named)
    other = _changed(name, rng)
    if all(other not in f"{page.heading}{page.text}" for page in (right, *wrong)):
        yield _example(question.replace(name, other, 1), [right, *wrong], 0, "")


def _changed(name: str, rng: random.Random) -> str:
    at = rng.choice([at for at, character in enumerate(name) if character.isdigit()])
    return f"{name[:at]}{(int(name[at]) + rng.randint(1, 8)) % 10}{name[at + 1 :]}"


def _unnamed(sentence: _Sentence, *, named: bool, rng: random.Random) -> _Sentence:
    """Return a sentence whose thing is named above it alone, now and then."""
    title = _IN_BRACKETS.sub("", sentence.title).strip()
    text = sentence.text
    if rng.random() < 0.3 and len(title) > 1 and text.startswith(title):
        rest = text[len(title) :]
        if len(rest) >= 12:
            text = rng.choice(("", "其", "它", "该处", "他")) + rest.lstrip("、,")
    return _Sentence(sentence.passage, sentence.title if named else "", text, sentence.before)


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for piece in _SENTENCE.findall(text):
        if not (piece := piece.strip()):
            continue
        if found and min(len(piece), len(found[-1])) < _SHORTEST:
            found[-1] += piece
        else:
            found.append(piece)
    return [sentence[:_LONGEST] for sentence in found]


def _pairs(text: str) -> set[str]:
    letters = re.sub(r"[^\w]", "", text)
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def _lines(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
