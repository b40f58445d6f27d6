"""Fails due jobs if no live worker of their queue has had a handler for their job type for ten minutes."""

from __future__ import annotations

import logging
import time
import uuid

from django.db import Error as DatabaseError

from foundation.database_errors import is_timeout
from jobs import transitions
from jobs.read import liveness, queries
from jobs.read.waiting import MAX_HANDLER_WAIT_SECONDS

log = logging.getLogger(__name__)

POLL_SECONDS = 10.0
MAX_JOBS_PER_RUN = 100


class UnservedJobs:
    """Tracks since when the workers of each queue have had no handler for a job type, and fails jobs of that type.

    Each dispatcher measures this by its own clock, from its start on. Jobs wait without a limit while their queue has
    no worker, or a worker that does not announce its job types.
    """

    def __init__(self) -> None:
        self._announced_since: dict[str, float] = {}
        self._last_announced: dict[tuple[str, str], float] = {}

    def run_once(self) -> float:
        """Fails jobs that waited too long for a worker with their handler; returns the seconds until the next run."""
        failed = sum(self._fail_jobs(queue) for queue in self._update(time.monotonic()))
        return 0.0 if failed else POLL_SECONDS

    def _update(self, now: float) -> list[str]:
        """Records announced job types; returns the queues whose workers have announced theirs for ten minutes."""
        announced = {queue: types for queue, types in liveness.types_by_queue().items() if types is not None}
        self._announced_since = {queue: self._announced_since.get(queue, now) for queue in announced}
        self._last_announced |= {
            (queue, job_type): now for queue, types in announced.items() for job_type in types
        }
        patient_until = now - MAX_HANDLER_WAIT_SECONDS
        self._last_announced = {key: at for key, at in self._last_announced.items() if at > patient_until}
        return [queue for queue, since in self._announced_since.items() if since <= patient_until]

    def _fail_jobs(self, queue: str) -> int:
        types = {job_type for of_queue, job_type in self._last_announced if of_queue == queue}
        found = queries.jobs_without_handler(
            queue, types=types, due_for=MAX_HANDLER_WAIT_SECONDS, limit=MAX_JOBS_PER_RUN
        )
        return sum(_fail_job(job_id, job_type, queue) for job_id, job_type in found)


def _fail_job(job_id: uuid.UUID, job_type: str, queue: str) -> bool:
    minutes = MAX_HANDLER_WAIT_SECONDS // 60
    message = f"No worker of queue {queue} had a handler for {job_type} for {minutes} minutes."
    try:
        failed = transitions.fail_waiting(
            job_id=job_id,
            message=message,
            actor="dispatcher",
            due_for=MAX_HANDLER_WAIT_SECONDS,
        )
    except DatabaseError as exc:
        if not is_timeout(exc):
            raise
        return False
    if failed:
        log.warning("job %s failed: %s", job_id, message)
    return failed
