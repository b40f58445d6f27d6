"""Watches one job attempt, from the worker slot, while the job handler runs in the handler process.

Renews the lease, stores progress and log lines, enforces stop requests and time limits. One thread does all this, so
each of its waits is bounded.
"""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import describe, is_temporary, is_timeout
from jobs import transitions
from jobs.running.attempt_outcome import Cause
from jobs.running.backlog import MAX_MESSAGE_SECONDS, Backlog
from jobs.running.fence import fence
from jobs.running.handler_loop import FIT, LOG, PROGRESS, REPORT, UNFIT
from jobs.running.handler_process import HandlerProcess
from jobs.running.report import Report
from jobs.running.reporter import Reporter
from jobs.running.shutdown import shutdown

log = logging.getLogger(__name__)

RENEWALS_PER_LEASE = 6
POLL_SECONDS = 0.5
# Stop requests are polled every POLL_SECONDS while the handler passes checkpoints, else only this often.
STOP_POLL_SECONDS = 1.0
INTERRUPT_INTERVAL_SECONDS = 0.1
RELEASE_INTERVAL_SECONDS = 5.0
# For this share of a lease, renewals may wait for a lock. At 80 % of it the fence kills the whole slot.
MAX_LOCKED_SHARE = 0.5
# A handler may have broken its process so that it sends no report, or not whether it can run another job.
MAX_SILENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class HandlerDied:
    """Says that the handler process ended without a report; `how` describes the end, as in "was killed by SIGKILL".

    `by_request` is true if the job handler is not to blame: somebody ended the process by a signal, or another database
    session locked the job's row for too long.
    """

    how: str
    by_request: bool


class NoReport(Enum):
    """Says why an attempt has no report of its job handler although the handler process did not die by itself."""

    KILLED = "it did not stop within the grace period"
    LEASE_LOST = "another attempt holds the lease"
    SLOT_MUST_END = "its slot must end"
    NOT_STARTED = "the process turned out unfit before it started"


RunEnd = Report | HandlerDied | NoReport


