"""Between the ledger and the broker: a due job is claimed for a hint, or its hint is taken back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import transaction

from foundation.prepared import fetch_by_index
from jobs.states import EventKind
from jobs.transitions.capacity import (
    HINT_PATIENCE_SECONDS,
    NO_LIMIT,
    QUICK,
    ROOM,
    UNBOUNDED,
    Capacity,
    capacity_params,
)
from jobs.transitions.statement import EVENT_OF_CHANGED, change, run, update_sql

# A job that came to a worker without its handler is soon offered to others; one that waits for long, less often.
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 15
PAUSE_SHARE = 8
# It only tells that a worker lacked the handler. At ten, workers of the version before would fail the job.
MOST_WITHDRAWALS = 5
# Of advisory locks, with a queue's hash as the second key.
CLAIM_LOCK = 1785686113
_TRY_LOCK = f"pg_try_advisory_xact_lock({CLAIM_LOCK}, hashtext(%(queue)s::text))"
_ARE_ALONE = f"SELECT ours FROM (SELECT {_TRY_LOCK} AS ours) AS tried WHERE ours"  # noqa: S608 - constants
NO_TURNS: Mapping[int, str] = MappingProxyType({})


class Hint(NamedTuple):
    """What goes to the broker: which job, and which queue's workers should look at it."""

    job_id: uuid.UUID
    queue: str
    priority: int
    job_type: str


def due_hints(
    *,
    queue: str,
    limit: int,
    with_limits: bool = True,
    unseen: bool = False,
    capacity: Capacity = UNBOUNDED,
    served: Collection[str] | None = None,
    last_turns: Mapping[int, str] = NO_TURNS,
) -> list[Hint]:
    """scheduled -> queued for up to `limit` due jobs of a queue, as many as `capacity` has room for.

    In this order: most urgent first; of one priority, templates in turn, beginning after the one that `last_turns`
    names for that priority; of one template, the longest due.

    One dispatcher claims in a queue at a time: what another finds locked is left to it. The claim is committed before
    anything is published, so no lock is held over the network. Jobs whose template has maxConcurrent are passed
    over without `with_limits`; then it is one statement. `unseen`: and if such a job is due, nothing is claimed.
    `served`: the job types that the queue's workers have handlers for; None: they may have any.
    """
    params = claim_params(
        queue=queue, limit=limit, unseen=unseen, capacity=capacity, last_turns=last_turns, served=served
    )
    if not with_limits:
        return _claim(params, {})
    with transaction.atomic():
        # First of all: who locked the templates and then found another claiming would keep them from that one.
        if not run(_ARE_ALONE, {"queue": queue}):
            return []
        return _claim(params, _free_slots({"queue": queue, "served": params["served"]}))


def claim_params(
    *,
    queue: str,
    limit: int,
    unseen: bool,
    capacity: Capacity,
    last_turns: Mapping[int, str],
    served: Collection[str] | None = None,
) -> dict[str, Any]:
    return {
        **capacity_params(queue, capacity),
        "limit": limit,
        "served": None if served is None else list(served),
        "unseen": unseen,
        "quickest": capacity.quickest,
        "turns": [last_turns.get(priority, "") for priority in range(10)],
        "kind": EventKind.QUEUED,
        "actor": "",
        "detail": None,
    }


def _claim(params: dict[str, Any], free: dict[str, int]) -> list[Hint]:
    """`free`: slots of the templates with maxConcurrent whose rows this transaction has locked."""
    if free:
        params |= {"types": list(free), "free": list(free.values())}
    return [Hint(*row) for row in fetch_by_index(CLAIM_LIMITED if free else CLAIM, params)]


_SERVED = "(%(served)s::text[] IS NULL OR {row}.job_type = ANY(%(served)s::text[]))"
_DUE = f"""waiting.state = 'scheduled' AND waiting.queue = %(queue)s::text AND waiting.claim_at <= now()
    AND {_SERVED.format(row="waiting")}"""
# Whether `unseen` is true and a job under a maxConcurrent is due. Asked by a parameter: it makes the plan go by the
# queue's index, where a constant might make it go by one of all queues.
_IS_LIMITED_DUE = f"""EXISTS (SELECT FROM generate_series(0, 9) AS each(priority) CROSS JOIN LATERAL (
    SELECT FROM jobs_job AS waiting
    WHERE {_DUE} AND waiting.limited = %(unseen)s::boolean AND waiting.priority = each.priority
    ORDER BY waiting.claim_at LIMIT 1) AS found)"""  # noqa: S608 - likewise
