"""Run jobs: claim one by compare-and-set, have its handler called, tell how it ended, and go on to the next."""

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
from jobs import hints, transitions
from jobs.read import queries
from jobs.running import report as reports
from jobs.running.departure import departure
from jobs.running.fence import fence
from jobs.running.guardian import Died, Left
from jobs.running.judgement import judge, of_refusal, of_stop
from jobs.running.redaction import Redaction
from jobs.running.reporter import Reporter
from jobs.running.slot import slot
from jobs.running.telling import tell_end, tell_loss, tell_return, tell_taken
from jobs.running.unclaimed import UnclaimedJobs
from jobs.states import State
from jobs.transitions import Attempt, Claimant, Outcome
from templates_app.payload_schema.secret_values import put_back

log = logging.getLogger(__name__)

STORE_TRIES = 12
CLAIM_PATIENCE_SECONDS = 20.0
MAX_PAUSE_SECONDS = 3.0
# Of quicker ones so many are handed over ahead that no slot waits for the dispatcher.
LONGER_RUN_SECONDS = 0.05
_known_types: list[str] = []


class SlotMustEnd(Exception):
    """The slot's worker is being ended: what it ran was given back."""


class _Claimed(NamedTuple):
    """`at`: the monotonic time just before the claim was sent."""

    attempt: Attempt
    at: float


def run_jobs(*, job_ids: Sequence[uuid.UUID], worker: str, queues: Collection[str]) -> None:
    """What a message asks for, one job after the other. No job is claimed before it is to run.

    A hint that is stale, doubled or forged finds nothing to claim and is forgotten. Raises SlotMustEnd, and a
    DatabaseError that is no outage: the process should end then, and whatever it ran is given back.
    """
    unclaimed = UnclaimedJobs(job_ids)
    claimant = Claimant(worker, os.getpid(), _known_types, queues)
    try:
        with departure.watched():
            claimed = _claim(unclaimed, claimant)
            while claimed or unclaimed:
                claimed = _run(claimed, unclaimed, claimant) if claimed else _claim(unclaimed, claimant)
            _tell_of_free_slot(unclaimed)
    finally:
        fence.release()


def _tell_of_free_slot(unclaimed: UnclaimedJobs) -> None:
    """Behind longer runs nothing is handed over: the dispatcher chooses the most urgent job now."""
    if unclaimed.ran_for < LONGER_RUN_SECONDS:
        return
    try:
        hints.nudge()
    except DatabaseError as exc:
        _forgive_outage(exc, "while a free slot was to be told of")


def _claim(unclaimed: UnclaimedJobs, claimant: Claimant) -> _Claimed | None:
    """Claim the next job. While the database is away it waits, and so takes no other slot's messages.

    After CLAIM_PATIENCE_SECONDS it forgets the message: its hints are published again by then.
    """
    job_id = unclaimed.take()
    if job_id is None:
        return None
    began, tries = time.monotonic(), 0
    while True:
        try:
            return _start(job_id, claimant)
        except DatabaseError as exc:
            _forgive_outage(exc, "while a job was to be claimed")
        if departure.is_due() or time.monotonic() - began > CLAIM_PATIENCE_SECONDS:
            unclaimed.take_all()
            return None
        if tries:  # not before the second: the connection, kept between jobs, may be older than Postgres
            time.sleep(min(0.1 * 2**tries, MAX_PAUSE_SECONDS))
        tries += 1


def _forgive_outage(exc: DatabaseError, when: str) -> None:
    """Raises it again if it is no outage: then it is a bug, or the schema does not fit."""
    if not is_temporary(exc):
        raise exc
    log.warning("%s: %s", when, describe(exc))
    connection.close()


def _start(job_id: uuid.UUID, claimant: Claimant) -> _Claimed | None:
    at = time.monotonic()
    fence.hold(at)
    attempt = transitions.start(job_id=job_id, claimant=claimant)
    return _Claimed(attempt, at) if attempt else _start_of_unknown_type(job_id, claimant)


def _run(claimed: _Claimed, unclaimed: UnclaimedJobs, claimant: Claimant) -> _Claimed | None:
    """Returns the next job's claim where it came with this one's end."""
    attempt = claimed.attempt
    ids = {"job_id": str(attempt.job_id), "job_type": attempt.job_type}
    with log_fields(**ids, attempt=attempt.number):
        reporter = Reporter(attempt)
        try:
            secrets = unseal(attempt.sealed)
        except SecretsUnreadable as exc:
            outcome: Outcome | Died | Left = judge(attempt, reports.of_exception(exc))
        else:
            reporter.redaction = Redaction(secrets.values())
            data = {**put_back(attempt.payload, secrets), "job_id": str(attempt.job_id)}
            outcome = _outcome_of_run(claimed, data, reporter, unclaimed)
        return _settle(attempt, outcome, reporter, unclaimed, claimant)


