"""Many jobs are to run again: each judged by itself, as a new job of its type would be."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.roles import Actor
from foundation.errors import AppError, NotFound, Problem
from jobs.models import Job
from jobs.services.submit import Submission, content, prepare_each
from jobs.services.validating import not_reached, refused_each
from jobs.transitions import NewJob

Refusals = dict[uuid.UUID, AppError]


@dataclass(slots=True)
class Judged:
    """The new jobs that may be made, why others may not, and those of the end that were not reached in time."""

    jobs: list[NewJob] = field(default_factory=list)
    refused: Refusals = field(default_factory=dict)
    left: list[uuid.UUID] = field(default_factory=list)


def judge(job_ids: Sequence[uuid.UUID], actor: Actor, *, seconds: float) -> Judged:
    """In their order; the handlers' own rules are asked for `seconds` and a little more at most."""
    old = {
        row["pk"]: row for row in Job.objects.filter(pk__in=job_ids).values("pk", "template_id", "payload")
    }
    submissions = {
        place: Submission(
            job_type=old[job_id]["template_id"],
            payload=old[job_id]["payload"],
            start_in_seconds=0,
            rerun_of=job_id,
        )
        for place, job_id in enumerate(job_ids)
        if job_id in old
    }
    jobs, refused = prepare_each(submissions, actor)
    by_handlers, left = refused_each(
        {place: (job.spec.type, content(job)) for place, job in jobs.items()}, seconds=seconds
    )
    refused |= by_handlers | {
        place: _gone(job_id) for place, job_id in enumerate(job_ids) if job_id not in old
    }
    end = min(left, default=len(job_ids))
    return Judged(
        jobs=[job for place, job in sorted(jobs.items()) if place < end and place not in refused],
        refused={job_ids[place]: error for place, error in sorted(refused.items()) if place < end},
        left=list(job_ids[end:]),
    )


def not_judged(job_ids: Sequence[uuid.UUID]) -> Refusals:
    return dict.fromkeys(job_ids, not_reached())


def told(refused: Refusals) -> list[dict[str, Any]]:
    return [
        {"job_id": str(job_id), "errors": [problem.as_json() for problem in error.problems]}
        for job_id, error in refused.items()
    ]


def _gone(job_id: uuid.UUID) -> NotFound:
    return NotFound(Problem("not_found", f"There is no job {job_id}.", "job_id"))
