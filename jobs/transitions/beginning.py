"""A job that a user makes of a repeating template begins a series of its own, in the statement that stores the job."""

from __future__ import annotations

import uuid
from typing import Any

from jobs.states import SeriesState
from templates_app.documents import TemplateSpec

# A job that was not stored, because what was recalled is no longer so, begins none.
BEGUN = f""", begun AS (
    INSERT INTO jobs_series (id, job_type, owned_by_template, payload, secrets, every_seconds, crontab, time_zone,
        on_missed, max_runs, state, paused_by_template, archived, run_count, last_number, failures_in_row, created_at,
        created_by)
    SELECT new.id, job.job_type, false, job.payload, job.secrets, new.every_seconds, new.crontab, new.time_zone,
        new.on_missed, new.max_runs, '{SeriesState.ACTIVE}', false, false, 0, job.series_number, 0, now(),
        job.created_by
    FROM changed AS job JOIN jsonb_to_recordset(%(series)s::jsonb) AS new(id uuid, every_seconds bigint, crontab text,
        time_zone text, on_missed text, max_runs int) ON new.id = job.series_id
)"""  # noqa: S608 - only constants are put in


def series_row(series_id: uuid.UUID, spec: TemplateSpec) -> dict[str, Any]:
    return {
        "id": str(series_id),
        "every_seconds": None if spec.crontab else spec.start_in_seconds,
        "crontab": spec.crontab,
        "time_zone": spec.time_zone,
        "on_missed": spec.on_missed,
        "max_runs": spec.max_runs,
    }
