"""Knows the live workers of each queue, and how long runs usually last: so how many jobs the workers can take."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import Error as DatabaseError

from foundation.database_errors import is_timeout
from jobs.dispatcher.run_times import QUICK_SECONDS, RunTimes
from jobs.messaging.incoming import MAX_JOBS_PER_MESSAGE
from jobs.read.liveness import types_by_queue, workers_by_queue
from jobs.read.waiting import MAX_QUEUED_PER_QUEUE
from jobs.transitions import Capacity, QueuedJob
from jobs.transitions.capacity import ScanBounds

TTL_SECONDS = 2.0
# How long a locked table is not read again.
LOCKED_PAUSE_SECONDS = 10.0
# A queue without a known worker may have one whose heartbeat is late: jobs are handed over as if it had these slots.
UNKNOWN_SLOTS = 8
# Jobs that share a message cost less each; each slot still gets several messages, so that none is idle.
MESSAGES_PER_SLOT = 2
# A worker gives back jobs that wait too long behind others of their message. So only runs shorter than this share one.
MAX_SHARED_RUN_SECONDS = 0.1


class KnownWorkers:
    """Caches the live workers and their job types for a short time; a queue is in it if it has a live worker."""

    def __init__(self) -> None:
        self.run_times = RunTimes()
        self._slots: dict[str, dict[str, int]] = {}
        self._types: dict[str, frozenset[str] | None] = {}
        self._valid_until = 0.0

    def __contains__(self, queue: object) -> bool:
        return queue in self._slots

    def refresh(self) -> bool:
        """Reads the workers if the cached ones are too old; keeps these while the table is locked.

        Returns whether there are other workers now.
        """
        self.run_times.refresh()
        if time.monotonic() < self._valid_until:
            return False
        self._valid_until = time.monotonic() + TTL_SECONDS
        before = self._slots
        try:
            self._slots, self._types = workers_by_queue(), types_by_queue()
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            self._valid_until = time.monotonic() + LOCKED_PAUSE_SECONDS
        return self._slots != before

    def types(self, queue: str) -> frozenset[str] | None:
        """Returns the job types that the queue's workers have handlers for; None if that is not known."""
        return self._types.get(queue)

    def slots(self, queue: str) -> int:
        """Returns how many slots the queue's workers have, UNKNOWN_SLOTS if it has none."""
        return sum(self._slots[queue].values()) if queue in self._slots else UNKNOWN_SLOTS

    def capacity(self, queue: str, bounds: ScanBounds) -> Capacity:
        """Returns how many jobs the queue's workers can take, for a claim that counts jobs within these bounds."""
        return Capacity(
            slots=self.slots(queue),
            workers=list(self._slots.get(queue, ())),
            quick=self.run_times.quick_types(),
            quickest=self.run_times.shortest(queue),
            max_queued=MAX_QUEUED_PER_QUEUE,
            bounds=bounds,
        )

    def jobs_per_message(self, queue: str, ahead: int, found: Sequence[QueuedJob]) -> int:
        """Returns how many jobs to put into a dispatch message: 1 unless runs are short and each slot gets several.

        `ahead`: how many jobs of the queue are queued, with those that were `found` now.
        """
        if queue not in self:
            return 1
        quick = self.run_times.quick_types()
        longest = max((quick.get(job.job_type, QUICK_SECONDS) for job in found), default=QUICK_SECONDS)
        if longest >= MAX_SHARED_RUN_SECONDS:
            return 1
        return max(1, min(MAX_JOBS_PER_MESSAGE, ahead // (max(self.slots(queue), 1) * MESSAGES_PER_SLOT)))
