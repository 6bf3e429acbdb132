"""A program whose processes tell their ids and then work for a while: `pooling SECONDS`."""

import os
import sys
import time

from index import pool


def work(things: list[float]) -> int:
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    time.sleep(things[0])
    return os.getpid()


if __name__ == "__main__":
    seconds = float(sys.argv[1])
    for _ in pool.in_order(work, [seconds] * 100, lambda _: pool.BATCH, processes=2):
        pass
