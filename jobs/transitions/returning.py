"""Moves queued and claimed jobs that do not start back to scheduled."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from jobs.states import EventKind, State
from jobs.transitions.capacity import (
    FREE_CAPACITY,
    LATE_AFTER_SECONDS,
    QUICK,
    REPUBLISH_AFTER_SECONDS,
    Capacity,
    capacity_params,
)
from jobs.transitions.ending import AttemptOutcome, end_attempt
from jobs.transitions.running import Attempt
from jobs.transitions.statement import EVENT_OF_CHANGED, as_json, change, run, update_sql, who_params

# Backoff of a job that came to a worker without its handler: an eighth of the time for which it has been due.
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 1, 15
PAUSE_SHARE = 8
# The number only shows that a worker lacked the handler. At ten, workers of the release before would fail the job.
MAX_WITHDRAWALS = 5


def withdraw(*, job_ids: Sequence[uuid.UUID], why: str) -> int:
    """Moves queued jobs that a worker cannot run back to scheduled, due again after a backoff; returns how many.

    The longer a job has been due, the longer is its backoff. `why` is stored in the job's event.
    """
    return len(
        change(
            kind=EventKind.WITHDRAWN,
            sets=f"""state = 'scheduled', withdrawals = least(job.withdrawals + 1, {MAX_WITHDRAWALS}),
                claim_at = now() + greatest(least((now() - job.start_time) / {PAUSE_SHARE},
                    interval '{MAX_PAUSE_SECONDS} s'), interval '{MIN_PAUSE_SECONDS} s'),
                publish_due = NULL, publishes = 0""",
            where="""job.state = 'queued' AND job.id IN (
                SELECT id FROM jobs_live WHERE state = 'queued' AND id = ANY(%(ids)s) ORDER BY id FOR UPDATE)""",
            answer="job.id",
            params={"ids": list(job_ids)},
            detail={"why": why},
        )
    )


def return_unbegun(attempts: Sequence[Attempt]) -> None:
    """Moves the jobs of attempts that have not begun from running to scheduled, as if they had not been claimed.

    A job whose stop was requested meanwhile is terminated.
    """
    returned = change(
        kind=EventKind.WITHDRAWN,
        sets="""state = 'scheduled', attempt = job.attempt - 1, lease = NULL, lease_until = NULL, worker = NULL,
            worker_pid = NULL, started_at = NULL, publish_due = NULL, publishes = 0""",
        where="""job.id IN (SELECT id FROM jobs_live WHERE id = ANY(%(ids)s) AND lease = ANY(%(leases)s)
                AND terminate_requested_at IS NULL ORDER BY id FOR UPDATE)
            AND job.lease = ANY(%(leases)s) AND job.terminate_requested_at IS NULL""",
        answer="job.id",
        params={
            "ids": [attempt.job_id for attempt in attempts],
            "leases": [attempt.lease for attempt in attempts],
        },
        detail={"why": "its worker slot was busy with a longer run"},
    )
    done = {job_id for (job_id,) in returned}
    for attempt in attempts:
        if attempt.job_id not in done:
            end_attempt(attempt=attempt, outcome=AttemptOutcome(State.TERMINATED), actor="worker")


def reclaim_surplus(*, queue: str, capacity: Capacity) -> int:
    """Moves queued jobs that cannot start soon back to scheduled; returns how many.

    There are such jobs if runs take longer than before, or a worker vanished; a more urgent job would have to wait
    behind them. They keep their place in the order of claims; their dispatch messages then find nothing to claim.
    """
    return _reclaim(
        _RECLAIM_SURPLUS, capacity_params(queue, capacity), "the workers are busy with longer runs"
    )


def reclaim_less_urgent(*, queue: str, urgent: int) -> int:
    """Moves queued jobs of a queue without workers back to scheduled if their priority is below `urgent`; counts them.

    A job of that priority is due. Otherwise the first worker to start would run them before it. Due jobs under a
    maxConcurrent do not preempt others: they may have to wait for one another, even for these.
    """
    params = {"queue": queue, "urgent": urgent}
    return _reclaim(_RECLAIM_LESS_URGENT, params, "a more urgent job waits for a worker, too")


def _reclaim(sql: str, params: dict[str, Any], why: str) -> int:
    return len(
        run(sql, {**params, "kind": EventKind.WITHDRAWN, **who_params(""), "detail": as_json({"why": why})})
    )


def _schedule_again(held: str) -> str:
    """Returns the UPDATE that moves queued jobs to scheduled. `held`: a SELECT of their ids; skips locked rows."""
    return update_sql(
        sets="state = 'scheduled', publish_due = NULL, publishes = 0",
        where=f"job.state = 'queued' AND job.id = ANY(ARRAY({held} ORDER BY held.id FOR UPDATE OF held SKIP LOCKED))",
    )


_IS_LATE = f"publish_due <= now() + interval '{REPUBLISH_AFTER_SECONDS - LATE_AFTER_SECONDS} s'"
_SURPLUS = """SELECT held.id FROM jobs_live AS held JOIN surplus USING (id) CROSS JOIN free_capacity
    WHERE surplus.total_seconds <= 0.000001 - free_capacity.seconds"""
_RECLAIM_SURPLUS = f"""WITH {QUICK}, {FREE_CAPACITY}, surplus AS (
        SELECT job.id, sum(coalesce(quick.seconds, 1)) OVER (
            ORDER BY job.priority, job.claim_at DESC, job.id ROWS UNBOUNDED PRECEDING) AS total_seconds
        FROM jobs_live AS job LEFT JOIN quick USING (job_type)
        WHERE job.state = 'queued' AND job.queue = %(queue)s::text AND {_IS_LATE}
    ), changed AS ({_schedule_again(_SURPLUS)}), recorded AS ({EVENT_OF_CHANGED}) SELECT id FROM changed"""  # noqa: S608 - constants are put in
_LESS_URGENT = f"""SELECT held.id FROM jobs_live AS held
    WHERE held.state = 'queued' AND held.queue = %(queue)s::text AND {_IS_LATE}
        AND held.priority < %(urgent)s::int"""  # noqa: S608
_RECLAIM_LESS_URGENT = f"""WITH changed AS ({_schedule_again(_LESS_URGENT)}), recorded AS ({EVENT_OF_CHANGED})
    SELECT id FROM changed"""  # noqa: S608
