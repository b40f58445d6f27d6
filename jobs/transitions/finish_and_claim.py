"""Ends a worker's attempt and claims its next job in one statement: one round trip and one commit instead of two.

Only for the usual case: a success of a job without series and maxConcurrent, whose end lets no other job start. Every
other end goes through `end_attempt`.
"""

from __future__ import annotations

import uuid
from typing import Any

from foundation.prepared import fetch_by_index
from jobs.states import EventKind
from jobs.transitions.ending import SUCCEEDED
from jobs.transitions.running import ATTEMPT, MINE, STARTED, Attempt, Claimant, as_attempt, start_params
from jobs.transitions.statement import SNAPSHOT, as_json, update_sql

_EVENT = f"clock_timestamp(), %(worker)s::text, {SNAPSHOT}"
_FINISH_AND_CLAIM = f"""
WITH ended AS ({update_sql(sets=SUCCEEDED, where=MINE)}),
started AS ({STARTED}),
recorded AS (
    INSERT INTO jobs_jobevent (job_id, kind, at, actor, snapshot)
    SELECT job.id, '{EventKind.TERMINATED}', {_EVENT} FROM ended AS job
    UNION ALL SELECT job.id, '{EventKind.STARTED}', {_EVENT} FROM started AS job
)
SELECT {ATTEMPT}, EXISTS (SELECT FROM ended) FROM (SELECT) AS one LEFT JOIN started AS job ON true"""  # noqa: S608


def finish_and_claim_next(
    *,
    attempt: Attempt,
    result: Any,
    next_id: uuid.UUID | None,
    claimant: Claimant,
) -> tuple[bool, Attempt | None]:
    """Stores the success of `attempt`, and moves job `next_id` (if not None) from queued to running.

    Returns (whether `attempt` still had its lease, the next attempt or None). Neither change depends on the other;
    their conditions are those of `end_attempt` and `start`. Raises ValueError if the end of `attempt` lets another job
    start.
    """
    if attempt.makes_room:
        raise ValueError("the end of this attempt lets another job start: use end_attempt")
    (row,) = fetch_by_index(
        _FINISH_AND_CLAIM,
        {
            "id": attempt.job_id,
            "lease": attempt.lease,
            "result": as_json(result),
            **start_params(job_id=next_id, claimant=claimant),
        },
    )
    return row[-1], as_attempt([row[:-1]])
