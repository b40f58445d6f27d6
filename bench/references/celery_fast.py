"""Bare Celery as its users run it for speed: early acknowledgement, publishing without confirms, prefetch of four.

`python -m bench.references.celery_fast` is a producer: for each line "FIRST NUMBER" that it reads it publishes so many
tasks from threads that share the process's pool of connections, and writes a line when it has.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from celery import Celery

from bench import witness

THREADS = 4
QUEUE = "bench_fast"
WORKER_OPTIONS = ("--without-gossip", "--without-mingle", "--without-heartbeat")

app = Celery("bench_fast", broker=os.environ.get("BROKER_URL", ""))
app.conf.update(
    task_default_queue=QUEUE,
    task_default_queue_type="quorum",
    task_ignore_result=True,
    task_acks_late=False,
    worker_prefetch_multiplier=4,
    broker_pool_limit=THREADS,
)


@app.task(name="bench.stamp_fast")
def stamp(number: int) -> None:
    """Tells that the task ran."""
    witness.stamp(number)


def _produce() -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        for line in sys.stdin:
            first, number = map(int, line.split())
            list(threads.map(lambda n: stamp.delay(n), range(first, first + number)))
            print("published", flush=True)


if __name__ == "__main__":
    _produce()
