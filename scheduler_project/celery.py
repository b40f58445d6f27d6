"""Defines the Celery app.

Celery delivers messages and runs worker processes; the jobs' state, retries, delays and results are in Postgres.
docs/operators.md explains each setting, docs/decisions/ why no job waits inside the broker.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

import django
from celery import Celery
from celery.app.amqp import AMQP, Queues
from celery.signals import setup_logging
from celery.utils.functional import maybe_list
from django.conf import settings
from kombu.utils.imports import symbol_by_name

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler_project.settings")
django.setup()

from jobs.messaging import amqp, broker, names, redbeat  # noqa: E402 - their models need Django set up
from scheduler_project import remote_control  # noqa: E402


class PlatformQueues(Queues):
    """Makes a worker's options `-Q` and `-X` accept names of job queues instead of the names of the broker's queues."""

    def new_missing(self, name: str) -> Any:
        """Returns the broker's queue for the job queue that `worker -Q NAME` serves."""
        return super().new_missing(names.broker_queue(name))

    def deselect(self, exclude: Any) -> None:
        """Removes the job queues that `worker -X NAME` excludes from those to serve."""
        super().deselect([names.broker_queue(name) for name in maybe_list(exclude) or []])


class PlatformAMQP(AMQP):
    """Makes Celery use PlatformQueues for the queues of a worker."""

    queues_cls = PlatformQueues


class SchedulerApp(Celery):
    """Replaces Celery's worker, beat, queue names and remote control with the platform's own."""

    amqp_cls = "scheduler_project.celery:PlatformAMQP"
    control_cls = "scheduler_project.remote_control:GuardedClient"

    @cached_property
    def Worker(self) -> Any:
        """Returns the class that `celery worker` runs."""
        return self.subclass_with_self(symbol_by_name("scheduler_project.worker:PlatformWorker"))

    @cached_property
    def Beat(self) -> Any:
        """Returns the class that `celery beat` runs."""
        return self.subclass_with_self(symbol_by_name("scheduler_project.beat:SchedulerBeat"))

    def bugreport(self) -> str:
        """Returns the text of `celery report` with all passwords masked; Celery itself masks only the broker's."""
        return str(remote_control.mask_passwords(super().bugreport()))


# No fixups: Celery's Django fixup closes the database connection around every task.
app = SchedulerApp("scheduler_project", fixups=[])

QUEUE_TYPE = "quorum" if settings.BROKER_URL.startswith("amqp") else "classic"
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_channel_error_retry=True,
    broker_heartbeat=10,
    broker_transport_options=broker.transport_options(settings.BROKER_URL),
    control_exchange=names.at_broker("control"),
    event_exchange=names.at_broker("events"),
    task_default_queue=names.broker_queue("default"),
    task_default_queue_type=QUEUE_TYPE,
    task_create_missing_queue_type=QUEUE_TYPE,
    # With a direct exchange Celery would warn of delayed delivery, which is not used here.
    task_default_exchange_type="topic",
    task_create_missing_queue_exchange_type="topic",
    task_acks_late=True,
    task_reject_on_worker_lost=False,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_consumer="scheduler_project.worker:StrictConsumer",
    worker_concurrency=settings.WORKER_CONCURRENCY,
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    beat_scheduler="scheduler_project.beat:SeriesScheduler",
    beat_max_loop_interval=1,
    **redbeat.settings_for(settings.REDIS_URL),
    timezone="UTC",
    imports=["jobs.tasks", "jobs.worker_signals"],
)


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Does nothing; as a receiver of this signal it keeps Celery from replacing the logging that Django has set up."""


amqp.refuse_compression()
remote_control.replace_command()
