"""Run one job: claim it by compare-and-set, call its handler, tell how it ended."""

from __future__ import annotations

import logging
import os
import time
import uuid
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection

from handlers import registry
from handlers.context import Job as Context
from handlers.context import JobTerminated
from jobs import hints, queries, transitions
from jobs.running.guardian import Guardian
from jobs.running.judgement import of_error, of_result, of_stop
from jobs.running.output import captured
from jobs.running.redaction import Redaction
from jobs.running.reporter import Reporter
from jobs.states import Reason
from jobs.transitions import Attempt, Outcome
from scheduler_project.encryption import unseal
from templates_app.payload_schema.secret_values import put_back

log = logging.getLogger(__name__)

MOST_WITHDRAWALS = 10
STORE_TRIES = 12
_known_types: list[str] = []


def run_job(*, job_id: uuid.UUID, worker: str) -> None:
    """What a hint asks for. A hint that is stale, doubled or forged finds nothing to claim and is forgotten."""
    try:
        attempt = _claim(job_id, worker)
    except DatabaseError:
        # The connection is kept between jobs; Postgres may have restarted since the last one.
        connection.close()
        attempt = _claim(job_id, worker)
    if attempt is None:
        return
    reporter = Reporter(attempt)
    guardian = Guardian(reporter)
    outcome = _call_handler(attempt, reporter, guardian)
    _store_end(attempt, reporter, outcome, worker)
    guardian.release_fence()


def _claim(job_id: uuid.UUID, worker: str) -> Attempt | None:
    """Raises a DatabaseError if Postgres is away: the job stays queued, and its hint comes again."""
    attempt = transitions.start(job_id=job_id, worker=worker, pid=os.getpid(), job_types=_known_types)
    return attempt or _start_of_unknown_type(job_id, worker)


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
            return of_result(_run(attempt.job_type, data, job), reporter.redaction)
    except JobTerminated as exc:
        return (
            of_stop(attempt, guardian.cause) if guardian.cause else of_error(attempt, exc, reporter.redaction)
        )
    except BaseException as exc:  # noqa: BLE001 - MemoryError or SystemExit of one job must not end its worker
        return of_error(attempt, exc, reporter.redaction)


def _run(job_type: str, data: dict[str, Any], job: Context) -> Any:
    return registry.load(job_type)(data, job)


def _store_end(attempt: Attempt, reporter: Reporter, outcome: Outcome, worker: str) -> None:
    """Tried again while the database is away; if it stays away the fence ends the process before the lease does."""
    for tries in range(STORE_TRIES):
        try:
            reporter.flush(last=True)
            state = transitions.end_attempt(attempt=attempt, outcome=outcome, actor=worker)
            if state is None:
                log.warning("job %s was taken from attempt %s", attempt.job_id, attempt.number)
            if attempt.makes_room:
                hints.nudge()
        except DatabaseError as exc:
            log.warning("database away at the end of job %s: %s", attempt.job_id, str(exc).strip())
            connection.close()
            time.sleep(min(2.0**tries / 10, 3.0))
        else:
            return


def _start_of_unknown_type(job_id: uuid.UUID, worker: str) -> Attempt | None:
    """The claim may have failed because this worker did not know the type: look anew, else give the hint back."""
    waiting = queries.queued_type(job_id)
    if waiting is None:
        return None
    job_type, withdrawals = waiting
    if registry.find(job_type) is not None:
        _known_types[:] = registry.job_types()
        return transitions.start(job_id=job_id, worker=worker, pid=os.getpid(), job_types=_known_types)
    why = f"worker {worker} has no handler for {job_type}"
    if withdrawals < MOST_WITHDRAWALS:
        transitions.withdraw(job_ids=[job_id], why=why)
    else:
        transitions.fail_waiting(job_id=job_id, reason=Reason.HANDLER_NOT_FOUND, message=why, actor=worker)
    return None
