"""A conversation in the terminal."""

from bot.repl.loop import converse

__all__ = ["converse"]
