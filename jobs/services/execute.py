"""Runs the jobs of a dispatch message: claims each by compare-and-set, runs its job handler, stores how it ended."""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import describe, first_line, is_refused_value, is_temporary, is_timeout
from foundation.encryption import SecretsUnreadable, unseal
from foundation.log_fields import log_fields
from handlers import registry
from jobs import dispatch_messages, transitions, wakeup
from jobs.read import queries
from jobs.running.attempt_outcome import (
    log_end,
    log_give_back,
    log_loss,
    log_lost_lease,
    outcome_of,
    refused_result_outcome,
    stop_outcome,
)
from jobs.running.fence import fence
from jobs.running.guardian import HandlerDied, NoReport
from jobs.running.redaction import Redaction
from jobs.running.report import Report, report_exception
from jobs.running.reporter import Reporter
from jobs.running.shutdown import shutdown
from jobs.running.slot import slot
from jobs.running.unclaimed import UnclaimedJobs
from jobs.states import State
from jobs.transitions import Attempt, AttemptOutcome, Claimant
from templates_app.payload_schema.secrets import restore_secrets

log = logging.getLogger(__name__)

MAX_STORE_TRIES = 12
MAX_CLAIM_SECONDS = 20.0
MAX_PAUSE_SECONDS = 3.0
# Shorter jobs are handed over in advance, so no slot waits for the dispatcher; after longer ones it must be woken.
MIN_LONG_RUN_SECONDS = 0.05
_known_types: list[str] = []


class SlotMustEnd(Exception):
    """Signals that this worker slot must end because its worker ends. The job that it ran was given back before."""


class _ClaimedAttempt(NamedTuple):
    """Holds an attempt and `at`, the monotonic time just before its claim was sent: the lease counts from then."""

    attempt: Attempt
    at: float


def run_jobs(*, job_ids: Sequence[uuid.UUID], worker: str, queues: Collection[str]) -> None:
    """Runs the jobs of one dispatch message, one after the other. Claims each just before it runs.

    A stale, repeated or forged message finds nothing to claim and has no effect. Raises SlotMustEnd when this worker
    slot must end, and a DatabaseError that is no temporary outage. In both cases the process should end; the job that
    it ran starts again.
    """
    unclaimed = UnclaimedJobs(job_ids)
    claimant = Claimant(worker, os.getpid(), _known_types, queues)
    try:
        with shutdown.note_signals():
            claimed = _claim(unclaimed, claimant)
            while claimed or unclaimed:
                claimed = _run(claimed, unclaimed, claimant) if claimed else _claim(unclaimed, claimant)
            _wake_after_long_runs(unclaimed)
    finally:
        fence.disarm()


def _wake_after_long_runs(unclaimed: UnclaimedJobs) -> None:
    """Wakes the dispatchers if the message's jobs ran long: only slots with short jobs get further ones in advance."""
    if unclaimed.ran_for < MIN_LONG_RUN_SECONDS:
        return
    try:
        wakeup.wake_dispatchers()
    except DatabaseError as exc:
        _raise_unless_outage(exc, "while the dispatchers were to be woken")


def _claim(unclaimed: UnclaimedJobs, claimant: Claimant) -> _ClaimedAttempt | None:
    """Claims the message's next job; returns None if there is none, or if it cannot be claimed.

    Retries while the database is unavailable; meanwhile this worker slot takes no messages that others could work on.
    Drops the whole message after MAX_CLAIM_SECONDS, because its jobs are published again by then.
    """
    job_id = unclaimed.take()
    if job_id is None:
        return None
    began, tries = time.monotonic(), 0
    while True:
        try:
            return _start(job_id, claimant)
        except DatabaseError as exc:
            _raise_unless_outage(exc, "while a job was to be claimed")
        if shutdown.must_slot_end() or time.monotonic() - began > MAX_CLAIM_SECONDS:
            unclaimed.take_all()
            return None
        # The first retry needs no pause: only the connection may be broken, by a restart of Postgres.
        if tries:
            time.sleep(min(0.1 * 2**tries, MAX_PAUSE_SECONDS))
        tries += 1


def _raise_unless_outage(exc: DatabaseError, when: str) -> None:
    """Logs a temporary outage of the database and closes the connection to it. Raises `exc` if it is anything else."""
    if not is_temporary(exc):
        raise exc
    log.warning("%s: %s", when, describe(exc))
    connection.close()


def _start(job_id: uuid.UUID, claimant: Claimant) -> _ClaimedAttempt | None:
    at = time.monotonic()
    fence.arm(at)
    attempt = transitions.start(job_id=job_id, claimant=claimant)
    return _ClaimedAttempt(attempt, at) if attempt else _claim_unknown_type(job_id, claimant)


def _run(claimed: _ClaimedAttempt, unclaimed: UnclaimedJobs, claimant: Claimant) -> _ClaimedAttempt | None:
    """Runs a claimed job and stores its end. Returns the next attempt if it was claimed along with that, else None."""
    attempt = claimed.attempt
    ids = {"job_id": str(attempt.job_id), "job_type": attempt.job_type}
    with log_fields(**ids, attempt=attempt.number):
        reporter = Reporter(attempt)
        try:
            secrets = unseal(attempt.sealed)
        except SecretsUnreadable as exc:
            outcome: AttemptOutcome | HandlerDied | NoReport = outcome_of(attempt, report_exception(exc))
        else:
            reporter.redaction = Redaction(secrets.values())
            data = {**restore_secrets(attempt.payload, secrets), "job_id": str(attempt.job_id)}
            outcome = _run_handler(claimed, data, reporter, unclaimed)
        return _store_end(attempt, outcome, reporter, unclaimed, claimant)


