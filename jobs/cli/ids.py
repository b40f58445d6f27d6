"""Finds the job that a jobs command names by its id or the beginning of its id."""

from __future__ import annotations

import uuid

from foundation.errors import Invalid, NotFound, Problem
from jobs.cli.actors import current_visibility
from jobs.ids import range_of_prefix
from jobs.models import Job


def find_job(text: str) -> uuid.UUID:
    """Returns the id of the job that the actor of the command sees and whose id begins with `text`.

    Raises NotFound, or Invalid if there are several.
    """
    id_range = range_of_prefix(text)
    seen = current_visibility().seen_of(Job.objects.filter(pk__range=id_range)) if id_range else None
    found = [] if seen is None else list(seen.values_list("pk", flat=True)[:2])
    if not found:
        raise NotFound(Problem("not_found", f"There is no job {text}.", "job_id"))
    if len(found) > 1:
        detail = f"Several jobs begin with {text}: write more of the id."
        raise Invalid(Problem("ambiguous", detail, "job_id"))
    return found[0]
