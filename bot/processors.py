"""How many processors take part in one answer."""

import os


def one_for_each_product() -> None:
    """Have products of matrices reckoned by one thread, unless the environment says otherwise.

    Those of a question are so small that threads spend longer waiting for each other: an answer
    takes half the time. To be called before NumPy is loaded. Models that embed many texts for a
    build take as many threads as there are processors all the same.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
