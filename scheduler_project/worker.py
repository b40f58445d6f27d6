"""Changes `celery worker` so that the plain command starts a worker with the options that the platform needs."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from celery.apps import worker as celery_worker
from celery.apps.worker import Worker
from celery.concurrency import prefork
from celery.utils.log import get_logger
from celery.worker import state
from celery.worker.consumer import Consumer

from foundation import schema_guard, secret_settings
from jobs.messaging import incoming, names
from jobs.services import unreadable_secrets

log = get_logger(__name__)

_restart = celery_worker._reload_current_worker  # type: ignore[attr-defined]  # the stubs leave it out


def _restart_with_settings() -> None:
    secret_settings.restore()
    _restart()


# After SIGHUP Celery ends the worker by this function, in whose place a new one starts with its environment.
celery_worker._reload_current_worker = _restart_with_settings  # type: ignore[attr-defined]

_DELAYED_DELIVERY = "celery.worker.consumer.delayed_delivery:DelayedDelivery"
_CONTROL = "celery.worker.consumer.control:Control"
_REPLACED_STEPS = {_CONTROL: "scheduler_project.remote_control:GuardedControl"}


class PlatformWorker(Worker):
    """Runs a Celery worker under a name that is new at each start, without Celery's heartbeat, gossip and mingle.

    RabbitMQ keeps a dead worker's control queue locked for a while, so a worker of the same name could not start then.
    Celery's events would make the main loop wait for the broker; the platform's own heartbeats go to Postgres.
    """

    def __init__(self, *, hostname: str | None = None, **options: Any) -> None:
        name, _, host = (hostname or "").rpartition("@")
        options |= {"without_heartbeat": True, "without_gossip": True, "without_mingle": True}
        super().__init__(hostname=f"{name or 'celery'}-{uuid.uuid4().hex[:6]}@{host}", **options)

    def start(self) -> None:
        """Starts the worker. Exits if its pool is not prefork, or if its code does not fit the database schema."""
        # Other pools run several jobs in one process, and none of these could be ended without the others.
        if self.pool_cls is not prefork.TaskPool:  # type: ignore[attr-defined]  # the stubs know few of its attributes
            sys.exit("Workers run each job in a process: leave out --pool, or say --pool=prefork.")
        schema_guard.refuse_to_start()
        unreadable_secrets.refuse_to_start()
        schema_guard.watch(_stop_warmly)
        super().start()


def _stop_warmly() -> None:
    """Stops the worker after its running jobs have ended, as SIGTERM does, but with exit status EX_SOFTWARE."""
    state.should_stop = os.EX_SOFTWARE  # type: ignore[assignment]  # the stubs take it for None for ever


class StrictConsumer(Consumer):
    """Reads nothing from a dispatch message but the ids of jobs, and drops all other messages.

    Celery's native delayed delivery is left out: delays are in Postgres, and its 28 queues would never be used.
    """

    conninfo: Any  # the stubs know few of its attributes
    task_consumer: Any

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc, valid-type]  # the stubs take it for a variable
        default_steps: ClassVar[list[str]] = [
            _REPLACED_STEPS.get(step, step)
            for step in Consumer.Blueprint.default_steps
            if step != _DELAYED_DELIVERY
        ]

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """Returns Celery's message handler, wrapped so that it gets only valid dispatch messages, after `rewrite`."""
        handle = super().create_task_handler(*args, **kwargs)

        def on_task_received(message: Any) -> None:
            try:
                rewrite(message, names.served_queues(self.task_consumer))
            except incoming.InvalidMessage as reason:
                self._drop(message, reason)
            else:
                handle(message)

        return on_task_received

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Drops a message that kombu could not decode. Celery's own method would log the whole message."""
        self._drop(message, f"{type(exc).__name__}: {exc}")

    def _drop(self, message: Any, reason: object) -> None:
        incoming.log_drop(str((message.delivery_info or {}).get("routing_key")), reason)
        # Acknowledged, not requeued: another worker could not read it either.
        message.ack_log_error(log, self.conninfo.connection_errors)


def rewrite(message: Any, queues: list[str]) -> None:
    """Rewrites a dispatch message as the task for a pool process: the ids of the jobs, and the queues that are served.

    Raises incoming.InvalidMessage for a message that the platform cannot have sent.
    """
    job_ids = [str(job_id) for job_id in incoming.job_ids(message)]
    message.headers = incoming.task_headers(incoming.RUN_JOBS, job_ids[0])
    message.properties = {"correlation_id": job_ids[0]}
    message.body = incoming.body_of(job_ids, queues)
    message.content_type, message.content_encoding = "application/json", "utf-8"
