"""Finds a job or series for an actor, and refuses what the actor may not do with it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import Forbidden, NotFound, Problem
from jobs.models import Job, Series
from jobs.read import queries
from jobs.read.visibility import visibility_of
from templates_app.access import refusal, require_right


def get_job(job_id: uuid.UUID, actor: Actor, right: JobRight) -> dict[str, Any]:
    """Returns the row (WHOLE_COLUMNS) of a job.

    Raises NotFound if there is none or the actor does not see it, and Forbidden if the actor lacks the right on it.
    """
    row = queries.job_row(job_id)
    require_right(actor, right, row["template_id"], missing=queries.no_job(job_id))
    return row


def get_readable_job(job_id: uuid.UUID, actor: Actor) -> dict[str, Any]:
    """Returns the row (WHOLE_COLUMNS) of a job. Raises NotFound, and Forbidden if the actor only sees that it ran."""
    visibility = visibility_of(actor)
    row = queries.seen_job_row(job_id, visibility)
    if visibility.hides(row["template_id"], row["created_by"]):
        raise Forbidden(refusal(actor, JobRight.READ, row["template_id"]))
    return row


def refuse_unless_stoppable(job_ids: Sequence[uuid.UUID], actor: Actor) -> None:
    """Raises Forbidden if the actor sees one of these jobs and may not stop it. Unseen jobs do not count."""
    visibility = visibility_of(actor)
    types = Job.objects.filter(pk__in=job_ids).order_by().values_list("template_id", flat=True).distinct()
    for job_type in types:
        if visibility.sees(job_type):
            require_right(actor, JobRight.STOP, job_type)


def get_series(series_id: uuid.UUID, actor: Actor, right: JobRight) -> Series:
    """Returns a series with its template.

    Raises NotFound if there is none, it is deleted, or the actor does not see it; Forbidden if the actor lacks the
    right on its job type.
    """
    series = Series.objects.select_related("template").filter(pk=series_id, archived=False).first()
    if series is None:
        raise NotFound(no_series(series_id))
    require_right(actor, right, series.template_id, missing=no_series(series_id))
    return series


def no_series(series_id: uuid.UUID) -> Problem:
    """Returns the Problem (not_found) of an id that no series has."""
    return Problem("not_found", f"There is no series {series_id}.", "series")
