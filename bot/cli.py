"""The command line: `wuzhen build | ask | repl | telegram | show | eval | doctor | backup`.

Exit status: 0 done, 1 failed, 2 bad usage or settings. An error is one line on standard error.
"""

import gc
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO

import click

from bot import settings as configuration
from bot.bundled import or_bundled
from bot.errors import BotError, InputError, SettingsError
from bot.librarian import Librarian
from bot.settings import Settings
from index.errors import RetrievalError

Command = Callable[..., None]

FAILED = 1
BAD_USAGE = 2


def folders(command: Command) -> Command:
    """Give a command the options `--knowledge` and `--index`."""
    for name, text in (
        ("--index", "Where the index lies (default: WUZHEN_INDEX)."),
        ("--knowledge", "The folder of documents (default: WUZHEN_KNOWLEDGE)."),
    ):
        command = click.option(name, type=click.Path(path_type=Path), metavar="DIR", help=text)(
            command
        )
    return command


def _version() -> str:
    try:
        return metadata.version("wuzhen")
    except metadata.PackageNotFoundError:
        return "of a checkout that is not installed"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="wuzhen")
def main() -> None:
    """Answer questions about documents by quoting them, word for word."""


@main.command()
@folders
@click.option("--full", is_flag=True, help="Build even when nothing has changed.")
def build(knowledge: Path | None, index: Path | None, full: bool) -> None:
    """Build the index again after an edit: only when something has changed."""
    from bot.library import report
    from bot.render.building import watched
    from index import build as building
    from index.kept import FOLDER as KEPT
    from index.meaning import encoder

    settings = _settings(knowledge, index)
    with watched() as watch:
        built = building.build(
            settings.wuzhen_knowledge,
            settings.wuzhen_index,
            encoder(settings.wuzhen_embeddings, settings.wuzhen_index / KEPT),
            full=full,
            progress=watch.step,
            count=watch.counted,
        )
    report(built, _tell)


@main.command()
@click.argument("question", nargs=-1)
@folders
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option("--explain", is_flag=True, help="Say as well how the answer came about.")
@click.option(
    "--batch",
    type=click.File("rb"),
    metavar="FILE",
    help="Read one JSON object a line (id, question, history), or - for standard input.",
)
def ask(
    question: tuple[str, ...],
    knowledge: Path | None,
    index: Path | None,
    as_json: bool,
    explain: bool,
    batch: Any,
) -> None:
    """Answer one question, or with --batch one a line."""
    if batch is None and not question:
        raise click.UsageError("ask needs a question, or --batch FILE")
    if batch is not None and question:
        raise click.UsageError("ask takes a question or --batch FILE, not both")
    settings = _settings(knowledge, index)
    librarian = _librarian(settings)
    if batch is not None:
        for answer in _batch(librarian, batch, explain=explain):
            _print_json(answer)
        return
    asked = _clean(" ".join(question))
    if as_json:
        _print_json(_answered(librarian, asked, explain=explain))
        return
    from bot.render import terminal

    screen = terminal.console()
    screen.print(terminal.answer(librarian.answer(asked)))
    if explain:
        from bot.explain import explain as explained
        from bot.render import terminal_explain

        screen.print()
        screen.print(terminal_explain.explanation(explained(librarian, asked)))


@main.command()
@folders
def repl(knowledge: Path | None, index: Path | None) -> None:
    """Hold a conversation in the terminal."""
    from bot.repl import converse

    settings = _settings(knowledge, index)
    # Beside the index, since what is asked of one collection is seldom asked of another.
    history = settings.wuzhen_index.with_name(f"{settings.wuzhen_index.name}.history")
    converse(_librarian(settings), history)


@main.command()
@folders
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it as one page instead, every passage with an anchor.",
)
def show(knowledge: Path | None, index: Path | None, html: Path | None) -> None:
    """Show what was understood of the documents: sections, passages, references, tables."""
    from bot.render import pages, terminal
    from index.passages import cut
    from index.sources.folder import read_folder

    settings = _settings(knowledge, index)
    if html is not None:
        pages.check(html, settings.wuzhen_knowledge)
    read = read_folder(settings.wuzhen_knowledge)
    for warning in read.warnings:
        _tell(f"warning: {warning}")
    passages = cut(read.documents)
    if html is not None:
        from bot.render.pages import documents

        pages.write(documents.page(read, passages), html)
        _tell(f"wrote {html} (documents: {len(read.documents)}, passages: {len(passages)})")
        return
    screen = terminal.console()
    for document in read.documents:
        own = [passage for passage in passages if passage.document == document.id]
        screen.print(terminal.document(document, own))


@main.command()
@folders
def telegram(knowledge: Path | None, index: Path | None) -> None:
    """Run the Telegram bot."""
    settings = _settings(knowledge, index)
    if settings.telegram_bot_token is None or not settings.telegram_bot_token.get_secret_value():
        raise SettingsError("TELEGRAM_BOT_TOKEN is not set; put the token from @BotFather in .env")
    from bot.telegram.run import run

    run(settings, _tell)


