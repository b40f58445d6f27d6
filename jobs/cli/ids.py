"""Which job is meant: by its id or by the beginning of it."""

from __future__ import annotations

import re
import uuid

from jobs.models import Job
from scheduler_project.errors import Invalid, NotFound, Problem

_DIGITS = re.compile(r"[0-9a-f]{4,32}")


def find_job(text: str) -> uuid.UUID:
    """Raises NotFound, or Invalid if several jobs' ids begin so."""
    digits = text.replace("-", "").lower()
    if not _DIGITS.fullmatch(digits):
        raise NotFound(Problem("not_found", f"There is no job {text}.", "job_id"))
    first, last = uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))
    found = list(Job.objects.filter(pk__range=(first, last)).values_list("pk", flat=True)[:2])
    if not found:
        raise NotFound(Problem("not_found", f"There is no job {text}.", "job_id"))
    if len(found) > 1:
        detail = f"Several jobs begin with {text}: write more of the id."
        raise Invalid(Problem("ambiguous", detail, "job_id"))
    return found[0]
