"""Queues due jobs: claims them in Postgres, commits, and publishes their ids to the broker with publisher confirms."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db import Error as DatabaseError

from foundation.database_errors import first_line, is_timeout
from jobs import transitions
from jobs.dispatch_messages import Poll
from jobs.dispatcher.due_lanes import DueLanes
from jobs.dispatcher.heartbeat import DispatcherHeartbeat
from jobs.dispatcher.known_workers import LOCKED_PAUSE_SECONDS, KnownWorkers
from jobs.dispatcher.messages import Messages, make_messages
from jobs.dispatcher.polls import POLL_SECONDS, Polls
from jobs.dispatcher.refill import RefillTimer
from jobs.lanes import Lane
from jobs.messaging.broker import DispatchMessage, Publisher
from jobs.read.waiting import MAX_QUEUED_PER_QUEUE
from jobs.transitions import Claim
from jobs.transitions.capacity import ALL_ROWS, ScanBounds
from jobs.transitions.queueing import NOTHING_CLAIMED

log = logging.getLogger(__name__)

# Jobs that come due within this time are claimed together. A wake-up ends the wait all the same.
MIN_WAIT_SECONDS = 0.01
BROKER_AWAY_WAIT_SECONDS = 1.0
RECLAIM_INTERVAL_SECONDS = 1.0
Due = Mapping[Lane, datetime]


class Queueing:
    """Claims and publishes due jobs, republishes lost dispatch messages, and reclaims queued jobs if workers are busy.

    `unserved`: the queues with jobs and no live worker.
    """

    def __init__(self, publisher: Publisher) -> None:
        self.messages = Messages(publisher)
        self.unserved: list[str] = []
        self.heartbeat = DispatcherHeartbeat()
        self._lanes = DueLanes()
        self._polls = Polls(self._lanes)
        self._bounds: defaultdict[str, ScanBounds] = defaultdict(lambda: ALL_ROWS)
        self._refill = RefillTimer()
        self._workers = KnownWorkers()
        self._limits_locked_until = 0.0
        self._next_reclaim = 0.0
        # Round robin: the template served last, by queue and priority.
        self._last_types: dict[str, dict[int, str]] = {}

    def run_once(self, new: Due | None = None) -> float:
        """Claims and publishes due jobs; returns the seconds to sleep unless a wake-up comes.

        `new`: the lanes of new jobs and when these are due. None: anything may have changed, so the database is polled.
        """
        self.heartbeat.send()
        self._polls.is_wanted |= new is None
        polled = self._poll()
        self._lanes.add(new or {})
        due = self._lanes.find_due()
        self._refresh_workers(due)
        messages: list[DispatchMessage] = []
        waits = []
        for queue, lanes in due.items():
            if claim := self._claim(queue, lanes):
                ahead = claim.queued + len(claim.jobs)
                size = self._workers.jobs_per_message(queue, ahead, claim.jobs)
                messages += make_messages(claim.jobs, size=size)
                if len(claim.empty) < len(lanes):
                    # They can be claimed when a slot is free or some messages are taken.
                    waits.append(self._refill.wait_seconds(queue, claim.queued, ahead))
        # New messages are published before overdue ones, which most likely are duplicates.
        is_confirmed = self.messages.publish(messages)
        if is_confirmed and polled and any(jobs.overdue for jobs in polled.queued):
            is_confirmed = self.messages.publish_overdue()
        if not is_confirmed:
            self._polls.is_wanted = True  # it finds them, to publish them again
            return BROKER_AWAY_WAIT_SECONDS
        if polled:
            self._reclaim(polled)
        self.messages.publisher.tend()
        return max(min([*waits, *self._other_waits()]), 0.0)

    def _poll(self) -> Poll | None:
        """Polls the database if it is time to; returns what was found, or None."""
        polled = self._polls.run_once()
        if polled:
            self._bounds = defaultdict(
                lambda: polled.bounds(""), {one.queue: polled.bounds(one.queue) for one in polled.queued}
            )
        return polled

    def _other_waits(self) -> Iterator[float]:
        yield POLL_SECONDS  # also while polls are rare: other things are due as often
        yield self._polls.due_at() - time.monotonic()
        if (seconds := self._lanes.seconds_until_due()) is not None:
            yield max(seconds, MIN_WAIT_SECONDS)

    def _claim(self, queue: str, lanes: Due) -> Claim | None:
        """Claims jobs of these lanes, if this is possible now for any of them."""
        lanes = self._claimable(queue, lanes)
        if not lanes:
            return None
        try:
            return self._claim_from(queue, lanes)
        except DatabaseError as exc:
            if not (is_timeout(exc) and any(lane.limited for lane in lanes)):
                raise
            log.warning(
                "jobs under a maxConcurrent wait for a lock that another session holds: %s", first_line(exc)
            )
            self._limits_locked_until = time.monotonic() + LOCKED_PAUSE_SECONDS
        lanes = self._claimable(queue, lanes)
        return self._claim_from(queue, lanes) if lanes else None

    def _claimable(self, queue: str, lanes: Due) -> Due:
        """Returns the lanes without those of job types for which the queue's workers have no handler.

        Without those of templates with maxConcurrent, too, while another session has locked their templates.
        """
        types = self._workers.types(queue)
        with_limits = time.monotonic() >= self._limits_locked_until
        return {
            lane: since
            for lane, since in lanes.items()
            if (types is None or lane.job_type in types) and (with_limits or not lane.limited)
        }

    def _claim_from(self, queue: str, lanes: Due) -> Claim:
        last_types = self._last_types.setdefault(queue, {})
        claim = transitions.claim_due(
            queue=queue,
            lanes=lanes,
            limit=MAX_QUEUED_PER_QUEUE,
            capacity=self._workers.capacity(queue, self._bounds[queue]),
            last_types=last_types,
        )
        if claim is not NOTHING_CLAIMED:
            self._lanes.note_claim(lanes, claim)
            self._bounds[queue] = claim.bounds
        last_types |= {job.priority: job.job_type for job in claim.jobs}
        self._workers.run_times.note_queued(claim.jobs)
        return claim

    def _reclaim(self, polled: Poll) -> None:
        """Moves queued jobs that no worker slot has taken back to scheduled, so that more urgent jobs can be queued."""
        if time.monotonic() < self._next_reclaim:
            return
        self._next_reclaim = time.monotonic() + RECLAIM_INTERVAL_SECONDS
        due = self._lanes.find_due()
        for jobs in polled.queued:
            if jobs.late and jobs.queue in due:
                number = self._reclaim_from(jobs.queue, due[jobs.queue])
                if number:
                    # They may have been due before the jobs that the last poll found.
                    self._polls.is_wanted = True
                    log.info("%s jobs of queue %s go back into the line", number, jobs.queue)

    def _reclaim_from(self, queue: str, lanes: Due) -> int:
        if queue in self._workers:
            capacity = self._workers.capacity(queue, self._bounds[queue])
            return transitions.reclaim_surplus(queue=queue, capacity=capacity)
        urgent = max((lane.priority for lane in lanes if not lane.limited), default=0)
        return transitions.reclaim_less_urgent(queue=queue, urgent=urgent)

    def _refresh_workers(self, due: Collection[str]) -> None:
        newest = self._polls.newest
        queued = (jobs.queue for jobs in newest.queued) if newest else ()
        if busy := sorted({*due, *queued}):
            # The marks leave out what other workers than these run for long.
            self._polls.is_wanted |= self._workers.refresh()
        self.unserved = [queue for queue in busy if queue not in self._workers]
