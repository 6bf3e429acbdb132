"""Messages: within the limits, entities at the right UTF-16 units, quotes character for character.

The emulator's own reading of entities, which shares no code with the bot, is the judge.
"""

import json
from typing import Any

from aiogram.types import MessageEntity
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram.conftest import Scripted
from tests.telegram.emulator import utf16_length, utf16_slice
from tests.telegram.emulator.text import format_message
from tests.telegram.talk import Talk
from wuzhen.bot.anchors import anchor
from wuzhen.bot.telegram.messages import messages
from wuzhen.bot.telegram.messages.entities import (
    LONGEST_TEXT,
    MOST_ENTITIES,
    Mark,
    Rich,
    shorten,
    split,
    units,
)
from wuzhen.bot.telegram.messages.excerpts import Excerpt, Kept, kept
from wuzhen.bot.telegram.messages.languages import LANGUAGES, Language, simplified
from wuzhen.index.document import Span

# Mostly what documents are made of, with characters beyond U+FFFF among it.
CHARACTERS = st.sampled_from("志願者服務AB 12,。！；、\n𠮷𠀋😀👩‍👧é\u0301[](*_<>&`~|")
TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=200),
    st.text(max_size=60),
    st.builds(
        lambda text, times: text * times,
        st.text(CHARACTERS, min_size=1, max_size=60),
        st.integers(1, 300),
    ),
)
WORDS = TEXTS.filter(lambda text: bool(text.strip()))


