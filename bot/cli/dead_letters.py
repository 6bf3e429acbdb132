"""`wuzhen dead-letters`: the updates that the Telegram bot gave up, listed, retried or dropped."""

from datetime import datetime
from pathlib import Path

import click

from wuzhen.bot import settings as configuration
from wuzhen.bot.cli.options import examples
from wuzhen.bot.errors import InputError


@click.command(
    "dead-letters", epilog=examples("wuzhen dead-letters", "wuzhen dead-letters retry 812")
)
@click.argument(
    "action", type=click.Choice(["list", "show", "retry", "drop"]), default="list", required=False
)
@click.argument("updates", type=int, nargs=-1, metavar="[UPDATE]...")
def dead_letters(action: str, updates: tuple[int, ...]) -> None:
    """List the updates that the Telegram bot gave up; show, retry or drop those named by number.

    An update is given up when it failed in every attempt. `show` prints what was sent, as
    Telegram sent it; `retry` has the bot work it again, at once where it runs.
    """
    from wuzhen.bot.render.terminal_lines import harmless
    from wuzhen.bot.store import dead_letters as letters

    if action == "list" and updates:
        raise click.UsageError("list takes no UPDATE; to see one: wuzhen dead-letters show UPDATE")
    if action != "list" and not updates:
        raise click.UsageError(f"{action} takes the numbers of updates, which list prints")
    database = _database()
    if action in ("retry", "drop"):
        change = letters.retry if action == "retry" else letters.drop
        there = change(database, updates)
        for update in there:
            click.echo(f"{update} {'will be worked again' if action == 'retry' else 'is dropped'}")
    else:
        found = letters.listed(database)
        there = [one.update_id for one in found]
        for one in found:
            if action == "list" or one.update_id in updates:
                at = datetime.fromtimestamp(one.died_at).astimezone().isoformat(timespec="seconds")
                line = f"{one.update_id}  {at}  chat {one.lane}  {one.attempts} attempts"
                click.echo(harmless(f"{line}  {one.reason}"))
            if action == "show" and one.update_id in updates:
                click.echo(harmless(one.body or ""))
    if missing := [str(one) for one in updates if one not in there]:
        listing = "wuzhen dead-letters lists all"
        raise InputError(f"no dead letter of update {', '.join(missing)}; {listing}")


def _database() -> str:
    from wuzhen.bot.store.sql.database import parse

    database = configuration.load().wuzhen_database
    url = parse(database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise InputError(f"there is no database {url.database}; see WUZHEN_DATABASE")
    return database
