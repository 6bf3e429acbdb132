"""The command line: `wuzhen build | ask | repl | telegram | serve | show | eval | doctor | …`.

Exit status: 0 done, 1 refused by `ask` or found wrong by `doctor`, 2 misuse, 3 failed. An error is
one line on standard error.
"""

import json
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import get_completion_class

from wuzhen import __version__
from wuzhen.bot import settings as configuration
from wuzhen.bot.bundled import or_bundled
from wuzhen.bot.cli import batch as batches
from wuzhen.bot.cli import streams, threads
from wuzhen.bot.cli.dead_letters import dead_letters
from wuzhen.bot.cli.options import PATH, examples, folders, not_empty
from wuzhen.bot.cli.token import token
from wuzhen.bot.errors import BotError, DatabaseUrlError, InputError, SettingsError
from wuzhen.bot.settings import Settings
from wuzhen.index.building import garbage
from wuzhen.index.errors import RetrievalError
from wuzhen.index.storage.disk import real

if TYPE_CHECKING:
    from wuzhen.bot.answering.librarian import Librarian

REFUSED = 1
"""The documents do not say it, or the doctor found a fault; so grep does when no line matches."""
BAD_USAGE = 2
FAILED = 3


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("wuzhen ask 志願者有多少人", "wuzhen repl", "wuzhen build --watch"),
)
@click.version_option(__version__, prog_name="wuzhen")
def main() -> None:
    """Ask your documents questions and get answers quoted verbatim, with citations."""


@main.command(epilog=examples("wuzhen build", "wuzhen build --watch --knowledge handbook"))
@folders
@click.option("--full", is_flag=True, help="Rebuild everything, changed or not.")
@click.option(
    "--watch", is_flag=True, help="Keep running, and rebuild whenever a document changes."
)
def build(knowledge: Path | None, index: Path | None, full: bool, watch: bool) -> None:
    """Update the index after an edit: only what changed is read again."""
    from wuzhen.bot.build_report import report
    from wuzhen.bot.render.build_progress import watched
    from wuzhen.index.building import build as building
    from wuzhen.index.storage.cache import FOLDER as KEPT
    from wuzhen.index.vectors.encoders import encoder

    settings = _settings(knowledge, index)
    model = encoder(settings.wuzhen_embeddings, settings.wuzhen_index / KEPT)

    def build_once(*, anew: bool, quiet: bool = False) -> None:
        with watched(_tell) as bar:
            built = building.build(
                settings.wuzhen_knowledge,
                settings.wuzhen_index,
                model,
                full=anew,
                progress=bar.step,
                count=bar.counted,
            )
        if not (quiet and built.unchanged):
            report(built, _tell)

    build_once(anew=full)
    if watch:
        from wuzhen.bot.cli import watch as watching

        watching.watch(settings.wuzhen_knowledge, lambda: build_once(anew=False, quiet=True), _tell)


@main.command(
    epilog=examples(
        "wuzhen ask 志願者有多少人",
        "echo 志願者有多少人 | wuzhen ask",
        "wuzhen ask --json 人工智能論壇在哪裡 | jq -r '.quotes[].text'",
        "wuzhen ask --batch questions.txt > answers.jsonl",
    )
)
@click.argument("question", nargs=-1)
@folders
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option("--explain", is_flag=True, help="Show how the answer was found and decided.")
@click.option(
    "--batch",
    type=click.File("rb"),
    metavar="FILE",
    help="Read a question a line, as text or JSON (id, question, history); - is standard input.",
)
def ask(
    question: tuple[str, ...],
    knowledge: Path | None,
    index: Path | None,
    as_json: bool,
    explain: bool,
    batch: Any,
) -> None:
    """Answer one question, or with --batch one a line.

    The question is read from standard input when it is `-`, or is left out and input is piped in.

    Exit status: 0 answered, 1 refused, 2 misuse, 3 failed. With --batch: 0 when every line was
    asked.
    """
    if batch is not None and question:
        raise click.UsageError("ask takes a question or --batch FILE, not both")
    piped = batch is None and (question == ("-",) or (not question and not sys.stdin.isatty()))
    asked = batches.clean(streams.read_input() if piped else " ".join(question)).strip()
    if batch is None and not asked:
        raise click.UsageError("ask needs a question, or --batch FILE")
    settings = _settings(knowledge, index)
    librarian = _librarian(settings)
    if batch is not None:
        for made in batches.answers(librarian, batch, explain=explain):
            _print_json(made)
        return
    answer = batches.spoken(librarian, asked)
    if as_json:
        _print_json(batches.as_json(librarian, answer, explain=explain))
    else:
        from wuzhen.bot.render import terminal

        screen = terminal.console()
        screen.print(terminal.answer(answer))
        if explain:
            from wuzhen.bot.explain.explain import explain as explained
            from wuzhen.bot.render import terminal_explain

            screen.print()
            screen.print(terminal_explain.explanation(explained(librarian, asked)))
    if not answer.answered:
        click.get_current_context().exit(REFUSED)


