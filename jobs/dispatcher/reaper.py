"""Ends the attempts of jobs whose worker died: their lease has expired, and has not been renewed for some seconds."""

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

# Both clocks must agree that an attempt is dead: Postgres's (the lease has expired) and our own monotonic one (no
# renewal was seen for this long). A jump of one clock alone ends no attempt.
MIN_EXPIRED_SECONDS = 7.0
POLL_SECONDS = 2.0
# While an open transaction keeps dead rows, a poll is slow: then it takes this share of the time.
POLL_SHARE = 0.02
MAX_POLL_SECONDS = 5.0
# After this long with locked rows the loop returns, to show that it makes progress.
MAX_RUN_SECONDS = 5.0
Renewal = tuple[uuid.UUID, uuid.UUID, int]  # job, lease, number of renewals so far


@dataclass
class LeaseWatch:
    """Observes one attempt's lease, which its worker should renew; times are of the dispatcher's monotonic clock."""

    since: float
    lease_left: float
    expired_since: float | None = None

    def update(self, now: float, lease_left: float) -> None:
        """Notes at `now` (this process's clock) that Postgres calls the lease expired; `lease_left`: its seconds."""
        if lease_left >= 0:
            self.expired_since = None
        elif self.expired_since is None:
            self.expired_since = now

    def is_silent(self, now: float) -> bool:
        """Returns whether the lease was first seen as expired at least 7 s ago, so that its worker counts as dead."""
        return self.expired_since is not None and now - self.expired_since >= MIN_EXPIRED_SECONDS

    def has_lapsed(self, now: float, lease_left: float) -> bool:
        """Returns whether the lease is over by the dispatcher's clock only, because Postgres's clock was set back."""
        return lease_left > self.lease_left and now - self.since >= self.lease_left + MIN_EXPIRED_SECONDS


class DeadAttempt(NamedTuple):
    """Describes a job's attempt to end as lost. `lapsed`: its lease is over by the dispatcher's clock only."""

    job_id: uuid.UUID
    lease: uuid.UUID
    beat: int
    worker: str
    lapsed: bool


class Reaper:
    """Watches the leases of all running attempts of jobs, and ends attempts whose lease is no longer renewed."""

    def __init__(self) -> None:
        self._watches: dict[Renewal, LeaseWatch] = {}
        # Dead attempts whose row was locked, and when that was noticed.
        self._locked: dict[uuid.UUID, float] = {}

    def run_once(self) -> float:
        """Ends the attempts whose worker died, those with a locked row last; returns the seconds to sleep."""
        began = time.monotonic()
        dead = self._find_dead(began)
        found_after = time.monotonic() - began
        dead.sort(key=lambda attempt: self._locked.get(attempt.job_id, 0.0))
        self._locked = {one.job_id: self._locked[one.job_id] for one in dead if one.job_id in self._locked}
        for attempt in dead:
            if time.monotonic() - began > MAX_RUN_SECONDS:
                return 0.0
            self._end(attempt)
        return max(POLL_SECONDS, min(found_after / POLL_SHARE, MAX_POLL_SECONDS))

    def _find_dead(self, now: float) -> list[DeadAttempt]:
        watches: dict[Renewal, LeaseWatch] = {}
        dead = []
        for job_id, lease, beat, worker, left in queries.running_leases():
            key = job_id, lease, beat
            watch = watches[key] = self._watches.get(key) or LeaseWatch(now, max(left, 0.0))
            watch.update(now, left)
            lapsed = watch.has_lapsed(now, left)
            if lapsed or watch.is_silent(now):
                dead.append(DeadAttempt(job_id, lease, beat, worker, lapsed))
        self._watches = watches
        return dead

    def _end(self, attempt: DeadAttempt) -> None:
        try:
            state = transitions.lose_silent_attempt(
                job_id=attempt.job_id,
                lease=attempt.lease,
                beat=attempt.beat,
                worker=attempt.worker,
                clock_went_back=attempt.lapsed,
            )
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            if attempt.job_id not in self._locked:
                log.warning(
                    "lost job %s is locked by another session: tried again until it is free", attempt.job_id
                )
            self._locked[attempt.job_id] = time.monotonic()
        else:
            self._locked.pop(attempt.job_id, None)
            if state:
                log.warning(
                    "worker %s lost %s: now %s", attempt.worker, queries.describe_job(attempt.job_id), state
                )
