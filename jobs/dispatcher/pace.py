"""How long the runs of each type usually last, from those that ended lately."""

from __future__ import annotations

import time
from collections.abc import Iterable

from jobs import hints
from jobs.transitions import Hint

READ_EVERY_SECONDS = 0.2
# Where a type is handed over of which nothing is known yet, its first end tells.
READ_AT_ONCE_SECONDS = 0.01
EVENTS_AT_MOST = 300
# Of the mean: an eighth is the last run's. One that takes ten minutes among many quick ones weighs for a while.
WEIGHT_OF_LAST = 1 / 8
QUICK_SECONDS = 1.0
# The shortest a run counts with: claims and ends take their time, too.
SHORTEST_SECONDS = 0.001
KNOWN_AT_MOST = 2000


class Pace:
    """A moving average of run durations by job type, kept in the memory of one dispatcher.

    A type that has not run since this dispatcher started counts as slow.
    """

    def __init__(self) -> None:
        self._runs: dict[str, hints.Runs] = {}
        self._read_up_to = 0
        self._read_at = float("-inf")
        self._misses_some = False

    def read(self) -> None:
        age = time.monotonic() - self._read_at
        if age < (READ_AT_ONCE_SECONDS if self._misses_some else READ_EVERY_SECONDS):
            return
        self._read_at = time.monotonic()
        found, self._read_up_to = hints.recent_runs(after=self._read_up_to, limit=EVENTS_AT_MOST)
        for runs in found:
            self._note(runs)

    def quick(self) -> dict[str, float]:
        """Return the average seconds of each job type that runs for less than a second."""
        return {
            job_type: max(runs.seconds, SHORTEST_SECONDS)
            for job_type, runs in self._runs.items()
            if runs.seconds < QUICK_SECONDS
        }

    def quickest(self, queue: str) -> float:
        """Return the smallest average, in seconds, among the job types that ran in this queue."""
        found = [runs.seconds for runs in self._runs.values() if runs.queue == queue]
        return max(min([*found, QUICK_SECONDS]), SHORTEST_SECONDS)

    def expect(self, handed_over: Iterable[Hint]) -> None:
        """Read sooner than usual if a type without a known duration was just handed over."""
        self._misses_some = any(hint.job_type not in self._runs for hint in handed_over)

    def _note(self, runs: hints.Runs) -> None:
        # Taken out and put in again: what has been silent for longest comes first, and goes first.
        before = self._runs.pop(runs.job_type, runs).seconds
        kept = (1 - WEIGHT_OF_LAST) ** runs.number
        self._runs[runs.job_type] = runs._replace(seconds=before * kept + runs.seconds * (1 - kept))
        while len(self._runs) > KNOWN_AT_MOST:
            del self._runs[next(iter(self._runs))]
