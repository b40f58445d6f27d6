"""The second thread of a pool process: renews the lease, stores progress and log, carries out stops and time limits.

It works on a database connection of its own (Django gives each thread one).
"""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import threading
import time

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from handlers.context import JobTerminated
from jobs import transitions
from jobs.running.judgement import Cause, of_stop
from jobs.running.reporter import Reporter

log = logging.getLogger(__name__)

BEATS_A_LEASE = 6
FLUSH_SECONDS = 0.5
STOP_LOOK_SECONDS = 1.0
# The attempt must be dead before its lease runs out and another may start.
FENCE_SHARE_OF_LEASE = 0.8
INTERRUPT = signal.SIGUSR2


class JobTimedOut(JobTerminated):
    """Raised into a handler whose attempt took longer than its `timeoutSeconds`."""


class Guardian:
    """Watches over one attempt: `with Guardian(reporter): handler(...)` in the main thread."""

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self.attempt = reporter.attempt
        self.cause: Cause | None = None
        self._raised = False
        self._interruptible = False
        self._over = threading.Event()
        self._started = self._last_beat = time.monotonic()
        self._last_look = 0.0
        self._asked_at = 0.0
        self._thread = threading.Thread(target=self._watch, name="guardian", daemon=True)

    def __enter__(self) -> Guardian:
        self._arm_fence(time.monotonic())
        signal.signal(INTERRUPT, self._interrupt)
        self._interruptible = True
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._interruptible = False
        self._over.set()
        self._thread.join()

    def release_fence(self) -> None:
        """Call when the attempt's end is stored: nothing is left to be fenced."""
        faulthandler.cancel_dump_traceback_later()

    def stop_requested(self) -> bool:
        """For `checkpoint()`, in the handler's thread: reads the flag itself, at most twice a second."""
        now = time.monotonic()
        if self.cause is None and now - self._last_look >= FLUSH_SECONDS:
            self._last_look = now
            try:
                if transitions.stop_requested(job_id=self.attempt.job_id, lease=self.attempt.lease):
                    self._ask("terminate")
            except DatabaseError:
                connection.close()
        return self.cause is not None

    def _interrupt(self, *_: object) -> None:
        if self._interruptible:
            raise JobTimedOut if self.cause == "timeout" else JobTerminated

    def _ask(self, cause: Cause) -> None:
        if self.cause is None:
            self.cause = cause
            self._asked_at = time.monotonic()

    def _watch(self) -> None:
        next_look = time.monotonic() + STOP_LOOK_SECONDS
        while not self._over.wait(FLUSH_SECONDS):
            try:
                if self.reporter.pending:
                    self.reporter.flush()
                now = time.monotonic()
                if now - self._last_beat >= settings.LEASE_SECONDS / BEATS_A_LEASE:
                    self._beat()
                elif now >= next_look and self.cause is None:
                    next_look = now + STOP_LOOK_SECONDS
                    if transitions.stop_requested(job_id=self.attempt.job_id, lease=self.attempt.lease):
                        self._ask("terminate")
                self._enforce()
            except DatabaseError as exc:
                log.warning("database away during job %s: %s", self.attempt.job_id, str(exc).strip())
                connection.close()
        connection.close()

    def _beat(self) -> None:
        asked_at = time.monotonic()
        mine, stop_at = transitions.beat(job_id=self.attempt.job_id, lease=self.attempt.lease)
        if not mine:
            # Another attempt may be running already: this one must not do anything any more.
            log.error("job %s is no longer this attempt's; ending the process", self.attempt.job_id)
            os.kill(os.getpid(), signal.SIGKILL)
        self._last_beat = asked_at
        self._arm_fence(asked_at)
        if stop_at is not None:
            self._ask("terminate")

    def _arm_fence(self, since: float) -> None:
        """A C thread that ends the process even if Python cannot run: measured from before the renewal was sent."""
        left = settings.LEASE_SECONDS * FENCE_SHARE_OF_LEASE - (time.monotonic() - since)
        faulthandler.dump_traceback_later(max(left, 0.1), exit=True, file=2)

    def _enforce(self) -> None:
        limit = self.attempt.timeout_seconds
        if limit is not None and time.monotonic() - self._started >= limit:
            self._ask("timeout")
        if self.cause is None:
            return
        waited = time.monotonic() - self._asked_at
        if waited >= STOP_LOOK_SECONDS + settings.TERMINATE_GRACE_SECONDS:
            self._kill()
        elif waited >= STOP_LOOK_SECONDS and self._interruptible:
            # checkpoint() had its second. Repeated, because a handler may swallow the exception.
            if not self._raised:
                self._raised = True
                self._record("exception_raised")
            signal.pthread_kill(threading.main_thread().ident or 0, INTERRUPT)

    def _record(self, step: str) -> None:
        transitions.record_step(
            job_id=self.attempt.job_id, lease=self.attempt.lease, step=step, actor="worker"
        )

    def _kill(self) -> None:
        """Grace is over. The end is stored first, by this thread; then the process goes, whatever it is in."""
        self.reporter.flush(last=True)
        self._record("process_killed")
        transitions.end_attempt(
            attempt=self.attempt,
            outcome=of_stop(self.attempt, self.cause or "terminate"),
            actor="worker",
        )
        os.kill(os.getpid(), signal.SIGKILL)