@main.command(epilog=examples("wuzhen repl", "echo 志願者有多少人 | wuzhen repl"))
@folders
def repl(knowledge: Path | None, index: Path | None) -> None:
    """Ask questions in a conversation in the terminal."""
    from wuzhen.bot.repl import converse

    settings = _settings(knowledge, index)
    # Beside the index, since what is asked of one collection is seldom asked of another.
    history = settings.wuzhen_index.with_name(f"{settings.wuzhen_index.name}.history")
    converse(_librarian(settings), history)


@main.command(
    epilog=examples("wuzhen show | less", "wuzhen show notes.md", "wuzhen show --html page.html")
)
@click.argument("files", nargs=-1, type=PATH)
@folders
@click.option(
    "--html",
    type=PATH,
    metavar="FILE",
    help="Write one web page instead, with an anchor for each passage.",
)
def show(
    files: tuple[Path, ...], knowledge: Path | None, index: Path | None, html: Path | None
) -> None:
    """Show how the documents were parsed: sections, passages, references, tables.

    Without FILES, all documents; FILES are paths, or names within the folder.
    """
    from wuzhen.bot.render import pages, terminal
    from wuzhen.index.passages import cut
    from wuzhen.index.sources.folder import read_files, read_folder
    from wuzhen.index.sources.selection import named

    folder = _settings(knowledge, index).wuzhen_knowledge
    if html is not None:
        pages.check(html, folder)
    names, unknown = named(folder, files)
    if unknown:
        said = f"{folder} holds no document {unknown[0]}; name files as they are called there"
        raise click.UsageError(said)
    read = read_files(folder, names) if files else read_folder(folder)
    for warning in read.warnings:
        _tell(f"warning: {warning}")
    passages = cut(read.documents)
    if html is not None:
        from wuzhen.bot.render.pages import documents

        pages.write(documents.page(read, passages), html)
        _tell(f"wrote {html} (documents: {len(read.documents)}, passages: {len(passages)})")
        return
    screen = terminal.console()
    for document in read.documents:
        own = [passage for passage in passages if passage.document == document.id]
        screen.print(terminal.document(document, own))


@main.command(epilog=examples("wuzhen telegram", "wuzhen telegram --knowledge handbook"))
@folders
def telegram(knowledge: Path | None, index: Path | None) -> None:
    """Run the Telegram bot."""
    settings = _settings(knowledge, index)
    if settings.telegram_bot_token is None or not settings.telegram_bot_token.get_secret_value():
        raise SettingsError("TELEGRAM_BOT_TOKEN is not set; put the token from @BotFather in .env")
    from wuzhen.bot.telegram.run import run

    run(settings, _tell)


@main.command(epilog=examples("wuzhen serve", "wuzhen serve --port 8080 --knowledge handbook"))
@folders
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    callback=not_empty,
    help="The address to listen on.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 takes a free one.",
)
def serve(knowledge: Path | None, index: Path | None, host: str, port: int) -> None:
    """Serve a web page to ask in, and an HTTP API."""
    from wuzhen.bot.serve.run import run

    settings = _settings(knowledge, index)
    run(settings, host, port, lambda: _librarian(settings), _tell)


@main.command(epilog=examples("wuzhen mcp --knowledge handbook"))
@folders
def mcp(knowledge: Path | None, index: Path | None) -> None:
    """Answer programs that speak MCP, on standard input and output."""
    if find_spec("mcp") is None:
        raise InputError("the library mcp is not installed; run: pip install 'wuzhen[mcp]'")
    from wuzhen.bot.serve.library import Library
    from wuzhen.bot.serve.mcp import run

    settings = _settings(knowledge, index)
    run(Library(settings.wuzhen_index, lambda: _librarian(settings)))


_TOLERANCE = 0.005
"""How far a figure may fall before `eval --gate` says so."""


