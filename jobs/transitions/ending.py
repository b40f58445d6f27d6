"""Ends jobs, or only an attempt if the job is tried again. A series' next job is inserted in the same transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction

from jobs.read.liveness import SILENCE_SECONDS
from jobs.states import EventKind, Reason, State
from jobs.transitions.running import MINE, Attempt
from jobs.transitions.statement import as_json, change, run
from jobs.transitions.succession import Ended, insert_successors

_RELEASED = "lease = NULL, lease_until = NULL, publish_due = NULL, publishes = 0"
_ENDED = f"terminated_at = clock_timestamp(), secrets = NULL, {_RELEASED}"
SUCCEEDED = f"state = '{State.SUCCEEDED}', {_ENDED}, completion_percentage = 100, result = %(result)s::jsonb"
MAX_INTERRUPTIONS = 10
# How long the reaper waits for locks that NOWAIT does not cover. Short, as it adds up over many lost jobs.
BRIEF_WAIT_MS = 200
_ENDED_COLUMNS = "job.id, job.series_id, job.terminated_at, job.attempt"


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
    mine = {"id": attempt.job_id, "lease": attempt.lease, "error": as_json(outcome.error)}
    with transaction.atomic():
        if attempt.makes_room:
            _lock_series("job.id = %(id)s", mine)
        if outcome.state == State.SUCCEEDED:
            rows = _end_as(State.SUCCEEDED, MINE, mine | {"result": as_json(outcome.result)}, actor)
        elif outcome.retry_in is not None:
            rows = _retry(mine | {"pause": outcome.retry_in, "reason": outcome.reason}, actor)
        elif outcome.state == State.FAILED:
            not_stopped = f"{MINE} AND job.terminate_requested_at IS NULL"
            rows = _end_as(State.FAILED, not_stopped, mine | {"reason": outcome.reason}, actor)
        else:
            rows = []
        if rows:
            return State.SCHEDULED if outcome.retry_in is not None else outcome.state
        stopped = f"{MINE} AND job.terminate_requested_at IS NOT NULL"
        return State.TERMINATED if _end_as(State.TERMINATED, stopped, mine, actor) else None


def terminate_waiting(*, job_ids: list[uuid.UUID], actor: str) -> list[uuid.UUID]:
    """Terminates those given jobs that are scheduled or queued; returns the ids of the jobs that it terminated."""
    with transaction.atomic():
        _lock_series("job.id = ANY(%(ids)s) AND job.state IN ('scheduled', 'queued')", {"ids": job_ids})
        where = """job.id IN (SELECT id FROM jobs_job
                WHERE id = ANY(%(ids)s) AND state IN ('scheduled', 'queued') ORDER BY id FOR UPDATE)
            AND job.state IN ('scheduled', 'queued')"""
        ended = _end_as(
            State.TERMINATED,
            where,
            {"ids": job_ids, "error": None},
            actor,
            extra="terminate_requested_at = now(), ",
        )
        return [row[0] for row in ended]


def _lock_series(jobs: str, params: dict[str, Any]) -> None:
    """Locks the series of the jobs that match `jobs`, by id. All code locks series before jobs, to avoid deadlocks."""
    run(
        f"""SELECT id FROM jobs_series WHERE id IN (SELECT job.series_id FROM jobs_job AS job WHERE {jobs})
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
        f"SELECT job.series_id FROM jobs_job AS job WHERE {guard} FOR NO KEY UPDATE NOWAIT",  # noqa: S608 - a guard of this package
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
    lost = who | {"reason": Reason.WORKER_LOST, "error": as_json(error)}
    counted = f"{of.column} = job.{of.column} + 1"
    # A stop may be requested between two of these statements: each checks again, and the last one includes it.
    not_stopped = f"{guard} AND job.terminate_requested_at IS NULL"
    asked_to_stop = f"{guard} AND job.terminate_requested_at IS NOT NULL"
    with transaction.atomic():
        again = change(
            kind=EventKind.RETRY,
            sets=f"""state = 'scheduled', {counted}, error = %(error)s::jsonb, reason = %(reason)s,
                claim_at = now(), start_time = now(), {_RELEASED}""",
            where=f"{not_stopped} AND job.{of.column} < {of.limit}",
            answer="job.id",
            params=lost,
            actor=actor,
            detail={"reason": Reason.WORKER_LOST, "worker": worker, "counted": of.column},
        )
        if again:
            return State.SCHEDULED
        if _end_as(State.FAILED, not_stopped, lost, actor, extra=f"{counted}, "):
            return State.FAILED
        return (
            State.TERMINATED
            if _end_as(State.TERMINATED, asked_to_stop, lost | {"error": None}, actor)
            else None
        )


