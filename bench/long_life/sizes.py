"""Measures how many bytes on disk a finished job leaves in the tables of jobs, in all and by table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.creating import create_singly
from bench.end_to_end import NOW
from bench.ledger import forget_jobs, has_unnumbered_events
from bench.long_life import internals
from bench.long_life.run import REST_SECONDS, seconds_until
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row

MAX_NOOP_BYTES, MAX_CHATTY_BYTES = 2048, 3584
FURTHER_PROCESSES = 10  # of slow jobs, which sleep
# Progress is stored every half second: reports that follow one another faster are stored as one.
SLOW, FAST = 0.6, 0.0


def measure(stage: Stage, port: int, scale: Scale) -> list[Row]:
    """Returns the rows; the platform must run, and no job may exist that is still wanted."""

    def sized(what: str, job: dict[str, Any], number: int, at_most: float | None) -> list[Row]:
        sizes = _measure_bytes(stage, lambda: create_singly(stage, port, number, job), number)
        rows = [
            Row("h", f"bytes on disk of a finished job, {what}", "B", [sum(sizes.values())], at_most=at_most)
        ]
        largest = sorted(sizes.items(), key=lambda item: -item[1])
        return rows + [Row("h", f"  of these {table}", "B", [size]) for table, size in largest if size >= 1]

    rows = sized("no-op", NOW, scale.sized_jobs, MAX_NOOP_BYTES)
    rows += sized("10 log lines, 5 reports at once", _chatty(FAST), scale.sized_jobs, None)
    with stage.worker(FURTHER_PROCESSES):
        rows += sized("10 log lines, 5 reports", _chatty(SLOW), scale.slow_sized_jobs, MAX_CHATTY_BYTES)
    return rows


def _chatty(pause: float) -> dict[str, Any]:
    return {"job_type": "bench_chatty", "payload": {"pause": pause}, "start_in_seconds": 0}


def _measure_bytes(stage: Stage, create: Callable[[], object], number: int) -> dict[str, float]:
    """Returns bytes a job by table: what the tables have grown by after so many jobs, divided by them."""
    forget_jobs(stage)
    before = internals.read_sizes(stage)
    create()
    with internals.open_connection(stage) as connection:
        seconds_until(lambda: not internals.has_live_jobs(connection), within=REST_SECONDS)
        seconds_until(lambda: not has_unnumbered_events(connection), within=REST_SECONDS)
        ended = sum(end == ("succeeded", 1) for end in internals.read_ends(connection).values())
    if ended != number:
        raise RuntimeError(f"of {number} jobs {ended} have succeeded")
    after = internals.read_sizes(stage)
    return {table: (size - before.get(table, 0)) / number for table, size in after.items()}