@main.command(
    name="eval",
    epilog=examples(
        "wuzhen eval questions.jsonl --misses", "wuzhen eval questions.jsonl --html eval.html"
    ),
)
@click.argument("file", type=PATH, metavar="FILE")
@folders
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--misses", is_flag=True, help="List each miss and what was expected.")
@click.option(
    "--html",
    type=PATH,
    metavar="PAGE",
    help="Also write a web page with refusals by confidence and every miss.",
)
@click.option(
    "--gate",
    type=PATH,
    metavar="FIGURES",
    help="End with 1 when figures fell below those of this file; written when it is not there.",
)
def evaluate(
    file: Path,
    knowledge: Path | None,
    index: Path | None,
    as_json: bool,
    misses: bool,
    html: Path | None,
    gate: Path | None,
) -> None:
    """Measure answers to questions with known answers, or to a folder with a retrieval set."""
    from wuzhen.bot.evaluation import report, retrieval, run
    from wuzhen.bot.render import pages

    if as_json and misses:
        raise click.UsageError("eval takes --json or --misses, not both")
    if file.is_dir() and (misses or html is not None):
        raise click.UsageError(
            "--misses and --html are for a file of questions, not a retrieval set"
        )
    settings = _settings(knowledge, index)
    if html is not None:
        if html == Path("-") or real(html) == real(file):
            raise click.UsageError("--html needs a file of its own: the figures go elsewhere")
        pages.check(html, settings.wuzhen_knowledge)
    if file.is_dir():
        figures = retrieval.measure(file, settings.wuzhen_embeddings)
        _print_json(figures) if as_json else click.echo(retrieval.as_text(figures))
        return
    questions = run.read_questions(file)
    if gate is not None and gate.exists():
        _fallen({}, gate)
    librarian = _librarian(settings)
    results = run.ask_all(librarian, questions)
    if run.foreign(librarian, results):
        _tell(
            f"warning: no answer that {file} expects stands in {settings.wuzhen_knowledge}; "
            "name the folder that it asks about with --knowledge"
        )
    if html is not None:
        from wuzhen.bot.render.pages import evaluation

        titles = [document.title for document in librarian.collection.documents.values()]
        page = evaluation.page(results, file.name, titles, settings.wuzhen_page_url)
        pages.write(page, html)
        _tell(f"wrote {html} (questions: {len(results)})")
    if as_json:
        _print_json(report.as_json(results))
    else:
        from wuzhen.bot.render import terminal

        screen = terminal.console()
        screen.print(report.as_table(results))
        if misses:
            screen.print(report.misses(results))
    if gate is not None:
        _hold(report.figures(results), gate)


def _hold(figures: dict[str, float | int | None], gate: Path) -> None:
    """Hold figures against those of a file, or write it; ends with 1 when they fell."""
    from wuzhen.bot.evaluation.calibration import GATED

    if not gate.exists():
        kept = {name: figures[name] for name in GATED if figures[name] is not None}
        gate.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        _tell(f"wrote {gate}: from now on figures are held against it")
        return
    lines = _fallen(figures, gate)
    for line in lines:
        _tell(f"error: {line}")
    if lines:
        sys.exit(1)


def _fallen(figures: dict[str, float | int | None], gate: Path) -> list[str]:
    from wuzhen.bot.evaluation.calibration import fallen

    try:
        return fallen(figures, gate, _TOLERANCE)
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{gate} holds no figures: remove it, and it is written anew") from error


@main.command(
    epilog=examples(
        "wuzhen calibrate questions.jsonl --risk 0.05", "wuzhen calibrate questions.jsonl --reset"
    )
)
@click.argument("file", type=PATH, metavar="FILE")
@folders
@click.option(
    "--risk",
    type=click.FloatRange(0.0, 1.0),
    default=0.1,
    show_default=True,
    help="The share of answers that may be wrong.",
)
@click.option("--reset", is_flag=True, help="Go back to the threshold that comes with the program.")
def calibrate(
    file: Path, knowledge: Path | None, index: Path | None, risk: float, reset: bool
) -> None:
    """Set the threshold of answering from questions with known answers, and say what it gives."""
    from wuzhen.bot.answering import threshold
    from wuzhen.bot.evaluation import calibration, run

    settings = _settings(knowledge, index)
    if reset:
        threshold.forget(settings.wuzhen_index)
    questions = run.read_questions(file)
    results = run.ask_all(_librarian(settings), questions)
    found = calibration.calibrate(results, risk)
    if found is None:
        raise InputError(
            f"at no threshold are {risk:.0%} or fewer of the answers wrong: allow more with "
            "--risk, or add to the knowledge or its synonyms.txt"
        )
    if not reset:
        threshold.write(settings.wuzhen_index, found.threshold)
    click.echo(
        f"threshold {found.threshold:.3f}: {found.answered} of {found.asked} questions answered, "
        f"{found.wrong} wrongly ({found.risk:.3f}; at 95 % surely below {found.bound:.3f})"
    )
    if found.too_few:
        _tell(
            f"warning: {found.answered} answers are too few to rely on: ask "
            f"{calibration.FEWEST} or more"
        )


