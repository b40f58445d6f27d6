"""Celery's shells: parse, call one service, answer None (nothing but a job's id ever crosses the broker)."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from celery import Task, shared_task
from celery.signals import worker_process_init, worker_ready, worker_shutting_down
from celery.worker.request import Request
from django.db import Error as DatabaseError
from django.db import connections

from jobs.broker import RUN_JOB
from jobs.running import node
from jobs.services.execute import run_job

log = logging.getLogger(__name__)


class HintRequest(Request):
    """Celery's view of a task under way, in the worker's main process."""

    def on_failure(self, *args: Any, **kwargs: Any) -> None:
        """Our task never raises: a failure means that the pool process died under its job."""
        super().on_failure(*args, **kwargs)
        if self.worker_pid:
            node.attempt_died(job_id=uuid.UUID(self.id), worker=self.hostname, pid=int(self.worker_pid))


class HintTask(Task[[str], None]):
    Request = "jobs.tasks:HintRequest"


@shared_task(name=RUN_JOB, base=HintTask, bind=True, ignore_result=True)
def run(self: Any, job_id: str) -> None:
    """The hint "look at job X"."""
    try:
        run_job(job_id=uuid.UUID(job_id), worker=self.request.hostname)
    except DatabaseError as exc:
        log.warning("database away, job %s waits for its next hint: %s", job_id, str(exc).strip())
        connections.close_all()


@worker_process_init.connect
def forget_inherited_connections(**_: Any) -> None:
    """A pool process must not talk on the database connection of the process it was forked from."""
    connections.close_all()


@worker_ready.connect
def announce(sender: Any, **_: Any) -> None:
    """From now on this worker's heartbeat tells that its queues are served."""
    node.announce(
        name=sender.hostname,
        queues=sorted(queue.name for queue in sender.task_consumer.queues),
        slots=sender.controller.concurrency,
    )


@worker_shutting_down.connect
def withdraw(**_: Any) -> None:
    node.withdraw()
