"""Runs the jobs of a dispatch message: claims them by compare-and-set, runs their handlers, stores how they ended."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Collection, Sequence

from django.db import Error as DatabaseError

from foundation.database_errors import is_refused_value, is_timeout
from foundation.encryption import SecretsUnreadable
from foundation.log_fields import log_fields
from foundation.masking.current import masked_by
from handlers import registry
from jobs import dispatch_counts, transitions, wakeup
from jobs.dispatch_counts import DispatchResult
from jobs.read import queries
from jobs.running.attempt_outcome import (
    log_lost_lease,
    outcome_of,
    stop_outcome,
)
from jobs.running.backlog import Backlog, ClaimedAttempt, EndedAttempt
from jobs.running.fence import fence
from jobs.running.guardian import HandlerDied, NoReport
from jobs.running.opened_secrets import OpenedSecrets, SecretUnavailable, open_secrets
from jobs.running.redaction import Redaction
from jobs.running.report import Report, report_exception
from jobs.running.reporter import Reporter
from jobs.running.shutdown import shutdown
from jobs.running.slot import slot
from jobs.services.attempt_ends import (
    MAX_PAUSE_SECONDS,
    raise_unless_outage,
    store_end,
    store_one_by_one,
    store_with_retries,
)
from jobs.states import State
from jobs.transitions import AttemptOutcome, Claimant

MAX_CLAIM_SECONDS = 20.0
MAX_STORE_SECONDS = 25.0
# Shorter jobs are handed over in advance, so no slot waits for the dispatcher; after longer ones it must be woken.
MIN_LONG_RUN_SECONDS = 0.05
_known_types: list[str] = []


def run_jobs(*, job_ids: Sequence[uuid.UUID], worker: str, queues: Collection[str]) -> None:
    """Runs the jobs of one dispatch message, one after the other.

    A stale, repeated or forged message finds nothing to claim and has no effect. Raises SlotMustEnd when this worker
    slot must end, and a DatabaseError that is no temporary outage. In both cases the process should end; the jobs whose
    end was not stored start again.
    """
    backlog = Backlog(job_ids)
    claimant = Claimant(worker, os.getpid(), _known_types, queues)
    try:
        with shutdown.note_signals():
            while backlog:
                if backlog.is_stale or (backlog.claimed and shutdown.must_slot_end()):
                    _release(backlog)
                elif backlog.claimed:
                    _run(backlog.claimed.popleft(), backlog, claimant)
                else:
                    _store_and_claim(backlog, claimant)
            _wake_after_long_runs(backlog)
    finally:
        fence.disarm()


def _wake_after_long_runs(backlog: Backlog) -> None:
    """Wakes the dispatchers if the message's jobs ran long: only slots with short jobs get further ones in advance."""
    if backlog.ran_for < MIN_LONG_RUN_SECONDS:
        return
    try:
        wakeup.wake_dispatchers(wakeup.ROOM)
    except DatabaseError as exc:
        raise_unless_outage(exc, "while the dispatchers were to be woken")


def _release(backlog: Backlog) -> None:
    """Gives the message's other jobs to other slots; if that fails, their leases expire or they are published again."""
    try:
        backlog.release()
    except DatabaseError as exc:
        raise_unless_outage(exc, "while jobs were given to other slots")
        backlog.claimed.clear()
        backlog.drop_unclaimed()


def _store_and_claim(backlog: Backlog, claimant: Claimant) -> None:
    """Stores the ends of attempts and claims the message's next jobs, in one statement.

    Retries while the database is unavailable; meanwhile this worker slot takes no messages that others could work on.
    Gives up after MAX_STORE_SECONDS, without ends to store after MAX_CLAIM_SECONDS: the jobs not claimed are published
    again by then, and of the others the leases expire, so that they start again.
    """
    began, tries = time.monotonic(), 0
    while True:
        try:
            return _try_to_store_and_claim(backlog, claimant)
        except DatabaseError as exc:
            ending = f"at the end of job {backlog.ended[0].attempt.job_id}" if backlog.ended else ""
            raise_unless_outage(exc, ending or "while a job was to be claimed")
            if backlog.ended and is_timeout(exc):
                slot.end_process()  # a connection that the handler kept open may hold the lock
        waited = time.monotonic() - began
        if shutdown.must_slot_end() or waited > MAX_CLAIM_SECONDS:
            backlog.drop_unclaimed()
        if not backlog.ended and not backlog.unclaimed:
            return None
        if waited > MAX_STORE_SECONDS:
            backlog.ended.clear()
            return None
        # The first retry needs no pause: only the connection may be broken, by a restart of Postgres.
        if tries:
            time.sleep(min(0.1 * 2**tries, MAX_PAUSE_SECONDS))
        tries += 1


