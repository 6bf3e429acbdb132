"""The page without JavaScript: what it holds, and that it holds nothing else."""

import html
import json
import re
from pathlib import Path
from typing import Any

import html5lib
import httpx
import pytest

from tests.bot.serve.conftest import Served, Serving
from tests.bot.serve.test_api import QUESTION, problem
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.serve.page.words import _WORDS, NAMES, words

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"
AT = "{http://www.w3.org/1999/xhtml}"


def parsed(response: httpx.Response, status: int = 200) -> Any:
    """The tree of a page; fails where it is no valid HTML."""
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    parser = html5lib.HTMLParser(strict=True)
    tree = parser.parse(response.content, transport_encoding="utf-8")
    for element in tree.iter():
        assert not {name for name in element.attrib if name.startswith("on") or name == "style"}
        for name in ("src", "action"):
            assert element.get(name, "/").startswith("/")
    return tree


def texts(tree: Any, tag: str) -> list[str]:
    return ["".join(one.itertext()).strip() for one in tree.iter(AT + tag)]


def fields(tree: Any, name: str) -> list[str]:
    form = next(one for one in tree.iter(AT + "form") if one.get("class") == "ask")
    return [one.get("value") for one in form.iter(AT + "input") if one.get("name") == name]


def test_an_answer_with_its_highlights_references_and_context(
    served: Served, wordwise: Librarian
) -> None:
    quote = wordwise.answer(QUESTION).quotes[0]
    tree = parsed(served.get("/", params={"q": QUESTION}))
    assert texts(tree, "blockquote")[0] == quote.text
    marked = texts(tree, "mark")
    assert marked == ["1萬多名", "1240名"]
    links: dict[str, str] = {}
    for one in tree.iter(AT + "a"):
        links.setdefault("".join(one.itertext()), one.get("href"))
    known = parsed(served.get(links["[8]"]))
    assert quote.text in texts(known, "blockquote")
    around = parsed(served.get(links["看上下文"]))
    assert quote.text in texts(around, "blockquote")
    assert len(texts(around, "blockquote")) > 1


def test_a_timetable_is_a_table(served: Served, wordwise: Librarian) -> None:
    tree = parsed(served.get("/", params={"q": "12月4日上午有什麼論壇", "lang": "hant"}))
    rows = texts(tree, "tr")[1:]
    assert len(rows) == len(wordwise.answer("12月4日上午有什麼論壇").quotes)
    assert texts(tree, "th") == ["日期", "時間", "議題", "地點", "參考"]
    whole = parsed(served.get("/schedule"))
    assert len(texts(whole, "tr")) == len(wordwise.schedule.timetable.rows) + 1


def test_a_refusal_says_so_and_offers_the_nearest(served: Served, wordwise: Librarian) -> None:
    question = "紀念林一共種了幾棵樹"
    answer = wordwise.answer(question)
    tree = parsed(served.get("/", params={"q": question}))
    notices = [one for one in tree.iter(AT + "p") if one.get("class") == "notice"]
    assert ["".join(one.itertext()) for one in notices] == [answer.notice]
    assert "最接近的段落" in texts(tree, "h2")


def test_a_follow_up_leans_on_the_questions_before(served: Served, wordwise: Librarian) -> None:
    first, second = "人工智能論壇在哪裡", "幾點開始"
    tree = parsed(served.get("/", params={"q": first}))
    assert fields(tree, "h") == [first]
    tree = parsed(served.get("/", params={"q": second, "h": fields(tree, "h")}))
    assert fields(tree, "h") == [first, second]
    topics = {one.text.split(" ")[-2] for one in wordwise.answer(second, [first]).quotes}
    assert all(any(topic in row for row in texts(tree, "tr")) for topic in topics)


