"""Moves jobs from scheduled to queued, to send dispatch messages for them, and back if a worker cannot run them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import transaction

from foundation.prepared import fetch_by_index
from jobs.states import EventKind
from jobs.transitions.capacity import (
    FREE_CAPACITY,
    NO_LIMIT,
    QUICK,
    REPUBLISH_AFTER_SECONDS,
    UNBOUNDED,
    Capacity,
    capacity_params,
)
from jobs.transitions.statement import EVENT_OF_CHANGED, change, run, update_sql

# Backoff of a job that came to a worker without its handler: an eighth of the time for which it has been due.
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 1, 15
PAUSE_SHARE = 8
# The number only shows that a worker lacked the handler. At ten, workers of the release before would fail the job.
MAX_WITHDRAWALS = 5
# First key of the advisory locks; a queue's hash is the second.
CLAIM_LOCK = 1785686113
_TRY_LOCK = f"pg_try_advisory_xact_lock({CLAIM_LOCK}, hashtext(%(queue)s::text))"
_LOCK_QUEUE = f"SELECT ours FROM (SELECT {_TRY_LOCK} AS ours) AS tried WHERE ours"  # noqa: S608 - constants
NONE_SERVED: Mapping[int, str] = MappingProxyType({})


class QueuedJob(NamedTuple):
    """Holds those fields of a queued job that its dispatch message needs."""

    job_id: uuid.UUID
    queue: str
    priority: int
    job_type: str


def claim_due(
    *,
    queue: str,
    limit: int,
    with_limits: bool = True,
    speculative: bool = False,
    capacity: Capacity = UNBOUNDED,
    handled_types: Collection[str] | None = None,
    last_types: Mapping[int, str] = NONE_SERVED,
) -> list[QueuedJob]:
    """Claims up to `limit` due jobs of a queue (scheduled -> queued), as many as `capacity` allows; returns them.

    Jobs of higher priority come first. Within a priority, templates take turns (round robin), beginning after the one
    that `last_types` names for that priority. Within a template, the job that has been due for longest comes first.

    One dispatcher at a time claims in a queue (advisory lock); for others the result is empty. The claim is committed
    before a message is published, so no lock lasts while the network is slow. Without `with_limits`, jobs whose
    template has maxConcurrent are skipped, and one statement suffices. `speculative`: claim nothing if such a job is
    due. `handled_types`: the job types that the queue's workers have handlers for; None means any.
    """
    params = claim_params(
        queue=queue,
        limit=limit,
        speculative=speculative,
        capacity=capacity,
        last_types=last_types,
        handled_types=handled_types,
    )
    if not with_limits:
        return _claim(params, {})
    with transaction.atomic():
        # Lock order: the queue before the templates. Else a dispatcher that may not claim would lock out the other.
        if not run(_LOCK_QUEUE, {"queue": queue}):
            return []
        return _claim(params, _free_slots({"queue": queue, "handled_types": params["handled_types"]}))


def claim_params(
    *,
    queue: str,
    limit: int,
    speculative: bool,
    capacity: Capacity,
    last_types: Mapping[int, str],
    handled_types: Collection[str] | None = None,
) -> dict[str, Any]:
    """Returns the SQL parameters of CLAIM; CLAIM_LIMITED also needs `types` and `free`."""
    return {
        **capacity_params(queue, capacity),
        "limit": limit,
        "handled_types": None if handled_types is None else list(handled_types),
        "speculative": speculative,
        "quickest": capacity.quickest,
        "last_types": [last_types.get(priority, "") for priority in range(10)],
        "kind": EventKind.QUEUED,
        "actor": "",
        "detail": None,
    }


def _claim(params: dict[str, Any], free: dict[str, int]) -> list[QueuedJob]:
    """Runs the claim; `free`: the free template slots by job type, of templates that this transaction has locked."""
    if free:
        params |= {"types": list(free), "free": list(free.values())}
    return [QueuedJob(*row) for row in fetch_by_index(CLAIM_LIMITED if free else CLAIM, params)]


_IS_HANDLED = "(%(handled_types)s::text[] IS NULL OR {row}.job_type = ANY(%(handled_types)s::text[]))"
_IS_DUE = f"""waiting.state = 'scheduled' AND waiting.queue = %(queue)s::text AND waiting.claim_at <= now()
    AND {_IS_HANDLED.format(row="waiting")}"""
# Whether a job under a maxConcurrent is due, if `speculative` is true. Compared with a parameter: that makes the plan
# use the queue's index, where a constant might make it use the index of all queues.
_IS_LIMITED_DUE = f"""EXISTS (SELECT FROM generate_series(0, 9) AS each(priority) CROSS JOIN LATERAL (
    SELECT FROM jobs_live AS waiting
    WHERE {_IS_DUE} AND waiting.limited = %(speculative)s::boolean AND waiting.priority = each.priority
    ORDER BY waiting.claim_at LIMIT 1) AS found)"""  # noqa: S608 - constants
# How many rows to read and lock: no more than can be claimed.
_BOUND = f"""
    bound AS MATERIALIZED (
        SELECT CASE WHEN free_capacity.seconds <= 0 OR free_capacity.jobs <= 0 THEN 0
                WHEN NOT {_TRY_LOCK} THEN 0
                WHEN %(speculative)s::boolean AND {_IS_LIMITED_DUE} THEN 0
                ELSE least(%(limit)s::int, free_capacity.jobs,
                    ceil(free_capacity.seconds / %(quickest)s::float8))::int END AS max_jobs
        FROM free_capacity
    )"""  # noqa: S608 - constants
_MAX_JOBS = "(SELECT max_jobs FROM bound)"
# The templates with due jobs, and how many jobs of each to read: all that fit of a single one, of several about their
# share. A loose index scan: one row a template.
_TEMPLATES = f"""
    WITH RECURSIVE walk AS (
        (SELECT waiting.job_type, waiting.claim_at FROM jobs_live AS waiting
         WHERE waiting.state = 'scheduled' AND waiting.queue = %(queue)s::text AND NOT waiting.limited
            AND waiting.priority = urgent.priority ORDER BY waiting.job_type, waiting.claim_at LIMIT 1)
        UNION ALL
        SELECT following.* FROM walk CROSS JOIN LATERAL (
            SELECT waiting.job_type, waiting.claim_at FROM jobs_live AS waiting
            WHERE waiting.state = 'scheduled' AND waiting.queue = %(queue)s::text AND NOT waiting.limited
                AND waiting.priority = urgent.priority AND waiting.job_type > walk.job_type
            ORDER BY waiting.job_type, waiting.claim_at LIMIT 1) AS following
    )
    SELECT walk.job_type, CASE count(*) OVER () WHEN 1 THEN {_MAX_JOBS}
        ELSE least({_MAX_JOBS}, {_MAX_JOBS} / count(*) OVER () + 8) END AS share
    FROM walk WHERE walk.claim_at <= now() AND {_IS_HANDLED.format(row="walk")} ORDER BY {{order}} LIMIT {_MAX_JOBS}"""  # noqa: S608 - constants


def _round_robin_order(row: str) -> str:
    """Returns the ORDER BY of a round robin of templates by name: those after the last one served, then the others."""
    return f"{row}.job_type <= (%(last_types)s::text[])[urgent.priority + 1], {row}.job_type"


# Priority by priority along the index, so that a far-off job of high priority costs nothing.
_UNLIMITED = f"""
    SELECT due.* FROM generate_series(9, 0, -1) AS urgent(priority) CROSS JOIN LATERAL (
        SELECT found.id, urgent.priority, template.job_type, found.claim_at,
            row_number() OVER (PARTITION BY template.job_type ORDER BY found.claim_at, found.id) AS round
        FROM ({_TEMPLATES.format(order=_round_robin_order("walk"))}) AS template CROSS JOIN LATERAL (
            SELECT waiting.id, waiting.claim_at FROM jobs_live AS waiting
            WHERE {_IS_DUE} AND NOT waiting.limited AND waiting.priority = urgent.priority
                AND waiting.job_type = template.job_type
            ORDER BY waiting.claim_at, waiting.id LIMIT template.share FOR UPDATE SKIP LOCKED) AS found
        ORDER BY round, {_round_robin_order("template")} LIMIT {_MAX_JOBS}) AS due LIMIT {_MAX_JOBS}"""  # noqa: S608
_LIMITED = f"""
    SELECT due.* FROM unnest(%(types)s::text[], %(free)s::int[]) AS template(job_type, free) CROSS JOIN LATERAL (
        SELECT waiting.id, waiting.priority::int, waiting.job_type, waiting.claim_at FROM jobs_live AS waiting
        WHERE {_IS_DUE} AND waiting.limited AND waiting.job_type = template.job_type
        ORDER BY waiting.priority DESC, waiting.claim_at, waiting.id LIMIT least(template.free, {_MAX_JOBS})
        FOR UPDATE SKIP LOCKED) AS due"""  # noqa: S608
_BOTH = f"""
    SELECT both_kinds.id, both_kinds.priority, both_kinds.job_type, both_kinds.claim_at, row_number() OVER (
        PARTITION BY both_kinds.priority, both_kinds.job_type ORDER BY both_kinds.claim_at, both_kinds.id) AS round
    FROM (SELECT id, priority, job_type, claim_at FROM ({_UNLIMITED}) AS unlimited
        UNION ALL {_LIMITED}) AS both_kinds"""  # noqa: S608


def _claim_of(candidates: str) -> str:
    """Returns the SQL of a claim, which queues those jobs of `candidates` (a SELECT) that fit into the free capacity.

    The first job that does not fit ends the claim, so that no later job overtakes it.
    """
    # The plan is made once and must be right for a table of any size. The UPDATE finds its rows by primary key: the ids
    # are an array, built once, and `state || ''` keeps Postgres from the index of all scheduled jobs, maybe many.
    queued = update_sql(
        sets=f"state = 'queued', publishes = 1, publish_due = now() + interval '{REPUBLISH_AFTER_SECONDS} s'",
        where="""job.state || '' = 'scheduled' AND job.id = ANY(ARRAY(
            SELECT chosen.id FROM chosen CROSS JOIN free_capacity WHERE chosen.place <= (SELECT max_jobs FROM bound)
                AND chosen.total_seconds <= free_capacity.seconds + 0.000001))""",
    )
    return f"""WITH {QUICK}, {FREE_CAPACITY}, {_BOUND}, chosen AS MATERIALIZED (
        SELECT urgent.id, row_number() OVER line AS place, sum(coalesce(quick.seconds, 1)) OVER line AS total_seconds
        FROM ({candidates}) AS urgent LEFT JOIN quick USING (job_type)
        WINDOW line AS (
            ORDER BY urgent.priority DESC, urgent.round, {_round_robin_order("urgent")} ROWS UNBOUNDED PRECEDING)
    ), changed AS ({queued}), recorded AS ({EVENT_OF_CHANGED})
    SELECT job.id, job.queue, job.priority, job.job_type FROM changed AS job JOIN chosen USING (id)
    ORDER BY chosen.place"""  # noqa: S608 - constants


CLAIM = _claim_of(_UNLIMITED)
CLAIM_LIMITED = _claim_of(_BOTH)


def _free_slots(due: dict[str, Any]) -> dict[str, int]:
    """Locks the templates that have due jobs under a maxConcurrent; returns how many template slots each has free.

    NO_LIMIT replaces a maxConcurrent that was removed meanwhile. Templates without a free slot, and those that another
    dispatcher has locked, are left out. The locks last until the transaction ends.
    """
    # Two statements on purpose: the count must see what was committed before the lock was acquired.
    locked = run(
        f"""SELECT template.type, coalesce(template.max_concurrent, {NO_LIMIT})
        FROM templates_app_jobtemplate AS template WHERE EXISTS (
            SELECT FROM jobs_live AS waiting WHERE {_IS_DUE} AND waiting.limited AND waiting.job_type = template.type)
        ORDER BY template.type FOR NO KEY UPDATE SKIP LOCKED""",  # noqa: S608 - a constant
        due,
    )
    if not locked:
        return {}
    counted = run(
        """SELECT job_type, count(*) FROM jobs_live
        WHERE limited AND state IN ('queued', 'running') AND job_type = ANY(%(types)s) GROUP BY job_type""",
        {"types": [job_type for job_type, _ in locked]},
    )
    busy = dict(counted)
    return {
        job_type: slots - busy.get(job_type, 0) for job_type, slots in locked if slots > busy.get(job_type, 0)
    }


def limit_jobs(*, job_type: str) -> int:
    """Marks waiting and running jobs of a template as subject to its new maxConcurrent; returns how many it marked."""
    return len(
        run(
            """UPDATE jobs_live SET limited = true WHERE id IN (
                SELECT id FROM jobs_live WHERE job_type = %(type)s AND NOT limited
                AND state IN ('scheduled', 'queued', 'running') ORDER BY id FOR NO KEY UPDATE)
            RETURNING id""",
            {"type": job_type},
        )
    )


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