def _outcome_of_run(
    claimed: _Claimed, data: dict[str, object], reporter: Reporter, unclaimed: UnclaimedJobs
) -> Outcome | Died | Left:
    attempt = claimed.attempt
    ending, guardian = slot.run(attempt, data, reporter, unclaimed, claimed_at=claimed.at)
    if isinstance(ending, reports.Report):
        return judge(attempt, ending, guardian.cause, reporter.redaction)
    if ending is Left.KILLED:
        return of_stop(attempt, guardian.cause or "terminate")
    return ending


def _settle(
    attempt: Attempt,
    outcome: Outcome | Died | Left,
    reporter: Reporter,
    unclaimed: UnclaimedJobs,
    claimant: Claimant,
) -> _Claimed | None:
    """Store how the attempt ended."""
    if outcome is Left.TAKEN:
        tell_taken(attempt)
    elif outcome is Left.DEPARTING:
        _stored(lambda: _interrupt(attempt, claimant.worker), reporter)
        hints.hand_back(unclaimed.take_all())
        raise SlotMustEnd
    elif isinstance(outcome, Died):
        _stored(lambda: _lose(attempt, outcome, claimant.worker), reporter)
    elif isinstance(outcome, Outcome):
        return _end(attempt, outcome, reporter, unclaimed, claimant)
    return None


def _end(
    attempt: Attempt, outcome: Outcome, reporter: Reporter, unclaimed: UnclaimedJobs, claimant: Claimant
) -> _Claimed | None:
    if outcome.state != State.SUCCEEDED or attempt.makes_room:
        _stored(lambda: _end_alone(attempt, outcome, claimant.worker), reporter)
        return None
    next_id = unclaimed.take()
    found = _stored(lambda: _end_and_start(attempt, outcome, next_id, claimant), reporter)
    if found is None and next_id is not None:
        return _start_of_unknown_type(next_id, claimant)
    return found


def _stored(store: Callable[[], _Claimed | None], reporter: Reporter) -> _Claimed | None:
    """Tried again while the database is away; if it stays away the lease runs out, and the job starts again."""
    for tries in range(STORE_TRIES):
        try:
            reporter.flush(last=True)
            return store()
        except DatabaseError as exc:
            _forgive_outage(exc, f"at the end of job {reporter.attempt.job_id}")
            if is_timeout(exc):
                slot.end()  # its process may be who holds the lock: a connection that the handler kept
            time.sleep(min(0.1 * 2**tries, MAX_PAUSE_SECONDS))
    return None


def _end_alone(attempt: Attempt, outcome: Outcome, worker: str) -> None:
    try:
        state = transitions.end_attempt(attempt=attempt, outcome=outcome, actor=worker)
    except DatabaseError as exc:
        if not is_refused_value(exc):
            raise
        outcome = of_refusal(attempt, first_line(exc))
        state = transitions.end_attempt(attempt=attempt, outcome=outcome, actor=worker)
    tell_end(attempt, outcome, state)
    if attempt.makes_room:
        hints.nudge()


def _end_and_start(
    attempt: Attempt, outcome: Outcome, next_id: uuid.UUID | None, claimant: Claimant
) -> _Claimed | None:
    at = time.monotonic()
    fence.hold(at)
    try:
        mine, following = transitions.succeed_and_go_on(
            attempt=attempt, result=outcome.result, next_id=next_id, claimant=claimant
        )
    except DatabaseError as exc:
        if not is_refused_value(exc):
            raise
        _end_alone(attempt, of_refusal(attempt, first_line(exc)), claimant.worker)
        return _start(next_id, claimant) if next_id else None
    if not mine:
        tell_taken(attempt)
    return _Claimed(following, at) if following else None


def _lose(attempt: Attempt, died: Died, worker: str) -> None:
    """The handler's process is gone while this slot lives: its own fault, or somebody ended it."""
    state = transitions.lose_own_attempt(attempt=attempt, how=died.how, told_to=died.told_to, worker=worker)
    tell_loss(attempt, died.how, state)
    if attempt.makes_room:
        hints.nudge()


def _interrupt(attempt: Attempt, worker: str) -> None:
    state = transitions.interrupt_attempt(attempt=attempt, worker=worker)
    tell_return(attempt, state)
    hints.nudge()


def _start_of_unknown_type(job_id: uuid.UUID, claimant: Claimant) -> _Claimed | None:
    """The claim may have failed because this worker did not know the type: look again, else give the hint back."""
    job_type = queries.queued_type(job_id, queues=claimant.queues)
    if job_type is None:
        return None
    if registry.find(job_type) is not None:
        _known_types[:] = registry.job_types()
        at = time.monotonic()
        attempt = transitions.start(job_id=job_id, claimant=claimant)
        return _Claimed(attempt, at) if attempt else None
    transitions.withdraw(job_ids=[job_id], why=f"worker {claimant.worker} has no handler for {job_type}")
    return None
