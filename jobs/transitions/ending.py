"""A job ends, or an attempt does and the job is tried again; a series' next job comes in the same transaction."""

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
# The reaper's wait for what it cannot skip; with many lost jobs it adds up.
BRIEF_WAIT_MS = 200
_WHO = "job.id, job.series_id, job.terminated_at, job.attempt"


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """How an attempt ended. `retry_in` (seconds) turns a failure into another attempt."""

    state: State
    result: Any = None
    reason: Reason | None = None
    error: dict[str, str] | None = None
    retry_in: float | None = None


def end_attempt(*, attempt: Attempt, outcome: AttemptOutcome, actor: str) -> State | None:
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
    """A series' row is locked before its jobs', as whoever changes the series does: one lock order, no deadlock."""
    run(
        f"""SELECT id FROM jobs_series WHERE id IN (SELECT job.series_id FROM jobs_job AS job WHERE {jobs})
        ORDER BY id FOR UPDATE""",  # noqa: S608 - a guard of this package
        params,
    )


def lose_silent_attempt(
    *, job_id: uuid.UUID, lease: uuid.UUID, beat: int, worker: str, clock_went_back: bool = False
) -> State | None:
    """The reaper's verdict on an attempt whose lease ran out and whose heartbeat stands still.

    Raises a timeout (`database_errors.is_timeout`) where another session holds one of the rows: it may do so for
    hours, and other lost jobs must not wait for that. Where Postgres's clock went back it would say so too late: the
    caller has waited for the lease by its own.
    """
    silent = f"{MINE} AND job.beat = %(beat)s"
    if not clock_went_back:
        silent += " AND job.lease_until < now()"
    params = {"id": job_id, "lease": lease, "beat": beat}
    with transaction.atomic():
        _lock_or_give_up(silent, params)
        return _lose(silent, params, worker, actor="reaper")


def _lock_or_give_up(guard: str, params: dict[str, Any]) -> None:
    """Lock the job and its series without a wait. What comes after, such as a foreign key's check, may wait briefly."""
    run(f"SET LOCAL lock_timeout = {BRIEF_WAIT_MS}", {})
    found = run(
        f"SELECT job.series_id FROM jobs_job AS job WHERE {guard} FOR NO KEY UPDATE NOWAIT",  # noqa: S608 - a guard of this package
        params,
    )
    if found and found[0][0]:
        run("SELECT id FROM jobs_series WHERE id = %(id)s FOR UPDATE NOWAIT", {"id": found[0][0]})


def lose_dead_attempt(*, job_id: uuid.UUID, worker: str, pid: int) -> State | None:
    """A worker's word on its own pool process that has just died: no need to wait for the lease."""
    dead = (
        "job.id = %(id)s AND job.state = 'running' AND job.worker = %(worker)s AND job.worker_pid = %(pid)s"
    )
    return _lock_and_lose(dead, {"id": job_id, "worker": worker, "pid": pid}, worker)


def interrupt_attempt(*, attempt: Attempt, worker: str) -> State | None:
    """running -> scheduled: the slot of the attempt must end, and gives its job back."""
    message = f"A slot of worker {worker} was told to end during the run."
    return _lock_and_lose(MINE, {"id": attempt.job_id, "lease": attempt.lease}, worker, message=message)


def lose_own_attempt(*, attempt: Attempt, how: str, told_to: bool, worker: str) -> State | None:
    """The handler's own process died while its worker lives; `how`: "was killed by SIGSEGV".

    It counts against `max_lost`, unless the process was told to end by a signal.
    """
    who = {"id": attempt.job_id, "lease": attempt.lease}
    message = f"The process of the run {how}."
    return _lock_and_lose(MINE, who, worker, message=message, of=INTERRUPTED if told_to else CRASHED)


class _Count(NamedTuple):
    """Which column counts runs that did not end by themselves, and up to how many the job starts again."""

    column: str
    limit: str


# Runs whose own process died, while its worker lived on: such a job may be at fault.
CRASHED = _Count("losses", "job.max_lost")
# Runs cut short with their worker, or by a signal: hardly the job's fault, so they have a limit of their own.
INTERRUPTED = _Count("interruptions", str(MAX_INTERRUPTIONS))


def _lock_and_lose(
    guard: str, who: dict[str, Any], worker: str, *, message: str = "", of: _Count = INTERRUPTED
) -> State | None:
    """A worker's own word: it may wait for the rows."""
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
    """The job starts again at once up to a number of times, then it is failed(worker_lost).

    One that should stop is terminated. None if it lives after all or somebody else judged it first.
    """
    told = message or f"Worker {worker} died during the run."
    error = {"type": "WorkerLost", "message": told, "traceback": ""}
    lost = who | {"reason": Reason.WORKER_LOST, "error": as_json(error)}
    counted = f"{of.column} = job.{of.column} + 1"
    # A request may come between two of these statements: each looks again, and the last one takes it in.
    going_on = f"{guard} AND job.terminate_requested_at IS NULL"
    asked_to_stop = f"{guard} AND job.terminate_requested_at IS NOT NULL"
    with transaction.atomic():
        again = change(
            kind=EventKind.RETRY,
            sets=f"""state = 'scheduled', {counted}, error = %(error)s::jsonb, reason = %(reason)s,
                claim_at = now(), start_time = now(), {_RELEASED}""",
            where=f"{going_on} AND job.{of.column} < {of.limit}",
            answer="job.id",
            params=lost,
            actor=actor,
            detail={"reason": Reason.WORKER_LOST, "worker": worker, "counted": of.column},
        )
        if again:
            return State.SCHEDULED
        if _end_as(State.FAILED, going_on, lost, actor, extra=f"{counted}, "):
            return State.FAILED
        return (
            State.TERMINATED
            if _end_as(State.TERMINATED, asked_to_stop, lost | {"error": None}, actor)
            else None
        )


# A live worker of its queue may have its handler: one says so, or does not tell what it has.
_MAY_RUN = f"""EXISTS (SELECT FROM jobs_workernode AS node
    WHERE node.seen_at >= now() - interval '{SILENCE_SECONDS} s' AND node.queues ? job.queue
        AND (node.job_types IS NULL OR node.job_types ? job.job_type))"""


def fail_waiting(*, job_id: uuid.UUID, message: str, actor: str, due_for: float) -> bool:
    """scheduled, queued -> failed without a run: due for so many seconds, and no live worker has the handler.

    Raises a timeout where another session holds one of the rows, as `lose_silent_attempt` does.
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
        answer=_WHO,
        params=params,
        actor=actor,
        detail={"reason": params["reason"], "retry_in_seconds": round(params["pause"], 3)},
    )