class Guardian:
    """Watches one attempt until it has ended: renews its lease, stores what it logs, enforces stops and time limits."""

    def __init__(
        self, reporter: Reporter, process: HandlerProcess, backlog: Backlog, *, claimed_at: float
    ) -> None:
        """`claimed_at` is the monotonic time just before the claim was sent: the lease is counted from then."""
        self.reporter = reporter
        self.attempt = reporter.attempt
        self.cause: Cause | None = None
        self.process_is_fit = False
        self._process = process
        self._report: Report | None = None
        self._backlog = backlog
        self._began = time.monotonic()
        self._renewed_at = claimed_at
        self._next_poll = self._began + POLL_SECONDS
        self._next_stop_poll = self._began + STOP_POLL_SECONDS
        self._next_release = 0.0
        self._checkpoints = 0
        self._stop_requested_at = 0.0
        self._interrupted = False
        self._killed = False
        self._ended_since: float | None = None

    def watch(self) -> RunEnd:
        """Waits for the attempt's end and returns how it ended. Raises a DatabaseError that is no temporary outage."""
        # The time limit of the handler does not include the start of its process.
        self._began = time.monotonic()
        process = self._process
        process.output.begin(self.reporter.log)
        while True:
            process.wait(self._seconds_to_next_duty())
            ended = process.has_ended()
            ending = self._read_messages() or (self._end_of_dead_process() if ended else self._run_duties())
            if ending is not None:
                self._backlog.note_run(time.monotonic() - self._began)
                return ending

    def _end_of_dead_process(self) -> RunEnd:
        how = self._process.describe_end()
        if (report := self._end_by_report(how)) is not None:
            return report
        if self._killed:
            return NoReport.KILLED
        return HandlerDied(how, self._process.was_ended_by_request())

    def _read_messages(self) -> RunEnd | None:
        self._process.output.read()
        for kind, body in self._process.read_messages():
            if kind in (FIT, UNFIT):
                return self._note_fitness(kind, body)
            # A handler may write to any descriptor: what cannot be decoded was not sent by our code.
            with suppress(ValueError, TypeError):
                self._handle_message(kind, body)
        return None

    def _handle_message(self, kind: bytes, body: bytes) -> None:
        if kind == LOG:
            level, _, text = body.decode("utf-8", "replace").partition("\n")
            self.reporter.log(level, text)
        elif kind == PROGRESS:
            self.reporter.progress(*json.loads(body))
        elif kind == REPORT:
            self._report = Report.decode(body)

    def _note_fitness(self, kind: bytes, left: bytes) -> RunEnd:
        """Notes from a FIT or UNFIT message whether the process can run another job; returns how the attempt ended.

        The handler process sends one of them after each report. UNFIT without a report means that the job never began.
        """
        self.process_is_fit = kind == FIT
        if self._report is None:
            log.warning("a handler process is replaced: a job left %s", left.decode("utf-8", "replace"))
            return NoReport.NOT_STARTED
        return self._report

    def _end_by_report(self, how: str) -> Report | None:
        """Returns the report if one came before the handler process ended, and logs `how` it ended; else None."""
        if self._report is not None:
            self.reporter.log(
                "warning", f"The process of this job is replaced: after the handler's end it {how}."
            )
        return self._report

    def _seconds_to_next_duty(self) -> float:
        now = time.monotonic()
        due = self._next_poll
        if self._backlog:
            due = min(due, max(now + self._seconds_left_for_message(), self._next_release))
        if self._must_interrupt(now):
            due = min(due, now + INTERRUPT_INTERVAL_SECONDS)
        return due - now

    def _run_duties(self) -> RunEnd | None:
        try:
            return self._run_due_duties(time.monotonic())
        except DatabaseError as exc:
            if not is_temporary(exc):
                raise
            log.warning("during job %s: %s", self.attempt.job_id, describe(exc))
            connection.close()
            return self._end_if_row_locked() if is_timeout(exc) else None

    def _end_if_row_locked(self) -> RunEnd | None:
        """Kills the handler process and returns its end if lease renewals wait too long for a lock on the job's row.

        Else returns None. If the row is free once the process is gone, the job handler itself had locked it, and the
        run counts as lost; otherwise another database session holds the lock.
        """
        if time.monotonic() - self._renewed_at < settings.LEASE_SECONDS * MAX_LOCKED_SHARE:
            return None
        self._process.end()
        is_own = self._can_renew_lease()
        holder = "its handler" if is_own else "another session"
        how = f"was ended before its lease was over: {holder} had locked its job's row"
        return self._end_by_report(how) or HandlerDied(how, by_request=not is_own)

    def _can_renew_lease(self) -> bool:
        try:
            return self._renew_lease()
        except DatabaseError as exc:
            if not is_temporary(exc):
                raise
            connection.close()
            return False

    def _run_due_duties(self, now: float) -> RunEnd | None:
        if shutdown.must_slot_end():
            return self._end_by_report("was ended with its worker") or NoReport.SLOT_MUST_END
        if now >= self._next_poll:
            self._next_poll = now + POLL_SECONDS
            if now - self._renewed_at >= settings.LEASE_SECONDS / RENEWALS_PER_LEASE:
                if not self._renew_lease():
                    return NoReport.LEASE_LOST
            elif self.cause is None and (now >= self._next_stop_poll or self._has_passed_checkpoint()):
                self._poll_stop(now)
            if self.reporter.has_pending:
                self.reporter.flush()
        if self._backlog and now >= self._next_release and self._seconds_left_for_message() <= 0:
            self._next_release = now + RELEASE_INTERVAL_SECONDS
            self._backlog.release()
        ending = self._enforce_stop(now) if self._report is None else None
        return ending or self._end_if_unresponsive(now)

    def _end_if_unresponsive(self, now: float) -> RunEnd | None:
        """Kills a handler process that stays silent for too long after its job handler's end; else returns None."""
        if not self._process.flags.handler_ended:
            return None
        if self._ended_since is None:
            self._ended_since = now
        if now - self._ended_since < MAX_SILENCE_SECONDS:
            return None
        self._process.end()
        how = f"did not answer for {MAX_SILENCE_SECONDS:g} s"
        return self._end_by_report(how) or HandlerDied(f"{how} after its handler's end", by_request=False)

    def _seconds_left_for_message(self) -> float:
        return MAX_MESSAGE_SECONDS - self._backlog.ran_for - (time.monotonic() - self._began)

    def _has_passed_checkpoint(self) -> bool:
        """Returns whether the job handler passed a checkpoint since the last call; stops are then polled more often."""
        before, self._checkpoints = self._checkpoints, self._process.flags.checkpoints
        return before != self._checkpoints

    def _poll_stop(self, now: float) -> None:
        self._next_stop_poll = now + STOP_POLL_SECONDS
        if transitions.should_stop(job_id=self.attempt.job_id, lease=self.attempt.lease):
            self._request_stop("terminate")

    def _renew_lease(self) -> bool:
        sent_at = time.monotonic()
        mine, stop_at = transitions.renew_lease(job_id=self.attempt.job_id, lease=self.attempt.lease)
        if not mine:
            return False
        self._renewed_at = sent_at
        fence.arm(sent_at)
        if stop_at is not None:
            self._request_stop("terminate")
        return True

    def _request_stop(self, cause: Cause) -> None:
        if self.cause is None:
            self.cause = cause
            self._stop_requested_at = time.monotonic()
            self._process.flags.request_stop()

    def _enforce_stop(self, now: float) -> RunEnd | None:
        limit = self.attempt.timeout_seconds
        if limit is not None and now - self._began >= limit:
            self._request_stop("timeout")
        if self.cause is None:
            return None
        if now - self._stop_requested_at >= STOP_POLL_SECONDS + settings.TERMINATE_GRACE_SECONDS:
            self._killed = True
            self._process.end()
            self._record_step("process_killed")
            return NoReport.KILLED
        if self._must_interrupt(now):
            if not self._interrupted:
                self._interrupted = True
                self._record_step("exception_raised")
            self._process.interrupt()
        return None

    def _must_interrupt(self, now: float) -> bool:
        """Returns whether to raise JobTerminated by a signal: within STOP_POLL_SECONDS no checkpoint has raised it."""
        return (
            self.cause is not None
            and self._report is None
            and now - self._stop_requested_at >= STOP_POLL_SECONDS
            and not self._process.flags.raised
        )

    def _record_step(self, step: str) -> None:
        transitions.record_step(
            job_id=self.attempt.job_id, lease=self.attempt.lease, step=step, actor="worker"
        )
