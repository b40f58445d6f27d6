"""Which job is meant: by its id or by the beginning of it."""

from __future__ import annotations

import uuid

from foundation.errors import Invalid, NotFound, Problem
from jobs.ids import range_of_prefix
from jobs.models import Job


def find_job(text: str) -> uuid.UUID:
    """Raises NotFound, or Invalid if several jobs' ids begin so."""
    begun = range_of_prefix(text)
    found = list(Job.objects.filter(pk__range=begun).values_list("pk", flat=True)[:2]) if begun else []
    if not found:
        raise NotFound(Problem("not_found", f"There is no job {text}.", "job_id"))
    if len(found) > 1:
        detail = f"Several jobs begin with {text}: write more of the id."
        raise Invalid(Problem("ambiguous", detail, "job_id"))
    return found[0]
