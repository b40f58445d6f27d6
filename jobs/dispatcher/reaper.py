"""Attempts whose worker died: found by a lease that ran out and a heartbeat that stands still."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass

from jobs import queries, transitions

log = logging.getLogger(__name__)

# Both clocks must agree that an attempt is dead: Postgres's (the lease ran out) and, for this long, our own
# monotonic one (no heartbeat came). A jump of either clock alone kills nothing.
STILLNESS_SECONDS = 7.0
LOOK_EVERY_SECONDS = 2.0


@dataclass
class Sight:
    """One heartbeat, as we have known it since we saw it first; by our own clock."""

    since: float
    lease_left: float
    expired_since: float | None = None

    def look(self, now: float, lease_left: float) -> None:
        if lease_left >= 0:
            self.expired_since = None
        elif self.expired_since is None:
            self.expired_since = now

    def is_silent(self, now: float) -> bool:
        return self.expired_since is not None and now - self.expired_since >= STILLNESS_SECONDS

    def has_lapsed(self, now: float, lease_left: float) -> bool:
        """More is left than there was: Postgres's clock went back, and only ours knows when the lease was over."""
        return lease_left > self.lease_left and now - self.since >= self.lease_left + STILLNESS_SECONDS


class Reaper:
    def __init__(self) -> None:
        self._seen: dict[tuple[uuid.UUID, uuid.UUID, int], Sight] = {}

    def turn(self) -> float:
        now = time.monotonic()
        still: dict[tuple[uuid.UUID, uuid.UUID, int], Sight] = {}
        for job_id, lease, beat, worker, left in queries.leases():
            key = job_id, lease, beat
            sight = still[key] = self._seen.get(key) or Sight(now, max(left, 0.0))
            sight.look(now, left)
            lapsed = sight.has_lapsed(now, left)
            if lapsed or sight.is_silent(now):
                state = transitions.lose_silent_attempt(
                    job_id=job_id, lease=lease, beat=beat, worker=worker, clock_went_back=lapsed
                )
                if state:
                    log.warning("worker %s lost job %s: now %s", worker, job_id, state)
        self._seen = still
        return LOOK_EVERY_SECONDS
