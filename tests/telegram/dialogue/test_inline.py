"""Inline mode: verbatim quotes as results, help for nothing, pages by offset."""

from dataclasses import replace
from typing import Any

from tests.telegram.conftest import Scripted
from tests.telegram.emulator import utf16_slice
from tests.telegram.talk import ADA, BOB, ME, Talk


def quotes(result: dict[str, Any]) -> list[str]:
    content = result["input_message_content"]
    return [
        utf16_slice(content["message_text"], one["offset"], one["length"])
        for one in content["entities"]
        if "blockquote" in one["type"]
    ]


async def test_results_are_quotes_word_for_word(talk: Talk, librarian: Scripted) -> None:
    answer = librarian.script("志願者", ["1240名志願者"], ["十到二十人為一組"], bold="1240名")
    reply = await talk.inline("志願者")
    found = [text for result in reply["results"] for text in quotes(result)]
    assert found == [quote.text for quote in (*answer.quotes, *answer.related)]
    first = reply["results"][0]
    assert first["title"] == "1240名"
    assert "thumbnail_url" not in first
    assert first["input_message_content"]["link_preview_options"] == {"is_disabled": True}
    assert "[8]" in first["input_message_content"]["message_text"]
    assert reply["is_personal"] is True


async def test_a_result_links_to_its_context(talk: Talk, librarian: Scripted) -> None:
    librarian.script("志願者", ["1240名志願者"])
    (result,) = (await talk.inline("志願者"))["results"]
    (link,) = [
        one for one in result["input_message_content"]["entities"] if one["type"] == "text_link"
    ]
    start = f"https://t.me/{ME.username}?start="
    assert link["url"].startswith(start)
    (opened,) = await talk.say(f"/start {link['url'].removeprefix(start)}")
    assert "1240名志願者" in opened.quotes[0]


async def test_an_empty_query_gives_help_and_the_topics(talk: Talk, librarian: Scripted) -> None:
    sections = dict.fromkeys(p.section[0] for p in librarian.collection.passages if p.section)
    text = next(iter(librarian.collection.documents.values())).text
    for query in ("", "  ", "😀"):
        reply = await talk.inline(query)
        help_, *topics = reply["results"]
        assert help_["id"] == "help"
        assert 3 <= len(topics) <= 6
        assert [one["title"] for one in topics] == list(sections)[: len(topics)]
        for one in topics:
            assert all(quote in text for quote in quotes(one))
            assert one["title"] in one["input_message_content"]["message_text"]
        assert len({one["id"] for one in reply["results"]}) == len(reply["results"])
        assert reply["button"]["start_parameter"]
    assert librarian.asked == []
    (welcome,) = await talk.say(f"/start {reply['button']['start_parameter']}")
    assert ME.name in welcome.text


async def test_the_help_speaks_the_users_language(talk: Talk) -> None:
    titles = [
        (await talk.inline("", sender={**ADA, "language_code": code}))["results"][0]["title"]
        for code in ("zh-hant", "zh-hans", "en", "fr")
    ]
    english = "How to quote the text"
    assert titles == ["怎樣引用原文", "怎样引用原文", english, english]


async def test_pages_by_offset(talk: Talk, librarian: Scripted) -> None:
    answer = librarian.script("很多", ["1240名志願者"])
    some = librarian.collection.passages[:24]
    related = tuple(librarian.quote([passage]) for passage in some)
    librarian.answers["很多"] = replace(answer, related=related)
    ids, offset = [], ""
    while True:
        reply = await talk.inline("很多", offset)
        ids += [one["id"] for one in reply["results"]]
        offset = reply["next_offset"]
        if not offset:
            break
    assert len(ids) == len(set(ids)) == 25
    assert (await talk.inline("很多", "nonsense"))["results"][0]["id"] == ids[0]


async def test_a_refusal_says_so_and_offers_what_is_near(talk: Talk, librarian: Scripted) -> None:
    answer = librarian.script("天氣", [], ["1240名志願者", "十到二十人為一組"])
    reply = await talk.inline("天氣")
    assert "沒有直接回答" in reply["button"]["text"]
    assert [quotes(one) for one in reply["results"]] == [[one.text] for one in answer.related]


async def test_too_many_and_the_blocked_get_nothing(talk: Talk) -> None:
    replies = [await talk.inline("志願者") for _ in range(62)]
    assert replies[59]["results"]
    assert not replies[61]["results"]
    await talk.store.chats.change(BOB["id"], blocked=True)
    assert not (await talk.inline("志願者", sender=BOB))["results"]


async def test_nothing_is_kept_of_an_inline_query(talk: Talk) -> None:
    await talk.inline("志願者")
    assert (await talk.store.privacy.export(ADA["id"]))["turns"] == []
