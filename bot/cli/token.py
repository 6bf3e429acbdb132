"""`wuzhen token`: the tokens of the HTTP API, made, listed and revoked."""

import click

from wuzhen.bot import settings as configuration
from wuzhen.bot.cli.options import examples


@click.group(epilog=examples("wuzhen token make website", "wuzhen token list"))
def token() -> None:
    """Make, list and revoke tokens for `wuzhen serve`."""


@token.command(epilog=examples("wuzhen token make website"))
@click.argument("name")
def make(name: str) -> None:
    """Make a token called NAME and print it: it is never shown again."""
    from wuzhen.bot.serve.access.tokens import Tokens

    click.echo(Tokens(configuration.load().wuzhen_serve_tokens).make(name))


@token.command(name="list", epilog=examples("wuzhen token list"))
def list_tokens() -> None:
    """List the tokens by name, with the time when each was made."""
    from wuzhen.bot.serve.access.tokens import Tokens

    for one in Tokens(configuration.load().wuzhen_serve_tokens).all():
        click.echo(f"{one.name}\t{one.made}")


@token.command(epilog=examples("wuzhen token revoke website"))
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke the token called NAME: a running server refuses it at once."""
    from wuzhen.bot.serve.access.tokens import Tokens

    Tokens(configuration.load().wuzhen_serve_tokens).revoke(name)
