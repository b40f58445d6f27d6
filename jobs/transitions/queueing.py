"""Between the ledger and the broker: a due job is claimed for a hint, or its hint is taken back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from jobs.states import EventKind
from jobs.transitions.statement import change

# How long a hint may be under way before it is published again; doubles with each try, up to five minutes.
HINT_PATIENCE_SECONDS = 15
WITHDRAWN_PAUSE_SECONDS = 15


class Hint(NamedTuple):
    """What goes to the broker: which job, and which queue's workers should look at it."""

    job_id: uuid.UUID
    queue: str
    priority: int


def due_hints(*, queue: str, limit: int) -> list[Hint]:
    """scheduled -> queued for up to `limit` due jobs of a queue, most urgent first.

    SKIP LOCKED: dispatchers that ask at the same moment get different jobs. The claim is committed before
    anything is published, so no lock is held over the network.
    """
    rows = change(
        kind=EventKind.QUEUED,
        sets=f"state = 'queued', publishes = 1, publish_due = now() + interval '{HINT_PATIENCE_SECONDS} s'",
        where="""job.state = 'scheduled' AND job.id IN (
            SELECT due.id FROM generate_series(9, 0, -1) AS urgent(priority) CROSS JOIN LATERAL (
                SELECT waiting.id FROM jobs_job AS waiting
                WHERE waiting.state = 'scheduled' AND waiting.queue = %(queue)s
                  AND waiting.priority = urgent.priority AND waiting.claim_at <= now()
                ORDER BY waiting.claim_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            ) AS due LIMIT %(limit)s)""",
        answer="job.id, job.queue, job.priority",
        params={"queue": queue, "limit": limit},
    )
    return [Hint(*row) for row in rows]


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
