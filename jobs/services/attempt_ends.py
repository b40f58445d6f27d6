"""Stores how attempts ended; retries while the database is unavailable."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import describe, first_line, is_refused_value, is_temporary, is_timeout
from jobs import transitions, wakeup
from jobs.running.attempt_outcome import (
    log_end,
    log_give_back,
    log_loss,
    log_lost_lease,
    refused_result_outcome,
)
from jobs.running.backlog import Backlog
from jobs.running.guardian import HandlerDied, NoReport
from jobs.running.reporter import Reporter
from jobs.running.slot import slot
from jobs.states import State
from jobs.transitions import Attempt, AttemptOutcome

log = logging.getLogger(__name__)

MAX_TRIES = 12
MAX_PAUSE_SECONDS = 3.0


class SlotMustEnd(Exception):
    """Signals that this worker slot must end because its worker ends. Its jobs were given back before."""


def store_end(
    attempt: Attempt,
    outcome: AttemptOutcome | HandlerDied | NoReport,
    reporter: Reporter,
    backlog: Backlog,
    worker: str,
) -> None:
    """Stores how an attempt ended. Raises SlotMustEnd if this slot must end, after it has released all its jobs."""
    if outcome is NoReport.LEASE_LOST:
        log_lost_lease(attempt)
    elif outcome is NoReport.SLOT_MUST_END:
        store_with_retries(lambda: _give_back(attempt, worker), reporter)
        store_with_retries(backlog.release, reporter)
        store_with_retries(lambda: store_one_by_one(backlog, worker), reporter)
        raise SlotMustEnd
    elif isinstance(outcome, HandlerDied):
        store_with_retries(lambda: _store_loss(attempt, outcome, worker), reporter)
    elif isinstance(outcome, AttemptOutcome):
        store_with_retries(lambda: _finish_only(attempt, outcome, worker), reporter)


def store_with_retries(store: Callable[[], None], reporter: Reporter) -> None:
    """Stores the remaining log lines and calls `store`; retries while the database is unavailable.

    Does nothing more if it stays unavailable: the lease then expires, and the job starts again.
    """
    for tries in range(MAX_TRIES):
        try:
            reporter.flush(last=True)
            return store()
        except DatabaseError as exc:
            raise_unless_outage(exc, f"at the end of job {reporter.attempt.job_id}")
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


def store_one_by_one(backlog: Backlog, worker: str) -> None:
    """Stores each end by itself, as the database refuses a value in one of them; that attempt fails."""
    while backlog.ended:
        one = backlog.ended[0]
        outcome = AttemptOutcome(State.SUCCEEDED, result=one.result)
        _finish_only(one.attempt, outcome, worker)
        backlog.ended.pop(0)


def raise_unless_outage(exc: DatabaseError, when: str) -> None:
    """Logs a temporary outage of the database and closes the connection to it. Raises `exc` if it is anything else."""
    if not is_temporary(exc):
        raise exc
    log.warning("%s: %s", when, describe(exc))
    connection.close()
