"""That somebody dispatches is written down, so that the next one knows what came due while nobody did."""

from __future__ import annotations

import logging
import time

from django.db import transaction

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

    def beat(self) -> None:
        """Before anything is claimed: what was missed must not start."""
        now = time.monotonic()
        if now < self._next:
            return
        while not _judge() and time.monotonic() < now + PATIENCE_SECONDS:
            time.sleep(LOOK_EVERY_SECONDS)
        self._next = time.monotonic() + PULSE_EVERY_SECONDS


def _judge() -> bool:
    """False if another dispatcher is at it."""
    with transaction.atomic():
        ours, since = hints.take_pulse()
        skipped = series_jobs.skip_missed(since=since) if since else []
    if skipped:
        log.warning(
            "nothing dispatched from %s on: %s crontab jobs wait for their next time", since, len(skipped)
        )
    return ours