def _try_to_store_and_claim(backlog: Backlog, claimant: Claimant) -> None:
    asked = backlog.next_to_claim()
    at = time.monotonic()
    fence.arm(at)
    try:
        ended, attempts = transitions.finish_and_claim(
            successes=backlog.successes(), next_ids=asked, claimant=claimant
        )
    except DatabaseError as exc:
        if not (backlog.ended and is_refused_value(exc)):
            raise
        store_one_by_one(backlog, claimant.worker)
        return
    for one in backlog.ended:
        if one.attempt.job_id not in ended:
            log_lost_lease(one.attempt)
    backlog.ended.clear()
    backlog.note_claimed(asked, attempts, at=at)
    found = {attempt.job_id for attempt in attempts}
    for job_id in asked:
        if job_id not in found:
            _claim_unknown_type(job_id, backlog, claimant)


def _run(claimed: ClaimedAttempt, backlog: Backlog, claimant: Claimant) -> None:
    """Runs a claimed job, and stores its end or, if that is a plain success, leaves it to the next statement."""
    attempt = claimed.attempt
    ids = {"job_id": str(attempt.job_id), "job_type": attempt.job_type}
    with log_fields(**ids, attempt=attempt.number):
        reporter = Reporter(attempt)
        fence.arm(claimed.at)  # a lease that was renewed for the run before counts for that one alone
        began = time.monotonic()
        try:
            secrets = open_secrets(attempt)
        except (SecretsUnreadable, SecretUnavailable) as exc:
            outcome: AttemptOutcome | HandlerDied | NoReport = outcome_of(attempt, report_exception(exc))
        else:
            if secrets.values:
                reporter.redaction = Redaction(secrets.values.values())
            with masked_by(reporter.redaction):
                outcome = _run_handler(claimed, secrets, reporter, backlog)
        if (
            isinstance(outcome, AttemptOutcome)
            and outcome.state == State.SUCCEEDED
            and not attempt.makes_room
        ):
            ended = EndedAttempt(attempt, outcome.result, began, time.monotonic())
            store_with_retries(lambda: backlog.ended.append(ended), reporter)
        else:
            store_end(attempt, outcome, reporter, backlog, claimant.worker)


def _run_handler(
    claimed: ClaimedAttempt, secrets: OpenedSecrets, reporter: Reporter, backlog: Backlog
) -> AttemptOutcome | HandlerDied | NoReport:
    attempt = claimed.attempt
    data = {**secrets.payload, "job_id": str(attempt.job_id)}
    ending, guardian = slot.run(attempt, data, reporter, backlog, claimed_at=claimed.at, hosts=secrets.hosts)
    if isinstance(ending, Report):
        return outcome_of(attempt, ending, guardian.cause, reporter.redaction)
    if ending is NoReport.KILLED:
        return stop_outcome(attempt, guardian.cause or "terminate")
    return ending


def _claim_unknown_type(job_id: uuid.UUID, backlog: Backlog, claimant: Claimant) -> None:
    """Claims a job whose type this process does not know yet, if it is still queued.

    If this worker has no job handler for that type, withdraws the job from the queue, to be queued again later.
    """
    job_type = queries.type_of_queued(job_id, queues=claimant.queues)
    if job_type is None:
        dispatch_counts.note(DispatchResult.DUPLICATE, 1)
        dispatch_counts.flush(at_once=False)
        return
    if registry.find(job_type) is not None:
        _known_types[:] = registry.job_types()
        at = time.monotonic()
        attempt = transitions.start(job_id=job_id, claimant=claimant)
        if attempt is not None:
            backlog.claimed.append(ClaimedAttempt(attempt, at))
        return
    transitions.withdraw(job_ids=[job_id], why=f"worker {claimant.worker} has no handler for {job_type}")
