"""Queues due jobs: claims them in Postgres, commits, and publishes their ids to the broker with publisher confirms."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from django.db import Error as DatabaseError

from foundation.database_errors import first_line, is_timeout
from jobs import dispatch_messages, transitions
from jobs.dispatch_messages import QueueStatus
from jobs.dispatcher.heartbeat import DispatcherHeartbeat
from jobs.dispatcher.run_times import QUICK_SECONDS, RunTimes
from jobs.messaging.broker import DispatchMessage, Publisher
from jobs.messaging.incoming import MAX_JOBS_PER_MESSAGE
from jobs.read.liveness import types_by_queue, workers_by_queue
from jobs.read.waiting import MAX_QUEUED_PER_QUEUE
from jobs.transitions import Capacity, QueuedJob

log = logging.getLogger(__name__)

MAX_REPUBLISHED = 200
# With more messages than this at the broker, those of a queue's overdue jobs are taken to be among them, not lost.
MAX_DEPTH_TO_REPUBLISH = 2 * MAX_QUEUED_PER_QUEUE
# Jobs that share a message cost less each; each slot still gets several messages, so that none is idle.
MESSAGES_PER_SLOT = 2
# A worker gives back jobs that wait too long behind others of their message. So only runs shorter than this share one.
MAX_SHARED_RUN_SECONDS = 0.1
# If more jobs are due, some that wait for a slot may be more urgent: then the queues are polled before the claim.
MAX_SPECULATIVE_CLAIMS = 4
MAX_WAIT_SECONDS = 0.5
# Jobs that come due within this time are claimed together. A wake-up ends the wait all the same.
MIN_WAIT_SECONDS = 0.01
BROKER_AWAY_WAIT_SECONDS = 1.0
WORKERS_TTL_SECONDS = 2.0
# A queue without a known worker may have one whose heartbeat is late: jobs are handed over as if it had these slots.
UNKNOWN_SLOTS = 8
# How long a locked table is not read again if only some jobs need it.
LOCKED_PAUSE_SECONDS = 10.0
RECLAIM_INTERVAL_SECONDS = 1.0


class Queueing:
    """Claims and publishes due jobs, republishes lost dispatch messages, and reclaims queued jobs if workers are busy.

    `unserved`: the queues with jobs and no live worker. `refused`: the broker did not confirm all of the last messages.
    """

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.unserved: list[str] = []
        self.refused = False
        self.heartbeat = DispatcherHeartbeat()
        self._refill = RefillTimer()
        self._run_times = RunTimes()
        self._workers: dict[str, dict[str, int]] = {}
        self._types: dict[str, frozenset[str] | None] = {}
        self._workers_valid_until = 0.0
        self._limits_locked_until = 0.0
        self._next_reclaim = 0.0
        # Round robin: the template served last, by queue and priority.
        self._last_types: dict[str, dict[int, str]] = {}
        # The queue in which jobs came due last, for speculative claims.
        self._last_queue = ""

    def run_once(self, *, speculate: bool = False) -> float:
        """Claims and publishes the due jobs of all queues; returns the seconds to sleep unless a wake-up comes.

        `speculate`: a few new jobs are expected; they are claimed in the latest queue before all queues are polled.
        """
        self.heartbeat.send()
        if speculate and not self._publish(list(_messages(self._claim_speculatively(), size=1))):
            return BROKER_AWAY_WAIT_SECONDS
        messages: list[DispatchMessage] = []
        waits = [MAX_WAIT_SECONDS]
        queues, overdue = dispatch_messages.poll_queues()
        self._refresh_workers(queues)
        for status in queues:
            if status.due:
                found = self._claim(status)
                ahead = status.queued + len(found)
                messages += _messages(found, size=self._group_size(status.queue, ahead, found))
                if found:
                    self._last_queue = status.queue
                if not found or ahead >= min(self._slots(status.queue), MAX_QUEUED_PER_QUEUE):
                    # Most likely more are due: they can be claimed when a slot is free or some messages are taken.
                    waits.append(self._refill.wait_seconds(status.queue, status.queued, ahead))
                    continue
            if status.next_due_in is not None:
                waits.append(max(status.next_due_in, MIN_WAIT_SECONDS))
        # New messages are published before overdue ones, which most likely are duplicates.
        if not self._publish(messages) or (overdue and not self._publish(self._overdue_messages())):
            return BROKER_AWAY_WAIT_SECONDS
        self._reclaim(queues)
        self.publisher.tend()
        return max(min(waits), 0.0)

    def _claim_speculatively(self) -> list[QueuedJob]:
        """Claims jobs of the latest queue before all queues are polled: a single job starts a millisecond sooner."""
        if not self._last_queue:
            return []
        found = self._claim_due(
            self._last_queue, limit=MAX_SPECULATIVE_CLAIMS, speculative=True, with_limits=False
        )
        if not found:
            self._last_queue = ""
        return found

    def _claim(self, status: QueueStatus) -> list[QueuedJob]:
        with_limits = status.with_limits and time.monotonic() >= self._limits_locked_until
        claim = partial(self._claim_due, status.queue, limit=MAX_QUEUED_PER_QUEUE, speculative=False)
        try:
            return claim(with_limits=with_limits)
        except DatabaseError as exc:
            if not (with_limits and is_timeout(exc)):
                raise
            log.warning(
                "jobs under a maxConcurrent wait for a lock that another session holds: %s", first_line(exc)
            )
            self._limits_locked_until = time.monotonic() + LOCKED_PAUSE_SECONDS
            return claim(with_limits=False)

    def _claim_due(self, queue: str, *, limit: int, speculative: bool, with_limits: bool) -> list[QueuedJob]:
        last_types = self._last_types.setdefault(queue, {})
        found = transitions.claim_due(
            queue=queue,
            limit=limit,
            with_limits=with_limits,
            speculative=speculative,
            capacity=self._capacity(queue),
            last_types=last_types,
            handled_types=self._types.get(queue),
        )
        last_types |= {job.priority: job.job_type for job in found}
        self._run_times.note_queued(found)
        return found

    def _capacity(self, queue: str) -> Capacity:
        return Capacity(
            slots=self._slots(queue),
            workers=list(self._workers.get(queue, ())),
            quick=self._run_times.quick_types(),
            quickest=self._run_times.shortest(queue),
            max_queued=MAX_QUEUED_PER_QUEUE,
        )

    def _slots(self, queue: str) -> int:
        return sum(self._workers[queue].values()) if queue in self._workers else UNKNOWN_SLOTS

    def _reclaim(self, queues: Sequence[QueueStatus]) -> None:
        """Moves queued jobs that no worker slot has taken back to scheduled, so that more urgent jobs can be queued."""
        if time.monotonic() < self._next_reclaim:
            return
        self._next_reclaim = time.monotonic() + RECLAIM_INTERVAL_SECONDS
        for status in queues:
            if status.due and status.late:
                number = self._reclaim_from(status.queue)
                if number:
                    log.info("%s jobs of queue %s go back into the line", number, status.queue)

    def _reclaim_from(self, queue: str) -> int:
        if queue in self._workers:
            return transitions.reclaim_surplus(queue=queue, capacity=self._capacity(queue))
        return transitions.reclaim_less_urgent(queue=queue)

    def _overdue_messages(self) -> list[DispatchMessage]:
        """Returns the dispatch messages to publish again: lost, handed back by a worker, or waiting behind long jobs.

        A duplicate is harmless, but duplicates must not pile up: jobs of queues with very many messages are left out.
        """
        overdue = dispatch_messages.take_overdue(limit=MAX_REPUBLISHED)
        full = {
            queue
            for queue in {job.queue for job in overdue}
            if self.publisher.depth(queue) >= MAX_DEPTH_TO_REPUBLISH
        }
        return list(_messages((job for job in overdue if job.queue not in full), size=1))

    def _refresh_workers(self, queues: Sequence[QueueStatus]) -> None:
        """Reads the live workers and their job types if jobs wait; uses the cached ones while the table is locked."""
        busy = [status.queue for status in queues if status.due or status.queued]
        if busy:
            self._run_times.refresh()
        if busy and time.monotonic() >= self._workers_valid_until:
            self._workers_valid_until = time.monotonic() + WORKERS_TTL_SECONDS
            try:
                self._workers, self._types = workers_by_queue(), types_by_queue()
            except DatabaseError as exc:
                if not is_timeout(exc):
                    raise
                self._workers_valid_until = time.monotonic() + LOCKED_PAUSE_SECONDS
        self.unserved = [queue for queue in busy if queue not in self._workers]

    def _group_size(self, queue: str, ahead: int, found: Sequence[QueuedJob]) -> int:
        """Returns how many jobs to put into a dispatch message: 1 unless runs are short and each slot gets several."""
        if queue not in self._workers:
            return 1
        quick = self._run_times.quick_types()
        longest = max((quick.get(job.job_type, QUICK_SECONDS) for job in found), default=QUICK_SECONDS)
        if longest >= MAX_SHARED_RUN_SECONDS:
            return 1
        return max(1, min(MAX_JOBS_PER_MESSAGE, ahead // (max(self._slots(queue), 1) * MESSAGES_PER_SLOT)))

    def _publish(self, messages: list[DispatchMessage]) -> bool:
        """Publishes the dispatch messages, marks unconfirmed ones as overdue; returns whether all were confirmed."""
        if not messages:
            return True
        confirmed = self.publisher.publish(messages)
        lost = [job_id for message in messages for job_id in message.job_ids if job_id not in confirmed]
        self.refused = bool(lost)
        if lost:
            dispatch_messages.mark_unconfirmed(lost)
        return not lost


class RefillTimer:
    """Computes when to claim again for a queue filled to capacity, from the rate at which workers take its jobs."""

    FIRST_WAIT_SECONDS = 0.02
    MIN_WAIT_SECONDS = 0.01
    MAX_WAIT_SECONDS = 0.25

    def __init__(self) -> None:
        self._filled: dict[str, tuple[float, int]] = {}

    def wait_seconds(self, queue: str, queued_before: int, queued_now: int) -> float:
        """Returns the seconds until workers will have taken about a third of the queued jobs.

        `queued_before` and `queued_now`: how many jobs were queued before and after this claim. While none is taken,
        the waits grow (exponential backoff): when a longer run ends, a wake-up comes anyway.
        """
        now = time.monotonic()
        filled_at, filled_to = self._filled.get(queue, (0.0, 0))
        self._filled[queue] = (now, queued_now)
        elapsed = now - filled_at
        if elapsed > 2 * self.MAX_WAIT_SECONDS:
            return self.FIRST_WAIT_SECONDS
        taken = filled_to - queued_before
        wait = elapsed * max(queued_now // 3, 1) / taken if taken > 0 else 2 * elapsed
        return min(max(wait, self.MIN_WAIT_SECONDS), self.MAX_WAIT_SECONDS)


def _messages(queued: Iterable[QueuedJob], *, size: int) -> Iterator[DispatchMessage]:
    """Yields dispatch messages of up to `size` jobs of one queue; urgent jobs are spread evenly over the messages."""
    by_queue: dict[str, list[QueuedJob]] = {}
    for job in sorted(queued, key=lambda job: -job.priority):
        by_queue.setdefault(job.queue, []).append(job)
    for queue, of_queue in by_queue.items():
        number = math.ceil(len(of_queue) / size)
        for start in range(number):
            yield DispatchMessage(queue, [job.job_id for job in of_queue[start::number]])
