"""One loop of the dispatcher: a thread of its own, which outlives what goes away and tells when it is held up."""

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
# Held up for so long, a loop is said to be stuck: a wait for somebody's short transaction is none.
STUCK_AFTER_SECONDS = 5.0
MAX_TURN_SECONDS = 10.0


class Loop:
    """Calls `turn` again and again; `turn` returns how many seconds it may sleep, a wake-up ends the sleep.

    `settle`: so many seconds after a wake-up the turn begins, and takes in what comes until then.
    """

    def __init__(
        self,
        name: str,
        turn: Callable[[], float],
        sleep: Callable[[float], None] | None = None,
        settle: float = 0.0,
    ) -> None:
        self.name = name
        self.turn = turn
        self.settle = settle
        self.woken = threading.Event()
        self.sleep = sleep or self._wait
        self.last_progress = time.monotonic()
        self.pause = 0.0
        self._locked_out_since: float | None = None

    def _wait(self, seconds: float) -> None:
        if self.woken.wait(seconds):
            time.sleep(self.settle)
        self.woken.clear()

    def run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                self.pause = self.turn()
                self._go_on()
                self.sleep(self.pause)
            except DatabaseError as exc:
                self._bear(exc)
                self._wait(FAULT_PAUSE_SECONDS)

    def held_up(self) -> str | None:
        """What keeps it from its work, as the end of a sentence; None if nothing has for long."""
        now = time.monotonic()
        if self._locked_out_since is not None and now - self._locked_out_since > STUCK_AFTER_SECONDS:
            return "waits for a lock that another session holds in the database"
        if now - self.last_progress - self.pause > MAX_TURN_SECONDS:
            return f"has made no progress for more than {MAX_TURN_SECONDS:.0f} s"
        return None

    def _go_on(self) -> None:
        self.last_progress = time.monotonic()
        if self._locked_out_since is not None:
            self._locked_out_since = None
            log.info("%s goes on", self.name)

    def _bear(self, exc: DatabaseError) -> None:
        """A wait that was given up is progress, too: the watchdog is for what never comes back."""
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
