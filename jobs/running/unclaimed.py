"""Holds the jobs of one dispatch message that its worker slot has not claimed yet."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable


class UnclaimedJobs:
    """Queues the ids of the unclaimed jobs of one dispatch message; `ran_for` sums up the run times of the others."""

    def __init__(self, job_ids: Iterable[uuid.UUID]) -> None:
        self._job_ids = deque(job_ids)
        self.ran_for = 0.0

    def note_run(self, seconds: float) -> None:
        """Adds the run time of one of the message's jobs to `ran_for`; database time between jobs does not count."""
        self.ran_for += seconds

    def __bool__(self) -> bool:
        return bool(self._job_ids)

    def take(self) -> uuid.UUID | None:
        """Removes and returns the next job's id; None if no id remains."""
        return self._job_ids.popleft() if self._job_ids else None

    def take_all(self) -> list[uuid.UUID]:
        """Removes and returns all remaining job ids, so that other worker slots can get these jobs."""
        taken = list(self._job_ids)
        self._job_ids.clear()
        return taken
