"""That somebody dispatches is written down, so that the next one knows what came due while nobody did."""

from __future__ import annotations

import logging
import time

from django.db import transaction

from jobs import hints
from jobs.transitions import series_jobs

log = logging.getLogger(__name__)

PULSE_EVERY_SECONDS = 10.0


class Pulse:
    def __init__(self) -> None:
        self._next = 0.0

    def beat(self) -> None:
        """Before anything is claimed: what was missed must not start. One dispatcher judges, others wait for it."""
        if time.monotonic() < self._next:
            return
        with transaction.atomic():
            since = hints.take_pulse()
            skipped = series_jobs.skip_missed(since=since) if since else []
        self._next = time.monotonic() + PULSE_EVERY_SECONDS
        if skipped:
            log.warning(
                "nothing dispatched from %s on: %s crontab jobs wait for their next time", since, len(skipped)
            )
