"""`python -m bot` is `wuzhen`."""

from bot.cli import entry

if __name__ == "__main__":
    entry()