# No more rows are looked at, and locked, than could be claimed.
_BOUND = f"""
    bound AS MATERIALIZED (
        SELECT CASE WHEN room.seconds <= 0 OR room.hints <= 0 THEN 0
                WHEN NOT {_TRY_LOCK} THEN 0
                WHEN %(unseen)s::boolean AND {_IS_LIMITED_DUE} THEN 0
                ELSE least(%(limit)s::int, room.hints, ceil(room.seconds / %(quickest)s::float8))::int END AS most
        FROM room
    )"""  # noqa: S608 - likewise
_MOST = "(SELECT most FROM bound)"
# Of one template all that fits, of several about their share: a walk along the index, as long as there are templates.
_TEMPLATES = f"""
    WITH RECURSIVE walk AS (
        (SELECT waiting.job_type, waiting.claim_at FROM jobs_job AS waiting
         WHERE waiting.state = 'scheduled' AND waiting.queue = %(queue)s::text AND NOT waiting.limited
            AND waiting.priority = urgent.priority ORDER BY waiting.job_type, waiting.claim_at LIMIT 1)
        UNION ALL
        SELECT following.* FROM walk CROSS JOIN LATERAL (
            SELECT waiting.job_type, waiting.claim_at FROM jobs_job AS waiting
            WHERE waiting.state = 'scheduled' AND waiting.queue = %(queue)s::text AND NOT waiting.limited
                AND waiting.priority = urgent.priority AND waiting.job_type > walk.job_type
            ORDER BY waiting.job_type, waiting.claim_at LIMIT 1) AS following
    )
    SELECT walk.job_type, CASE count(*) OVER () WHEN 1 THEN {_MOST}
        ELSE least({_MOST}, {_MOST} / count(*) OVER () + 8) END AS share
    FROM walk WHERE walk.claim_at <= now() AND {_SERVED.format(row="walk")} ORDER BY {{turn}} LIMIT {_MOST}"""  # noqa: S608 - likewise


def _turn_of(row: str) -> str:
    """Templates by name, round and round: those after the one whose turn was last, then those from the beginning."""
    return f"{row}.job_type <= (%(turns)s::text[])[urgent.priority + 1], {row}.job_type"


# Priority by priority along the index, so that a far-off job of high priority costs nothing.
_UNLIMITED = f"""
    SELECT due.* FROM generate_series(9, 0, -1) AS urgent(priority) CROSS JOIN LATERAL (
        SELECT found.id, urgent.priority, template.job_type, found.claim_at,
            row_number() OVER (PARTITION BY template.job_type ORDER BY found.claim_at, found.id) AS round
        FROM ({_TEMPLATES.format(turn=_turn_of("walk"))}) AS template CROSS JOIN LATERAL (
            SELECT waiting.id, waiting.claim_at FROM jobs_job AS waiting
            WHERE {_DUE} AND NOT waiting.limited AND waiting.priority = urgent.priority
                AND waiting.job_type = template.job_type
            ORDER BY waiting.claim_at, waiting.id LIMIT template.share FOR UPDATE SKIP LOCKED) AS found
        ORDER BY round, {_turn_of("template")} LIMIT {_MOST}) AS due LIMIT {_MOST}"""  # noqa: S608
_LIMITED = f"""
    SELECT due.* FROM unnest(%(types)s::text[], %(free)s::int[]) AS template(job_type, free) CROSS JOIN LATERAL (
        SELECT waiting.id, waiting.priority::int, waiting.job_type, waiting.claim_at FROM jobs_job AS waiting
        WHERE {_DUE} AND waiting.limited AND waiting.job_type = template.job_type
        ORDER BY waiting.priority DESC, waiting.claim_at, waiting.id LIMIT least(template.free, {_MOST})
        FOR UPDATE SKIP LOCKED) AS due"""  # noqa: S608
_BOTH = f"""
    SELECT both_kinds.id, both_kinds.priority, both_kinds.job_type, both_kinds.claim_at, row_number() OVER (
        PARTITION BY both_kinds.priority, both_kinds.job_type ORDER BY both_kinds.claim_at, both_kinds.id) AS round
    FROM (SELECT id, priority, job_type, claim_at FROM ({_UNLIMITED}) AS unlimited
        UNION ALL {_LIMITED}) AS both_kinds"""  # noqa: S608


