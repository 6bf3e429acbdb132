"""`wuzhen`, and `python -m wuzhen`.

Each process that a large build starts imports this module, as whatever began the one that starts
it; so the program itself is imported when it runs.
"""


def entry() -> None:
    """Run the program."""
    from wuzhen.bot.cli import main

    main.entry()


if __name__ == "__main__":
    entry()
