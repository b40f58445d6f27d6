"""(e) growth: what the same costs with 1,000 ended jobs and with 1,000,000.

Over HTTP with the whole platform running, one request after another: a page of the list, a filtered page, the
counts (exact by state and type, capped under other filters), one job, creating one; and dispatch, from creating to
the handler's first line. Each ended job has two events. Then item 11: 100,000 jobs and 10,000 series that
are not due, beside the ended ones. Unit: ms, and percent of one core. Targets: at most 1.5 x; under 3 %.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from functools import partial
from statistics import median

import psycopg

from bench import witness
from bench.idling import idle_percent
from bench.latency import requester
from bench.ledger import fill_with_ended, fill_with_waiting, forget_jobs
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row
from tests.support.waiting import wait_for

REQUESTS = 60
DISPATCHES = 20
SMALL = 1000
AT_MOST = 1.5
ARMED_WITHIN_SECONDS = 120
SETTLE_SECONDS = 10
READS = {
    "list page": "jobs/",
    "filtered page": "jobs/?state=failed&job_type=bench_noop",
    "page before a time": "jobs/?created_before={middle}",
    "counts": "jobs/counts/",
    "counts under other filters (capped)": "jobs/counts/?created_by=bench",
    "one job": "jobs/{job}/",
    "events feed": "events/?after={seq}",
}
# Exact ones have to count all, the others up to 10,000: more than there are with 1,000.
WITHOUT_TARGET = {"counts", "counts under other filters (capped)"}


def measure(stage: Stage, scale: Scale) -> list[Row]:
    forget_jobs(stage)
    with stage.platform() as (port, programs):
        fill_with_ended(stage, SMALL)
        small = [_costs(stage, port) for _ in range(scale.repeats)]
        forget_jobs(stage)
        fill_with_ended(stage, scale.many_jobs)
        large = [_costs(stage, port) for _ in range(scale.repeats)]
        fill_with_waiting(stage, scale.waiting_jobs, scale.waiting_series)
        pids = {name: [program.pid] for name, program in programs.items()}
        _await_armed(stage)
        idle = sum(idle_percent(pids, scale.idle_seconds).values())
    forget_jobs(stage)
    sizes = f"{scale.many_jobs:,} jobs"
    waiting = f"idle with {scale.waiting_jobs:,} jobs, {scale.waiting_series:,} series not due"
    return [
        *(
            Row(
                "e",
                f"{what}, {sizes}",
                "ms",
                [costs[what] for costs in large],
                f"{SMALL:,} jobs",
                [costs[what] for costs in small],
                at_most=None if what in WITHOUT_TARGET else AT_MOST,
            )
            for what in large[0]
        ),
        Row("e", waiting, "%", [idle], at_most=3),
    ]


def _costs(stage: Stage, port: int) -> dict[str, float]:
    """Median milliseconds of each."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    places = _places(stage)

    def read(path: str) -> None:
        connection.request(
            "GET", f"/api/v1/{path.format(**places)}", headers={"Authorization": f"Token {stage.token}"}
        )
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {text.decode()}")

    costs = {what: _median_ms(REQUESTS, partial(read, path)) for what, path in READS.items()}
    connection.close()
    numbers = iter(range(REQUESTS))
    witness.clear(stage.witness)
    with requester(stage, port) as create:
        costs["creating"] = _median_ms(REQUESTS, lambda: create(next(numbers)))
        _await_starts(stage, REQUESTS)
        costs["dispatch"] = _dispatch(stage, create)
    return costs


def _median_ms(times: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def _dispatch(stage: Stage, create: Callable[[int], object]) -> float:
    """From a created job to its handler, one at a time."""
    taken = []
    for number in range(DISPATCHES):
        witness.clear(stage.witness)
        began = time.time()
        create(number)
        _await_starts(stage, 1)
        taken.append((witness.starts(stage.witness)[number] - began) * 1000)
    return median(taken)


def _await_starts(stage: Stage, number: int) -> None:
    wait_for("they start", lambda: witness.count(stage.witness) >= number, within=60, every=0.01)


def _places(stage: Stage) -> dict[str, str]:
    """A job, a time and an event in the middle of all."""
    with psycopg.connect(stage.database_url) as connection:
        row = connection.execute(
            """SELECT id, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), (
                SELECT max(last_seq) - 100 FROM jobs_feed) FROM jobs_ended
            ORDER BY id OFFSET (SELECT count(*) / 2 FROM jobs_ended) LIMIT 1"""
        ).fetchone()
    assert row is not None
    return {"job": str(row[0]), "middle": row[1], "seq": str(row[2])}


def _await_armed(stage: Stage) -> None:
    """Until RedBeat knows of all series, and the first comparison is over."""
    with psycopg.connect(stage.database_url, autocommit=True) as connection:
        unarmed = (
            "SELECT FROM jobs_live WHERE NOT armed AND series_id IS NOT NULL AND state = 'scheduled' LIMIT 1"
        )
        wait_for(
            "all series have entries",
            lambda: connection.execute(unarmed).fetchone() is None,
            within=ARMED_WITHIN_SECONDS,
        )
    time.sleep(SETTLE_SECONDS)
