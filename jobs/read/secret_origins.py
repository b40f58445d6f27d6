"""Reads from the history of jobs where their secret values came from, which outlives the values."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from jobs.models import JobEvent


def origins_of(job_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Mapping[str, str]]:
    """Returns job's id -> dotted path of each of its secrets -> where that came from, such as `default@3`.

    Jobs without secrets are left out, and those that were created before it was recorded.
    """
    if not job_ids:
        return {}
    # The newest comes last: the waiting job of a series may be changed.
    told = JobEvent.objects.filter(job_id__in=job_ids, detail__has_key="secrets").order_by("id")
    return {job_id: detail["secrets"] for job_id, detail in told.values_list("job_id", "detail") if detail}