@st.composite
def marked(draw: st.DrawFn, most: int = 400) -> Rich:
    """A text with marks that lie side by side, as highlights do."""
    text = draw(WORDS)
    count = draw(st.integers(0, min(most, len(text) // 2)))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), min_size=0, max_size=2 * count)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return Rich(text, tuple(Mark(start, end, "bold") for start, end in pairs))


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    body = draw(marked(most=200))
    name = st.text(CHARACTERS, max_size=40)
    long = st.text(CHARACTERS, min_size=300, max_size=900)
    return Excerpt(
        text=body.text,
        marks=tuple(Span(mark.start, mark.end) for mark in body.marks),
        title=draw(name),
        section=tuple(draw(st.lists(st.one_of(name, long), max_size=4))),
        refs=tuple(draw(st.lists(st.integers(1, 999).map(str), max_size=150))),
        key="AAAAAAAA",
        url=draw(st.sampled_from(["", "https://example.org/town.html#p_AAAAAAAA"])),
    )


ANSWERS = st.builds(
    Kept,
    answered=st.booleans(),
    confidence=st.floats(0, 1),
    quotes=st.lists(excerpts(), max_size=4).map(tuple),
    related=st.lists(excerpts(), max_size=3).map(tuple),
    notice=st.one_of(st.none(), WORDS),
    language=st.sampled_from(LANGUAGES),
    simplified=st.booleans(),
)


def accepted(text: Rich) -> dict[str, Any]:
    """A message's parameters, accepted by the emulator."""
    payload = messages.payload(text)
    entities = [MessageEntity(**one) for one in payload.get("entities", ())]
    format_message(payload["text"], entities, None)
    return payload


def stretches(payload: dict[str, Any], *kinds: str) -> list[str]:
    return [
        utf16_slice(payload["text"], one["offset"], one["length"])
        for one in payload.get("entities", ())
        if one["type"] in kinds
    ]


def seen(text: str) -> str:
    """The text without what a message may lose at its ends: white space and controls."""
    return "".join(one for one in text if one > " " and not one.isspace())


class TestLinks:
    """Quotes lead to their place in a page of the documents, where one is known."""

    PAGE = "https://example.org/article.html"

    def linked(self, payload: dict[str, Any]) -> dict[str, str]:
        return {
            utf16_slice(payload["text"], one["offset"], one["length"]): one["url"]
            for one in payload.get("entities", ())
            if one["type"] == "text_link"
        }

    async def test_a_quote_links_to_its_anchor(self, talk: Talk, librarian: Scripted) -> None:
        librarian.page = self.PAGE
        librarian.script("志願者", ["1240名志願者"], ["十到二十人為一組"], bold="1240名")
        (shown,) = await talk.say("志願者")
        passages = librarian.collection.passages
        one, other = (
            passages[librarian.passage(words)] for words in ("1240名志願者", "十到二十人為一組")
        )
        assert self.linked(shown.params) == {
            shown.text.splitlines()[-1]: f"{self.PAGE}#{anchor(one)}"
        }
        related = (await talk.press(shown, "下一則")).message
        assert list(self.linked(related.params).values()) == [f"{self.PAGE}#{anchor(other)}"]
        # Around the quote the link still leads to the quote itself.
        around = (await talk.press(shown, "上下文")).message
        assert list(self.linked(around.params).values()) == [f"{self.PAGE}#{anchor(one)}"]
        inline = (await talk.inline("志願者"))["results"][0]["input_message_content"]
        links = self.linked({"text": inline["message_text"], "entities": inline["entities"]})
        assert f"{self.PAGE}#{anchor(one)}" in links.values()

    async def test_every_row_links_to_its_own(self, talk: Talk, librarian: Scripted) -> None:
        librarian.page = self.PAGE
        (shown,) = await talk.say("/schedule 12月4日")
        rows = [p for p in librarian.collection.passages if p.kind == "row" and p.cell("time")]
        anchors = {f"{self.PAGE}#{anchor(row)}" for row in rows}
        links = [one["url"] for one in shown.params["entities"] if one["type"] == "text_link"]
        assert len(links) == shown.text.count("📍") > 2
        assert len(set(links)) == len(links)
        assert set(links) <= anchors

    async def test_none_where_no_page_is_known_or_nobody_can_open_it(
        self, talk: Talk, librarian: Scripted
    ) -> None:
        for page in (None, "file:///home/ada/article.html"):
            librarian.page = page
            librarian.script("志願者", ["1240名志願者"], ["十到二十人為一組"])
            for text in ("志願者", "/schedule", "/ref 8"):
                (shown,) = await talk.say(text)
                assert self.linked(shown.params) == {}


class TestLimits:
    @given(ANSWERS, st.sampled_from(LANGUAGES))
    def test_any_answer_is_accepted(self, answer: Kept, language: Language) -> None:
        for page in messages.answer(answer, language):
            payload = accepted(page.text)
            assert utf16_length(payload["text"]) <= LONGEST_TEXT
            assert len(payload.get("entities", ())) <= MOST_ENTITIES

    @given(marked(), st.integers(2, 60), st.integers(1, 5))
    def test_parts_make_up_the_whole(self, whole: Rich, longest: int, most: int) -> None:
        parts = split(whole, longest, most)
        # Blank parts are left out, so that blanks are all that may be missing.
        joined = "".join(part.text for part in parts)
        assert seen(joined) == seen(whole.text)
        assert len(parts) != 1 or joined == whole.text or len(whole.text) > len(joined.rstrip())
        for part in parts:
            assert utf16_length(part.text) <= longest
            assert len(part.marks) <= most

    @given(marked(), st.integers(2, 300), st.integers(2, 20))
    def test_marked_characters_stay_marked(self, whole: Rich, longest: int, most: int) -> None:
        pieces = "".join(
            part.text[mark.start : mark.end]
            for part in split(whole.within("blockquote"), longest, most)
            for mark in part.marks
            if mark.kind == "bold"
        )
        wanted = "".join(whole.text[mark.start : mark.end] for mark in whole.marks)
        assert seen(pieces) == seen(wanted)

    def test_more_marks_than_a_message_may_have_take_several(self) -> None:
        many = Rich("甲乙" * 250, tuple(Mark(2 * n, 2 * n + 1, "bold") for n in range(250)))
        pages = messages.paged(many.within("blockquote"))
        assert len(pages) == 3
        bold = [piece for page in pages for piece in stretches(accepted(page.text), "bold")]
        assert bold == ["甲"] * 250

    @given(TEXTS)
    def test_units(self, text: str) -> None:
        assert units(text) == utf16_length(text)

    @given(TEXTS, st.integers(3, 80))
    def test_a_short_form_fits_and_begins_as_the_text(self, text: str, most: int) -> None:
        short = shorten(text, most)
        assert utf16_length(short) <= most
        assert " ".join(text.split()).startswith(short.removesuffix("…"))


class TestQuotes:
    @given(excerpts(), st.sampled_from(LANGUAGES))
    def test_the_words_are_the_documents(self, shown: Excerpt, language: Language) -> None:
        """All blockquotes together are the quote, whatever number of pages it takes."""
        pages = messages.paged(messages.quote(shown, language))
        found = [
            piece
            for page in pages
            for piece in stretches(accepted(page.text), "blockquote", "expandable_blockquote")
        ]
        assert seen("".join(found)) == seen(shown.text)
        if len(pages) == 1 and seen(shown.text):
            assert found == [shown.text]

    @given(excerpts(), st.sampled_from(LANGUAGES))
    def test_bold_is_what_was_highlighted(self, shown: Excerpt, language: Language) -> None:
        text = messages.quote(shown, language)
        found = [text.text[mark.start : mark.end] for mark in text.marks if mark.kind == "bold"]
        assert found == [shown.text[mark.start : mark.end] for mark in shown.marks]

    @given(excerpts())
    def test_markup_means_nothing(self, shown: Excerpt) -> None:
        assert "parse_mode" not in messages.payload(messages.quote(shown, "en"))

    @given(excerpts(), st.sampled_from(LANGUAGES))
    def test_the_simplified_rendering_stands_beside_not_instead(
        self, shown: Excerpt, language: Language
    ) -> None:
        plain = messages.quote(shown, language)
        both = messages.quote(shown, language, beside=True)
        assert both.text.startswith(plain.text)
        assert both.text.endswith(simplified(shown.text))

    def test_references_and_section_stand_below(self) -> None:
        shown = Excerpt("甲𠮷乙", (Span(1, 2),), "題", ("一", "二"), ("2", "3"), "k")
        text = messages.quote(shown, "hant")
        assert text.text == "甲𠮷乙\n題 › 一 › 二 [2][3]"
        assert text.entities() == [
            {"type": "blockquote", "offset": 0, "length": 4},
            {"type": "bold", "offset": 1, "length": 2},
        ]


@given(ANSWERS)
def test_what_is_kept_comes_back(answer: Kept) -> None:
    assert kept(json.loads(json.dumps(answer.as_json()))) == answer


def test_names_of_another_version_are_left_out() -> None:
    answer = Kept(True, 0.5, (), (), None, "hant", history=("一",))
    assert kept({**answer.as_json(), "new": 1}) == answer
    assert kept({"quotes": [{"text": "甲", "new": 1}]}) == Kept(quotes=(Excerpt("甲"),))
