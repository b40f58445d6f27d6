"""Looks after one attempt while its handler runs in another process: renews the lease, stores progress and log,
carries out stops and time limits. One thread does it all, and waits for nothing without a bound.
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
from jobs import hints, transitions
from jobs.running.departure import departure
from jobs.running.fence import fence
from jobs.running.handler_loop import FIT, LOG, PROGRESS, REPORT, UNFIT
from jobs.running.handler_process import HandlerProcess
from jobs.running.judgement import Cause
from jobs.running.report import Report
from jobs.running.reporter import Reporter
from jobs.running.unclaimed import UnclaimedJobs

log = logging.getLogger(__name__)

RENEWALS_A_LEASE = 6
LOOK_SECONDS = 0.5
# Without checkpoints in the handler nobody would see a stop sooner.
STOP_LOOK_SECONDS = 1.0
INTERRUPT_EVERY_SECONDS = 0.1
# Of a lease: so long a renewal may have been waiting for a lock. The fence ends the whole slot when all of it is over.
LOCKED_SHARE = 0.5
# What a handler broke may keep its process from telling how the run ended, or whether it can run another.
TELL_SECONDS = 30.0
# So long may the jobs of one message run, all together, before other slots may have those that have not begun.
MESSAGE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Died:
    """The handler's process ended without a report. `told_to`: by a signal by which people end processes."""

    how: str
    told_to: bool


class Left(Enum):
    """Endings without a report of the handler's."""

    KILLED = "it was asked to end, and the grace is over"
    TAKEN = "the lease is another attempt's"
    DEPARTING = "this slot must end"
    NOT_BEGUN = "the process was unfit before it began"


Ending = Report | Died | Left


