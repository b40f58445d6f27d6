"""(c) start latency: from sending the request to the handler's first line, at 20 jobs a second.

Bare Celery: from before `send_task` to the task's first line, at the same rate, on a pool of as many processes.
Unit: ms. Targets: p50 within 1.8 x, p99 within 2 x.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench import witness
from bench.creating import open_client
from bench.end_to_end import publisher
from bench.ledger import forget_jobs
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row, percentile
from tests.support.waiting import wait_for

PER_SECOND = 20
WARM_UP = 20
WITHIN_SECONDS = 60
Send = Callable[[int], object]


def measure(stage: Stage, scale: Scale) -> list[Row]:
    ours, celery = [], []
    with stage.platform() as (port, _), stage.bare_celery():
        with publisher(stage) as app:
            for _ in range(scale.repeats):
                celery.append(
                    latencies(
                        stage, scale.paced_jobs, lambda n: app.send_task("bench.stamp", [n], queue="bench")
                    )
                )
                with requester(stage, port) as send:  # opened again: the server closes connections that idle
                    ours.append(latencies(stage, scale.paced_jobs, send))
        forget_jobs(stage)
    return [
        Row(
            "c",
            f"create to handler start at {PER_SECOND}/s, p{share}",
            "ms",
            [percentile(repeat, share) for repeat in ours],
            "bare Celery",
            [percentile(repeat, share) for repeat in celery],
            at_most=bound,
        )
        for share, bound in ((50, 1.8), (95, None), (99, 2))
    ]


@contextmanager
def requester(stage: Stage, port: int) -> Iterator[Send]:
    """Yields a function that creates one job that stamps its number, due at once."""
    with open_client(stage, port) as send:
        yield lambda number: send(
            {"job_type": "bench_stamp", "payload": {"number": number}, "start_in_seconds": 0}
        )


def latencies(stage: Stage, number: int, send: Send) -> list[float]:
    """Milliseconds of each. A few go before, for those find everything cold."""
    _send_paced(stage, WARM_UP, send)
    sent = _send_paced(stage, number, send)
    starts = witness.starts(stage.witness)
    return [(starts[count] - at) * 1000 for count, at in enumerate(sent)]


def _send_paced(stage: Stage, number: int, send: Send) -> list[float]:
    witness.clear(stage.witness)
    sent = []
    began = time.time()
    for count in range(number):
        time.sleep(max(began + count / PER_SECOND - time.time(), 0))
        sent.append(time.time())
        send(count)
    wait_for("all started", lambda: witness.count(stage.witness) >= number, within=WITHIN_SECONDS)
    return sent
