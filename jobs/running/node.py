"""A worker's own heartbeat, and its word on pool processes that died: one thread in the worker's main process."""

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
from jobs import hints, transitions
from jobs.models import WorkerNode
from jobs.read import queries

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
# A handler that was just added is announced without waiting for the next heartbeat.
LOOK_SECONDS = 1.0
AWAY_PAUSE_SECONDS = 2.0
FORGOTTEN_AFTER = "1 hour"


class Death(NamedTuple):
    """A pool process died while it worked off a message with these hints."""

    job_ids: list[uuid.UUID]
    worker: str
    pid: int


# What the thread is to do next: tell of a death, or (None) take the node's row away and end.
_news: queue.Queue[Death | None] = queue.Queue()


class Presence:
    """The worker's row: renewed every ten seconds, and as soon as a handler came or went."""

    def __init__(self, name: str, facts: dict[str, object]) -> None:
        self._name = name
        self._facts = facts
        self._announced: list[str] | None = None
        self._due = 0.0

    def renew(self) -> None:
        job_types = registry.job_types()
        if job_types == self._announced and time.monotonic() < self._due:
            return
        told = {**self._facts, "job_types": job_types, "seen_at": Now()}
        WorkerNode.objects.update_or_create(name=self._name, defaults=told)
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM jobs_workernode WHERE seen_at < now() - %s::interval", [FORGOTTEN_AFTER]
            )
        self._announced, self._due = job_types, time.monotonic() + HEARTBEAT_SECONDS


def announce(*, name: str, queues: list[str], slots: int) -> None:
    """Write the heartbeat now and every 10 s until `withdraw`."""
    facts = {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "queues": queues,
        "slots": slots,
        "version": settings.VERSION,
    }
    threading.Thread(target=_live, args=(name, facts), name="node-heartbeat", daemon=True).start()


def withdraw() -> None:
    """The worker takes no new jobs: its row goes at once, so nobody counts on it."""
    _news.put(None)


def process_died(*, job_ids: list[uuid.UUID], worker: str, pid: int) -> None:
    """Returns at once: the worker's main loop must not wait for the database."""
    _news.put(Death(job_ids, worker, pid))


def _live(name: str, facts: dict[str, object]) -> None:
    withdrawn = False
    presence = Presence(name, facts)
    while True:
        try:
            if not withdrawn:
                presence.renew()
            # After a warm shutdown has begun, running jobs may still die: go on to the very end.
            news = _news.get(timeout=HEARTBEAT_SECONDS if withdrawn else LOOK_SECONDS)
            if news is None:
                withdrawn = True
                WorkerNode.objects.filter(pk=name).delete()
            else:
                _tell(news)
        except queue.Empty:
            continue
        except DatabaseError as exc:
            # A death that is not told is found by the reaper when the lease has run out.
            log.warning("no heartbeat: %s", describe(exc))
            connection.close()
            time.sleep(AWAY_PAUSE_SECONDS)


def _tell(death: Death) -> None:
    """The job that ran is given back, and the hints to those that had not begun go out again."""
    job_id = queries.running_in(death.worker, death.pid, among=death.job_ids)
    if job_id is not None:
        state = transitions.lose_dead_attempt(job_id=job_id, worker=death.worker, pid=death.pid)
        log.warning("process %s died under %s: now %s", death.pid, queries.named(job_id), state)
    hints.hand_back(death.job_ids)
