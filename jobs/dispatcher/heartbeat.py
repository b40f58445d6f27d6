"""Skips crontab times that passed while no dispatcher ran: a heartbeat row shared by all dispatchers shows the gap.

`jobs.heartbeat` is another heartbeat: with it each process reports, in a row of its own, that it is alive.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import connection, transaction

from foundation.database_errors import first_line, is_timeout
from jobs.transitions import series_jobs

log = logging.getLogger(__name__)

HEARTBEAT_INTERVAL_SECONDS = 10.0
# One dispatcher moves the jobs whose time was missed while the others wait, but only this long: it may be frozen.
PATIENCE_SECONDS = 3.0
POLL_SECONDS = 0.1


class DispatcherHeartbeat:
    """Renews the heartbeat row that all dispatchers share, and skips crontab times that passed while none did so."""

    def __init__(self) -> None:
        self._next = 0.0
        self._patient = True
        # Since when missed times are still to be skipped, because a job was locked.
        self._unskipped_since: datetime | None = None

    def send(self) -> None:
        """Renews the shared heartbeat every 10 s, and reschedules missed jobs before the next claim can start them."""
        now = time.monotonic()
        if now < self._next:
            return
        try:
            self._renew_until(now + PATIENCE_SECONDS)
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            # What is locked is not needed to claim jobs.
            log.warning("the heartbeat waits for a lock that another session holds: %s", first_line(exc))
            self._next = time.monotonic() + HEARTBEAT_INTERVAL_SECONDS

    def _renew_until(self, deadline: float) -> None:
        """Calls `_renew` until it succeeds or `deadline` is over; after a timeout the next call does not retry."""
        while not (ours := self._renew()) and self._patient and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        self._patient = ours
        # A job that was locked is moved as soon as it is free, before a claim can take it.
        self._next = 0.0 if self._unskipped_since else time.monotonic() + HEARTBEAT_INTERVAL_SECONDS

    def _renew(self) -> bool:
        """Renews the heartbeat and reschedules missed jobs; returns False if another dispatcher is renewing it."""
        with transaction.atomic():
            ours, since = renew_heartbeat()
            since = self._unskipped_since or since
            skipped, locked = series_jobs.skip_missed(since=since) if ours and since else ([], False)
        if ours:
            self._unskipped_since = since if locked else None
        if skipped:
            log.warning(
                "nothing dispatched from %s on: %s crontab jobs wait for their next time", since, len(skipped)
            )
        return ours


def renew_heartbeat() -> tuple[bool, datetime | None]:
    """Renews the shared heartbeat row unless another session has locked it; returns (renewed, previous time or None).

    Must be called in a transaction, which keeps the row locked until its end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM jobs_pulse WHERE id = 1 FOR UPDATE SKIP LOCKED")
        if found := cursor.fetchone():
            cursor.execute("UPDATE jobs_pulse SET at = clock_timestamp() WHERE id = 1")
            return True, found[0]
        cursor.execute(
            "INSERT INTO jobs_pulse (id, at) VALUES (1, clock_timestamp()) ON CONFLICT DO NOTHING RETURNING id"
        )
        return cursor.fetchone() is not None, None
