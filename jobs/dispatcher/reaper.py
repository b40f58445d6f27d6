"""Attempts whose worker died: found by a lease that ran out and a heartbeat that stands still."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from typing import NamedTuple

from django.db import Error as DatabaseError

from foundation.database_errors import is_timeout
from jobs import transitions
from jobs.read import queries

log = logging.getLogger(__name__)

# Both clocks must agree that an attempt is dead: Postgres's (the lease ran out) and, for this long, our own
# monotonic one (no heartbeat came). A jump of either clock alone kills nothing.
STILLNESS_SECONDS = 7.0
LOOK_EVERY_SECONDS = 2.0
# Many locked rows are tried for so long, then the loop shows that it is alive.
MAX_TURN_SECONDS = 5.0
Beat = tuple[uuid.UUID, uuid.UUID, int]  # of this job, under this lease, so many so far


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


class Dead(NamedTuple):
    """An attempt that is taken for lost; `lapsed`: by our own clock, Postgres's went back."""

    job_id: uuid.UUID
    lease: uuid.UUID
    beat: int
    worker: str
    lapsed: bool


class Reaper:
    def __init__(self) -> None:
        self._seen: dict[Beat, Sight] = {}
        self._locked: dict[uuid.UUID, float] = {}

    def turn(self) -> float:
        """Lost attempts are ended, those that were locked last time after all others."""
        began = time.monotonic()
        dead = self._look(began)
        dead.sort(key=lambda one: self._locked.get(one.job_id, 0.0))
        self._locked = {one.job_id: self._locked[one.job_id] for one in dead if one.job_id in self._locked}
        for one in dead:
            if time.monotonic() - began > MAX_TURN_SECONDS:
                return 0.0
            self._lose(one)
        return LOOK_EVERY_SECONDS

    def _look(self, now: float) -> list[Dead]:
        still: dict[Beat, Sight] = {}
        dead = []
        for job_id, lease, beat, worker, left in queries.leases():
            key = job_id, lease, beat
            sight = still[key] = self._seen.get(key) or Sight(now, max(left, 0.0))
            sight.look(now, left)
            lapsed = sight.has_lapsed(now, left)
            if lapsed or sight.is_silent(now):
                dead.append(Dead(job_id, lease, beat, worker, lapsed))
        self._seen = still
        return dead

    def _lose(self, one: Dead) -> None:
        try:
            state = transitions.lose_silent_attempt(
                job_id=one.job_id,
                lease=one.lease,
                beat=one.beat,
                worker=one.worker,
                clock_went_back=one.lapsed,
            )
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            if one.job_id not in self._locked:
                log.warning(
                    "lost job %s is locked by another session: tried again until it is free", one.job_id
                )
            self._locked[one.job_id] = time.monotonic()
        else:
            self._locked.pop(one.job_id, None)
            if state:
                log.warning("worker %s lost %s: now %s", one.worker, queries.named(one.job_id), state)
