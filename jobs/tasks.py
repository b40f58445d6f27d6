"""Celery's shells: parse, call one service, answer None (nothing but jobs' ids ever crosses the broker)."""

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
from jobs.messaging.receipt import RUN_JOBS
from jobs.running import kernel, node, warden_link
from jobs.running.departure import departure
from jobs.running.slot import slot
from jobs.services.execute import SlotMustEnd, run_jobs

log = logging.getLogger(__name__)

# What Celery tells of a task whose process is gone, however it went. Anything else is news from a live one.
PROCESS_IS_GONE = (WorkerLostError, Terminated, SystemExit, KeyboardInterrupt)


class HintRequest(Request):
    """Celery's view of a task under way, in the worker's main process."""

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> None:
        super().on_failure(exc_info, *args, **kwargs)
        exc = exc_info.exception
        if self.worker_pid and isinstance(getattr(exc, "exc", exc), PROCESS_IS_GONE):
            node.process_died(job_ids=_uuids(self.args[0]), worker=self.hostname, pid=int(self.worker_pid))


class HintTask(Task[[list[str], list[str]], None]):
    Request = "jobs.tasks:HintRequest"


@shared_task(name=RUN_JOBS, base=HintTask, bind=True, ignore_result=True)
def run(self: Any, job_ids: list[str], queues: list[str]) -> None:
    """The hints "look at job X" of one message. The worker's main process has checked them and named its queues."""
    try:
        run_jobs(job_ids=_uuids(job_ids), worker=self.request.hostname, queues=queues)
    except SlotMustEnd:
        os._exit(os.EX_OK)
    except BaseException:
        # A bug, a schema that does not fit, or no memory left even for the book-keeping: what was claimed is given
        # back at once by the worker's main process, and the next jobs get a fresh process.
        log.critical("a pool process ends", exc_info=True)
        os._exit(os.EX_SOFTWARE)


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    return [uuid.UUID(text) for text in texts]


@worker_init.connect
def begin_worker(**_: Any) -> None:
    """What is loaded by now is the pool processes' too: the garbage collector must not touch (and so copy) it."""
    limit_new_connections(WORKER)
    warden_link.begin()
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def begin_pool_process(**_: Any) -> None:
    # It must not talk on the database connection of the process it was forked from.
    connections.close_all()
    kernel.adopt_orphans()
    slot.prepare()


@worker_ready.connect
def announce(sender: Any, **_: Any) -> None:
    """From now on this worker's heartbeat tells that its queues are served."""
    node.announce(
        name=sender.hostname,
        queues=names.served_queues(sender.task_consumer),
        slots=sender.controller.concurrency,
    )


@worker_shutting_down.connect
def withdraw(how: str, **_: Any) -> None:
    departure.note_shutdown(how)
    node.withdraw()
