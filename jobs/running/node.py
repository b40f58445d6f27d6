"""A worker's own heartbeat: which node serves which queues, seen at. One thread in the worker's main process."""

from __future__ import annotations

import logging
import os
import socket
import threading

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models.functions import Now

from jobs.models import WorkerNode

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
FORGOTTEN_AFTER = "1 hour"
_stopping = threading.Event()


def announce(*, name: str, queues: list[str], slots: int) -> None:
    """Write the heartbeat now and every 10 s until `withdraw`."""
    facts = {"host": socket.gethostname(), "pid": os.getpid(), "queues": queues, "slots": slots}
    threading.Thread(target=_beat, args=(name, facts), name="node-heartbeat", daemon=True).start()


def withdraw() -> None:
    """The worker takes no new jobs: its row goes at once, so nobody counts on it."""
    _stopping.set()


def _beat(name: str, facts: dict[str, object]) -> None:
    while True:
        try:
            if _stopping.is_set():
                WorkerNode.objects.filter(pk=name).delete()
                break
            WorkerNode.objects.update_or_create(name=name, defaults={**facts, "seen_at": Now()})
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM jobs_workernode WHERE seen_at < now() - %s::interval", [FORGOTTEN_AFTER]
                )
        except DatabaseError as exc:
            log.warning("database away, no heartbeat: %s", str(exc).strip())
            connection.close()
        _stopping.wait(HEARTBEAT_SECONDS)
    connection.close()
