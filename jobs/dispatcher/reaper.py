"""Attempts whose worker died: found by a lease that ran out and a heartbeat that stands still."""

from __future__ import annotations

import logging
import time
import uuid

from jobs import queries, transitions

log = logging.getLogger(__name__)

# Both clocks must agree that an attempt is dead: Postgres's (the lease ran out) and, for this long, our own
# monotonic one (no heartbeat came). A jump of either clock alone kills nothing.
STILLNESS_SECONDS = 7.0
LOOK_EVERY_SECONDS = 2.0


class Reaper:
    def __init__(self) -> None:
        self._seen: dict[tuple[uuid.UUID, uuid.UUID, int], float] = {}

    def turn(self) -> float:
        now = time.monotonic()
        still: dict[tuple[uuid.UUID, uuid.UUID, int], float] = {}
        for job_id, lease, beat, worker in queries.expired_leases():
            since = still[(job_id, lease, beat)] = self._seen.get((job_id, lease, beat), now)
            if now - since >= STILLNESS_SECONDS:
                state = transitions.lose_silent_attempt(job_id=job_id, lease=lease, beat=beat, worker=worker)
                if state:
                    log.warning("worker %s lost job %s: now %s", worker, job_id, state)
        self._seen = still
        return LOOK_EVERY_SECONDS
