"""Holds what a worker slot has yet to do for one dispatch message: jobs to claim, attempts to begin, ends to store.

Short jobs are claimed and ended in batches, because each commit waits for the disk. A batch is as large as runs within
MAX_BATCH_SECONDS, by the runs before it. If a run takes longer all the same, `release` gives the rest to other slots.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import Error as DatabaseError

from foundation.database_errors import is_refused_value
from jobs import dispatch_messages, transitions, wakeup
from jobs.transitions import Attempt, Success

# When the jobs of one message have run for this long, others must not wait for it any longer.
MAX_MESSAGE_SECONDS = 0.1
MAX_BATCH_SECONDS = 0.02
MIN_RUN_SECONDS = 0.001
# An attempt that was claimed longer ago than this does not begin: another one may hold the job's lease soon.
MAX_CLAIM_AGE_SECONDS = 2.0


class ClaimedAttempt(NamedTuple):
    """Holds an attempt and `at`, the monotonic time just before its claim was sent: the lease counts from then."""

    attempt: Attempt
    at: float


class EndedAttempt(NamedTuple):
    """Holds a success that is not stored yet, with the monotonic times at which its run began and ended."""

    attempt: Attempt
    result: Any
    began: float
    ended: float


class _RunTime:
    """Remembers how long runs in this worker slot took lately. After a long run, each shorter one halves the value."""

    seconds = 1.0

    def note(self, seconds: float) -> None:
        self.seconds = max(seconds, self.seconds / 2, MIN_RUN_SECONDS)


_usual_run = _RunTime()


class Backlog:
    """Keeps the jobs of one dispatch message apart: those not claimed, claimed and not begun, and ended but not stored.

    `ran_for` sums up the run times; database time between jobs does not count.
    """

    def __init__(self, job_ids: Iterable[uuid.UUID]) -> None:
        self.unclaimed = deque(dict.fromkeys(job_ids))
        self.claimed: deque[ClaimedAttempt] = deque()
        self.ended: list[EndedAttempt] = []
        self.ran_for = 0.0

    def __bool__(self) -> bool:
        return bool(self.unclaimed or self.claimed or self.ended)

    @property
    def is_stale(self) -> bool:
        """Returns whether attempts wait to begin for so long that they must be given back."""
        return bool(self.claimed) and time.monotonic() - self.claimed[0].at > MAX_CLAIM_AGE_SECONDS

    def note_run(self, seconds: float) -> None:
        """Adds the run time of one of the message's jobs."""
        self.ran_for += seconds
        _usual_run.note(seconds)

    def next_to_claim(self) -> list[uuid.UUID]:
        """Returns the ids to claim next, without removing them: as many as should run within MAX_BATCH_SECONDS."""
        size = 1
        if self.ran_for + MAX_BATCH_SECONDS <= MAX_MESSAGE_SECONDS:
            size = max(1, int(MAX_BATCH_SECONDS / _usual_run.seconds))
        return list(self.unclaimed)[:size]

    def note_claimed(self, asked: Sequence[uuid.UUID], attempts: Iterable[Attempt], *, at: float) -> None:
        """Removes the ids of a claim that was sent `at` that monotonic time, and adds its attempts in their order."""
        found = {attempt.job_id: attempt for attempt in attempts}
        for _ in asked:
            self.unclaimed.popleft()
        self.claimed.extend(ClaimedAttempt(found[job_id], at) for job_id in asked if job_id in found)

    def successes(self) -> list[Success]:
        """Returns the ends that are to be stored, as transitions take them."""
        now = time.monotonic()
        return [
            Success(one.attempt, one.result, began_ago=now - one.began, ended_ago=now - one.ended)
            for one in self.ended
        ]

    def drop_unclaimed(self) -> None:
        """Forgets the jobs that are not claimed; a dispatcher publishes their message again after some seconds."""
        self.unclaimed.clear()

    def release(self) -> None:
        """Stores the ends, gives back attempts that have not begun, and lets other slots have the jobs not claimed.

        Raises a DatabaseError if the database is unavailable; a later call does what remains.
        """
        if self.ended:
            self._store_ends()
        if self.claimed:
            transitions.return_unbegun([claimed.attempt for claimed in self.claimed])
            self.claimed.clear()
            wakeup.wake_dispatchers()
        if self.unclaimed:
            dispatch_messages.hand_back(list(self.unclaimed))
            self.unclaimed.clear()

    def _store_ends(self) -> None:
        """Stores the ends; keeps them if the database refuses a value in one: the slot then stores each by itself."""
        try:
            transitions.finish_successes(self.successes())
        except DatabaseError as exc:
            if not is_refused_value(exc):
                raise
        else:
            self.ended.clear()
