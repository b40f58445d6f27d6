"""Defines the Celery task that runs jobs.

The task calls one service and returns None. The broker carries only ids of jobs, never their payloads or results.
"""

from __future__ import annotations

import logging
import os
import uuid
from typing import Any

from billiard.exceptions import Terminated, WorkerLostError
from celery import Task, shared_task
from celery.worker.request import Request

from jobs.messaging.incoming import RUN_JOBS
from jobs.running import worker_heartbeat
from jobs.services.attempt_ends import SlotMustEnd
from jobs.services.execute import run_jobs

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
