"""Jobs that no worker has a handler for: they wait ten minutes for one that has, then they fail."""

from __future__ import annotations

import logging
import time
import uuid

from django.db import Error as DatabaseError

from foundation.database_errors import is_timeout
from jobs import transitions
from jobs.read import liveness, queries
from jobs.read.waiting import HANDLER_PATIENCE_SECONDS

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 10.0
JOBS_A_TURN = 100


class Unserved:
    """It knows since when which types are missing by its own clock: a dispatcher that starts anew waits anew.

    Nobody is missed while a queue has no worker at all, or one that does not tell what it has.
    """

    def __init__(self) -> None:
        self._told_since: dict[str, float] = {}
        self._heard: dict[tuple[str, str], float] = {}

    def turn(self) -> float:
        ended = sum(self._fail(queue) for queue in self._listen(time.monotonic()))
        return 0.0 if ended else LOOK_EVERY_SECONDS

    def _listen(self, now: float) -> list[str]:
        """The queues whose workers have told for long enough what they have."""
        told = {queue: types for queue, types in liveness.types_by_queue().items() if types is not None}
        self._told_since = {queue: self._told_since.get(queue, now) for queue in told}
        self._heard |= {(queue, job_type): now for queue, types in told.items() for job_type in types}
        patient_until = now - HANDLER_PATIENCE_SECONDS
        self._heard = {key: at for key, at in self._heard.items() if at > patient_until}
        return [queue for queue, since in self._told_since.items() if since <= patient_until]

    def _fail(self, queue: str) -> int:
        types = {job_type for of_queue, job_type in self._heard if of_queue == queue}
        found = queries.without_handler(
            queue, types=types, due_for=HANDLER_PATIENCE_SECONDS, limit=JOBS_A_TURN
        )
        return sum(_fail(job_id, job_type, queue) for job_id, job_type in found)


def _fail(job_id: uuid.UUID, job_type: str, queue: str) -> bool:
    minutes = HANDLER_PATIENCE_SECONDS // 60
    message = f"No worker of queue {queue} had a handler for {job_type} for {minutes} minutes."
    try:
        failed = transitions.fail_waiting(
            job_id=job_id,
            message=message,
            actor="dispatcher",
            due_for=HANDLER_PATIENCE_SECONDS,
        )
    except DatabaseError as exc:
        if not is_timeout(exc):
            raise
        return False
    if failed:
        log.warning("job %s failed: %s", job_id, message)
    return failed
