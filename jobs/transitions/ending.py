"""Ends jobs, or only an attempt if the job is tried again. A series' next job is inserted in the same transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.roles import Actor
from jobs.read.liveness import SILENCE_SECONDS
from jobs.states import EventKind, Reason, State
from jobs.transitions.running import MINE, Attempt
from jobs.transitions.statement import (
    as_json,
    change,
    end_sql,
    outcome_params,
    run,
    who_is_behind,
    who_params,
)
from jobs.transitions.succession import Ended, insert_successors

_RELEASED = "lease = NULL, lease_until = NULL, publish_due = NULL, publishes = 0"
MAX_INTERRUPTIONS = 10
# How long the reaper waits for locks that NOWAIT does not cover. Short, as it adds up over many lost jobs.
BRIEF_WAIT_MS = 200


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """Says how an attempt ended. If `retry_in` is set, the job is tried again after that number of seconds."""

    state: State
    result: Any = None
    reason: Reason | None = None
    error: dict[str, str] | None = None
    retry_in: float | None = None


def end_attempt(*, attempt: Attempt, outcome: AttemptOutcome, actor: str) -> State | None:
    """Ends an attempt: its job becomes succeeded, failed or terminated, or scheduled for a retry; returns its state.

    Returns None if the attempt has lost its lease. If a stop of the job was requested, every outcome but a success is
    stored as `terminated`, without a retry.
    """
    mine = {"id": attempt.job_id, "lease": attempt.lease}
    with transaction.atomic():
        if attempt.makes_room:
            _lock_series("job.id = %(id)s", mine)
        if outcome.state == State.SUCCEEDED:
            return _state_of(
                _end(MINE, mine, actor, outcome_params(state=State.SUCCEEDED, result=outcome.result))
            )
        if outcome.retry_in is not None and _retry(mine, outcome, actor):
            return State.SCHEDULED
        if outcome.retry_in is None and outcome.state == State.FAILED:
            not_stopped = f"{MINE} AND job.terminate_requested_at IS NULL"
            failed = outcome_params(
                state=State.FAILED, reason=outcome.reason, error=outcome.error, counted="failures"
            )
            if _end(not_stopped, mine, actor, failed):
                return State.FAILED
        stopped = f"{MINE} AND job.terminate_requested_at IS NOT NULL"
        return _state_of(
            _end(stopped, mine, actor, outcome_params(state=State.TERMINATED, error=outcome.error))
        )


def terminate_waiting(*, job_ids: list[uuid.UUID], actor: Actor | str) -> list[uuid.UUID]:
    """Terminates those given jobs that are scheduled or queued; returns the ids of the jobs that it terminated."""
    with transaction.atomic():
        _lock_series("job.id = ANY(%(ids)s) AND job.state IN ('scheduled', 'queued')", {"ids": job_ids})
        where = """job.id IN (SELECT id FROM jobs_live
                WHERE id = ANY(%(ids)s) AND state IN ('scheduled', 'queued') ORDER BY id FOR UPDATE)
            AND job.state IN ('scheduled', 'queued')"""
        outcome = outcome_params(state=State.TERMINATED, stop=True)
        return [job.job_id for job in _end(where, {"ids": job_ids}, actor, outcome)]


def _lock_series(jobs: str, params: dict[str, Any]) -> None:
    """Locks the series of the jobs that match `jobs`, by id. All code locks series before jobs, to avoid deadlocks."""
    run(
        f"""SELECT id FROM jobs_series WHERE id IN (SELECT job.series_id FROM jobs_live AS job WHERE {jobs})
        ORDER BY id FOR UPDATE""",  # noqa: S608 - a guard of this package
        params,
    )


def lose_silent_attempt(
    *, job_id: uuid.UUID, lease: uuid.UUID, beat: int, worker: str, clock_went_back: bool = False
) -> State | None:
    """Ends an attempt whose worker is silent: its lease has expired, and its counter of renewals is still `beat`.

    The reaper calls this. Returns the job's new state, None if the attempt is alive. Raises a timeout error
    (`database_errors.is_timeout`) if another session has locked one of the rows: that may last for hours, and other
    lost jobs must not wait. `clock_went_back`: do not check the expiry, which is late if Postgres's clock was set back;
    the caller has measured the silence.
    """
    silent = f"{MINE} AND job.beat = %(beat)s"
    if not clock_went_back:
        silent += " AND job.lease_until < now()"
    params = {"id": job_id, "lease": lease, "beat": beat}
    with transaction.atomic():
        _lock_or_give_up(silent, params)
        return _lose(silent, params, worker, actor="reaper")


def _lock_or_give_up(guard: str, params: dict[str, Any]) -> None:
    """Locks the job that matches `guard` and its series; raises a timeout error if either is locked already (NOWAIT).

    Later waits for locks in this transaction, such as that of a foreign key's check, last BRIEF_WAIT_MS at most.
    """
    run(f"SET LOCAL lock_timeout = {BRIEF_WAIT_MS}", {})
    found = run(
        f"SELECT job.series_id FROM jobs_live AS job WHERE {guard} FOR NO KEY UPDATE NOWAIT",  # noqa: S608 - a guard of this package
        params,
    )
    if found and found[0][0]:
        run("SELECT id FROM jobs_series WHERE id = %(id)s FOR UPDATE NOWAIT", {"id": found[0][0]})


def lose_dead_attempt(*, job_id: uuid.UUID, worker: str, pid: int) -> State | None:
    """Ends the attempt that process `pid` of a worker ran until it died, without waiting for the lease to expire.

    The worker's main process calls this. Returns the job's new state; None if the job does not run in that process.
    """
    dead = (
        "job.id = %(id)s AND job.state = 'running' AND job.worker = %(worker)s AND job.worker_pid = %(pid)s"
    )
    return _lock_and_lose(dead, {"id": job_id, "worker": worker, "pid": pid}, worker)


def interrupt_attempt(*, attempt: Attempt, worker: str) -> State | None:
    """Ends an attempt because its worker slot must end, and schedules the job again.

    The job is terminated instead if its stop was requested, and failed after too many interruptions. Returns its new
    state; None if the attempt has lost its lease.
    """
    message = f"A slot of worker {worker} was told to end during the run."
    return _lock_and_lose(MINE, {"id": attempt.job_id, "lease": attempt.lease}, worker, message=message)


def lose_own_attempt(*, attempt: Attempt, how: str, by_request: bool, worker: str) -> State | None:
    """Ends an attempt whose handler process died while its worker lives; `how` is like "was killed by SIGSEGV".

    Counts against `max_lost`, unless a signal asked the process to end (`by_request`). Returns the job's new state;
    None if the attempt has lost its lease.
    """
    who = {"id": attempt.job_id, "lease": attempt.lease}
    message = f"The process of the run {how}."
    return _lock_and_lose(MINE, who, worker, message=message, of=INTERRUPTED if by_request else CRASHED)


class _Count(NamedTuple):
    """Names the job column that counts one kind of lost attempts, and the limit (SQL) up to which a job restarts."""

    column: str
    limit: str


# Attempts whose own process died while its worker lived: the job may be the cause.
CRASHED = _Count("losses", "job.max_lost")
# Attempts that ended with their worker, or by a signal: the job is hardly the cause, so they have another limit.
INTERRUPTED = _Count("interruptions", str(MAX_INTERRUPTIONS))


def _lock_and_lose(
    guard: str, who: dict[str, Any], worker: str, *, message: str = "", of: _Count = INTERRUPTED
) -> State | None:
    """Ends the lost attempt that matches `guard`, as a worker reports it; may wait for row locks, unlike the reaper."""
    with transaction.atomic():
        _lock_series(guard, who)
        return _lose(guard, who, worker, actor=worker, message=message, of=of)


def _lose(
    guard: str,
    who: dict[str, Any],
    worker: str,
    *,
    actor: str,
    message: str = "",
    of: _Count = INTERRUPTED,
) -> State | None:
    """Ends a lost attempt: schedules its job again at once, or fails it (worker_lost) if the count `of` is used up.

    A job whose stop was requested is terminated. Returns the new state; None if the guard is false: the attempt is
    alive or has already ended.
    """
    cause = message or f"Worker {worker} died during the run."
    error = {"type": "WorkerLost", "message": cause, "traceback": ""}
    # A stop may be requested between two of these statements: each checks again, and the last one includes it.
    not_stopped = f"{guard} AND job.terminate_requested_at IS NULL"
    asked_to_stop = f"{guard} AND job.terminate_requested_at IS NOT NULL"
    lost = outcome_params(state=State.FAILED, reason=Reason.WORKER_LOST, error=error, counted=of.column)
    with transaction.atomic():
        again = change(
            kind=EventKind.RETRY,
            sets=f"""state = 'scheduled', {of.column} = job.{of.column} + 1, error = %(error)s::jsonb,
                reason = %(reason)s, claim_at = now(), start_time = now(), {_RELEASED}""",
            where=f"{not_stopped} AND job.{of.column} < {of.limit}",
            answer="job.id",
            params={**who, "reason": lost["reason"], "error": lost["error"]},
            actor=actor,
            detail={"reason": Reason.WORKER_LOST, "worker": worker, "counted": of.column},
        )
        if again:
            return State.SCHEDULED
        if _end(not_stopped, who, actor, lost):
            return State.FAILED
        return _state_of(_end(asked_to_stop, who, actor, outcome_params(state=State.TERMINATED)))


# True if a live worker of its queue may have its handler: one announces the type, or announces no types at all.
_MAY_RUN = f"""EXISTS (SELECT FROM jobs_workernode AS node
    WHERE node.seen_at >= now() - interval '{SILENCE_SECONDS} s' AND node.queues ? job.queue
        AND (node.job_types IS NULL OR node.job_types ? job.job_type))"""


def fail_waiting(*, job_id: uuid.UUID, message: str, actor: str, due_for: float) -> bool:
    """Fails a scheduled or queued job that has been due for `due_for` seconds if no live worker has a handler for it.

    Returns whether it did. Raises a timeout error if another session has locked a row, as `lose_silent_attempt` does.
    """
    error = {"type": "HandlerNotFound", "message": message, "traceback": ""}
    outcome = outcome_params(
        state=State.FAILED, reason=Reason.HANDLER_NOT_FOUND, error=error, counted="failures"
    )
    params = {"id": job_id, "due_for": due_for}
    waiting = f"""job.id = %(id)s AND job.state IN ('scheduled', 'queued')
        AND job.claim_at <= now() - %(due_for)s * interval '1 s' AND NOT {_MAY_RUN}"""
    with transaction.atomic():
        _lock_or_give_up(waiting, params)
        return bool(_end(waiting, params, actor, outcome))


class _EndedRow(NamedTuple):
    """Holds those columns of a job that has just ended which its series needs."""

    job_id: uuid.UUID
    state: str
    series_id: uuid.UUID | None
    at: datetime
    attempt: int


def _end(where: str, params: dict[str, Any], actor: Actor | str, outcome: dict[str, Any]) -> list[_EndedRow]:
    """Ends the live jobs that match `where` and inserts their series' next jobs. `outcome`: see `outcome_params`."""
    sql = f"""WITH {end_sql(where=where)}
        SELECT job.id, job.state, job.series_id, job.terminated_at, job.attempt FROM ended AS job"""  # noqa: S608
    behind = as_json(who_is_behind(actor) or None)
    ended = [
        _EndedRow(*row) for row in run(sql, {**params, **outcome, **who_params(actor), "behind": behind})
    ]
    insert_successors(
        [
            Ended(
                job.series_id,
                job.at,
                ran=job.attempt > 0 or job.state != State.TERMINATED,
                state=State(job.state),
            )
            for job in ended
            if job.series_id
        ]
    )
    return ended


def _state_of(ended: list[_EndedRow]) -> State | None:
    return State(ended[0].state) if ended else None


def _retry(mine: dict[str, Any], outcome: AttemptOutcome, actor: str) -> bool:
    pause = outcome.retry_in or 0.0
    return bool(
        change(
            kind=EventKind.RETRY,
            sets=f"""state = 'scheduled', failures = job.failures + 1, error = %(error)s::jsonb, reason = %(reason)s,
            start_time = now() + %(pause)s * interval '1 s',
            claim_at = now() + %(pause)s * interval '1 s', {_RELEASED}""",
            where=f"{MINE} AND job.terminate_requested_at IS NULL",
            answer="job.id",
            params={**mine, "pause": pause, "error": as_json(outcome.error), "reason": outcome.reason},
            actor=actor,
            detail={"reason": outcome.reason, "retry_in_seconds": round(pause, 3)},
        )
    )
