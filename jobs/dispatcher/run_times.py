"""Estimates how long runs of each job type usually last, from the runs that ended lately."""

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
    """Summarizes recent runs of one job type in one queue: how many ended, and their average duration in seconds."""

    queue: str
    job_type: str
    number: int
    seconds: float


class RunTimes:
    """Keeps a moving average of the run time of each job type, in the memory of one dispatcher.

    A job type that has not run since this dispatcher started counts as slow.
    """

    def __init__(self) -> None:
        self._runs: dict[str, RecentRuns] = {}
        self._read_up_to = 0
        self._read_at = float("-inf")
        self._misses_some = False

    def refresh(self) -> None:
        """Adds the runs that ended since the last call to the averages; does nothing if that call was a moment ago."""
        age = time.monotonic() - self._read_at
        if age < (READ_SOON_SECONDS if self._misses_some else READ_INTERVAL_SECONDS):
            return
        self._read_at = time.monotonic()
        found, self._read_up_to = read_recent_runs(after=self._read_up_to, limit=MAX_EVENTS)
        for runs in found:
            self._add(runs)

    def quick_types(self) -> dict[str, float]:
        """Returns {job type: average seconds} for the job types whose runs usually last less than a second."""
        return {
            job_type: max(runs.seconds, MIN_SECONDS)
            for job_type, runs in self._runs.items()
            if runs.seconds < QUICK_SECONDS
        }

    def shortest(self, queue: str) -> float:
        """Returns the smallest average run time in seconds among the job types of this queue, 1.0 at most."""
        found = [runs.seconds for runs in self._runs.values() if runs.queue == queue]
        return max(min([*found, QUICK_SECONDS]), MIN_SECONDS)

    def note_queued(self, queued: Iterable[QueuedJob]) -> None:
        """Makes the next `refresh` due sooner if one of these jobs has a type without a known run time."""
        self._misses_some = any(job.job_type not in self._runs for job in queued)

    def _add(self, runs: RecentRuns) -> None:
        # Taken out and put in again, so that the dict is ordered by last use and the oldest entry is evicted first.
        before = self._runs.pop(runs.job_type, runs).seconds
        weight = (1 - WEIGHT_OF_LAST) ** runs.number
        self._runs[runs.job_type] = runs._replace(seconds=before * weight + runs.seconds * (1 - weight))
        while len(self._runs) > MAX_TYPES:
            del self._runs[next(iter(self._runs))]


def read_recent_runs(*, after: int, limit: int) -> tuple[list[RecentRuns], int]:
    """Returns recent runs from the newest `limit` events with ids above `after`, and the id to pass next as `after`.

    Counts runs that succeeded, raised an error or timed out, but none whose worker was lost or that was terminated.
    """
    rows = fetch_by_index(
        f"""
        SELECT job.queue, job.job_type, count(*),
            avg(extract(epoch FROM job.terminated_at - job.started_at))::float8, max(event.id)
        FROM (SELECT id, job_id, kind FROM jobs_event WHERE id > %(after)s::bigint
            ORDER BY id DESC LIMIT %(limit)s::int) AS event JOIN jobs_ended AS job ON job.id = event.job_id
        WHERE event.kind = '{EventKind.TERMINATED}'
            AND (job.state = 'succeeded' OR job.reason IN ('error', 'timeout'))
        GROUP BY job.queue, job.job_type""",  # noqa: S608 - constants are put in
        {"after": after, "limit": limit},
    )
    return [RecentRuns(*row[:-1]) for row in rows], max((row[-1] for row in rows), default=after)
