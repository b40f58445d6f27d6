"""A job ends, or an attempt does and the job is tried again; a series' next job comes in the same transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from jobs.states import EventKind, Reason, State
from jobs.transitions.running import MINE, Attempt
from jobs.transitions.statement import as_json, change, run
from jobs.transitions.succession import Ended, insert_successors

_RELEASED = "lease = NULL, lease_until = NULL, publish_due = NULL, publishes = 0"
_ENDED = f"terminated_at = clock_timestamp(), secrets = NULL, {_RELEASED}"
SUCCEEDED = f"state = '{State.SUCCEEDED}', {_ENDED}, completion_percentage = 100, result = %(result)s::jsonb"
_WHO = "job.id, job.series_id, job.terminated_at, job.attempt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `retry_in` (seconds) turns a failure into another attempt."""

    state: State
    result: Any = None
    reason: Reason | None = None
    error: dict[str, str] | None = None
    retry_in: float | None = None


def end_attempt(*, attempt: Attempt, outcome: Outcome, actor: str) -> State | None:
    """running -> succeeded, failed, terminated, or scheduled again; None if the attempt was fenced off.

    Once a stop was requested only a success is still told as such: whatever else happened is `terminated`,
    and nothing is tried again.
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
            going_on = f"{MINE} AND job.terminate_requested_at IS NULL"
            rows = _end_as(State.FAILED, going_on, mine | {"reason": outcome.reason}, actor)
        else:
            rows = []
        if rows:
            return State.SCHEDULED if outcome.retry_in is not None else outcome.state
        stopped = f"{MINE} AND job.terminate_requested_at IS NOT NULL"
        return State.TERMINATED if _end_as(State.TERMINATED, stopped, mine, actor) else None


def terminate_waiting(*, job_ids: list[uuid.UUID], actor: str) -> list[uuid.UUID]:
    """scheduled, queued -> terminated: it had not started. Answers the jobs that this call ended."""
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
    """A series' row is locked before its jobs', here as by whoever changes the series: nobody waits in a ring."""
    run(
        f"""SELECT id FROM jobs_series WHERE id IN (SELECT job.series_id FROM jobs_job AS job WHERE {jobs})
        ORDER BY id FOR UPDATE""",  # noqa: S608 - a guard of this package
        params,
    )


def lose_silent_attempt(
    *, job_id: uuid.UUID, lease: uuid.UUID, beat: int, worker: str, clock_went_back: bool = False
) -> State | None:
    """The reaper's verdict on an attempt whose lease ran out and whose heartbeat stands still.

    Where Postgres's clock went back it would say so too late: the caller has waited for the lease by its own.
    """
    silent = f"{MINE} AND job.beat = %(beat)s"
    if not clock_went_back:
        silent += " AND job.lease_until < now()"
    return _lose(silent, {"id": job_id, "lease": lease, "beat": beat}, worker, actor="reaper")


def lose_dead_attempt(*, job_id: uuid.UUID, worker: str, pid: int) -> State | None:
    """A worker's word on its own pool process that has just died: no need to wait for the lease."""
    dead = (
        "job.id = %(id)s AND job.state = 'running' AND job.worker = %(worker)s AND job.worker_pid = %(pid)s"
    )
    return _lose(dead, {"id": job_id, "worker": worker, "pid": pid}, worker, actor=worker)


def _lose(guard: str, who: dict[str, Any], worker: str, *, actor: str) -> State | None:
    """The job starts again at once up to `max_lost` times, then it is failed(worker_lost).

    One that should stop is terminated. None if it lives after all or somebody else judged it first.
    """
    error = {"type": "WorkerLost", "message": f"Worker {worker} died during the run.", "traceback": ""}
    lost = who | {"reason": Reason.WORKER_LOST, "error": as_json(error)}
    # A request may come between two of these statements: each looks anew, and the last one takes it in.
    going_on = f"{guard} AND job.terminate_requested_at IS NULL"
    asked_to_stop = f"{guard} AND job.terminate_requested_at IS NOT NULL"
    with transaction.atomic():
        _lock_series(guard, lost)
        again = change(
            kind=EventKind.RETRY,
            sets=f"""state = 'scheduled', losses = job.losses + 1, error = %(error)s::jsonb, reason = %(reason)s,
                claim_at = now(), start_time = now(), {_RELEASED}""",
            where=f"{going_on} AND job.losses < job.max_lost",
            answer="job.id",
            params=lost,
            actor=actor,
            detail={"reason": Reason.WORKER_LOST, "worker": worker},
        )
        if again:
            return State.SCHEDULED
        if _end_as(State.FAILED, going_on, lost, actor, extra="losses = job.losses + 1, "):
            return State.FAILED
        return (
            State.TERMINATED
            if _end_as(State.TERMINATED, asked_to_stop, lost | {"error": None}, actor)
            else None
        )


def fail_waiting(*, job_id: uuid.UUID, reason: Reason, message: str, actor: str) -> bool:
    """queued -> failed without a run: no worker has the handler, and none got it in time."""
    error = {"type": "HandlerNotFound", "message": message, "traceback": ""}
    params = {"id": job_id, "reason": reason, "error": as_json(error)}
    queued = "job.id = %(id)s AND job.state = 'queued'"
    with transaction.atomic():
        _lock_series(queued, params)
        return bool(_end_as(State.FAILED, queued, params, actor))


def _end_as(
    state: State, where: str, params: dict[str, Any], actor: str, *, extra: str = ""
) -> list[tuple[Any, ...]]:
    """Every terminal state is reached here, hence exactly one `job_terminated` and one successor each."""
    sets = f"state = '{state}', {extra}{_ENDED}"
    if state == State.SUCCEEDED:
        sets = SUCCEEDED
    else:
        sets += ", error = coalesce(%(error)s::jsonb, job.error)"
    if state == State.TERMINATED:
        sets += ", reason = NULL"  # that of an earlier attempt, whose retry will not come
    if state == State.FAILED:
        sets += ", reason = %(reason)s"
    if state == State.FAILED and params["reason"] != Reason.WORKER_LOST:
        sets += ", failures = job.failures + 1"
    ended = change(kind=EventKind.TERMINATED, sets=sets, where=where, answer=_WHO, params=params, actor=actor)
    insert_successors(
        [
            Ended(series_id, at, ran=attempt > 0 or state != State.TERMINATED)
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
        answer=_WHO,
        params=params,
        actor=actor,
        detail={"reason": params["reason"], "retry_in_seconds": round(params["pause"], 3)},
    )
