"""Measures what more jobs than the platform can run do to it, and how soon it is as before afterwards."""

from __future__ import annotations

import time

from bench.creating import create_singly
from bench.ledger import forget_jobs
from bench.long_life import internals
from bench.long_life.run import REST_SECONDS, offer_jobs, seconds_until
from bench.long_life.windows import P99_AT_MOST
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row

OVERLOAD = 1.5  # times the capacity
MAX_NORMAL_PER_SECOND, NORMAL_SHARE = 100, 0.5
BACK_SECONDS = 120
CAPACITY_ROUNDS = 2
STAMP = {"job_type": "bench_stamp", "payload": {"number": 0}, "start_in_seconds": 0}


def measure(stage: Stage, port: int, scale: Scale) -> list[Row]:
    """Returns the rows; offers a normal load, then the overload, then the normal load until all is as before."""
    capacity = _measure_capacity(stage, port, scale)
    normal = min(MAX_NORMAL_PER_SECOND, NORMAL_SHARE * capacity)
    with offer_jobs(stage, port, normal, scale) as run:
        run.watch_before(scale.window_seconds)
        run.load.per_second = OVERLOAD * capacity
        over = run.watch("overload", scale.overload_seconds)
        run.load.per_second = normal
        run.load.drop_unsent()
        drained = run.await_drained(within=scale.drain_seconds)
        run.watch("after", scale.window_seconds)
    figures = run.print_figures(f"overload, capacity {capacity:.0f}/s", drained)
    before, during, after = figures
    back = run.record.seconds_until_like(before, since=over.until)
    return [
        Row("h", "capacity, one a request", "jobs/s", [capacity]),
        Row("h", "overload: jobs started", "/s", [during.achieved], "offered", [during.offered]),
        Row("h", "overload: p50", "ms", [during.p50], "before", [before.p50]),
        Row("h", "overload: backlog drained after", "s", [drained]),
        Row("h", "overload: p50 as before again after", "s", [back], at_most=BACK_SECONDS),
        Row("h", "overload: p99 afterwards", "ms", [after.p99], "before", [before.p99], at_most=P99_AT_MOST),
        Row("h", f"overload: jobs lost of {run.losses.accepted:,}", "", [run.losses.lost], at_most=0),
        Row("h", "overload: jobs that ran again", "", [run.losses.ran_again], at_most=0),
    ]


def _measure_capacity(stage: Stage, port: int, scale: Scale) -> float:
    """Returns jobs a second, created one a request until all have ended, the best of some rounds."""
    forget_jobs(stage)
    rounds = []
    for _ in range(CAPACITY_ROUNDS):
        began = time.perf_counter()
        create_singly(stage, port, scale.sized_jobs, STAMP)
        with internals.open_connection(stage) as connection:
            seconds_until(lambda: not internals.has_live_jobs(connection), within=REST_SECONDS)
        rounds.append(scale.sized_jobs / (time.perf_counter() - began))
    return max(rounds)
