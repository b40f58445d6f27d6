"""Moves due jobs from scheduled to queued, as many as the workers can take, to send dispatch messages for them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import transaction

from foundation.prepared import fetch_by_index
from jobs.lanes import Lane
from jobs.states import EventKind
from jobs.transitions.capacity import (
    ALL_ROWS,
    FREE_CAPACITY,
    QUICK,
    REPUBLISH_AFTER_SECONDS,
    UNBOUNDED,
    Capacity,
    ScanBounds,
    bounds_at,
    capacity_params,
)
from jobs.transitions.statement import EVENT_OF_CHANGED, run, update_sql, who_params
from jobs.transitions.template_slots import free_template_slots

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


class Claim(NamedTuple):
    """Holds what a claim did. If another dispatcher claims in this queue, it is NOTHING_CLAIMED.

    `queued`: how many jobs of the queue were queued before. `empty`: the lanes without a due job that is left, except
    those that another session has locked. `served_until`: no job of the lane is left that was due before, with the same
    exception. `next_due`: when the next job of the lane is due that was not due yet. `bounds`: for the next claim.
    """

    jobs: list[QueuedJob]
    queued: int
    empty: set[Lane]
    served_until: dict[Lane, datetime]
    next_due: dict[Lane, datetime]
    bounds: ScanBounds


NOTHING_CLAIMED = Claim([], 0, set(), {}, {}, ALL_ROWS)


def claim_due(
    *,
    queue: str,
    lanes: Mapping[Lane, datetime],
    limit: int,
    capacity: Capacity = UNBOUNDED,
    last_types: Mapping[int, str] = NONE_SERVED,
) -> Claim:
    """Claims up to `limit` due jobs of a queue (scheduled -> queued), as many as `capacity` allows.

    `lanes`: the lanes of this queue to claim from, each with a time before which none of its jobs is due. Jobs of
    higher priority come first. Within a priority, templates take turns (round robin), beginning after the one that
    `last_types` names for that priority. Within a lane, the job that has been due for longest comes first.

    One dispatcher at a time claims in a queue (advisory lock); for others the result is empty. The claim is committed
    before a message is published, so no lock lasts while the network is slow. Without lanes of templates that have
    maxConcurrent, one statement suffices.
    """
    params = claim_params(queue=queue, lanes=lanes, limit=limit, capacity=capacity, last_types=last_types)
    limited = [lane.job_type for lane in lanes if lane.limited]
    if not limited:
        return _claim(CLAIM, params)
    with transaction.atomic():
        # Lock order: the queue before the templates. Else a dispatcher that may not claim would lock out the other.
        if not run(_LOCK_QUEUE, {"queue": queue}):
            return NOTHING_CLAIMED
        params["free"] = json.dumps(free_template_slots(limited))
        return _claim(CLAIM_LIMITED, params)


def claim_params(
    *,
    queue: str,
    lanes: Mapping[Lane, datetime],
    limit: int,
    capacity: Capacity,
    last_types: Mapping[int, str] = NONE_SERVED,
) -> dict[str, Any]:
    """Returns the SQL parameters of CLAIM; CLAIM_LIMITED also needs `free`, the free slots by job type, as JSON."""

    def turn(lane: Lane) -> tuple[bool, str]:
        """Returns the key of a round robin of templates by name: those after the last one served, then the others."""
        return lane.job_type <= last_types.get(lane.priority, ""), lane.job_type

    rows = [
        {"limited": lane.limited, "priority": lane.priority, "job_type": lane.job_type, "turn": place,
         "since": lanes[lane].isoformat()}
        for place, lane in enumerate(sorted(lanes, key=turn))
    ]  # fmt: skip
    return {
        **capacity_params(queue, capacity),
        "lanes": json.dumps(rows),
        "limit": limit,
        "quickest": capacity.quickest,
        "kind": EventKind.QUEUED,
        **who_params(""),
        "detail": None,
    }


def _claim(sql: str, params: dict[str, Any]) -> Claim:
    """Runs the claim, which answers with a row for each job, and then with one for each lane."""
    queue = params["queue"]
    jobs: list[QueuedJob] = []
    served_until: dict[Lane, datetime] = {}
    next_due: dict[Lane, datetime] = {}
    empty: set[Lane] = set()
    queued, bounds = 0, ALL_ROWS
    for job_id, limited, priority, job_type, at, *of_lane in fetch_by_index(sql, params):
        lane = Lane(queue, limited, priority, job_type)
        if job_id is not None:
            jobs.append(QueuedJob(job_id, queue, priority, job_type))
            served_until[lane] = at
        else:
            is_empty, queued, now, earliest, long_runs = of_lane
            bounds = bounds_at(now, earliest=earliest, long_runs=long_runs or ())
            if is_empty:
                empty.add(lane)
            if at is not None:
                next_due[lane] = at
    return Claim(jobs, queued, empty, served_until, next_due, bounds)


_LANES = """
    lane AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(lanes)s::jsonb)
            AS lane(limited boolean, priority int, job_type text, turn int, since timestamptz)
    )"""
# The bounds of a lane and the order in it are those of the index `live_due`.
_IN_LANE = """waiting.state = 'scheduled' AND waiting.queue = %(queue)s::text AND waiting.limited = lane.limited
    AND waiting.priority = lane.priority AND waiting.job_type = lane.job_type"""
_IS_DUE = f"{_IN_LANE} AND waiting.claim_at >= lane.since AND waiting.claim_at <= now()"
# How many rows to read and lock: no more than can be claimed. And the commit does not wait for the disk: a claim that a
# crash of Postgres takes back is made again, and whatever builds on it is committed after it and waits for both.
_BOUND = f"""
    bound AS MATERIALIZED (
        SELECT CASE WHEN set_config('synchronous_commit', 'off', true) = '' THEN NULL
                WHEN free_capacity.seconds <= 0 OR free_capacity.jobs <= 0 THEN 0
                WHEN NOT {_TRY_LOCK} THEN 0
                ELSE least(%(limit)s::int, free_capacity.jobs,
                    ceil(free_capacity.seconds / %(quickest)s::float8))::int END AS max_jobs
        FROM free_capacity
    )"""  # noqa: S608 - constants
_MAX_JOBS = "(SELECT max_jobs FROM bound)"
# The lanes with due jobs, and how many jobs of each to read: all that fit if it is alone, else about its share.
_DUE_LANES = f"""
    due_lane AS MATERIALIZED (
        SELECT lane.*, CASE count(*) OVER same WHEN 1 THEN {_MAX_JOBS}
            ELSE least({_MAX_JOBS}, {_MAX_JOBS} / count(*) OVER same + 8) END AS share
        FROM lane CROSS JOIN LATERAL (SELECT FROM jobs_live AS waiting WHERE {_IS_DUE} LIMIT 1) AS first
        WHERE NOT lane.limited AND {_MAX_JOBS} > 0
        WINDOW same AS (PARTITION BY lane.priority)
    )"""  # noqa: S608 - constants
# Priority by priority, so that the jobs of lower ones are not read if those of higher ones suffice.
_UNLIMITED = f"""
    SELECT due.* FROM (SELECT DISTINCT priority FROM due_lane ORDER BY priority DESC) AS urgent CROSS JOIN LATERAL (
        SELECT found.id, lane.limited, lane.priority, lane.job_type, lane.turn, found.claim_at,
            row_number() OVER (PARTITION BY lane.job_type ORDER BY found.claim_at, found.id) AS round
        FROM (SELECT * FROM due_lane WHERE priority = urgent.priority ORDER BY turn LIMIT {_MAX_JOBS}) AS lane
        CROSS JOIN LATERAL (
            SELECT waiting.id, waiting.claim_at FROM jobs_live AS waiting WHERE {_IS_DUE}
            ORDER BY waiting.claim_at, waiting.id LIMIT lane.share FOR UPDATE SKIP LOCKED) AS found
        ORDER BY round, lane.turn LIMIT {_MAX_JOBS}) AS due LIMIT {_MAX_JOBS}"""  # noqa: S608
# Of a template with maxConcurrent, the most urgent jobs of all its lanes that fit into its free slots.
_LIMITED = f"""
    SELECT due.id, due.limited, due.priority, due.job_type, due.turn, due.claim_at FROM (
        SELECT found.id, lane.*, found.claim_at, free.slots,
            row_number() OVER (
                PARTITION BY lane.job_type ORDER BY lane.priority DESC, found.claim_at, found.id) AS place
        FROM lane JOIN (
            SELECT key AS job_type, value::int AS slots FROM jsonb_each_text(%(free)s::jsonb)
        ) AS free USING (job_type) CROSS JOIN LATERAL (
            SELECT waiting.id, waiting.claim_at FROM jobs_live AS waiting WHERE {_IS_DUE}
            ORDER BY waiting.claim_at, waiting.id LIMIT least(free.slots, {_MAX_JOBS}) FOR UPDATE SKIP LOCKED) AS found
        WHERE lane.limited) AS due WHERE due.place <= due.slots"""  # noqa: S608
_BOTH = f"""
    SELECT either.*, row_number() OVER (
        PARTITION BY either.priority, either.job_type ORDER BY either.claim_at, either.id) AS round
    FROM (SELECT id, limited, priority, job_type, turn, claim_at FROM ({_UNLIMITED}) AS unlimited
        UNION ALL {_LIMITED}) AS either"""  # noqa: S608


def _claim_of(candidates: str, *, limit_of_lane: str) -> str:
    """Returns the SQL of a claim, which queues those jobs of `candidates` (a SELECT) that fit into the free capacity.

    The first job that does not fit ends the claim, so that no later job overtakes it. `limit_of_lane`: SQL for how many
    jobs of a lane `candidates` has at most; if it has fewer, no other job of the lane is due.
    """
    # The plan is made once and must be right for a table of any size. The UPDATE finds its rows by primary key: the ids
    # are an array, built once, and `state || ''` keeps Postgres from the index of all scheduled jobs, maybe many.
    queued = update_sql(
        sets=f"state = 'queued', publishes = 1, publish_due = now() + interval '{REPUBLISH_AFTER_SECONDS} s'",
        where="""job.state || '' = 'scheduled' AND job.id = ANY(ARRAY(
            SELECT chosen.id FROM chosen CROSS JOIN free_capacity WHERE chosen.place <= (SELECT max_jobs FROM bound)
                AND chosen.total_seconds <= free_capacity.seconds + 0.000001))""",
    )
    return f"""WITH {QUICK}, {FREE_CAPACITY}, {_BOUND}, {_LANES}, {_DUE_LANES}, chosen AS MATERIALIZED (
        SELECT urgent.id, urgent.turn, urgent.limited, urgent.job_type,
            row_number() OVER line AS place, sum(coalesce(quick.seconds, 1)) OVER line AS total_seconds
        FROM ({candidates}) AS urgent LEFT JOIN quick USING (job_type)
        WINDOW line AS (ORDER BY urgent.priority DESC, urgent.round, urgent.turn ROWS UNBOUNDED PRECEDING)
    ), changed AS ({queued}), recorded AS ({EVENT_OF_CHANGED})
    SELECT * FROM (SELECT job.id, job.limited, job.priority::int, job.job_type::text, job.claim_at,
            NULL::boolean, NULL::int, NULL::timestamptz, NULL::timestamptz, NULL::uuid[]
        FROM changed AS job JOIN chosen USING (id) ORDER BY chosen.place) AS claimed
    UNION ALL SELECT NULL, lane.limited, lane.priority, lane.job_type, (
        SELECT waiting.claim_at FROM jobs_live AS waiting WHERE {_IN_LANE} AND waiting.claim_at > now()
        ORDER BY waiting.claim_at LIMIT 1
    ), number.found < {_MAX_JOBS} AND number.found = (SELECT count(*) FROM changed)
            AND (SELECT count(*) FROM chosen WHERE chosen.turn = lane.turn) < {limit_of_lane},
        free_capacity.queued, now(), free_capacity.earliest, free_capacity.long_runs
    FROM lane CROSS JOIN free_capacity CROSS JOIN (SELECT count(*) AS found FROM chosen) AS number"""  # noqa: S608 - constants


_LIMIT_OF_LANE = "coalesce((SELECT share FROM due_lane WHERE due_lane.turn = lane.turn), 1)"
# All lanes of a template share its slots: only if some are left over, no job of them is left.
_LIMIT_OF_EITHER = f"""CASE WHEN NOT lane.limited THEN {_LIMIT_OF_LANE}
    WHEN (SELECT count(*) FROM chosen WHERE chosen.limited AND chosen.job_type = lane.job_type)
        < (%(free)s::jsonb ->> lane.job_type)::int THEN {_MAX_JOBS} ELSE 0 END"""  # noqa: S608 - constants
CLAIM = _claim_of(_UNLIMITED, limit_of_lane=_LIMIT_OF_LANE)
CLAIM_LIMITED = _claim_of(_BOTH, limit_of_lane=_LIMIT_OF_EITHER)