@main.command(epilog=examples("wuzhen doctor"))
@folders
def doctor(knowledge: Path | None, index: Path | None) -> None:
    """Check settings, documents, index, database and token, and say what to fix."""
    from wuzhen.bot.cli.doctor import examine

    findings = list(examine(_settings(knowledge, index)))
    for finding in findings:
        click.echo(str(finding))
    if any(finding.bad for finding in findings):
        sys.exit(REFUSED)


@main.command(
    epilog=examples(
        "wuzhen completion bash > ~/.local/share/bash-completion/completions/wuzhen",
        "wuzhen completion zsh > ~/.zfunc/_wuzhen",
        "wuzhen completion fish > ~/.config/fish/completions/wuzhen.fish",
    )
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes commands and options in a shell."""
    found = get_completion_class(shell)
    assert found is not None  # click has all three
    # Not `source`, which for bash runs the bash at hand to ask its version.
    made = found(main, {}, "wuzhen", "_WUZHEN_COMPLETE")
    click.echo(made.source_template % made.source_vars())


@main.command(epilog=examples("wuzhen backup wuzhen-$(date +%F).db"))
@click.argument("file", type=PATH, metavar="FILE")
def backup(file: Path) -> None:
    """Copy the database of the Telegram bot to FILE; the bot may be running."""
    from wuzhen.bot.store.backup import backup as copy
    from wuzhen.bot.store.sql.database import parse

    database = configuration.load().wuzhen_database
    url = parse(database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise InputError(f"there is no database {url.database} to copy; see WUZHEN_DATABASE")
    copy(database, file)
    _tell(f"copied the database to {file}")


main.add_command(dead_letters)
main.add_command(token)


def entry() -> None:
    """Run the program; the entry point of `wuzhen`."""
    streams.replace_closed()
    threads.one_for_each_product()
    garbage.seldom()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = main(prog_name="wuzhen", standalone_mode=False)
        if isinstance(status, int) and status:  # of Context.exit
            sys.exit(status)
    except click.exceptions.NoArgsIsHelpError:
        _fail("a command is missing; wuzhen --help lists them", BAD_USAGE)
    except click.ClickException as error:
        _fail(_usage(error), BAD_USAGE)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except (SettingsError, DatabaseUrlError) as error:
        _fail(str(error), BAD_USAGE)
    except (BotError, RetrievalError) as error:
        _fail(str(error), FAILED)
    except OSError as error:
        _fail(_unusable(error), FAILED)
    finally:
        streams.give_up_unwritten()
        garbage.leave()


def _usage(error: click.ClickException) -> str:
    """Say what was wrong with a command line, and where its options are listed."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{error.format_message().rstrip('.')}; see: {_called(context)} --help"


def _called(context: click.Context | None) -> str:
    return context.command_path if context is not None else "wuzhen"


def _unusable(error: OSError) -> str:
    """Say what a file or a stream does not let us do, where nobody nearer to it has said so."""
    reason = error.strerror or str(error)
    if error.filename is None:
        return f"standard input or output cannot be used ({reason}): give it another file or pipe"
    return f"{error.filename} cannot be used ({reason}): name another"


def _fail(reason: str, status: int) -> None:
    _tell("error: " + " ".join(reason.split()))
    sys.exit(status)


def _tell(line: str) -> None:
    # Whoever cannot be told is not kept from what they asked for.
    with suppress(OSError):
        click.echo(f"wuzhen: {line}", err=True)


def _settings(knowledge: Path | None, index: Path | None) -> Settings:
    settings = configuration.load()
    changes: dict[str, Path] = {}
    if knowledge is not None:
        changes["wuzhen_knowledge"] = knowledge
    if index is not None:
        changes["wuzhen_index"] = index
    settings = or_bundled(settings.model_copy(update=changes), _tell)
    if real(settings.wuzhen_index) == real(settings.wuzhen_knowledge):
        raise SettingsError(
            f"the index would lie among the documents in {settings.wuzhen_knowledge}; "
            "name another folder with --index"
        )
    return settings


def _librarian(settings: Settings) -> "Librarian":
    from wuzhen.bot.library import open_librarian
    from wuzhen.index.storage.cache import FOLDER as KEPT
    from wuzhen.index.vectors.encoders import encoder

    librarian = open_librarian(
        settings.wuzhen_knowledge,
        settings.wuzhen_index,
        encoder(settings.wuzhen_embeddings, settings.wuzhen_index / KEPT),
        _tell,
        settings.wuzhen_page_url,
    )
    garbage.leave()
    return librarian


def _print_json(value: object) -> None:
    click.echo(streams.escaped(json.dumps(value, ensure_ascii=False)))
