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

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models.functions import Now

from jobs import hints, queries, transitions
from jobs.models import WorkerNode

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
AWAY_PAUSE_SECONDS = 2.0
FORGOTTEN_AFTER = "1 hour"


class Death(NamedTuple):
    """A pool process died while it worked off a message with these hints."""

    job_ids: list[uuid.UUID]
    worker: str
    pid: int


# What the thread is to do next: tell of a death, or (None) take the node's row away and end.
_news: queue.Queue[Death | None] = queue.Queue()


def announce(*, name: str, queues: list[str], slots: int) -> None:
    """Write the heartbeat now and every 10 s until `withdraw`."""
    facts = {"host": socket.gethostname(), "pid": os.getpid(), "queues": queues, "slots": slots}
    threading.Thread(target=_live, args=(name, facts), name="node-heartbeat", daemon=True).start()


def withdraw() -> None:
    """The worker takes no new jobs: its row goes at once, so nobody counts on it."""
    _news.put(None)


def process_died(*, job_ids: list[uuid.UUID], worker: str, pid: int) -> None:
    """Returns at once: the worker's main loop must not wait for the database."""
    _news.put(Death(job_ids, worker, pid))


def _live(name: str, facts: dict[str, object]) -> None:
    withdrawn = False
    next_beat = 0.0
    while True:
        try:
            if not withdrawn and time.monotonic() >= next_beat:
                next_beat = time.monotonic() + HEARTBEAT_SECONDS
                _beat(name, facts)
            # After a warm shutdown has begun, running jobs may still die: go on to the very end.
            patience = HEARTBEAT_SECONDS if withdrawn else max(next_beat - time.monotonic(), 0.1)
            news = _news.get(timeout=patience)
            if news is None:
                withdrawn = True
                WorkerNode.objects.filter(pk=name).delete()
            else:
                _tell(news)
        except queue.Empty:
            continue
        except DatabaseError as exc:
            # A death that is not told is found by the reaper when the lease has run out.
            log.warning("database away, no heartbeat: %s", str(exc).strip())
            connection.close()
            next_beat = time.monotonic() + AWAY_PAUSE_SECONDS


def _beat(name: str, facts: dict[str, object]) -> None:
    WorkerNode.objects.update_or_create(name=name, defaults={**facts, "seen_at": Now()})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM jobs_workernode WHERE seen_at < now() - %s::interval", [FORGOTTEN_AFTER])


def _tell(death: Death) -> None:
    """The job that ran is given back, and the hints to those that had not begun go out again."""
    job_id = queries.running_in(death.worker, death.pid, among=death.job_ids)
    if job_id is not None:
        state = transitions.lose_dead_attempt(job_id=job_id, worker=death.worker, pid=death.pid)
        log.warning("process %s died under job %s: now %s", death.pid, job_id, state)
    hints.hand_back(death.job_ids)