@main.command(name="eval")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@folders
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--misses", is_flag=True, help="List each miss beside what was expected.")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="PAGE",
    help="Write a page as well, with what was refused by confidence and every miss.",
)
def evaluate(
    file: Path,
    knowledge: Path | None,
    index: Path | None,
    as_json: bool,
    misses: bool,
    html: Path | None,
) -> None:
    """Measure the answers to questions with known answers, or a retrieval set's folder."""
    from bot.evaluation import report, retrieval, run
    from bot.render import pages

    settings = _settings(knowledge, index)
    if html is not None:
        if file.is_dir():
            raise click.UsageError(
                "--html is for a file of questions, not a retrieval set's folder"
            )
        pages.check(html, settings.wuzhen_knowledge)
    if file.is_dir():
        figures = retrieval.measure(file, settings.wuzhen_embeddings)
        _print_json(figures) if as_json else click.echo(retrieval.as_text(figures))
        return
    questions = run.read_questions(file)
    librarian = _librarian(settings)
    results = run.ask_all(librarian, questions)
    if html is not None:
        from bot.render.pages import evaluation

        titles = [document.title for document in librarian.collection.documents.values()]
        page = evaluation.page(results, file.name, titles, settings.wuzhen_page_url)
        pages.write(page, html)
        _tell(f"wrote {html} (questions: {len(results)})")
    if as_json:
        _print_json(report.as_json(results))
        return
    from bot.render import terminal

    screen = terminal.console()
    screen.print(report.as_table(results))
    if misses:
        screen.print(report.misses(results))


@main.command()
@folders
def doctor(knowledge: Path | None, index: Path | None) -> None:
    """Check settings, knowledge, index, database and token, and say what to do."""
    from bot.doctor import examine

    findings = list(examine(_settings(knowledge, index)))
    for finding in findings:
        click.echo(str(finding))
    if any(finding.bad for finding in findings):
        sys.exit(FAILED)


@main.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
def backup(file: Path) -> None:
    """Copy the database of the Telegram bot to FILE, while it is in use or not."""
    from bot.store.backup import backup as copy

    copy(configuration.load().wuzhen_database, file)
    _tell(f"copied the database to {file}")


def entry() -> None:
    """Run the program; the entry point of `wuzhen`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        main(prog_name="wuzhen", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError:
        _fail("a command is missing; wuzhen --help lists them", BAD_USAGE)
    except click.ClickException as error:
        _fail(error.format_message(), BAD_USAGE)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except SettingsError as error:
        _fail(str(error), BAD_USAGE)
    except (BotError, RetrievalError) as error:
        _fail(str(error), FAILED)


def _fail(reason: str, status: int) -> None:
    _tell("error: " + " ".join(reason.split()))
    sys.exit(status)


def _tell(line: str) -> None:
    click.echo(f"wuzhen: {line}", err=True)


def _settings(knowledge: Path | None, index: Path | None) -> Settings:
    settings = configuration.load()
    changes: dict[str, Path] = {}
    if knowledge is not None:
        changes["wuzhen_knowledge"] = knowledge
    if index is not None:
        changes["wuzhen_index"] = index
    return or_bundled(settings.model_copy(update=changes), _tell)


def _librarian(settings: Settings) -> Librarian:
    from bot.library import open_librarian
    from index.kept import FOLDER as KEPT
    from index.meaning import encoder

    librarian = open_librarian(
        settings.wuzhen_knowledge,
        settings.wuzhen_index,
        encoder(settings.wuzhen_embeddings, settings.wuzhen_index / KEPT),
        _tell,
        settings.wuzhen_page_url,
    )
    # What was opened stays: no search for garbage need go through it, the last one least of all.
    gc.freeze()
    return librarian


def _answered(
    librarian: Librarian,
    question: str,
    history: Sequence[str] = (),
    *,
    explain: bool,
) -> dict[str, Any]:
    """Return an answer as JSON, with how it came about as `explain` where that is wanted."""
    answer = librarian.answer(question, history).as_json()
    if explain:
        from bot.explain import explain as explained

        answer["explain"] = explained(librarian, question, history).as_json()
    return answer


def _batch(librarian: Librarian, file: BinaryIO, *, explain: bool) -> Iterator[dict[str, Any]]:
    """Answer a question a line; a line that cannot be read gets an `error` in its place.

    Raises `InputError` at the end when there was one.
    """
    broken = 0
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            id, question, history = _entry(line)
        except InputError as error:
            broken += 1
            yield {"id": None, "error": f"line {number} {error}"}
            continue
        yield {"id": id, **_answered(librarian, question, history, explain=explain)}
    if broken:
        raise InputError(f"lines of the batch that could not be read: {broken}; see their error")


def _entry(line: bytes) -> tuple[Any, str, list[str]]:
    """Return the id, the question and the history that a line of a batch holds."""
    try:
        entry = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InputError("is not JSON: mend it") from error
    match entry:
        case {"question": str(question), **rest}:
            history = rest.get("history") or []
            if not isinstance(history, list) or not all(isinstance(h, str) for h in history):
                raise InputError("has a history that is not a list of texts: mend it")
            return rest.get("id"), _clean(question), [_clean(one) for one in history]
        case _:
            raise InputError("has no question: give it one")


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _clean(text: str) -> str:
    """Leave out what cannot be written as UTF-8: arguments that were not in the first place."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
