"""The wheel: built, put into an empty environment, and asked from an empty folder."""

import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bot.conftest import ARTICLE, KNOWLEDGE, ROOT

pytest.importorskip("hatchling", reason="the wheel is built by hatchling, of the extra `dev`")

SOURCES = ("wuzhen", "bot", "index", "knowledge")
FILES = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE", "docs/wuzhen.1")


@dataclass(frozen=True)
class Installed:
    """A wheel in an environment of its own, and a folder to work in with nothing in it."""

    wheel: Path
    python: Path
    program: Path
    work: Path
    home: Path

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run the program as its user does, with a home of its own."""
        keep = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
        environment = {name: os.environ[name] for name in keep if name in os.environ}
        environment |= {
            "HOME": str(self.home),
            "LOCALAPPDATA": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WUZHEN_EMBEDDINGS": "none",
        }
        return subprocess.run(
            [self.program, *arguments],
            cwd=self.work,
            env=environment,
            input=given,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Build from a copy of what is packed, and install; its dependencies are this environment's."""
    made = tmp_path_factory.mktemp("package")
    source, environment = made / "source", made / "environment"
    for name in SOURCES:
        shutil.copytree(
            ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in FILES:
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    _do(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made, cwd=source)
    (wheel,) = made.glob("*.whl")
    _do(sys.executable, "-m", "venv", "--without-pip", environment)
    program = environment / ("Scripts" if os.name == "nt" else "bin")
    python = program / Path(sys.executable).name
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    _do(*pip, "install", "--quiet", "--no-deps", "--no-index", "--no-compile", wheel)
    there = _do(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    ours = [place for place in sys.path if Path(place).name in ("site-packages", "dist-packages")]
    Path(there, "dependencies.pth").write_text("\n".join(ours), "utf-8")
    work, home = made / "work", made / "home"
    work.mkdir()
    home.mkdir()
    yield Installed(wheel, python, program / "wuzhen", work, home)
    shutil.rmtree(made)


def _do(*command: str | Path, cwd: Path | None = None) -> str:
    ran = subprocess.run(
        command, cwd=cwd, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_it_holds_what_the_program_reads_and_no_more(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as packed:
        names = packed.namelist()
        article = packed.read(f"wuzhen/bot/knowledge/{ARTICLE}")
    assert article == (KNOWLEDGE / ARTICLE).read_bytes()
    places = {"wuzhen": "wuzhen", "knowledge": "wuzhen/bot/knowledge"}
    for folder in SOURCES:
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in (".py", ".txt", ".json", ".html", ".css", ".typed"):
                name = file.relative_to(ROOT / folder).as_posix()
                assert f"{places.get(folder, f'wuzhen/{folder}')}/{name}" in names
    assert len(names) == len(set(names))
    roots = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    (data,) = roots - {"wuzhen"}
    assert [name for name in names if name.startswith(f"{data}/")] == [
        f"{data}/data/share/man/man1/wuzhen.1"
    ]
    assert not [name for name in names if "__pycache__" in name or name.endswith(".tmp")]


def test_the_first_question_is_answered_from_the_documents_that_it_brings(
    installed: Installed,
) -> None:
    asked = installed.run("ask", "志願者有多少人")
    assert asked.returncode == 0, asked.stderr
    assert "1240名志願者被正式錄用" in asked.stdout
    assert "[8]" in asked.stdout
    told = asked.stderr.splitlines()
    assert all(line.startswith("wuzhen: ") for line in told)
    assert "the documents that come with the program" in told[0]
    assert list(installed.work.iterdir()) == []
    assert list(installed.home.rglob("CURRENT"))
    again = installed.run("ask", "志願者有多少人")
    assert (again.returncode, again.stdout) == (0, asked.stdout)
    assert again.stderr.splitlines() == told[:1]


@pytest.mark.parametrize("command", [("doctor",), ("build",), ("show",), ("repl",), ("--version",)])
def test_every_other_command_works_there_as_well(
    command: tuple[str, ...], installed: Installed
) -> None:
    installed.run("build")
    ran = installed.run(*command, given="志願者有多少人\n")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(installed.work.iterdir()) == []


def test_a_folder_of_one_s_own_goes_before_them(installed: Installed) -> None:
    own = installed.work / "knowledge"
    own.mkdir()
    try:
        (own / "garden.txt").write_text("青溪植物園\n\n青溪植物園有植物3000種。\n", "utf-8")
        ran = installed.run("ask", "植物園有多少種植物")
        assert "3000種" in ran.stdout
        assert "come with the program" not in ran.stderr
        assert (installed.work / ".wuzhen" / "index" / "CURRENT").is_file()
    finally:
        shutil.rmtree(own)
        shutil.rmtree(installed.work / ".wuzhen", ignore_errors=True)


def test_a_type_checker_sees_its_types(installed: Installed) -> None:
    pytest.importorskip("mypy", reason="types are checked by mypy, of the extra `dev`")
    script = installed.home / "script.py"
    script.write_text(
        "from wuzhen.bot.answer import Quote\n"
        "from wuzhen.index.bm25 import idf\n"
        "reveal_type(idf(1, 1))\n"
        "def text(quote: Quote) -> str:\n"
        "    return reveal_type(quote.text)\n",
        "utf-8",
    )
    options = ("--strict", "--no-incremental", "--python-executable", installed.python)
    said = _do(sys.executable, "-m", "mypy", *options, script, cwd=installed.home)
    assert 'Revealed type is "float"' in said
    assert 'Revealed type is "Any"' not in said


def test_a_source_archive_is_installed_as_a_checkout_is(tmp_path: Path) -> None:
    """It has no links, which an editable install puts there."""
    _do(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    (archive,) = tmp_path.glob("*.tar.gz")
    shutil.unpack_archive(archive, tmp_path, filter="data")
    source = archive.with_suffix("").with_suffix("")
    assert not (source / "wuzhen" / "bot").exists()
    hook = runpy.run_path(str(source / "hatch_build.py"))
    hook["link_parts"](source)
    for part in ("bot", "index"):
        assert (source / "wuzhen" / part).readlink() == Path("..", part)
        assert (source / "wuzhen" / part / "__init__.py").is_file()
