"""Measures how long it takes to delete a day's jobs, and how long jobs that come meanwhile wait."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bench import witness
from bench.ledger import connect_to_fill
from bench.long_life.load import Load
from bench.long_life.windows import Record, Window
from bench.many_jobs.filling import CONNECTIONS, fill_counters
from bench.many_jobs.history import History
from bench.many_jobs.partitions import TABLES, attach_partitions, forget
from bench.many_jobs.rows import fill_jobs
from bench.many_jobs.waiting import keep_some
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row
from tests.support.waiting import wait_for

KEPT_DAYS, AGE_DAYS, LONGER_DAYS = "30", 45, "60"
PER_SECOND = 50
WARM_SECONDS = 10
MAX_ROUNDS = 5
SETTLE_SECONDS = 2
MAX_SECONDS = 10
LIVE, ENDED_LATELY = 200, 300
MAX_RATIO_OF_LONGEST = 2.0


def measure(stage: Stage, scale: Scale) -> list[Row]:
    """Returns the rows; nothing may run, and no job is left afterwards."""
    forget(stage)
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=AGE_DAYS)
    _fill(stage, History(scale.day_jobs, day, day + timedelta(days=1), series=100))
    with _retention(stage, LONGER_DAYS), stage.platform() as (port, _):
        witness.clear(stage.witness)
        load = Load(stage, port, PER_SECOND)
        load.start()
        time.sleep(WARM_SECONDS)
        began = time.time()
        time.sleep(scale.window_seconds)
        before = Window("before", began, time.time())
        with _retention(stage, KEPT_DAYS):
            taken = _drop(stage, day)
        during = Window("meanwhile", before.until, time.time() + SETTLE_SECONDS)
        time.sleep(2 * SETTLE_SECONDS)
        load.stop()
        accepted = [offer for offer in load.offers if offer.is_accepted]
        wait_for("all start", lambda: witness.count(stage.witness) >= len(accepted), within=60)
        record = Record(load.offers, witness.starts(stage.witness))
        _check_kept(stage)
    forget(stage)
    print(f"(m) retention took {taken} s, each a round of the dispatcher", file=sys.stderr, flush=True)
    figures = record.figures(before), record.figures(during)
    longest = [_longest_ms(record, window) for window in (before, during)]
    what = f"{PER_SECOND} jobs/s meanwhile"
    return [
        Row("m", f"retention of {scale.day_jobs:,} jobs of a day", "s", [sum(taken)], at_most=MAX_SECONDS),
        Row("m", f"{what}: p50 from due to started", "ms", [figures[1].p50], "before", [figures[0].p50]),
        Row(
            "m", f"{what}: longest", "ms", [longest[1]], "before", [longest[0]], at_most=MAX_RATIO_OF_LONGEST
        ),
        Row("m", f"{what}: refused or lost", "", [len(load.offers) - len(record.starts)], at_most=0),
    ]


def _fill(stage: Stage, history: History) -> None:
    part = -(-history.jobs // CONNECTIONS)
    with connect_to_fill(stage) as connection:
        attach_partitions(connection, history.since)

    def fill(first: int) -> None:
        with connect_to_fill(stage) as own:
            fill_jobs(own, history, first, min(first + part, history.jobs))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(fill, range(0, history.jobs, part)))
    with connect_to_fill(stage) as connection:
        keep_some(connection, live=LIVE, ended_lately=ENDED_LATELY)
        fill_counters(connection, history)
        for table in (*TABLES, "jobs_live"):
            connection.execute(f"VACUUM (ANALYZE) {table}")


@contextmanager
def _retention(stage: Stage, days: str) -> Iterator[None]:
    """For programs that start meanwhile."""
    before = stage.settings.get("RETENTION_DAYS")
    stage.settings["RETENTION_DAYS"] = days
    yield
    stage.settings.pop("RETENTION_DAYS")
    if before:
        stage.settings["RETENTION_DAYS"] = before


def _drop(stage: Stage, day: datetime) -> list[float]:
    """Returns the seconds of each round until all partitions of the day are gone: one ends where a lock is not free."""
    taken: list[float] = []
    with connect_to_fill(stage) as connection:
        while connection.execute("SELECT to_regclass(%s)", [f"jobs_log_{day:%Y%m%d}"]).fetchone() != (None,):
            if len(taken) == MAX_ROUNDS:
                raise RuntimeError(f"the partitions are still there after {MAX_ROUNDS} rounds")
            taken.append(float(stage.run("-m", "bench.retention_round")))
    return taken


def _check_kept(stage: Stage) -> None:
    """Raises RuntimeError unless exactly those jobs are left that live or ended lately, with their events."""
    with connect_to_fill(stage) as connection:
        kept = connection.execute(
            """SELECT (SELECT count(*) FROM jobs_live WHERE created_at < now() - interval '30 days'),
                (SELECT count(*) FROM jobs_ended WHERE created_at < now() - interval '30 days'),
                (SELECT count(DISTINCT job_id) FROM jobs_event WHERE at < now() - interval '30 days')"""
        ).fetchone()
    if kept != (LIVE, ENDED_LATELY, LIVE + ENDED_LATELY):
        raise RuntimeError(f"of {LIVE} live jobs and {ENDED_LATELY} that ended lately {kept} are left")


def _longest_ms(record: Record, window: Window) -> float:
    due = [offer for offer in record.offers if window.since <= offer.due < window.until]
    return max((record.starts.get(offer.number, float("inf")) - offer.due) * 1000 for offer in due)
