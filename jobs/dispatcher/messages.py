"""Publishes the dispatch messages of queued jobs, and again those that seem to be lost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from jobs import dispatch_counts, dispatch_messages
from jobs.dispatch_counts import DispatchResult
from jobs.messaging.broker import DispatchMessage, Publisher
from jobs.read.waiting import MAX_QUEUED_PER_QUEUE
from jobs.transitions import QueuedJob

MAX_REPUBLISHED = 200
# With more messages than this at the broker, those of a queue's overdue jobs are taken to be among them, not lost.
MAX_DEPTH_TO_REPUBLISH = 2 * MAX_QUEUED_PER_QUEUE


class Messages:
    """Publishes messages with publisher confirms. `refused`: the broker did not confirm all of the last ones."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.refused = False

    def publish(
        self, messages: Sequence[DispatchMessage], result: DispatchResult = DispatchResult.PUBLISHED
    ) -> bool:
        """Publishes the messages, marks unconfirmed ones as overdue; returns whether all were confirmed.

        Counts the confirmed jobs as `result`.
        """
        if not messages:
            return True
        confirmed = self.publisher.publish(messages)
        dispatch_counts.note(result, len(confirmed))
        lost = [job_id for message in messages for job_id in message.job_ids if job_id not in confirmed]
        self.refused = bool(lost)
        if lost:
            dispatch_messages.mark_unconfirmed(lost)
        return not lost

    def publish_overdue(self) -> bool:
        """Publishes overdue messages again: lost, handed back by a worker, or waiting behind long jobs.

        A duplicate is harmless, but duplicates must not pile up: jobs of queues with very many messages are left out.
        """
        overdue = dispatch_messages.take_overdue(limit=MAX_REPUBLISHED)
        full = {
            queue
            for queue in {job.queue for job in overdue}
            if self.publisher.depth(queue) >= MAX_DEPTH_TO_REPUBLISH
        }
        messages = list(make_messages((job for job in overdue if job.queue not in full), size=1))
        return self.publish(messages, DispatchResult.REPUBLISHED)


def make_messages(queued: Iterable[QueuedJob], *, size: int) -> Iterator[DispatchMessage]:
    """Yields dispatch messages of up to `size` jobs of one queue; urgent jobs are spread evenly over the messages."""
    by_queue: dict[str, list[QueuedJob]] = {}
    for job in sorted(queued, key=lambda job: -job.priority):
        by_queue.setdefault(job.queue, []).append(job)
    for queue, of_queue in by_queue.items():
        number = math.ceil(len(of_queue) / size)
        for start in range(number):
            yield DispatchMessage(queue, [job.job_id for job in of_queue[start::number]])
