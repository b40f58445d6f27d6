"""Run jobs: claim one by compare-and-set, call its handler, tell how it ended, and go on to the next."""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import Error as DatabaseError
from django.db import connection

from handlers import registry
from handlers.context import Job as Context
from handlers.context import JobTerminated
from jobs import hints, queries, transitions
from jobs.running.fence import fence
from jobs.running.guardian import Guardian
from jobs.running.judgement import of_error, of_result, of_stop
from jobs.running.output import captured
from jobs.running.redaction import Redaction
from jobs.running.reporter import Reporter
from jobs.running.rest import Rest
from jobs.running.watch import watch
from jobs.states import Reason, State
from jobs.transitions import Attempt, Outcome
from scheduler_project.encryption import unseal
from templates_app.payload_schema.secret_values import put_back

log = logging.getLogger(__name__)

MOST_WITHDRAWALS = 10
STORE_TRIES = 12
_known_types: list[str] = []


class _Claimed(NamedTuple):
    """`at`: the monotonic time just before the claim was sent."""

    attempt: Attempt
    at: float


def run_jobs(*, job_ids: Sequence[uuid.UUID], worker: str) -> None:
    """What a message asks for, one job after the other. No job is claimed before it is to run.

    A hint that is stale, doubled or forged finds nothing to claim and is forgotten.
    """
    rest = Rest(job_ids)
    first = rest.take()
    # Before the watching thread is roused: it falls asleep again while nothing is fenced, and would leave the timer.
    fence.hold(time.monotonic())
    watch.hold_rest(rest)
    try:
        claimed = _claim(first, worker)
        while claimed or rest:
            claimed = _run(claimed, rest, worker) if claimed else _claim(rest.take(), worker)
    finally:
        fence.let_go()


def _claim(job_id: uuid.UUID | None, worker: str) -> _Claimed | None:
    """Raises a DatabaseError if Postgres is away: the job stays queued, and its hint comes again."""
    if job_id is None:
        return None
    try:
        return _start(job_id, worker)
    except DatabaseError:
        # The connection is kept between jobs; Postgres may have restarted since the last one.
        connection.close()
        return _start(job_id, worker)


def _start(job_id: uuid.UUID, worker: str) -> _Claimed | None:
    at = time.monotonic()
    fence.hold(at)
    attempt = transitions.start(job_id=job_id, worker=worker, pid=os.getpid(), job_types=_known_types)
    return _Claimed(attempt, at) if attempt else _start_of_unknown_type(job_id, worker)


def _run(claimed: _Claimed, rest: Rest, worker: str) -> _Claimed | None:
    """Answers the next job's claim where it came with this one's end."""
    reporter = Reporter(claimed.attempt)
    guardian = Guardian(reporter, claimed.at)
    outcome = _call_handler(claimed.attempt, reporter, guardian)
    guardian.dismiss()  # once more: an interrupt may have come in the midst of the first time
    if outcome.state != State.SUCCEEDED or claimed.attempt.makes_room:
        _stored(lambda: _end(claimed.attempt, outcome, worker), reporter)
        return None
    next_id = rest.take()
    found = _stored(lambda: _end_and_start(claimed.attempt, outcome, next_id, worker), reporter)
    if found is None and next_id is not None:
        return _start_of_unknown_type(next_id, worker)
    return found


class _Reports:
    """What the handler's `job` talks to: the attempt's buffer and its stop flag."""

    def __init__(self, reporter: Reporter, guardian: Guardian) -> None:
        self.progress = reporter.progress
        self.log = reporter.log
        self.stop_requested = guardian.stop_requested


def _call_handler(attempt: Attempt, reporter: Reporter, guardian: Guardian) -> Outcome:
    """One of the two places where a handler's exceptions end (the other is the API's error handler)."""
    job = Context(id=str(attempt.job_id), attempt=attempt.number, reporter=_Reports(reporter, guardian))
    try:
        secrets = unseal(attempt.sealed)
        reporter.redaction = Redaction(secrets.values())
        data = {**put_back(attempt.payload, secrets), "job_id": str(attempt.job_id)}
        with guardian, captured(reporter):
            return of_result(registry.load(attempt.job_type)(data, job), reporter.redaction)
    except JobTerminated as exc:
        return (
            of_stop(attempt, guardian.cause) if guardian.cause else of_error(attempt, exc, reporter.redaction)
        )
    except BaseException as exc:  # noqa: BLE001 - MemoryError or SystemExit of one job must not end its worker
        return of_error(attempt, exc, reporter.redaction)


def _stored(store: Callable[[], _Claimed | None], reporter: Reporter) -> _Claimed | None:
    """Tried again while the database is away; if it stays away the lease runs out, and the job starts again."""
    for tries in range(STORE_TRIES):
        try:
            reporter.flush(last=True)
            return store()
        except DatabaseError as exc:
            log.warning("database away at the end of job %s: %s", reporter.attempt.job_id, str(exc).strip())
            connection.close()
            time.sleep(min(2.0**tries / 10, 3.0))
    return None


def _end(attempt: Attempt, outcome: Outcome, worker: str) -> None:
    if transitions.end_attempt(attempt=attempt, outcome=outcome, actor=worker) is None:
        _say_it_was_taken(attempt)
    if attempt.makes_room:
        hints.nudge()


def _end_and_start(
    attempt: Attempt, outcome: Outcome, next_id: uuid.UUID | None, worker: str
) -> _Claimed | None:
    at = time.monotonic()
    fence.hold(at)
    mine, following = transitions.succeed_and_go_on(
        attempt=attempt,
        result=outcome.result,
        next_id=next_id,
        worker=worker,
        pid=os.getpid(),
        job_types=_known_types,
    )
    if not mine:
        _say_it_was_taken(attempt)
    return _Claimed(following, at) if following else None


def _say_it_was_taken(attempt: Attempt) -> None:
    log.warning("job %s was taken from attempt %s", attempt.job_id, attempt.number)


def _start_of_unknown_type(job_id: uuid.UUID, worker: str) -> _Claimed | None:
    """The claim may have failed because this worker did not know the type: look anew, else give the hint back."""
    waiting = queries.queued_type(job_id)
    if waiting is None:
        return None
    job_type, withdrawals = waiting
    if registry.find(job_type) is not None:
        _known_types[:] = registry.job_types()
        at = time.monotonic()
        attempt = transitions.start(job_id=job_id, worker=worker, pid=os.getpid(), job_types=_known_types)
        return _Claimed(attempt, at) if attempt else None
    why = f"worker {worker} has no handler for {job_type}"
    if withdrawals < MOST_WITHDRAWALS:
        transitions.withdraw(job_ids=[job_id], why=why)
    else:
        transitions.fail_waiting(job_id=job_id, reason=Reason.HANDLER_NOT_FOUND, message=why, actor=worker)
    return None
