"""Celery's shells: parse, call one service, answer None (nothing but jobs' ids ever crosses the broker)."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import uuid
from pathlib import Path
from typing import Any

from billiard.exceptions import Terminated, WorkerLostError
from celery import Task, shared_task
from celery.signals import worker_init, worker_process_init, worker_ready, worker_shutting_down
from celery.worker.request import Request
from django.db import Error as DatabaseError
from django.db import connections

from jobs.broker import RUN_JOBS
from jobs.running import node
from jobs.services.execute import run_jobs

log = logging.getLogger(__name__)

# What Celery tells of a task whose process is gone, however it went. Anything else is news from a live one.
PROCESS_IS_GONE = (WorkerLostError, Terminated, SystemExit, KeyboardInterrupt)


class HintRequest(Request):
    """Celery's view of a task under way, in the worker's main process."""

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> None:
        super().on_failure(exc_info, *args, **kwargs)
        exc = exc_info.exception
        if self.worker_pid and isinstance(getattr(exc, "exc", exc), PROCESS_IS_GONE):
            node.process_died(job_ids=job_ids_in(*self.args), worker=self.hostname, pid=int(self.worker_pid))


class HintTask(Task[[list[str]], None]):
    Request = "jobs.tasks:HintRequest"


@shared_task(name=RUN_JOBS, base=HintTask, bind=True, ignore_result=True)
def run(self: Any, *args: Any) -> None:
    """The hints "look at job X" of one message."""
    try:
        run_jobs(job_ids=job_ids_in(*args), worker=self.request.hostname)
    except DatabaseError as exc:
        log.warning("database away, jobs wait for their next hint: %s", str(exc).strip())
        connections.close_all()
    except BaseException:
        # A bug, or no memory left even for the book-keeping: what was claimed is given back at once by the
        # worker's main process, and the next jobs get a fresh process.
        log.critical("a pool process ends", exc_info=True)
        os._exit(os.EX_SOFTWARE)


def job_ids_in(*args: Any) -> list[uuid.UUID]:
    """A message that was forged or damaged names no jobs."""
    try:
        (texts,) = args
        return [uuid.UUID(text) for text in texts]
    except (TypeError, ValueError, AttributeError):
        log.warning("dropped a message that names no jobs: %.200r", args)
        return []


@worker_init.connect
def share_memory(**_: Any) -> None:
    """What is loaded by now is the pool processes' too: the garbage collector must not touch (and so copy) it."""
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def begin_pool_process(**_: Any) -> None:
    # It must not talk on the database connection of the process it was forked from.
    connections.close_all()
    # Where memory runs out, Linux ends the process that eats it rather than its worker.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


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
