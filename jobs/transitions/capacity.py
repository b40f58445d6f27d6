"""How much work the live workers of a queue can take now; and what was handed over beyond that is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jobs.states import EventKind
from jobs.transitions.statement import EVENT_OF_CHANGED, as_json, run, update_sql

# How long a hint may be under way before it is published again.
HINT_PATIENCE_SECONDS = 15
# A hint was meant to be taken at once, or within a second by the pace of the runs. After so long it is late.
LATE_AFTER_SECONDS = 2
# How long a hint that nobody took stands for a slot that idles: then it was lost, and the slot is for another job.
LOST_AFTER_SECONDS = 5
NO_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the live workers of a queue can take now. Without any of it: no bound.

    `slots`: of all `workers`. `quick`: the job types whose runs are shorter than a second, with their usual seconds; of
    those as many are handed over as the slots run within a second, of others one for each slot that is free.
    `quickest`: no type of this queue has shorter runs. `most`: so many are handed over and not begun, at most.
    """

    slots: int = NO_LIMIT
    workers: Sequence[str] = ()
    quick: Mapping[str, float] = field(default_factory=dict)
    quickest: float = 1.0
    most: int = NO_LIMIT


UNBOUNDED = Capacity()


def capacity_params(queue: str, capacity: Capacity) -> dict[str, Any]:
    return {
        "queue": queue,
        "slots": capacity.slots,
        "most": capacity.most,
        "workers": list(capacity.workers),
        "quick": list(capacity.quick),
        "seconds": list(capacity.quick.values()),
    }


QUICK = (
    "quick AS (SELECT * FROM unnest(%(quick)s::text[], %(seconds)s::float8[]) AS quick(job_type, seconds))"
)
# `seconds`: how long the slots that are or come free within a second are still without work in it. What is handed over
# counts with its usual seconds; a slot counts as taken by a run that is not quick, or has lasted for a second.
ROOM = f"""
    room AS MATERIALIZED (
        SELECT %(slots)s::int - running.slow - handed.fresh - greatest(
                handed.stale - greatest(%(slots)s::int - running.number, 0), 0) AS seconds,
            %(most)s::int - handed.number AS hints
        FROM (
            SELECT count(*) AS number, count(*) FILTER (
                WHERE quick.seconds IS NULL OR job.started_at < now() - interval '1 s') AS slow
            FROM jobs_job AS job LEFT JOIN quick USING (job_type)
            WHERE job.state = 'running' AND job.worker = ANY(%(workers)s::text[])
        ) AS running CROSS JOIN (
            SELECT count(*) AS number,
                coalesce(sum(coalesce(quick.seconds, 1)) FILTER (WHERE NOT is_stale), 0) AS fresh,
                coalesce(sum(coalesce(quick.seconds, 1)) FILTER (WHERE is_stale), 0) AS stale
            FROM jobs_job AS job LEFT JOIN quick USING (job_type) CROSS JOIN LATERAL (
                SELECT job.publish_due <= now() + interval '{HINT_PATIENCE_SECONDS - LOST_AFTER_SECONDS} s'
            ) AS age(is_stale)
            WHERE job.state = 'queued' AND job.queue = %(queue)s::text
        ) AS handed
    )"""  # noqa: S608 - constants are put in


def take_back(*, queue: str, capacity: Capacity) -> int:
    """queued -> scheduled for what was handed over and cannot start soon: all slots are taken by longer runs.

    Where runs were quick and are no longer, or a worker vanished, a more urgent job would wait behind these. They
    keep their place in the line; what is left of their messages finds nothing to claim. Answers how many.
    """
    return _back_to_the_line(
        _TAKE_BACK, capacity_params(queue, capacity), "the workers are busy with longer runs"
    )


def make_way(*, queue: str) -> int:
    """queued -> scheduled for the jobs of a queue without workers that are less urgent than one that is due by now.

    Otherwise the first worker to come up would run what was dispatched before it. Returns how many were moved.
    """
    return _back_to_the_line(_MAKE_WAY, {"queue": queue}, "a more urgent job waits for a worker, too")


def _back_to_the_line(sql: str, params: dict[str, Any], why: str) -> int:
    return len(
        run(sql, {**params, "kind": EventKind.WITHDRAWN, "actor": "", "detail": as_json({"why": why})})
    )


def _scheduled_again(held: str) -> str:
    """Return the UPDATE of the jobs that `held`, a SELECT of ids, finds; locked rows are skipped (SKIP LOCKED)."""
    return update_sql(
        sets="state = 'scheduled', publish_due = NULL, publishes = 0",
        where=f"job.state = 'queued' AND job.id = ANY(ARRAY({held} ORDER BY held.id FOR UPDATE OF held SKIP LOCKED))",
    )


_LATE = f"publish_due <= now() + interval '{HINT_PATIENCE_SECONDS - LATE_AFTER_SECONDS} s'"
_SURPLUS = """SELECT held.id FROM jobs_job AS held JOIN surplus USING (id) CROSS JOIN room
    WHERE surplus.until <= 0.000001 - room.seconds"""
_TAKE_BACK = f"""WITH {QUICK}, {ROOM}, surplus AS (
        SELECT job.id, sum(coalesce(quick.seconds, 1)) OVER (
            ORDER BY job.priority, job.claim_at DESC, job.id ROWS UNBOUNDED PRECEDING) AS until
        FROM jobs_job AS job LEFT JOIN quick USING (job_type)
        WHERE job.state = 'queued' AND job.queue = %(queue)s::text AND {_LATE}
    ), changed AS ({_scheduled_again(_SURPLUS)}), recorded AS ({EVENT_OF_CHANGED}) SELECT id FROM changed"""  # noqa: S608 - constants are put in
# Jobs under a maxConcurrent do not count as urgent: they may have to wait for one another, also for these.
_LESS_URGENT = f"""SELECT held.id FROM jobs_job AS held
    WHERE held.state = 'queued' AND held.queue = %(queue)s::text AND {_LATE} AND held.priority < (
        SELECT max(priority) FROM jobs_job
        WHERE state = 'scheduled' AND queue = %(queue)s::text AND NOT limited AND claim_at <= now())"""  # noqa: S608
_MAKE_WAY = f"""WITH changed AS ({_scheduled_again(_LESS_URGENT)}), recorded AS ({EVENT_OF_CHANGED})
    SELECT id FROM changed"""  # noqa: S608
