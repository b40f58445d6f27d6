"""A worker's step from one job to the next: the end of the one and the claim of the other, committed together.

The usual case only, made cheap: a success that lets no other job start. All else ends by `end_attempt`.
"""

from __future__ import annotations

import uuid
from typing import Any

from foundation.prepared import fetch_by_index
from jobs.states import EventKind
from jobs.transitions.ending import SUCCEEDED
from jobs.transitions.running import ATTEMPT, MINE, STARTED, Attempt, Claimant, as_attempt, start_params
from jobs.transitions.statement import SNAPSHOT, as_json, changed

_EVENT = f"clock_timestamp(), %(worker)s::text, {SNAPSHOT}"
_FINISH_AND_CLAIM = f"""
WITH ended AS ({changed(sets=SUCCEEDED, where=MINE)}),
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
    """running -> succeeded for `attempt`, queued -> running for the next: (was it still mine, the next attempt).

    Each has its own guard, those of `end_attempt` and `start`; one that does not hold keeps neither from the other.
    """
    if attempt.makes_room:
        raise ValueError("the end of this attempt lets another job start: end_attempt sees to that")
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