@pytest.mark.parametrize(
    ("header", "chosen", "lang"),
    [
        ("zh-CN,en;q=0.8", None, "zh-Hans"),
        ("zh-HK", None, "zh-Hant"),
        ("fr, en-GB;q=0.5, zh;q=0.4", None, "en"),
        ("", None, "zh-Hant"),
        ("zh-CN", "en", "en"),
        ("en", "tlh", "en"),
    ],
)
def test_the_page_is_in_the_language_wanted(
    served: Served, header: str, chosen: str | None, lang: str
) -> None:
    params = {"lang": chosen} if chosen else {}
    response = served.get("/", params=params, headers={"Accept-Language": header})
    assert f'<html lang="{lang}">' in response.text
    parsed(response)


def test_every_word_is_in_every_language() -> None:
    for language in NAMES:
        assert all(words(language).values())
    for name, (hant, hans, en) in _WORDS.items():
        assert hant.count("{}") == hans.count("{}") == en.count("{}"), name


@pytest.mark.parametrize("text", [HOSTILE, "\x00\x1b[31m\ufffe\u202e", "W" * 2_000, "長" * 500])
def test_what_is_asked_is_text_and_nothing_else(served: Served, text: str) -> None:
    response = served.get("/", params={"q": text, "h": [text], "lang": text})
    tree = parsed(response)
    assert len(list(tree.iter(AT + "script"))) == 1
    assert not list(tree.iter(AT + "img"))
    if text == HOSTILE:
        assert html.escape(text, quote=False) in response.text.replace("&#34;", '"').replace(
            "&#39;", "'"
        )
    for path in (f"/passages/{HOSTILE}", f"/references/{HOSTILE}"):
        assert served.get(path).status_code == 404


def test_what_is_not_there_is_told_on_a_page(served: Served) -> None:
    tree = parsed(served.get("/passages/nothing", params={"lang": "en"}), 404)
    assert texts(tree, "h1") == ["Not found"]


async def test_ratings_are_counted_and_kept_only_where_a_file_is_named(
    serving: Serving, tmp_path: Path
) -> None:
    file = tmp_path / "ratings" / "ratings.jsonl"
    rated = {"q": QUESTION, "h": "before", "rating": "down", "reason": "太短", "lang": "hans"}
    for named in (None, file):
        async with serving(wuzhen_serve_ratings=named) as address, httpx.AsyncClient() as client:
            given = await client.post(f"{address}/ratings", data=rated, follow_redirects=True)
            assert "谢谢" in given.text
            assert QUESTION in given.text
            figures = (await client.get(f"{address}/metrics")).text
            assert 'wuzhen_ratings_total{rating="down"} 1.0' in figures
            for wrong in ({"rating": "up"}, {**rated, "rating": "x"}):
                problem(await client.post(f"{address}/ratings", data=wrong), 422)
            for header in ({"Origin": "https://a.example"}, {"Sec-Fetch-Site": "cross-site"}):
                foreign = await client.post(f"{address}/ratings", data=rated, headers=header)
                problem(foreign, 403)
        assert file.exists() == (named is not None)
    kept = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len(kept) == 1
    assert {**kept[0], "at": ""} == {
        "at": "",
        "rating": "down",
        "question": QUESTION,
        "history": ["before"],
        "reason": "太短",
    }
    assert file.stat().st_mode & 0o077 == 0


async def test_only_named_sites_may_show_it_in_a_frame(serving: Serving) -> None:
    site = "https://example.org"
    async with serving() as address, httpx.AsyncClient() as client:
        problem(await client.get(f"{address}/embed"), 404)
        policy = (await client.get(address)).headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'none'")
    async with serving(wuzhen_serve_embed=(site,)) as address, httpx.AsyncClient() as client:
        page = await client.get(f"{address}/embed", params={"q": QUESTION})
        assert page.headers["content-security-policy"].endswith(f"frame-ancestors {site}")
        assert 'action="/embed"' in page.text
        policy = (await client.get(address)).headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'none'")


def test_style_script_and_icon_are_served_by_ourselves(served: Served) -> None:
    page = served.get("/").text
    for path in re.findall(r'(?:src|href)="(/[\w.]+)"', page):
        response = served.get(path)
        assert response.status_code == 200
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "http" not in response.text.replace("http://www.w3.org/2000/svg", "")