def _run_handler(
    claimed: _ClaimedAttempt, data: dict[str, object], reporter: Reporter, unclaimed: UnclaimedJobs
) -> AttemptOutcome | HandlerDied | NoReport:
    attempt = claimed.attempt
    ending, guardian = slot.run(attempt, data, reporter, unclaimed, claimed_at=claimed.at)
    if isinstance(ending, Report):
        return outcome_of(attempt, ending, guardian.cause, reporter.redaction)
    if ending is NoReport.KILLED:
        return stop_outcome(attempt, guardian.cause or "terminate")
    return ending


def _store_end(
    attempt: Attempt,
    outcome: AttemptOutcome | HandlerDied | NoReport,
    reporter: Reporter,
    unclaimed: UnclaimedJobs,
    claimant: Claimant,
) -> _ClaimedAttempt | None:
    """Stores an attempt's end; returns the next one if claimed with it. Raises SlotMustEnd if this slot must end."""
    if outcome is NoReport.LEASE_LOST:
        log_lost_lease(attempt)
    elif outcome is NoReport.SLOT_MUST_END:
        _store_with_retries(lambda: _give_back(attempt, claimant.worker), reporter)
        dispatch_messages.hand_back(unclaimed.take_all())
        raise SlotMustEnd
    elif isinstance(outcome, HandlerDied):
        _store_with_retries(lambda: _store_loss(attempt, outcome, claimant.worker), reporter)
    elif isinstance(outcome, AttemptOutcome):
        return _finish(attempt, outcome, reporter, unclaimed, claimant)
    return None


def _finish(
    attempt: Attempt,
    outcome: AttemptOutcome,
    reporter: Reporter,
    unclaimed: UnclaimedJobs,
    claimant: Claimant,
) -> _ClaimedAttempt | None:
    if outcome.state != State.SUCCEEDED or attempt.makes_room:
        _store_with_retries(lambda: _finish_only(attempt, outcome, claimant.worker), reporter)
        return None
    next_id = unclaimed.take()
    found = _store_with_retries(lambda: _finish_and_claim_next(attempt, outcome, next_id, claimant), reporter)
    if found is None and next_id is not None:
        return _claim_unknown_type(next_id, claimant)
    return found


def _store_with_retries(
    store: Callable[[], _ClaimedAttempt | None], reporter: Reporter
) -> _ClaimedAttempt | None:
    """Stores the remaining log lines, calls `store`, returns its result; retries while the database is unavailable.

    Returns None if it stays unavailable: the lease then expires, and the job starts again.
    """
    for tries in range(MAX_STORE_TRIES):
        try:
            reporter.flush(last=True)
            return store()
        except DatabaseError as exc:
            _raise_unless_outage(exc, f"at the end of job {reporter.attempt.job_id}")
            if is_timeout(exc):
                slot.end_process()  # a connection that the handler kept open may hold the lock
            time.sleep(min(0.1 * 2**tries, MAX_PAUSE_SECONDS))
    return None


def _finish_only(attempt: Attempt, outcome: AttemptOutcome, worker: str) -> None:
    try:
        state = transitions.end_attempt(attempt=attempt, outcome=outcome, actor=worker)
    except DatabaseError as exc:
        if not is_refused_value(exc):
            raise
        outcome = refused_result_outcome(attempt, first_line(exc))
        state = transitions.end_attempt(attempt=attempt, outcome=outcome, actor=worker)
    log_end(attempt, outcome, state)
    if attempt.makes_room:
        wakeup.wake_dispatchers()


def _finish_and_claim_next(
    attempt: Attempt, outcome: AttemptOutcome, next_id: uuid.UUID | None, claimant: Claimant
) -> _ClaimedAttempt | None:
    at = time.monotonic()
    fence.arm(at)
    try:
        mine, following = transitions.finish_and_claim_next(
            attempt=attempt, result=outcome.result, next_id=next_id, claimant=claimant
        )
    except DatabaseError as exc:
        if not is_refused_value(exc):
            raise
        _finish_only(attempt, refused_result_outcome(attempt, first_line(exc)), claimant.worker)
        return _start(next_id, claimant) if next_id else None
    if not mine:
        log_lost_lease(attempt)
    return _ClaimedAttempt(following, at) if following else None


def _store_loss(attempt: Attempt, died: HandlerDied, worker: str) -> None:
    """Stores that the handler process died during the attempt, while this worker slot goes on."""
    state = transitions.lose_own_attempt(
        attempt=attempt, how=died.how, by_request=died.by_request, worker=worker
    )
    log_loss(attempt, died.how, state)
    if attempt.makes_room:
        wakeup.wake_dispatchers()


def _give_back(attempt: Attempt, worker: str) -> None:
    state = transitions.interrupt_attempt(attempt=attempt, worker=worker)
    log_give_back(attempt, state)
    wakeup.wake_dispatchers()


def _claim_unknown_type(job_id: uuid.UUID, claimant: Claimant) -> _ClaimedAttempt | None:
    """Claims a job whose type this process does not know yet; returns None if it cannot be claimed.

    If this worker has no job handler for that type, withdraws the job from the queue, to be queued again later.
    """
    job_type = queries.type_of_queued(job_id, queues=claimant.queues)
    if job_type is None:
        return None
    if registry.find(job_type) is not None:
        _known_types[:] = registry.job_types()
        at = time.monotonic()
        attempt = transitions.start(job_id=job_id, claimant=claimant)
        return _ClaimedAttempt(attempt, at) if attempt else None
    transitions.withdraw(job_ids=[job_id], why=f"worker {claimant.worker} has no handler for {job_type}")
    return None
