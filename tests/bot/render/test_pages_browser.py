"""The pages in a real browser: nothing sticks out, nothing runs, links lead where they should."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.bot.conftest import COLLECTIONS, KNOWLEDGE
from tests.bot.render.browser import Browser, browser, program
from tests.bot.render.test_pages_documents import HOSTILE
from wuzhen.bot.anchors import anchor
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.evaluation.run import ask_all, read_questions
from wuzhen.bot.render.pages import documents, evaluation
from wuzhen.index.document import Block, Document, Part, Reference, Span
from wuzhen.index.passages import cut
from wuzhen.index.sources.folder import Knowledge, Warning, read_folder

WIDTHS = (1280, 390)
PAGES = ("article.html", "others.html", "hostile.html", "evaluation.html")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, wordwise: Librarian) -> Iterator[Browser]:
    found = program()
    if found is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    folder = tmp_path_factory.mktemp("pages")
    article = read_folder(KNOWLEDGE)
    others = read_folder(COLLECTIONS)
    questions = read_questions(COLLECTIONS / "conference" / "questions.jsonl")[::8]
    written = {
        "article.html": documents.page(article, cut(article.documents)),
        "others.html": documents.page(others, cut(others.documents)),
        "hostile.html": _hostile(),
        "evaluation.html": evaluation.page(ask_all(wordwise, questions), "q", ["<i>"], None),
        "references.html": _references(),
        "scripted.html": _hostile().replace(
            "</body>", "<script>document.title = 1</script></body>"
        ),
    }
    for name, page in written.items():
        (folder / name).write_bytes(page.encode("utf-8"))
    with browser(found, folder) as opened:
        yield opened


def _references() -> str:
    """A page of one sentence that cites what its document lists."""
    known = Reference("1", "The Ferry Book", "https://archive.example/ferry")
    block = Block("paragraph", ("d",), (Part(Span(0, 1), ("1",)),))
    document = Document("d", "d", "x", (block,), (known,))
    return documents.page(Knowledge((document,), ()), cut([document]))


def _hostile() -> str:
    """A page of text that tries to be more than text, with words that are long beyond reason."""
    words = [*HOSTILE, "W" * 500, "長" * 500]
    text = "\n".join(words)
    spans: list[Span] = []
    for word in words:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(word)))
    made = [
        *(Block("paragraph", (s.of(text),), (Part(s, ("8",)),)) for s in spans),
        *(Block("bullet", (), (Part(span, ("9999",)),)) for span in spans),
        *(Block("field", (), (Part(s, (), "name"), Part(s, (), "value"))) for s in spans),
        *(Block("row", (), tuple(Part(s, (), n) for n in words)) for s in spans[-2:]),
        Block("row", (), tuple(Part(spans[-2], (), n) for n in ("date", "time", "topic", "place"))),
    ]
    document = Document(words[0], words[2], text, tuple(made))
    warnings = tuple(Warning(word, word) for word in words)
    return documents.page(Knowledge((document,), warnings), cut([document]))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
def test_nothing_sticks_out(shown: Browser, page: str, width: int) -> None:
    """What is wider than the window is scrolled within itself, and nothing lies over anything."""
    told = shown.measure(
        page,
        width,
        """
        const room = page.documentElement.clientWidth, outside = [], over = [];
        for (const one of page.querySelectorAll("main *, nav *")) {
          const box = one.getBoundingClientRect();
          if (box.right > room + 1 && !one.closest(".wide")) outside.push(one.outerHTML);
        }
        for (const row of page.querySelectorAll(".timetable tr.passage")) {
          const boxes = [...row.cells].map((cell) => {
            const range = page.createRange();
            range.selectNodeContents(cell);
            return range.getBoundingClientRect();
          });
          boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
            const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (x > 1 && y > 1) over.push(row.textContent);
          }));
        }
        return {
          wide: page.documentElement.scrollWidth - room, outside: outside.slice(0, 3), over,
          margin: view.getComputedStyle(page.body).margin,
        };
        """,
    )
    assert told == {"wide": 0, "outside": [], "over": [], "margin": "0px"}


@pytest.mark.parametrize("page", [*PAGES, "scripted.html"])
def test_nothing_runs_and_nothing_is_fetched(shown: Browser, page: str) -> None:
    """Not even a script that got into the page would run."""
    told = shown.measure(
        page,
        800,
        """
        const fetched = view.performance.getEntriesByType("resource").map((one) => one.name);
        const live = page.querySelectorAll("script, img, iframe, object, [onclick], [onerror]");
        return { fetched, live: live.length, title: page.title };
        """,
    )
    assert told["fetched"] == []
    assert told["live"] == (page == "scripted.html")
    assert told["title"] != "1"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_link_to_a_passage_shows_it_marked(shown: Browser, width: int) -> None:
    for passage in cut(read_folder(KNOWLEDGE).documents)[50:61:10]:
        told = shown.measure(
            f"article.html#{anchor(passage)}",
            width,
            """
            const one = page.querySelector(":target"), box = one.getBoundingClientRect();
            const said = [...one.querySelectorAll(".text")].map((text) => text.textContent);
            const cell = one.querySelector("td") || one;
            return {
              said, seen: box.top >= 0 && box.bottom <= view.innerHeight,
              marked: view.getComputedStyle(cell).backgroundColor,
            };
            """,
        )
        assert told["seen"]
        assert told["marked"] != "rgba(0, 0, 0, 0)"
        assert passage.text.endswith(" ".join(told["said"]))


@pytest.mark.parametrize("width", [1280, 400])
def test_a_table_that_is_too_wide_is_scrolled_to_its_end(shown: Browser, width: int) -> None:
    """By touch and by keys, and a shadow says that there is more."""
    told = shown.measure(
        "evaluation.html",
        width,
        """
        return [...page.querySelectorAll("table.figures")].map((table) => {
          const box = table.closest(".wide"), room = box.getBoundingClientRect();
          box.scrollLeft = 1e6;
          box.focus();
          return {
            wider: table.scrollWidth > box.clientWidth + 1,
            whole: table.getBoundingClientRect().right <= room.right + 1,
            focused: page.activeElement === box,
            shadows: view.getComputedStyle(box).backgroundImage.split("linear-gradient").length - 1,
          };
        });
        """,
    )
    assert len(told) == 3
    assert any(one["wider"] for one in told) == (width == 400)
    for one in told:
        assert one["whole"]
        assert one["focused"]
        assert one["shadows"] == 4


@pytest.mark.parametrize("width", WIDTHS)
def test_a_reference_and_what_cites_it_have_lines_of_their_own(shown: Browser, width: int) -> None:
    told = shown.measure(
        "references.html",
        width,
        """
        return [...page.querySelector(".references li").children].map((one) => {
          const box = one.getBoundingClientRect();
          return [one.textContent.trim(), box.left, box.top, box.bottom];
        });
        """,
    )
    number, *lines = told
    assert [line[0] for line in lines] == ["The Ferry Book", "https://archive.example/ferry", "d 1"]
    assert all(line[1] > number[1] for line in lines)
    for above, below in pairwise(lines):
        assert above[3] <= below[2] + 1


def test_what_turns_the_direction_of_writing_ends_with_its_passage(shown: Browser) -> None:
    told = shown.measure(
        "hostile.html",
        1280,
        """
        return [...page.querySelectorAll("main bdi")].every(
          (one) => view.getComputedStyle(one).unicodeBidi === "isolate");
        """,
    )
    assert told is True


def test_merged_cells_are_told_apart_and_rows_are_even(shown: Browser) -> None:
    told = shown.measure(
        "article.html",
        1280,
        """
        const ink = (one) => view.getComputedStyle(one).color;
        const of = (which) => [...new Set([...page.querySelectorAll(which)].map(ink))];
        const rows = [...page.querySelectorAll(".timetable tr.passage")];
        return {
          merged: of(".timetable td.merged"),
          others: of(".timetable td:is(.time, .topic, .place):not(.merged)"),
          even: rows.every((row) => new Set([...row.cells].map(
            (cell) => Math.round(cell.getBoundingClientRect().bottom))).size === 1),
        };
        """,
    )
    assert told["even"]
    assert len(told["merged"]) == len(told["others"]) == 1
    assert told["merged"] != told["others"]
