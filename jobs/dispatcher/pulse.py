"""That somebody dispatches is written down, so that the next one knows what came due while nobody did."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import transaction

from foundation.database_errors import first_line, is_timeout
from jobs import hints
from jobs.transitions import series_jobs

log = logging.getLogger(__name__)

PULSE_EVERY_SECONDS = 10.0
# One dispatcher judges what was missed, others wait for it; not for one that is frozen meanwhile.
PATIENCE_SECONDS = 3.0
LOOK_EVERY_SECONDS = 0.1


class Pulse:
    def __init__(self) -> None:
        self._next = 0.0
        self._patient = True
        self._unjudged_since: datetime | None = None

    def beat(self) -> None:
        """Before anything is claimed: what was missed must not start."""
        now = time.monotonic()
        if now < self._next:
            return
        try:
            self._judge_before(now + PATIENCE_SECONDS)
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            # What it locks is not needed to claim jobs.
            log.warning("the pulse waits for a lock that another session holds: %s", first_line(exc))
            self._next = time.monotonic() + PULSE_EVERY_SECONDS

    def _judge_before(self, deadline: float) -> None:
        """Another dispatcher that is at it is waited for; once, should somebody hold that row for longer."""
        while not (ours := self._judge()) and self._patient and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
        self._patient = ours
        # What was locked is judged as soon as it is free, before a claim can take it.
        self._next = 0.0 if self._unjudged_since else time.monotonic() + PULSE_EVERY_SECONDS

    def _judge(self) -> bool:
        """False if another dispatcher is at it."""
        with transaction.atomic():
            ours, since = hints.take_pulse()
            since = self._unjudged_since or since
            skipped, locked = series_jobs.skip_missed(since=since) if ours and since else ([], False)
        if ours:
            self._unjudged_since = since if locked else None
        if skipped:
            log.warning(
                "nothing dispatched from %s on: %s crontab jobs wait for their next time", since, len(skipped)
            )
        return ours
