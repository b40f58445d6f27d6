"""Ends a worker's attempt and claims its next job in one statement: one round trip and one commit instead of two.

Only for the usual case: a success of a job without series and maxConcurrent, whose end lets no other job start. Every
other end goes through `end_attempt`.
"""

from __future__ import annotations

import uuid
from typing import Any

from foundation.prepared import fetch_by_index
from jobs.states import State
from jobs.transitions.running import (
    ATTEMPT,
    EVENT_OF_STARTED,
    MINE,
    STARTED,
    Attempt,
    Claimant,
    as_attempt,
    start_params,
)
from jobs.transitions.statement import end_sql, outcome_params

_FINISH_AND_CLAIM = f"""
WITH {end_sql(where=MINE)}, started AS ({STARTED}), recorded AS ({EVENT_OF_STARTED})
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
            "actor": claimant.worker,
            **outcome_params(state=State.SUCCEEDED, result=result),
            **start_params(job_id=next_id, claimant=claimant),
        },
    )
    return row[-1], as_attempt([row[:-1]])
