"""Prepares re-runs of many jobs: each is validated by itself, as a new job of its type would be."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import AppError, Forbidden, NotFound
from jobs.models import Job
from jobs.read.queries import no_job
from jobs.read.secret_origins import origins_of
from jobs.read.visibility import visibility_of
from jobs.services.preparing import Submission, checked_payload, prepare_each
from jobs.services.validation import not_reached_error, validate_each_by_handlers
from jobs.transitions import NewJob
from templates_app.access import refusal
from templates_app.payload_schema.secrets import has_marker
from templates_app.terms import EarlierRun

Refusals = dict[uuid.UUID, AppError]
_READ = ("pk", "template_id", "template_version", "payload", "created_by")


@dataclass(slots=True)
class PreparedReruns:
    """Holds the new jobs to store, why others are refused, and (`left`) the last old ids, not validated in time."""

    jobs: list[NewJob] = field(default_factory=list)
    refused: Refusals = field(default_factory=dict)
    left: list[uuid.UUID] = field(default_factory=list)


def prepare_reruns(job_ids: Sequence[uuid.UUID], actor: Actor, *, seconds: float) -> PreparedReruns:
    """Validates re-runs in the order of `job_ids`, the job handlers for about `seconds` in all; stores nothing."""
    visibility = visibility_of(actor)
    found = visibility.seen_of(Job.objects.filter(pk__in=job_ids))
    old = {row["pk"]: row for row in found.values(*_READ)}
    unreadable = {
        job_id: Forbidden(refusal(actor, JobRight.READ, row["template_id"]))
        for job_id, row in old.items()
        if visibility.hides(row["template_id"], row["created_by"])
    }
    origins = origins_of([job_id for job_id, row in old.items() if has_marker(row["payload"])])
    submissions = {
        index: Submission(
            job_type=old[job_id]["template_id"],
            payload=old[job_id]["payload"],
            start_in_seconds=0,
            rerun_of=job_id,
            earlier=EarlierRun(
                old[job_id]["template_version"], old[job_id]["payload"], origins.get(job_id, {})
            ),
        )
        for index, job_id in enumerate(job_ids)
        if job_id in old and job_id not in unreadable
    }
    jobs, refused = prepare_each(submissions, actor)
    by_handlers, left = validate_each_by_handlers(
        {index: (job.spec.type, checked_payload(job)) for index, job in jobs.items()}, seconds=seconds
    )
    refused |= by_handlers | {
        index: unreadable.get(job_id) or NotFound(no_job(job_id))
        for index, job_id in enumerate(job_ids)
        if index not in submissions
    }
    end = min(left, default=len(job_ids))
    return PreparedReruns(
        jobs=[job for index, job in sorted(jobs.items()) if index < end and index not in refused],
        refused={job_ids[index]: error for index, error in sorted(refused.items()) if index < end},
        left=list(job_ids[end:]),
    )


def refuse_unreached(job_ids: Sequence[uuid.UUID]) -> Refusals:
    """Returns, by job id, the error of jobs whose re-runs were not validated in time."""
    return dict.fromkeys(job_ids, not_reached_error())


def refusals_as_json(refused: Refusals) -> list[dict[str, Any]]:
    """Returns the refused re-runs as the API sends them: each old job's id with its errors."""
    return [
        {"job_id": str(job_id), "errors": [problem.as_json() for problem in error.problems]}
        for job_id, error in refused.items()
    ]
