"""What all pages have in common: their policy, their colours, and where they are written."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.bot.conftest import ARTICLE, KNOWLEDGE
from tests.bot.render.parsed import by_id, parsed
from wuzhen.bot.cli.main import main
from wuzhen.bot.errors import InputError
from wuzhen.bot.render import pages

QUESTION = {
    "id": "1",
    "lang": "hant",
    "kind": "fact",
    "question": "志願者有多少人",
    "answerable": True,
    "answers": [["9999名"]],
    "refs": ["8"],
}
_COLOUR = re.compile(r"--([a-z-]+): #([0-9a-f]{6});")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / ARTICLE).write_bytes((KNOWLEDGE / ARTICLE).read_bytes())
    (tmp_path / "questions.jsonl").write_text(json.dumps(QUESTION), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WUZHEN_EMBEDDINGS", "none")
    monkeypatch.delenv("WUZHEN_PAGE_URL", raising=False)
    return tmp_path


def run(*arguments: str) -> tuple[int, str, str]:
    ran = CliRunner().invoke(main, arguments, standalone_mode=False)
    if ran.exception is not None:
        return 1, ran.stdout, str(ran.exception)
    return ran.exit_code, ran.stdout, ran.stderr


def test_show_writes_a_page(home: Path) -> None:
    (home / "knowledge" / "empty.txt").write_text("", "utf-8")
    status, out, told = run("show", "--html", "page.html")
    assert (status, out) == (0, "")
    assert "wrote page.html (documents: 1, passages: 100)" in told
    assert "warning: empty.txt" in told
    tree = parsed((home / "page.html").read_text("utf-8"))
    assert sum(name.startswith("p_") for name in by_id(tree)) == 100
    assert "empty.txt" in "".join(next(iter(tree.iter("aside"))).itertext())


def test_show_writes_to_standard_output(home: Path) -> None:
    status, out, _ = run("show", "--html", "-")
    assert status == 0
    assert len(by_id(parsed(out))) > 100
    assert not (home / "-").exists()


def test_eval_writes_a_page_beside_its_figures(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZHEN_PAGE_URL", "https://example.org/page.html")
    status, out, _ = run("eval", "questions.jsonl", "--html", "page.html", "--json")
    assert status == 0
    assert json.loads(out)["all"]["hit@1"] == 0.0
    page = (home / "page.html").read_text("utf-8")
    miss = "".join(by_id(parsed(page))["q1"].itertext())
    assert "9999名" in miss
    assert "1240名" in miss
    assert 'href="https://example.org/page.html#p_' in page


def test_quotes_have_an_address_exactly_where_a_page_is_set(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("ask", "--json", "志願者有多少人")
    bare = json.loads(run(*asked)[1])
    monkeypatch.setenv("WUZHEN_PAGE_URL", "https://example.org/page.html")
    linked = json.loads(run(*asked)[1])
    run("show", "--html", "page.html")
    found = by_id(parsed((home / "page.html").read_text("utf-8")))
    for one, other in zip(
        [*bare["quotes"], *bare["related"]], [*linked["quotes"], *linked["related"]], strict=True
    ):
        page, _, name = other.pop("url").partition("#")
        assert page == "https://example.org/page.html"
        assert one["text"] in "".join(found[name].itertext())
        assert one == other
    line = json.dumps({"id": 1, "question": "志願者有多少人"})
    batch = CliRunner().invoke(main, ("ask", "--batch", "-"), input=line, standalone_mode=False)
    assert json.loads(batch.stdout)["quotes"][0]["url"].startswith("https://example.org/")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "--html", "knowledge/page.html"), "would be read as a document"),
        (("show", "--html", f"knowledge/../knowledge/{ARTICLE}"), "would be read as a document"),
        (("show", "--html", "knowledge"), "is a folder"),
        (("show", "--html", "nowhere/page.html"), "nowhere"),
        (("show", "--html", f"knowledge/{ARTICLE}/page"), "cannot be written"),
        (("show", "--html", "/dev/full"), "/dev/full"),
        (("eval", "questions.jsonl", "--html", "knowledge/page.md"), "would be read"),
        (("eval", "knowledge", "--html", "page.html"), "retrieval set"),
    ],
)
def test_where_no_page_can_be_written(home: Path, arguments: tuple[str, ...], said: str) -> None:
    before = (home / "knowledge" / ARTICLE).read_bytes()
    status, _, told = run(*arguments)
    assert status == 1
    assert said in told
    assert "\n" not in told.strip().rsplit("wuzhen:", 1)[-1]
    assert (home / "knowledge" / ARTICLE).read_bytes() == before


def test_a_page_beside_the_knowledge_is_not_in_it(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    pages.check(tmp_path / "knowledge.html", tmp_path / "knowledge")
    pages.check(tmp_path / "knowledge" / "page", tmp_path / "knowledge")
    link = tmp_path / "link.html"
    link.symlink_to(tmp_path / "knowledge" / "page.html")
    with pytest.raises(InputError, match="would be read"):
        pages.check(link, tmp_path / "knowledge")


def test_the_policy_allows_the_page_its_own_style_and_nothing_else() -> None:
    page = pages.render("evaluation.html", **_bare())
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}';" in page
    assert "url(" not in style
    assert "@import" not in style


def _bare() -> dict[str, object]:
    from wuzhen.bot.render.pages.plot import Plot

    plot = Plot("x", "y", 1.0)
    nothing: dict[str, object] = dict.fromkeys(("names", "titles", "thresholds", "silent"), ())
    return nothing | {
        "name": "",
        "asked": "",
        "lang": "en",
        "all": ["0"],
        "tables": {},
        "misses": {},
        "explained": {},
        "width": 1,
        "height": 1,
        "risk": plot,
        "bins": plot,
        "refusals": None,
    }


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("ink", "paper", 7.0),
        ("faint", "paper", 4.5),
        ("link", "paper", 4.5),
        ("ink", "mark", 7.0),
        ("link", "mark", 3.0),
        ("warn", "warn-tint", 4.5),
        ("ink", "tint", 7.0),
        ("good", "paper", 3.0),
        ("bad", "paper", 3.0),
    ],
)
def test_colours_are_told_apart(scheme: int, ink: str, paper: str, least: float) -> None:
    """Contrast as WCAG 2.2 has it, in the light and in the dark."""
    style = pages.render("evaluation.html", **_bare())
    schemes = [
        dict(_COLOUR.findall(block)) for block in re.findall(r":root \{(.*?)\}", style, re.S)
    ]
    assert len(schemes) == 2
    light, dark = sorted((_luminance(schemes[scheme][name]) for name in (ink, paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least
