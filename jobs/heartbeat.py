"""A process reports that it lives: one row in Postgres, renewed every few seconds, and kept an hour after the last."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import threading
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import describe
from jobs.problems import PlatformProblem

log = logging.getLogger(__name__)

BEAT_SECONDS = 10.0
_REPORT = """
    INSERT INTO jobs_process (name, kind, host, pid, version, problems)
    VALUES (%(name)s, %(kind)s, %(host)s, %(pid)s, %(version)s, %(problems)s)
    ON CONFLICT (name) DO UPDATE SET seen_at = now(), problems = excluded.problems, stopped_at = NULL"""
# Several processes prune at the same moment: none waits for another.
_PRUNE = """
    DELETE FROM jobs_process WHERE name IN (
        SELECT name FROM jobs_process WHERE seen_at < now() - interval '1 hour' FOR UPDATE SKIP LOCKED)"""


class Heartbeat:
    """`kind`: dispatcher, beat or web. Its name is new at each start."""

    def __init__(self, kind: str) -> None:
        host = socket.gethostname()
        self.name = f"{kind}-{uuid.uuid4().hex[:6]}@{host}"
        self._facts: dict[str, str | int] = {
            "name": self.name,
            "kind": kind,
            "host": host,
            "pid": os.getpid(),
            "version": settings.VERSION,
        }

    def beat(self, problems: Sequence[PlatformProblem] = ()) -> None:
        told = json.dumps([problem._asdict() for problem in problems])
        with connection.cursor() as cursor:
            cursor.execute(_REPORT, {**self._facts, "problems": told})
            cursor.execute(_PRUNE)

    def stop(self) -> None:
        """An orderly end: it is listed no longer. Where that cannot be written its silence tells as much."""
        with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("UPDATE jobs_process SET stopped_at = now() WHERE name = %s", [self.name])


def beat_in_background(heartbeat: Heartbeat) -> None:
    """In a thread, for a process that has no other business with Postgres: it is connected for moments only."""
    threading.Thread(target=_beat_on, args=(heartbeat,), name="heartbeat", daemon=True).start()


def _beat_on(heartbeat: Heartbeat) -> None:
    pause, away = threading.Event(), False
    while True:
        try:
            heartbeat.beat()
            away = False
        except DatabaseError as exc:
            if not away:
                log.warning("no heartbeat: %s", describe(exc))
            away = True
        finally:
            connection.close()
        pause.wait(BEAT_SECONDS)
