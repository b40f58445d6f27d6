"""Remembers which lanes have due jobs, so that a wake-up leads to a claim without a poll of the database before it.

Every time here is of Postgres's clock. Between two polls it is computed from this process's monotonic clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jobs.lanes import Lane
from jobs.transitions import Claim

# How far `since` stays behind the last claim, for jobs whose INSERT had begun before it and was not committed.
MARGIN = timedelta(seconds=1)
_SOON = timedelta(milliseconds=1)


@dataclass(slots=True)
class _Known:
    """Holds a time before which no job of the lane is due, and when its first job is due (None: no job is known)."""

    since: datetime
    due_at: datetime | None


class DueLanes:
    """Keeps, for each lane with scheduled jobs, when its next job is due, and from where on a claim must look for it.

    An open transaction elsewhere keeps the rows of jobs that are scheduled no longer. A claim that began at the lane's
    first row would read more of them with every job; one that begins at `since` does not.
    """

    def __init__(self) -> None:
        self._lanes: dict[Lane, _Known] = {}
        # What was added since a poll began: it may not have seen these jobs.
        self._added: dict[Lane, datetime] = {}
        self._now, self._at = datetime(1970, 1, 1, tzinfo=UTC), 0.0

    def now(self) -> datetime:
        """Returns the present time by Postgres's clock, or some milliseconds later."""
        return self._now + timedelta(seconds=time.monotonic() - self._at)

    def begin_poll(self) -> None:
        """Notes that a poll begins, whose result `replace` will get."""
        self._added = {}

    def replace(self, found: Mapping[Lane, datetime], *, now: datetime, at: float) -> None:
        """Replaces all but what was added since the poll by what it found: when the first job of each lane is due.

        `now`: the time of the poll by Postgres's clock, asked for at the monotonic time `at`. As the answer took a
        while, a new job's time is never ahead of ours.
        """
        self._now, self._at = now, at
        self._lanes = {lane: _Known(first_due, first_due) for lane, first_due in found.items()}
        self.add(self._added)

    def add(self, due: Mapping[Lane, datetime]) -> None:
        """Adds new jobs: one of each lane, due at that time."""
        for lane, at in due.items():
            self._added[lane] = min(at, self._added.get(lane, at))
            known = self._lanes.setdefault(lane, _Known(at, at))
            known.since = min(known.since, at)
            known.due_at = at if known.due_at is None else min(known.due_at, at)

    def find_due(self) -> dict[str, dict[Lane, datetime]]:
        """Returns the lanes with due jobs, by queue, each with its time before which no job of it is due."""
        now = self.now()
        found: dict[str, dict[Lane, datetime]] = {}
        for lane, known in self._lanes.items():
            if known.due_at is not None and known.due_at <= now:
                found.setdefault(lane.queue, {})[lane] = known.since
        return found

    def note_claim(self, lanes: Iterable[Lane], claim: Claim) -> None:
        """Notes up to which time the due jobs of these lanes were claimed, and when the next job of each is due."""
        now = self.now()
        for lane in lanes:
            known = self._lanes[lane]
            known.since = max(known.since, claim.served_until.get(lane, known.since))
            if lane in claim.empty:
                known.since = max(known.since, now - MARGIN)
                due_at = claim.next_due.get(lane)
                # By our clock it may be due already: then a later claim will find it.
                known.due_at = due_at and max(due_at, now + _SOON)

    def seconds_until_due(self) -> float | None:
        """Returns how long it takes until a job is due in a lane that has no due one now; None if none will be."""
        now = self.now()
        later = [known.due_at for known in self._lanes.values() if known.due_at and known.due_at > now]
        return (min(later) - now).total_seconds() if later else None
