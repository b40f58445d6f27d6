"""Celery's book of queues, which knows them by the names that users give."""

from __future__ import annotations

from typing import Any

from celery.app.amqp import AMQP, Queues
from celery.utils.functional import maybe_list

from jobs.messaging import names


class PlatformQueues(Queues):
    def new_missing(self, name: str) -> Any:
        """The queue of `worker -Q NAME`."""
        return super().new_missing(names.broker_queue(name))

    def deselect(self, exclude: Any) -> None:
        """What `worker -X NAME` leaves out."""
        super().deselect([names.broker_queue(name) for name in maybe_list(exclude) or []])


class PlatformAMQP(AMQP):
    queues_cls = PlatformQueues
