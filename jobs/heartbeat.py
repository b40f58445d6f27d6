"""Reports that a process (dispatcher, beat or web) is alive, by a row in `jobs_process` that it renews regularly."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import threading
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import describe
from jobs.problems import PlatformProblem

log = logging.getLogger(__name__)

HEARTBEAT_INTERVAL_SECONDS = 10.0
_REPORT = """
    INSERT INTO jobs_process (name, kind, host, pid, version, problems, figures)
    VALUES (%(name)s, %(kind)s, %(host)s, %(pid)s, %(version)s, %(problems)s, %(figures)s)
    ON CONFLICT (name) DO UPDATE SET seen_at = now(), problems = excluded.problems, figures = excluded.figures,
        stopped_at = NULL"""
# Deletes the rows of processes silent for an hour. Several processes may do so at once: none waits for another.
_PRUNE = """
    DELETE FROM jobs_process WHERE name IN (
        SELECT name FROM jobs_process WHERE seen_at < now() - interval '1 hour' FOR UPDATE SKIP LOCKED)"""


class Heartbeat:
    """Renews the row that shows this process to be alive. `kind` is dispatcher, beat or web; each start adds a row."""

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

    def send(
        self, problems: Sequence[PlatformProblem] = (), figures: Mapping[str, Any] | None = None
    ) -> None:
        """Renews this process's row, with its problems and figures; deletes rows of processes silent for an hour."""
        changing: dict[str, str | None] = {
            "problems": json.dumps([problem._asdict() for problem in problems]),
            "figures": json.dumps(figures) if figures else None,
        }
        with connection.cursor() as cursor:
            cursor.execute(_REPORT, {**self._facts, **changing})
            cursor.execute(_PRUNE)

    def stop(self) -> None:
        """Marks this process as stopped, so that it is not listed. Ignores errors: silence has the same effect."""
        with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("UPDATE jobs_process SET stopped_at = now() WHERE name = %s", [self.name])


def send_in_background(heartbeat: Heartbeat) -> None:
    """Starts a thread that sends the heartbeat every 10 s, over a database connection that it opens each time."""
    threading.Thread(target=_send_forever, args=(heartbeat,), name="heartbeat", daemon=True).start()


def _send_forever(heartbeat: Heartbeat) -> None:
    pause, is_away = threading.Event(), False
    while True:
        try:
            heartbeat.send()
            is_away = False
        except DatabaseError as exc:
            if not is_away:
                log.warning("no heartbeat: %s", describe(exc))
            is_away = True
        finally:
            connection.close()
        pause.wait(HEARTBEAT_INTERVAL_SECONDS)
