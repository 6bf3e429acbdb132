"""A program whose processes tell their ids and then work for a while.

`pooling SECONDS`, and `pooling SECONDS thread` beside a thread of its own.
"""

import os
import sys
import threading
import time

from wuzhen.index.building import pool


def work(things: list[float]) -> int:
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    time.sleep(things[0])
    return os.getpid()


if __name__ == "__main__":
    seconds = float(sys.argv[1])
    if "thread" in sys.argv:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    for _ in pool.in_order(work, [seconds] * 100, lambda _: pool.BATCH, processes=2):
        pass
