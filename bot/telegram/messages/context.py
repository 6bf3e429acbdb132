"""What stands around what was quoted, in the documents as they are now."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.telegram.messages import messages
from wuzhen.bot.telegram.messages.entities import Rich, rich
from wuzhen.bot.telegram.messages.excerpts import Excerpt, excerpt, find, side_by_side
from wuzhen.bot.telegram.messages.languages import Language
from wuzhen.bot.telegram.messages.messages import Page
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.index.document import Span


class _Around(NamedTuple):
    """Quotes that stand near one another, and the passages there: none if they are gone."""

    quoted: tuple[Excerpt, ...]
    own: frozenset[int]
    """The numbers of the passages quoted."""
    passages: frozenset[int] = frozenset()
    """Their numbers, and those of the passages around them."""

    @property
    def more(self) -> bool:
        """Whether there is more to read than the quotes themselves."""
        return self.passages > self.own


def pages(
    shown: Sequence[Excerpt], language: Language, librarian: Librarian, *, beside: bool
) -> list[Page]:
    """Return every quote among the passages around it; where there are none, a line says so."""
    found = _around(shown, librarian)
    whole = Rich()
    if there := [one for one in found if one.own]:
        title = "context_title" if any(one.more for one in there) else "context_none"
        whole += say(title, language)
        for one in there:
            whole += rich("\n\n") + _text(one, language, librarian, beside=beside)
    if gone := [one for one in found if not one.own]:
        whole += ("\n\n" if there else "") + say("changed", language)
        for one in gone:
            whole += rich("\n\n") + messages.quote(one.quoted[0], language, beside=beside)
    return messages.paged(whole)


def _around(shown: Iterable[Excerpt], librarian: Librarian) -> list[_Around]:
    """Put together the quotes whose surroundings overlap, in the order of the first of each."""
    found: list[_Around] = []
    for one in shown:
        names = (one.key, *one.others)
        own = frozenset(place for name in names if (place := find(librarian, name)) is not None)
        if not own:
            found.append(_Around((one,), own))
            continue
        first, last = min(own), max(own)
        near = (*librarian.context(first).passages, *librarian.context(last).passages)
        new = _Around((one,), own, frozenset((*near, *range(first, last + 1))))
        touching = [each for each in found if each.passages & new.passages]
        for each in touching:
            new = _Around(
                each.quoted + new.quoted, each.own | new.own, each.passages | new.passages
            )
        at = found.index(touching[0]) if touching else len(found)
        found = [*found[:at], new, *(each for each in found[at:] if each not in touching)]
    return found


def _text(one: _Around, language: Language, librarian: Librarian, *, beside: bool) -> Rich:
    members = [librarian.collection.passages[number] for number in sorted(one.passages)]
    if any(passage.names for passage in members):
        rows = side_by_side(members, librarian)
        keys = frozenset(each.key for each in one.quoted)
        return messages.passages(rows, language, beside=beside, centre=keys)
    whole = excerpt(librarian.quote(members), librarian.collection)
    # The link leads to what was quoted, not to where its surroundings begin.
    centre = librarian.collection.passages[min(one.own)]
    url = excerpt(librarian.quote([centre]), librarian.collection).url
    marks = dict.fromkeys(mark for each in one.quoted for mark in _marks(each, whole, librarian))
    shown = replace(whole, marks=tuple(sorted(marks)), url=url)
    return messages.quote(shown, language, beside=beside)


def _marks(quoted: Excerpt, whole: Excerpt, librarian: Librarian) -> list[Span]:
    """Return where a quote's highlights stand in the text around it; all of it if it has none."""
    start = whole.text.find(quoted.text)
    if start >= 0:
        marks = quoted.marks or (Span(0, len(quoted.text)),)
        return [Span(mark.start + start, mark.end + start) for mark in marks]
    # Something stands between the passages that it consists of.
    places = (find(librarian, name) for name in (quoted.key, *quoted.others))
    texts = (librarian.collection.passages[place].text for place in places if place is not None)
    return [Span(at, at + len(text)) for text in texts if (at := whole.text.find(text)) >= 0]
