"""Ends the attempts of short jobs and claims the next ones, many in one statement: one commit instead of many.

Only for the usual case: successes of jobs without series and maxConcurrent, whose end lets no other job start. Every
other end goes through `end_attempt`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from foundation.prepared import fetch_by_index
from jobs.transitions.running import (
    ATTEMPT,
    EVENT_OF_STARTED,
    IS_STARTABLE,
    STARTED_IF_HELD,
    Attempt,
    Claimant,
    as_attempt,
    start_params,
)
from jobs.transitions.statement import end_many_sql


class Success(NamedTuple):
    """Describes an attempt that succeeded: its result, and how many seconds ago its run began and ended."""

    attempt: Attempt
    result: Any
    began_ago: float
    ended_ago: float


FINISH_AND_CLAIM = f"""
WITH {end_many_sql(actor="%(worker)s::text", is_held_too=f"({IS_STARTABLE})")},
started AS ({STARTED_IF_HELD}), recorded AS ({EVENT_OF_STARTED})
SELECT true, {ATTEMPT} FROM started AS job
UNION ALL SELECT false, job.id, job.job_type, NULL, job.attempt, NULL, job.failures, job.max_attempts, NULL, NULL,
    NULL, NULL, NULL, NULL FROM ended AS job"""  # noqa: S608 - constants
FINISH = f"WITH {end_many_sql(actor='job.worker')} SELECT job.id FROM ended AS job"  # noqa: S608 - constants


def finish_and_claim(
    *, successes: Sequence[Success], next_ids: Sequence[uuid.UUID], claimant: Claimant
) -> tuple[set[uuid.UUID], list[Attempt]]:
    """Stores `successes`, and moves the jobs `next_ids` from queued to running, with new leases and attempt numbers.

    Returns (the ids of the jobs that ended: an attempt that had lost its lease is not among them; the new attempts).
    No change depends on another; the conditions are those of `end_attempt` and `start`. Raises ValueError if the end of
    one of the attempts lets another job start.
    """
    params = {**_as_params(successes, next_ids), **start_params(job_ids=next_ids, claimant=claimant)}
    rows = fetch_by_index(FINISH_AND_CLAIM, params)
    ended = {row[1] for row in rows if not row[0]}
    return ended, [as_attempt(row[1:]) for row in rows if row[0]]


def finish_successes(successes: Sequence[Success]) -> None:
    """Stores `successes`, as `finish_and_claim` does, and claims nothing."""
    fetch_by_index(FINISH, _as_params(successes))


def _as_params(successes: Sequence[Success], next_ids: Sequence[uuid.UUID] = ()) -> dict[str, Any]:
    if any(success.attempt.makes_room for success in successes):
        raise ValueError("the end of an attempt lets another job start: use end_attempt")
    rows = [
        {
            "id": str(success.attempt.job_id),
            "lease": str(success.attempt.lease),
            "result": success.result,
            "began_ago": success.began_ago,
            "ended_ago": success.ended_ago,
        }
        for success in successes
    ]
    locked = [*(row["id"] for row in rows), *next_ids]
    return {"successes": json.dumps(rows), "locked": ",".join(map(str, locked))}
