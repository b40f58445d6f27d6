"""Learns how long runs of each job type usually last, from the runs that ended lately."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import NamedTuple

from foundation.prepared import fetch_by_index
from jobs.states import EventKind
from jobs.transitions import QueuedJob

READ_INTERVAL_SECONDS = 0.2
# While a job of a type without a known run time is queued, its first end is read sooner.
READ_SOON_SECONDS = 0.01
MAX_EVENTS = 300
# Weight of the last run in the moving average: one run of ten minutes among many quick ones counts for a while.
WEIGHT_OF_LAST = 1 / 8
QUICK_SECONDS = 1.0
# A shorter run counts with this time: its claim and its end take time, too.
MIN_SECONDS = 0.001
MAX_TYPES = 2000


class RecentRuns(NamedTuple):
    """Sums up recent runs of one job type in one queue: how many ended, and how many seconds they took on average."""

    queue: str
    job_type: str
    number: int
    seconds: float


class RunTimes:
    """Keeps a moving average of run times by job type, in the memory of one dispatcher.

    A type that has not run since this dispatcher started counts as slow.
    """

    def __init__(self) -> None:
        self._runs: dict[str, RecentRuns] = {}
        self._read_up_to = 0
        self._read_at = float("-inf")
        self._misses_some = False

    def refresh(self) -> None:
        """Reads the runs that ended since the last time; does nothing if that was a moment ago."""
        age = time.monotonic() - self._read_at
        if age < (READ_SOON_SECONDS if self._misses_some else READ_INTERVAL_SECONDS):
            return
        self._read_at = time.monotonic()
        found, self._read_up_to = read_recent_runs(after=self._read_up_to, limit=MAX_EVENTS)
        for runs in found:
            self._add(runs)

    def quick_types(self) -> dict[str, float]:
        """Returns the average seconds of each job type that runs for less than a second."""
        return {
            job_type: max(runs.seconds, MIN_SECONDS)
            for job_type, runs in self._runs.items()
            if runs.seconds < QUICK_SECONDS
        }

    def shortest(self, queue: str) -> float:
        """Returns the smallest average, in seconds, among the job types that ran in this queue."""
        found = [runs.seconds for runs in self._runs.values() if runs.queue == queue]
        return max(min([*found, QUICK_SECONDS]), MIN_SECONDS)

    def note_queued(self, queued: Iterable[QueuedJob]) -> None:
        """Has the next refresh come sooner if a job of a type without a known run time was just queued."""
        self._misses_some = any(job.job_type not in self._runs for job in queued)

    def _add(self, runs: RecentRuns) -> None:
        # Taken out and put in again, so that the dict is ordered by last use and the oldest entry is evicted first.
        before = self._runs.pop(runs.job_type, runs).seconds
        weight = (1 - WEIGHT_OF_LAST) ** runs.number
        self._runs[runs.job_type] = runs._replace(seconds=before * weight + runs.seconds * (1 - weight))
        while len(self._runs) > MAX_TYPES:
            del self._runs[next(iter(self._runs))]


def read_recent_runs(*, after: int, limit: int) -> tuple[list[RecentRuns], int]:
    """Returns the runs that ended within the newest `limit` events after event id `after`, and the last id read.

    Runs that succeeded, failed by an error or timed out count; those that were lost or terminated do not.
    """
    rows = fetch_by_index(
        f"""
        SELECT job.queue, job.job_type, count(*), avg(extract(epoch FROM
            event.at - (event.snapshot ->> 'started_at')::timestamptz))::float8, max(event.id)
        FROM (SELECT id, job_id, kind, at, snapshot FROM jobs_jobevent WHERE id > %(after)s::bigint
            ORDER BY id DESC LIMIT %(limit)s::int) AS event JOIN jobs_job AS job ON job.id = event.job_id
        WHERE event.kind = '{EventKind.TERMINATED}' AND (event.snapshot ->> 'state' = 'succeeded'
            OR event.snapshot ->> 'reason' IN ('error', 'timeout'))
        GROUP BY job.queue, job.job_type""",  # noqa: S608 - constants are put in
        {"after": after, "limit": limit},
    )
    return [RecentRuns(*row[:-1]) for row in rows], max((row[-1] for row in rows), default=after)
