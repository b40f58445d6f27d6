"""Writes a worker's heartbeat to Postgres, and gives back the jobs of its dead pool processes to be started again.

One thread in the worker's main process does both.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import threading
import time
import uuid
from typing import NamedTuple

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models.functions import Now

from foundation.database_errors import describe
from handlers import registry
from jobs import dispatch_messages, transitions
from jobs.models import WorkerNode
from jobs.read import queries

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
# How soon a handler that was added or removed is announced, without waiting for the next heartbeat.
POLL_SECONDS = 1.0
AWAY_PAUSE_SECONDS = 2.0
STALE_AFTER = "1 hour"


class ProcessDeath(NamedTuple):
    """Reports that a pool process of a worker died while it worked on a dispatch message with these jobs."""

    job_ids: list[uuid.UUID]
    worker: str
    pid: int


# What the thread is to do next: give back the jobs of a dead process, or (None) delete the worker's row.
_requests: queue.Queue[ProcessDeath | None] = queue.Queue()


class WorkerHeartbeat:
    """Writes the worker's WorkerNode row every ten seconds, and soon after a job handler was added or removed."""

    def __init__(self, name: str, facts: dict[str, object]) -> None:
        """`facts` are the values of those columns of the row that do not change while the worker runs."""
        self._name = name
        self._facts = facts
        self._announced: list[str] | None = None
        self._due = 0.0

    def send(self) -> None:
        """Writes the worker's row if it is due or the job types have changed; deletes rows of long gone workers."""
        job_types = registry.job_types()
        if job_types == self._announced and time.monotonic() < self._due:
            return
        values = {**self._facts, "job_types": job_types, "seen_at": Now()}
        WorkerNode.objects.update_or_create(name=self._name, defaults=values)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM jobs_workernode WHERE seen_at < now() - %s::interval", [STALE_AFTER])
        self._announced, self._due = job_types, time.monotonic() + HEARTBEAT_SECONDS


def start(*, name: str, queues: list[str], slots: int) -> None:
    """Starts the thread that writes this worker's heartbeat now and every ten seconds until `stop`."""
    facts = {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "queues": queues,
        "slots": slots,
        "version": settings.VERSION,
    }
    threading.Thread(target=_run, args=(name, facts), name="worker-heartbeat", daemon=True).start()


def stop() -> None:
    """Makes the heartbeat thread delete the worker's row: the worker takes no new jobs. Does not wait for that."""
    _requests.put(None)


def report_process_death(*, job_ids: list[uuid.UUID], worker: str, pid: int) -> None:
    """Makes the heartbeat thread give back a dead pool process's jobs. Does not wait: the worker must not block."""
    _requests.put(ProcessDeath(job_ids, worker, pid))


def _run(name: str, facts: dict[str, object]) -> None:
    is_stopped = False
    heartbeat = WorkerHeartbeat(name, facts)
    while True:
        try:
            if not is_stopped:
                heartbeat.send()
            # Running jobs may still die in a warm shutdown, so the thread goes on until the process ends.
            request = _requests.get(timeout=HEARTBEAT_SECONDS if is_stopped else POLL_SECONDS)
            if request is None:
                is_stopped = True
                WorkerNode.objects.filter(pk=name).delete()
            else:
                _give_back(request)
        except queue.Empty:
            continue
        except DatabaseError as exc:
            # If a death could not be handled, the reaper finds the lost job when its lease has run out.
            log.warning("no heartbeat: %s", describe(exc))
            connection.close()
            time.sleep(AWAY_PAUSE_SECONDS)


def _give_back(death: ProcessDeath) -> None:
    """Ends the attempts that the dead process had, and has the other jobs of its dispatch message published again."""
    for job_id in queries.find_running_jobs(death.worker, death.pid, among=death.job_ids):
        state = transitions.lose_dead_attempt(job_id=job_id, worker=death.worker, pid=death.pid)
        log.warning("process %s died under %s: now %s", death.pid, queries.describe_job(job_id), state)
    dispatch_messages.hand_back(death.job_ids)
