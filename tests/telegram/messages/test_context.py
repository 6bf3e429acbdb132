"""What stands around a quote: offered where there is something, for every quote of an answer."""

import pytest

from tests.telegram.conftest import Scripted
from tests.telegram.talk import Talk
from wuzhen.bot.telegram.messages import context
from wuzhen.bot.telegram.messages.excerpts import alone, excerpt
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import Collection, open_collection

TOWN = """# The town

## The bridge

The stone bridge has three arches. [1]

## The mill

The mill was built in 1872. [2] It ground corn. [3] It was closed in 1950. [4]

A fire took its roof. [5] The wheel is left. [6]

## The market

The market opens at dawn. [7]
"""


@pytest.fixture(scope="session")
def town_collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder = tmp_path_factory.mktemp("town")
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "town.md").write_text(TOWN, "utf-8")
    build(folder / "knowledge", folder / "index", None)
    return open_collection(folder / "index", None)


@pytest.fixture
def town(town_collection: Collection) -> Scripted:
    return Scripted(town_collection)


@pytest.fixture
def in_town(talk: Talk, town: Scripted) -> Talk:
    talk.librarian = town
    return talk


class TestOneAlone:
    async def test_no_button_leads_to_nothing_more(self, in_town: Talk, town: Scripted) -> None:
        town.script("bridge", ["three arches"], ["built in 1872", "at dawn"])
        (shown,) = await in_town.say("bridge")
        assert shown.labels == ["下一則 ▶", "👍", "👎"]
        mill = (await in_town.press(shown, "下一則")).message
        assert "📖 上下文" in mill.labels
        market = (await in_town.press(mill, "下一則")).message
        assert market.labels == ["◀ 上一則"]
        assert (await in_town.press(market, "上一則")).message.labels == mill.labels

    async def test_an_old_button_says_so(self, in_town: Talk, town: Scripted) -> None:
        town.script("bridge", ["three arches"])
        (shown,) = await in_town.say("bridge")
        data = shown.button("👍").replace(":up:", ":show:") + ":c0.0"
        alone = (await in_town.press_data(shown, data)).message
        assert alone.text.startswith("這裡只有這一段")
        assert alone.quotes == shown.quotes
        assert (await in_town.press(alone, "返回")).message.text == shown.text

    async def test_a_link_to_it_says_so(self, in_town: Talk, town: Scripted) -> None:
        passage = town.collection.passages[town.passage("three arches")]
        name = excerpt(town.quote([passage]), town.collection).key
        (opened,) = await in_town.say(f"/start p_{name}")
        assert opened.text.startswith("這裡只有這一段")
        assert opened.labels == []


class TestSeveral:
    async def test_the_context_of_both(self, in_town: Talk, town: Scripted) -> None:
        town.script("both", ["three arches", "ground corn"])
        (shown,) = await in_town.say("both")
        around = (await in_town.press(shown, "上下文")).message
        first, second = around.quotes
        assert first == "The stone bridge has three arches."
        assert "built in 1872" in second
        assert "closed in 1950" in second
        assert around.parts("bold") == ["The stone bridge has three arches.", "It ground corn."]

    async def test_what_overlaps_is_shown_once(self, in_town: Talk, town: Scripted) -> None:
        town.script("mill", ["built in 1872", "took its roof"])
        (shown,) = await in_town.say("mill")
        around = (await in_town.press(shown, "上下文")).message
        assert around.text.count("It ground corn.") == 1
        assert around.text.count("built in 1872") == 1
        assert around.parts("bold") == ["The mill was built in 1872.", "A fire took its roof."]

    async def test_those_that_are_gone(
        self, in_town: Talk, town: Scripted, librarian: Scripted
    ) -> None:
        town.script("both", ["three arches", "ground corn"])
        (shown,) = await in_town.say("both")
        in_town.librarian = librarian  # the documents are others by now
        around = (await in_town.press(shown, "上下文")).message
        assert "改過" in around.text
        assert around.quotes == shown.quotes


def test_a_quote_with_a_gap_is_marked_in_its_parts(town: Scripted) -> None:
    """Sentences that carry the same reference need not stand side by side."""
    passages = town.collection.passages
    numbers = [town.passage("built in 1872"), town.passage("closed in 1950")]
    one = excerpt(town.quote([passages[number] for number in numbers]), town.collection)
    (page,) = context.pages([one], "en", town, beside=False)
    bold = [page.text.text[m.start : m.end] for m in page.text.marks if m.kind == "bold"]
    assert bold == ["The mill was built in 1872.", "It was closed in 1950."]
    assert page.text.text.count("It ground corn.") == 1


def test_what_stands_alone(librarian: Scripted, town: Scripted) -> None:
    for asked in (librarian, town):
        for passage in asked.collection.passages:
            near = asked.context(passage.number).passages
            assert alone([passage.number], asked) == (near == (passage.number,))
            assert alone(near, asked) == all(
                set(asked.context(n).passages) <= set(near) for n in near
            )
