"""When Python searches for garbage: of very many small things hardly any is."""

import gc


def seldom() -> None:
    """Search for it once in a hundred thousand new things, and not among what is there now.

    What a build reads and an index holds stays; searching it again and again, as Python does by
    itself, takes a tenth of the time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def leave() -> None:
    """Leave what is there now as it is, at the end of a process too, which is so the sooner."""
    gc.freeze()
