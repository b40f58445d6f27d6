"""Looks after one attempt while its handler runs: renews the lease, stores progress and log, carries out stops and
time limits.
"""

from __future__ import annotations

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
from jobs.running.fence import fence
from jobs.running.judgement import Cause, of_stop
from jobs.running.reporter import Reporter
from jobs.running.watch import LOOK_SECONDS, watch

log = logging.getLogger(__name__)

BEATS_A_LEASE = 6
STOP_LOOK_SECONDS = 1.0
INTERRUPT = signal.SIGUSR2


class JobTimedOut(JobTerminated):
    """Raised into a handler whose attempt took longer than its `timeoutSeconds`."""


class Guardian:
    """Watches over one attempt: `with Guardian(reporter): handler(...)` in the main thread."""

    def __init__(self, reporter: Reporter, claimed_at: float) -> None:
        """`claimed_at`: the monotonic time just before the claim was sent."""
        self.reporter = reporter
        self.attempt = reporter.attempt
        self.cause: Cause | None = None
        self._raised = False
        self._interruptible = False
        self._started = time.monotonic()
        self._last_beat = claimed_at
        self._next_stop_look = self._started + STOP_LOOK_SECONDS
        self._last_checkpoint = 0.0
        self._asked_at = 0.0

    def __enter__(self) -> Guardian:
        signal.signal(INTERRUPT, self._interrupt)
        self._interruptible = True
        watch.begin(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()

    def dismiss(self) -> None:
        """No exception comes and nothing is stored for this attempt by the other thread after this."""
        self._interruptible = False
        watch.end()

    def stop_requested(self) -> bool:
        """For `checkpoint()`, in the handler's thread: reads the flag itself, at most twice a second."""
        now = time.monotonic()
        if self.cause is None and now - self._last_checkpoint >= LOOK_SECONDS:
            self._last_checkpoint = now
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

    def look(self) -> None:
        """Called twice a second by the watching thread."""
        if self.reporter.pending:
            self.reporter.flush()
        now = time.monotonic()
        if now - self._last_beat >= settings.LEASE_SECONDS / BEATS_A_LEASE:
            self._beat()
        elif now >= self._next_stop_look and self.cause is None:
            self._next_stop_look = now + STOP_LOOK_SECONDS
            if transitions.stop_requested(job_id=self.attempt.job_id, lease=self.attempt.lease):
                self._ask("terminate")
        self._enforce()

    def _beat(self) -> None:
        asked_at = time.monotonic()
        mine, stop_at = transitions.beat(job_id=self.attempt.job_id, lease=self.attempt.lease)
        if not mine:
            # Another attempt may be running already: this one must not do anything any more.
            log.error("job %s is no longer this attempt's; ending the process", self.attempt.job_id)
            os.kill(os.getpid(), signal.SIGKILL)
        self._last_beat = asked_at
        fence.renew(asked_at)
        if stop_at is not None:
            self._ask("terminate")

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