# True if a live worker of its queue may have its handler: one announces the type, or announces no types at all.
_MAY_RUN = f"""EXISTS (SELECT FROM jobs_workernode AS node
    WHERE node.seen_at >= now() - interval '{SILENCE_SECONDS} s' AND node.queues ? job.queue
        AND (node.job_types IS NULL OR node.job_types ? job.job_type))"""


def fail_waiting(*, job_id: uuid.UUID, message: str, actor: str, due_for: float) -> bool:
    """Fails a scheduled or queued job that has been due for `due_for` seconds if no live worker has a handler for it.

    Returns whether it did. Raises a timeout error if another session has locked a row, as `lose_silent_attempt` does.
    """
    error = {"type": "HandlerNotFound", "message": message, "traceback": ""}
    params = {
        "id": job_id,
        "reason": Reason.HANDLER_NOT_FOUND,
        "error": as_json(error),
        "due_for": due_for,
    }
    waiting = f"""job.id = %(id)s AND job.state IN ('scheduled', 'queued')
        AND job.claim_at <= now() - %(due_for)s * interval '1 s' AND NOT {_MAY_RUN}"""
    with transaction.atomic():
        _lock_or_give_up(waiting, params)
        return bool(_end_as(State.FAILED, waiting, params, actor))


def _end_as(
    state: State, where: str, params: dict[str, Any], actor: str, *, extra: str = ""
) -> list[tuple[Any, ...]]:
    """Moves jobs that match `where` to a terminal state; inserts their series' next jobs. Returns _ENDED_COLUMNS."""
    sets = f"state = '{state}', {extra}{_ENDED}"
    if state == State.SUCCEEDED:
        sets = SUCCEEDED
    else:
        sets += ", error = coalesce(%(error)s::jsonb, job.error)"
    if state == State.TERMINATED:
        sets += ", reason = NULL"  # it is that of an earlier attempt, whose retry is cancelled
    if state == State.FAILED:
        sets += ", reason = %(reason)s"
    if state == State.FAILED and params["reason"] != Reason.WORKER_LOST:
        sets += ", failures = job.failures + 1"
    ended = change(
        kind=EventKind.TERMINATED, sets=sets, where=where, answer=_ENDED_COLUMNS, params=params, actor=actor
    )
    insert_successors(
        [
            Ended(series_id, at, ran=attempt > 0 or state != State.TERMINATED, state=state)
            for _, series_id, at, attempt in ended
            if series_id
        ]
    )
    return ended


def _retry(params: dict[str, Any], actor: str) -> list[tuple[Any, ...]]:
    return change(
        kind=EventKind.RETRY,
        sets=f"""state = 'scheduled', failures = job.failures + 1, error = %(error)s::jsonb, reason = %(reason)s,
            start_time = now() + %(pause)s * interval '1 s',
            claim_at = now() + %(pause)s * interval '1 s', {_RELEASED}""",
        where=f"{MINE} AND job.terminate_requested_at IS NULL",
        answer=_ENDED_COLUMNS,
        params=params,
        actor=actor,
        detail={"reason": params["reason"], "retry_in_seconds": round(params["pause"], 3)},
    )
