"""Has committed job events numbered, and sends them in batches over the channel layer to the web processes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from jobs.dispatcher.numbering import Numbered, Numbering
from jobs.live import outbox, realtime

log = logging.getLogger(__name__)
T = TypeVar("T")

MAX_SENT = 500
SEND_SECONDS = 10
REDIS_AWAY_PAUSE_SECONDS = 2.0
POLL_SECONDS = 0.1


class Relay:
    """Numbers job events and sends those that it numbered, in each dispatcher.

    What is lost on the way is not sent again: each web process notices gaps in the numbers, also when no more events
    come, and then reads the lost events from Postgres (hub.py).
    """

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self._numbering = Numbering()
        self._away_until = 0.0

    def run_once(self) -> float:
        """Numbers and sends one batch of events; returns the seconds to sleep, 0.0 if more events probably wait."""
        numbered = self._numbering.run_once()
        if numbered is None:
            return POLL_SECONDS
        if time.monotonic() >= self._away_until:
            self._try_to_send(numbered)
        return 0.0

    def _try_to_send(self, numbered: Numbered) -> None:
        try:
            self._send(numbered)
        except realtime.AWAY as exc:
            if not self._away_until:
                log.warning("channel layer away, events wait: %s: %s", type(exc).__name__, exc)
            self._away_until = time.monotonic() + REDIS_AWAY_PAUSE_SECONDS
        else:
            if self._away_until:
                log.info("channel layer is back")
            self._away_until = 0.0

    def _send(self, numbered: Numbered) -> None:
        # Checked after the numbers are committed: a web process that joins later reads those events over REST.
        if not self._wait_for(realtime.has_listeners()):
            return
        after = numbered.after
        while after < numbered.upto:
            batch = outbox.next_batch(after, limit=min(MAX_SENT, numbered.upto - after))
            if batch is None:
                return
            self._wait_for(realtime.send(batch))
            after = batch.upto

    def _wait_for(self, awaitable: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(asyncio.wait_for(awaitable, timeout=SEND_SECONDS))
