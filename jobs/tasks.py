"""Defines the Celery task that runs jobs, and what a worker does at its start and its end.

The task calls one service and returns None. The broker carries only ids of jobs, never their payloads or results.
"""

from __future__ import annotations

import gc
import logging
import os
import uuid
from typing import Any

from billiard.exceptions import Terminated, WorkerLostError
from celery import Task, shared_task
from celery.signals import worker_init, worker_process_init, worker_ready, worker_shutting_down
from celery.worker.request import Request
from django.db import connections

from foundation.database_limits import WORKER, limit_new_connections
from jobs.messaging import names
from jobs.messaging.incoming import RUN_JOBS
from jobs.running import kernel, warden, worker_heartbeat
from jobs.running.shutdown import shutdown
from jobs.running.slot import slot
from jobs.services.execute import SlotMustEnd, run_jobs

log = logging.getLogger(__name__)

# The exceptions by which Celery reports that a task's process is gone. Any other comes from a live process.
PROCESS_IS_GONE = (WorkerLostError, Terminated, SystemExit, KeyboardInterrupt)


class RunJobsRequest(Request):
    """Represents, in the worker's main process, a Celery task that one of its pool processes runs."""

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> None:
        """Has the task's jobs given back, to be started again, if the task failed because its pool process is gone."""
        super().on_failure(exc_info, *args, **kwargs)
        exc = exc_info.exception
        if self.worker_pid and isinstance(getattr(exc, "exc", exc), PROCESS_IS_GONE):
            job_ids, pid = _parse_uuids(self.args[0]), int(self.worker_pid)
            worker_heartbeat.report_process_death(job_ids=job_ids, worker=self.hostname, pid=pid)


class RunJobsTask(Task[[list[str], list[str]], None]):
    """Makes Celery represent each dispatch message by a RunJobsRequest."""

    Request = "jobs.tasks:RunJobsRequest"


@shared_task(name=RUN_JOBS, base=RunJobsTask, bind=True, ignore_result=True)
def run(self: Any, job_ids: list[str], queues: list[str]) -> None:
    """Runs the jobs of a dispatch message. The worker's main process has checked the ids and added its `queues`."""
    try:
        run_jobs(job_ids=_parse_uuids(job_ids), worker=self.request.hostname, queues=queues)
    except SlotMustEnd:
        os._exit(os.EX_OK)
    except BaseException:
        # A bug, an incompatible schema, or no memory left: the worker's main process gives the claimed job back at
        # once, and the next jobs get a new process.
        log.critical("a pool process ends", exc_info=True)
        os._exit(os.EX_SOFTWARE)


def _parse_uuids(texts: list[str]) -> list[uuid.UUID]:
    return [uuid.UUID(text) for text in texts]


@worker_init.connect
def begin_worker(**_: Any) -> None:
    """Prepares the worker's main process before it forks its slots, which then share the memory of its objects.

    The garbage collector must not write to these objects, because that would copy their memory.
    """
    limit_new_connections(WORKER)
    warden.start()
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def begin_pool_process(**_: Any) -> None:
    """Prepares a worker slot: drops inherited connections, will adopt orphaned programs, starts the handler process."""
    # The connection of the process it was forked from must not be used here.
    connections.close_all()
    kernel.adopt_orphans()
    slot.start_process()


@worker_ready.connect
def start_heartbeat(sender: Any, **_: Any) -> None:
    """Starts the heartbeat, by which this worker reports that it is alive and which queues it serves."""
    worker_heartbeat.start(
        name=sender.hostname,
        queues=names.served_queues(sender.task_consumer),
        slots=sender.controller.concurrency,
    )


@worker_shutting_down.connect
def stop_heartbeat(how: str, **_: Any) -> None:
    """Notes for the worker slots which kind of shutdown it is ("Warm" or "Cold"), and has the worker's row deleted."""
    shutdown.note(how)
    worker_heartbeat.stop()
