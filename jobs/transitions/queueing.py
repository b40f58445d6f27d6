"""Between the ledger and the broker: a due job is claimed for a hint, or its hint is taken back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from jobs.states import EventKind
from jobs.transitions.statement import change, changed, run, with_event
from scheduler_project.prepared import fetch_by_index

# How long a hint may be under way before it is published again.
HINT_PATIENCE_SECONDS = 15
WITHDRAWN_PAUSE_SECONDS = 15
NO_LIMIT = 2**31 - 1


class Hint(NamedTuple):
    """What goes to the broker: which job, and which queue's workers should look at it."""

    job_id: uuid.UUID
    queue: str
    priority: int


def due_hints(*, queue: str, limit: int, with_limits: bool = True) -> list[Hint]:
    """scheduled -> queued for up to `limit` due jobs of a queue, most urgent first.

    SKIP LOCKED: dispatchers that ask at the same moment get different jobs. The claim is committed before
    anything is published, so no lock is held over the network. Jobs whose template has maxConcurrent are passed
    over without `with_limits`; then it is one statement.
    """
    if not with_limits:
        return _claim(queue, limit, {})
    with transaction.atomic():
        return _claim(queue, limit, _free_slots(queue))


def _claim(queue: str, limit: int, free: dict[str, int]) -> list[Hint]:
    """`free`: slots of the templates with maxConcurrent whose rows this transaction has locked."""
    params = {"queue": queue, "limit": limit, "kind": EventKind.QUEUED, "actor": "", "detail": None}
    if free:
        params |= {"types": list(free), "slots": list(free.values())}
    return [Hint(*row) for row in fetch_by_index(CLAIM_LIMITED if free else CLAIM, params)]


_DUE = "waiting.state = 'scheduled' AND waiting.queue = %(queue)s::text AND waiting.claim_at <= now()"
# Priority by priority along the index, so that a far-off job of high priority costs nothing.
_UNLIMITED = f"""
    SELECT due.* FROM generate_series(9, 0, -1) AS urgent(priority) CROSS JOIN LATERAL (
        SELECT waiting.id, waiting.priority, waiting.claim_at FROM jobs_job AS waiting
        WHERE {_DUE} AND NOT waiting.limited AND waiting.priority = urgent.priority
        ORDER BY waiting.claim_at LIMIT %(limit)s::int FOR UPDATE SKIP LOCKED) AS due LIMIT %(limit)s::int"""  # noqa: S608
_LIMITED = f"""
    SELECT due.* FROM unnest(%(types)s::text[], %(slots)s::int[]) AS template(type, free) CROSS JOIN LATERAL (
        SELECT waiting.id, waiting.priority, waiting.claim_at FROM jobs_job AS waiting
        WHERE {_DUE} AND waiting.limited AND waiting.job_type = template.type
        ORDER BY waiting.priority DESC, waiting.claim_at LIMIT least(template.free, %(limit)s::int)
        FOR UPDATE SKIP LOCKED) AS due"""  # noqa: S608
_MOST_URGENT = f"""SELECT chosen.id FROM (({_UNLIMITED}) UNION ALL ({_LIMITED})) AS chosen
    ORDER BY chosen.priority DESC, chosen.claim_at LIMIT %(limit)s::int"""  # noqa: S608 - constants all three


def _claim_of(ids: str) -> str:
    """By the primary key, whatever Postgres thinks of the table's size when it plans this for good.

    Hence an array, which is made once, and a guard by which no index finds rows: all scheduled jobs might be many.
    """
    queued = changed(
        sets=f"state = 'queued', publishes = 1, publish_due = now() + interval '{HINT_PATIENCE_SECONDS} s'",
        where=f"job.state || '' = 'scheduled' AND job.id = ANY(ARRAY({ids}))",
    )
    return (
        with_event(queued, "job.id, job.queue, job.priority")
        + " ORDER BY job.priority DESC, job.claim_at, job.id"
    )


CLAIM = _claim_of(f"SELECT chosen.id FROM ({_UNLIMITED}) AS chosen")  # noqa: S608 - likewise
CLAIM_LIMITED = _claim_of(_MOST_URGENT)


def _free_slots(queue: str) -> dict[str, int]:
    """Free slots of templates with due jobs that were made under a maxConcurrent; any number if it was taken away.

    The templates' rows stay locked to the transaction's end. Two statements on purpose: the count
    must see what committed before the lock was ours. A template that another dispatcher has locked is left to it.
    """
    locked = run(
        f"""SELECT template.type, coalesce(template.max_concurrent, {NO_LIMIT})
        FROM templates_app_jobtemplate AS template WHERE EXISTS (
            SELECT FROM jobs_job AS waiting WHERE {_DUE} AND waiting.limited AND waiting.job_type = template.type)
        ORDER BY template.type FOR NO KEY UPDATE SKIP LOCKED""",  # noqa: S608 - a constant
        {"queue": queue},
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
            """UPDATE jobs_job SET limited = true WHERE job_type = %(type)s AND NOT limited
            AND state IN ('scheduled', 'queued', 'running') RETURNING id""",
            {"type": job_type},
        )
    )


def withdraw(*, job_ids: Sequence[uuid.UUID], why: str) -> int:
    """queued -> scheduled, due again in 15 s: a worker could not take the job although nothing is wrong with it."""
    return len(
        change(
            kind=EventKind.WITHDRAWN,
            sets=f"""state = 'scheduled', withdrawals = job.withdrawals + 1,
                claim_at = now() + interval '{WITHDRAWN_PAUSE_SECONDS} s', publish_due = NULL, publishes = 0""",
            where="job.state = 'queued' AND job.id = ANY(%(ids)s)",
            answer="job.id",
            params={"ids": list(job_ids)},
            detail={"why": why},
        )
    )
