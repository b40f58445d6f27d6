"""Runs a dispatcher loop in its thread: the loop goes on after database errors, and reports when it is stuck."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.db import connection

from foundation import schema_guard
from foundation.database_errors import describe, first_line, is_schema_mismatch, is_timeout

log = logging.getLogger(__name__)

FAULT_PAUSE_SECONDS = 1.0
# A loop is reported as stuck after waiting this long for locks: a short transaction of another session is normal.
STUCK_AFTER_SECONDS = 5.0
MAX_RUN_SECONDS = 10.0


class Loop:
    """Calls `run_once` repeatedly, and sleeps between calls for the seconds that it returns, or until `woken` is set.

    `debounce`: the seconds between a wake-up and the next call, so that several wake-ups cause only one call.
    """

    def __init__(
        self,
        name: str,
        run_once: Callable[[], float],
        sleep: Callable[[float], None] | None = None,
        debounce: float = 0.0,
    ) -> None:
        self.name = name
        self.run_once = run_once
        self.debounce = debounce
        self.woken = threading.Event()
        self.sleep = sleep or self._wait
        self.last_progress = time.monotonic()
        self.pause = 0.0
        self._locked_out_since: float | None = None

    def run(self, stopping: threading.Event) -> None:
        """Runs the loop until `stopping` is set. Logs database errors and goes on after a pause."""
        while not stopping.is_set():
            try:
                self.pause = self.run_once()
                self._note_progress()
                self.sleep(self.pause)
            except DatabaseError as exc:
                self._handle_database_error(exc)
                self._wait(FAULT_PAUSE_SECONDS)

    def progressed_at(self) -> float:
        """Returns when this loop last made progress, in seconds since 1970, by this machine's clock."""
        return time.time() - (time.monotonic() - self.last_progress)

    def stuck_reason(self) -> str | None:
        """Returns why this loop makes no progress, to follow its name in a sentence; None if it is not stuck."""
        now = time.monotonic()
        if self._locked_out_since is not None and now - self._locked_out_since > STUCK_AFTER_SECONDS:
            return "waits for a lock that another session holds in the database"
        if now - self.last_progress - self.pause > MAX_RUN_SECONDS:
            return f"has made no progress for more than {MAX_RUN_SECONDS:.0f} s"
        return None

    def _wait(self, seconds: float) -> None:
        if self.woken.wait(seconds):
            time.sleep(self.debounce)
        self.woken.clear()

    def _note_progress(self) -> None:
        self.last_progress = time.monotonic()
        if self._locked_out_since is not None:
            self._locked_out_since = None
            log.info("%s goes on", self.name)

    def _handle_database_error(self, exc: DatabaseError) -> None:
        # A wait that timed out is progress, too: the watchdog is for calls that never return.
        self.last_progress = time.monotonic()
        self.pause = FAULT_PAUSE_SECONDS
        if not is_timeout(exc):
            log.warning("%s: %s", self.name, describe(exc))
            if is_schema_mismatch(exc):
                schema_guard.check_soon()
            connection.close()
        elif self._locked_out_since is None:
            self._locked_out_since = self.last_progress
            log.warning("%s waits for a lock that another session holds: %s", self.name, first_line(exc))
