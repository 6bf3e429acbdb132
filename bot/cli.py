"""The command line: `wuzhen build | ask | repl | telegram | show | eval | doctor | backup`.

Exit status: 0 done, 1 failed, 2 bad usage or settings. An error is one line on standard error.
"""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, TextIO

import click

from bot import settings as configuration
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
    from index import build as building
    from index.meaning import encoder

    settings = _settings(knowledge, index)
    built = building.build(
        settings.wuzhen_knowledge,
        settings.wuzhen_index,
        encoder(settings.wuzhen_embeddings),
        full=full,
    )
    report(built, _tell)


@main.command()
@click.argument("question", nargs=-1)
@folders
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
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
    batch: Any,
) -> None:
    """Answer one question, or with --batch one a line."""
    if batch is None and not question:
        raise click.UsageError("ask needs a question, or --batch FILE")
    if batch is not None and question:
        raise click.UsageError("ask takes a question or --batch FILE, not both")
    librarian = _librarian(_settings(knowledge, index))
    if batch is not None:
        for answer in _batch(librarian, batch):
            _print_json(answer)
        return
    answered = librarian.answer(_clean(" ".join(question)))
    if as_json:
        _print_json(answered.as_json())
    else:
        from bot.render import terminal

        terminal.console().print(terminal.answer(answered))


@main.command()
@folders
def repl(knowledge: Path | None, index: Path | None) -> None:
    """Hold a conversation in the terminal."""
    from bot.repl import converse

    settings = _settings(knowledge, index)
    converse(_librarian(settings))


@main.command()
@folders
def show(knowledge: Path | None, index: Path | None) -> None:
    """Show what was understood of the documents: sections, passages, references, tables."""
    from bot.render import terminal
    from index.passages import cut
    from index.sources.folder import read_folder

    read = read_folder(_settings(knowledge, index).wuzhen_knowledge)
    for warning in read.warnings:
        _tell(f"warning: {warning}")
    screen = terminal.console()
    passages = cut(read.documents)
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
def evaluate(
    file: Path, knowledge: Path | None, index: Path | None, as_json: bool, misses: bool
) -> None:
    """Measure the answers to questions with known answers, or a retrieval set's folder."""
    from bot.evaluation import report, retrieval, run

    settings = _settings(knowledge, index)
    if file.is_dir():
        figures = retrieval.measure(file, settings.wuzhen_embeddings)
        _print_json(figures) if as_json else click.echo(retrieval.as_text(figures))
        return
    questions = run.read_questions(file)
    results = run.ask_all(_librarian(settings), questions)
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

    settings = _settings(None, None)
    copy(settings.wuzhen_database, file)
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
    return settings.model_copy(update=changes)


def _librarian(settings: Settings) -> Librarian:
    from bot.library import open_librarian
    from index.meaning import encoder

    return open_librarian(
        settings.wuzhen_knowledge,
        settings.wuzhen_index,
        encoder(settings.wuzhen_embeddings),
        _tell,
    )


def _batch(librarian: Librarian, file: TextIO) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"line {number} of the batch is not JSON: mend it") from error
        match entry:
            case {"question": str(question), **rest}:
                history = rest.get("history") or []
                if not isinstance(history, list) or not all(isinstance(h, str) for h in history):
                    raise InputError(f"line {number} of the batch: history is not a list of texts")
                answered = librarian.answer(_clean(question), [_clean(one) for one in history])
                yield {"id": rest.get("id"), **answered.as_json()}
            case _:
                raise InputError(f"line {number} of the batch has no question: give it one")


def _clean(text: str) -> str:
    """Leave out what cannot be written as UTF-8: arguments that were not in the first place."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
