"""A conversation in the terminal."""

from wuzhen.bot.repl.loop import converse

__all__ = ["converse"]
