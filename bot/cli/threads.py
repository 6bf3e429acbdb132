"""How many processors take part in one answer, and how they wait for each other."""

import os


def one_for_each_product() -> None:
    """Have products of matrices reckoned by one thread, unless the environment says otherwise.

    Those of a question are so small that threads spend longer waiting for each other: an answer
    takes half the time. To be called before NumPy is loaded. Models that embed many texts for a
    build take as many threads as there are processors all the same; these sleep while they wait,
    for beside other processes they would otherwise spend most of the time on keeping awake.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
