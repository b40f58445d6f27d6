"""`celery worker` with what a worker of ours needs, so that the plain command is right."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from celery.apps.worker import Worker
from celery.concurrency import prefork
from celery.utils.log import get_logger
from celery.worker import state
from celery.worker.consumer import Consumer

from foundation import schema_guard
from jobs.messaging import incoming, names

log = get_logger(__name__)

_DELAYED_DELIVERY = "celery.worker.consumer.delayed_delivery:DelayedDelivery"
_CONTROL = "celery.worker.consumer.control:Control"
_OURS = {_CONTROL: "scheduler_project.remote_control:GuardedControl"}


class NamedWorker(Worker):
    """Its node name is new at each start: RabbitMQ keeps a dead worker's control queue locked for a while,
    and a second worker of the same name could not start. Heartbeat, gossip and mingle events would make a
    worker's main loop wait for the broker; our own heartbeats go to Postgres.
    """

    def __init__(self, *, hostname: str | None = None, **options: Any) -> None:
        name, _, host = (hostname or "").rpartition("@")
        options |= {"without_heartbeat": True, "without_gossip": True, "without_mingle": True}
        super().__init__(hostname=f"{name or 'celery'}-{uuid.uuid4().hex[:6]}@{host}", **options)

    def start(self) -> None:
        # In the others one process would run several jobs, and nothing could end it without ending all of them.
        if self.pool_cls is not prefork.TaskPool:  # type: ignore[attr-defined]  # the stubs know few of its attributes
            sys.exit("Workers run each job in a process: leave out --pool, or say --pool=prefork.")
        schema_guard.refuse_to_start()
        schema_guard.watch(_stop_warmly)
        super().start()


def _stop_warmly() -> None:
    """As SIGTERM does: it takes no new jobs, and those that run may end. The exit status is another."""
    state.should_stop = os.EX_SOFTWARE  # type: ignore[assignment]  # the stubs take it for None for ever


class LeanConsumer(Consumer):
    """Takes nothing from a message but the ids of jobs; whatever else arrives is dropped.

    Without native delayed delivery: delays live in Postgres, and its 28 queues would stand idle for ever.
    """

    conninfo: Any  # the stubs know few of its attributes
    task_consumer: Any

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc, valid-type]  # the stubs take it for a variable
        default_steps: ClassVar[list[str]] = [
            _OURS.get(step, step) for step in Consumer.Blueprint.default_steps if step != _DELAYED_DELIVERY
        ]

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        take = super().create_task_handler(*args, **kwargs)

        def on_task_received(message: Any) -> None:
            try:
                rewrite(message, names.served_queues(self.task_consumer))
            except incoming.InvalidMessage as why:
                self._drop(message, why)
            else:
                take(message)

        return on_task_received

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """kombu could not make anything of it. Celery's own line would quote all of the message."""
        self._drop(message, f"{type(exc).__name__}: {exc}")

    def _drop(self, message: Any, why: object) -> None:
        incoming.log_drop(str((message.delivery_info or {}).get("routing_key")), why)
        # Never back into the queue: the next worker would do no better.
        message.ack_log_error(log, self.conninfo.connection_errors)


def rewrite(message: Any, queues: list[str]) -> None:
    """Replace a message by the task that a pool process gets: the ids of its jobs, and the queues that are served.

    Raises incoming.InvalidMessage.
    """
    job_ids = [str(job_id) for job_id in incoming.job_ids(message)]
    message.headers = incoming.task_headers(incoming.RUN_JOBS, job_ids[0])
    message.properties = {"correlation_id": job_ids[0]}
    message.body = incoming.body_of(job_ids, queues)
    message.content_type, message.content_encoding = "application/json", "utf-8"