class Guardian:
    def __init__(
        self, reporter: Reporter, process: HandlerProcess, unclaimed: UnclaimedJobs, *, claimed_at: float
    ) -> None:
        """`claimed_at`: the monotonic time just before the claim was sent."""
        self.reporter = reporter
        self.attempt = reporter.attempt
        self.cause: Cause | None = None
        self.process_is_fit = False
        self._process = process
        self._report: Report | None = None
        self._unclaimed = unclaimed
        self._began = time.monotonic()
        self._renewed_at = claimed_at
        self._next_look = self._began + LOOK_SECONDS
        self._next_stop_look = self._began + STOP_LOOK_SECONDS
        self._checkpoints = 0
        self._asked_at = 0.0
        self._interrupted = False
        self._killed = False
        self._over_since: float | None = None

    def watch(self) -> Ending:
        """Until the attempt has ended in one way or another. Raises a DatabaseError that is no outage."""
        # Whether the process had to be made first is nothing that the handler's time should pay for.
        self._began = time.monotonic()
        process = self._process
        process.output.begin(self.reporter.log)
        while True:
            process.wait(self._until_next_duty())
            ended = process.has_ended()
            ending = self._take_messages() or (self._death() if ended else self._do_duties())
            if ending is not None:
                self._unclaimed.note_run(time.monotonic() - self._began)
                return ending

    def _death(self) -> Ending:
        how = self._process.how_it_ended()
        if (report := self._end_without_process(how)) is not None:
            return report
        if self._killed:
            return Left.KILLED
        return Died(how, self._process.was_told_to_end())

    def _take_messages(self) -> Ending | None:
        self._process.output.read()
        for kind, body in self._process.messages():
            if kind in (FIT, UNFIT):
                return self._take_verdict(kind, body)
            # A handler may write to any descriptor that it finds: what cannot be read was not sent by ours.
            with suppress(ValueError, TypeError):
                self._take_message(kind, body)
        return None

    def _take_message(self, kind: bytes, body: bytes) -> None:
        if kind == LOG:
            level, _, text = body.decode("utf-8", "replace").partition("\n")
            self.reporter.log(level, text)
        elif kind == PROGRESS:
            self.reporter.progress(*json.loads(body))
        elif kind == REPORT:
            self._report = Report.decode(body)

    def _take_verdict(self, kind: bytes, left: bytes) -> Ending:
        """Note whether the process can run another job, and return how this attempt ended.

        It says so after each report; a message without a report means that it could not begin this job.
        """
        self.process_is_fit = kind == FIT
        if self._report is None:
            log.warning("a handler process is replaced: a job left %s", left.decode("utf-8", "replace"))
            return Left.NOT_BEGUN
        return self._report

    def _end_without_process(self, how: str) -> Report | None:
        """Return the report, if one was received, of an attempt whose process died or hangs after sending it."""
        if self._report is not None:
            self.reporter.log(
                "warning", f"The process of this job is replaced: after the handler's end it {how}."
            )
        return self._report

    def _until_next_duty(self) -> float:
        now = time.monotonic()
        due = self._next_look
        if self._unclaimed:
            due = min(due, now + self._left_for_message())
        if self._is_to_interrupt(now):
            due = min(due, now + INTERRUPT_EVERY_SECONDS)
        return due - now

    def _do_duties(self) -> Ending | None:
        try:
            return self._do_what_is_due(time.monotonic())
        except DatabaseError as exc:
            if not is_temporary(exc):
                raise
            log.warning("during job %s: %s", self.attempt.job_id, describe(exc))
            connection.close()
            return self._give_up_row() if is_timeout(exc) else None

    def _give_up_row(self) -> Ending | None:
        """End the run, before its lease is over, if the renewals wait for a lock on its job's row.

        It may hold the lock itself: then the row is free when its process is gone, and the run counts as lost.
        """
        if time.monotonic() - self._renewed_at < settings.LEASE_SECONDS * LOCKED_SHARE:
            return None
        self._process.end()
        is_own = self._is_row_free()
        holder = "its handler" if is_own else "another session"
        how = f"was ended before its lease was over: {holder} had locked its job's row"
        return self._end_without_process(how) or Died(how, told_to=not is_own)

    def _is_row_free(self) -> bool:
        try:
            return self._renew()
        except DatabaseError as exc:
            if not is_temporary(exc):
                raise
            connection.close()
            return False

    def _do_what_is_due(self, now: float) -> Ending | None:
        if departure.is_due():
            return self._end_without_process("was ended with its worker") or Left.DEPARTING
        if self._unclaimed and self._left_for_message() <= 0:
            hints.hand_back(self._unclaimed.take_all())
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            if now - self._renewed_at >= settings.LEASE_SECONDS / RENEWALS_A_LEASE:
                if not self._renew():
                    return Left.TAKEN
            elif self.cause is None and (now >= self._next_stop_look or self._handler_looks()):
                self._look_for_stop(now)
            if self.reporter.pending:
                self.reporter.flush()
        ending = self._enforce(now) if self._report is None else None
        return ending or self._lose_patience(now)

    def _lose_patience(self, now: float) -> Ending | None:
        """A process that does not answer for long after its run is ended; without a report the run is lost."""
        if not self._process.flags.over:
            return None
        if self._over_since is None:
            self._over_since = now
        if now - self._over_since < TELL_SECONDS:
            return None
        self._process.end()
        how = f"did not answer for {TELL_SECONDS:g} s"
        return self._end_without_process(how) or Died(f"{how} after its handler's end", told_to=False)

    def _left_for_message(self) -> float:
        return MESSAGE_SECONDS - self._unclaimed.ran_for - (time.monotonic() - self._began)

    def _handler_looks(self) -> bool:
        """Whether it has passed a checkpoint lately: then a stop is looked for twice as often."""
        before, self._checkpoints = self._checkpoints, self._process.flags.checkpoints
        return before != self._checkpoints

    def _look_for_stop(self, now: float) -> None:
        self._next_stop_look = now + STOP_LOOK_SECONDS
        if transitions.stop_requested(job_id=self.attempt.job_id, lease=self.attempt.lease):
            self._ask("terminate")

    def _renew(self) -> bool:
        sent_at = time.monotonic()
        mine, stop_at = transitions.beat(job_id=self.attempt.job_id, lease=self.attempt.lease)
        if not mine:
            return False
        self._renewed_at = sent_at
        fence.hold(sent_at)
        if stop_at is not None:
            self._ask("terminate")
        return True

    def _ask(self, cause: Cause) -> None:
        if self.cause is None:
            self.cause = cause
            self._asked_at = time.monotonic()
            self._process.flags.request_stop()

    def _enforce(self, now: float) -> Ending | None:
        limit = self.attempt.timeout_seconds
        if limit is not None and now - self._began >= limit:
            self._ask("timeout")
        if self.cause is None:
            return None
        if now - self._asked_at >= STOP_LOOK_SECONDS + settings.TERMINATE_GRACE_SECONDS:
            self._killed = True
            self._process.end()
            self._record("process_killed")
            return Left.KILLED
        if self._is_to_interrupt(now):
            if not self._interrupted:
                self._interrupted = True
                self._record("exception_raised")
            self._process.interrupt()
        return None

    def _is_to_interrupt(self, now: float) -> bool:
        """A checkpoint has a second to raise the exception; after that it is raised wherever the handler is, once."""
        return (
            self.cause is not None
            and self._report is None
            and now - self._asked_at >= STOP_LOOK_SECONDS
            and not self._process.flags.raised
        )

    def _record(self, step: str) -> None:
        transitions.record_step(
            job_id=self.attempt.job_id, lease=self.attempt.lease, step=step, actor="worker"
        )
