"""Look every second at the ledger from outside: jobs without a fresh message or a live lease, attempts that died."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import psycopg

from tests.faults.stage import Stage


class StuckWatch:
    """Counts how long a job's message is overdue or its lease dead while nothing is broken."""

    def __init__(self, stage: Stage, under_fault: threading.Event) -> None:
        self.longest: dict[str, float] = {}
        self._stage, self._under_fault = stage, under_fault
        self._since: dict[tuple[str, int, int], float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stuck-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(timeout=30)

    def _watch(self) -> None:
        while not self._over.wait(1):
            try:
                with self._stage.sql() as sql:
                    rows: list[dict[str, Any]] = sql.execute(_STUCK).fetchall()
            except psycopg.Error:
                rows = []
            self._note([(row["id"], row["attempt"], row["publishes"]) for row in rows])

    def _note(self, stuck: list[tuple[str, int, int]]) -> None:
        now = time.monotonic()
        if self._under_fault.is_set():
            self._since.clear()
            return
        self._since = {key: self._since.get(key, now) for key in stuck}
        for key, since in self._since.items():
            self.longest[key[0]] = max(self.longest.get(key[0], 0), now - since)


_STUCK = """SELECT id::text, attempt, publishes FROM jobs_job
    WHERE state = 'running' AND lease_until < now() OR state = 'queued' AND publish_due < now()"""

Attempts = set[tuple[str, int]]


def died(sql: Any) -> Attempts:
    """Attempts that the ledger believes to run and whose process is gone. All processes are this machine's."""
    rows = sql.execute(
        "SELECT id::text, attempt, worker_pid FROM jobs_job WHERE state = 'running'"
    ).fetchall()
    return {(row["id"], row["attempt"]) for row in rows if not _exists(row["worker_pid"])}


def not_made_up_for(sql: Any, attempts: Attempts) -> Attempts:
    """Those after which the job neither started again nor ended."""
    rows = sql.execute(
        """SELECT id::text, attempt FROM jobs_job
        WHERE id = ANY(%s::uuid[]) AND state IN ('scheduled', 'queued', 'running')""",
        [[job_id for job_id, _ in attempts]],
    ).fetchall()
    return attempts & {(row["id"], row["attempt"]) for row in rows}


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