def _claim_of(candidates: str) -> str:
    """By the primary key, whatever Postgres thinks of the table's size when it plans this for good.

    Hence an array, which is made once, and a guard by which no index finds rows: all scheduled jobs might be many.
    A job that does not fit ends the row: what comes after it must not overtake it.
    """
    queued = update_sql(
        sets=f"state = 'queued', publishes = 1, publish_due = now() + interval '{HINT_PATIENCE_SECONDS} s'",
        where="""job.state || '' = 'scheduled' AND job.id = ANY(ARRAY(SELECT chosen.id FROM chosen CROSS JOIN room
            WHERE chosen.place <= (SELECT most FROM bound) AND chosen.until <= room.seconds + 0.000001))""",
    )
    return f"""WITH {QUICK}, {ROOM}, {_BOUND}, chosen AS MATERIALIZED (
        SELECT urgent.id, row_number() OVER line AS place, sum(coalesce(quick.seconds, 1)) OVER line AS until
        FROM ({candidates}) AS urgent LEFT JOIN quick USING (job_type)
        WINDOW line AS (ORDER BY urgent.priority DESC, urgent.round, {_turn_of("urgent")} ROWS UNBOUNDED PRECEDING)
    ), changed AS ({queued}), recorded AS ({EVENT_OF_CHANGED})
    SELECT job.id, job.queue, job.priority, job.job_type FROM changed AS job JOIN chosen USING (id)
    ORDER BY chosen.place"""  # noqa: S608 - likewise


CLAIM = _claim_of(_UNLIMITED)
CLAIM_LIMITED = _claim_of(_BOTH)


def _free_slots(due: dict[str, Any]) -> dict[str, int]:
    """Free slots of templates with due jobs that were made under a maxConcurrent; any number if it was taken away.

    The templates' rows stay locked to the transaction's end. Two statements on purpose: the count
    must see what committed before the lock was ours. A template that another dispatcher has locked is left to it.
    """
    locked = run(
        f"""SELECT template.type, coalesce(template.max_concurrent, {NO_LIMIT})
        FROM templates_app_jobtemplate AS template WHERE EXISTS (
            SELECT FROM jobs_job AS waiting WHERE {_DUE} AND waiting.limited AND waiting.job_type = template.type)
        ORDER BY template.type FOR NO KEY UPDATE SKIP LOCKED""",  # noqa: S608 - a constant
        due,
    )
    if not locked:
        return {}
    counted = run(
        """SELECT job_type, count(*) FROM jobs_job
        WHERE limited AND state IN ('queued', 'running') AND job_type = ANY(%(types)s) GROUP BY job_type""",
        {"types": [job_type for job_type, _ in locked]},
    )
    busy = dict(counted)
    return {
        job_type: slots - busy.get(job_type, 0) for job_type, slots in locked if slots > busy.get(job_type, 0)
    }


def limit_jobs(*, job_type: str) -> int:
    """A template has got a maxConcurrent: its jobs that wait or run count from now on. Answers how many."""
    return len(
        run(
            """UPDATE jobs_job SET limited = true WHERE id IN (
                SELECT id FROM jobs_job WHERE job_type = %(type)s AND NOT limited
                AND state IN ('scheduled', 'queued', 'running') ORDER BY id FOR NO KEY UPDATE)
            RETURNING id""",
            {"type": job_type},
        )
    )


def withdraw(*, job_ids: Sequence[uuid.UUID], why: str) -> int:
    """queued -> scheduled, due again after a pause: a worker cannot run the job although nothing is wrong with it.

    The pause grows with the time for which the job has been due.
    """
    return len(
        change(
            kind=EventKind.WITHDRAWN,
            sets=f"""state = 'scheduled', withdrawals = least(job.withdrawals + 1, {MOST_WITHDRAWALS}),
                claim_at = now() + greatest(least((now() - job.start_time) / {PAUSE_SHARE},
                    interval '{LONGEST_PAUSE_SECONDS} s'), interval '{SHORTEST_PAUSE_SECONDS} s'),
                publish_due = NULL, publishes = 0""",
            where="""job.state = 'queued' AND job.id IN (
                SELECT id FROM jobs_job WHERE state = 'queued' AND id = ANY(%(ids)s) ORDER BY id FOR UPDATE)""",
            answer="job.id",
            params={"ids": list(job_ids)},
            detail={"why": why},
        )
    )
