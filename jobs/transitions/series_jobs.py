"""Changes of a series' waiting job: due now, or remade to the template's version of today."""

from __future__ import annotations

import uuid

from jobs.models import Series
from jobs.states import EventKind
from jobs.timing import next_due
from jobs.transitions.creating import REDBEAT_HEAD_START_SECONDS
from jobs.transitions.statement import as_json, change, run
from templates_app.payload_schema.check import complete_payload
from templates_app.queries import version_spec

_NOT_BEGUN = "job.series_id = %(series)s AND job.state = 'scheduled' AND job.attempt = 0"


def make_due(*, series_id: uuid.UUID, actor: str) -> uuid.UUID | None:
    """The waiting job starts now; None if the series has none."""
    rows = change(
        kind=EventKind.CHANGED,
        sets="start_time = now(), claim_at = now()",
        where="job.series_id = %(series)s AND job.state = 'scheduled'",
        answer="job.id",
        params={"series": series_id},
        actor=actor,
        detail={"change": "run_now"},
    )
    return rows[0][0] if rows else None


def replace_waiting(series: Series) -> None:
    """The caller holds the series' row lock. A job that was handed to a worker before stays as it was made."""
    found = run(
        f"SELECT job.created_at FROM jobs_job AS job WHERE {_NOT_BEGUN}",  # noqa: S608 - a constant
        {"series": series.pk},
    )
    if not found:
        return
    spec = version_spec(series.template_id, series.template.version)
    due = next_due(
        every_seconds=series.every_seconds,
        crontab=series.crontab,
        time_zone=series.time_zone,
        ended_at=found[0][0],
    )
    change(
        kind=EventKind.CHANGED,
        sets="""template_version = %(version)s, payload = %(payload)s::jsonb,
            queue = %(queue)s, priority = %(priority)s, limited = %(limited)s,
            max_attempts = %(max_attempts)s, max_lost = %(max_lost)s, timeout_seconds = %(timeout)s,
            retry_backoff_seconds = %(backoff)s, start_time = greatest(%(due)s, now()),
            claim_at = greatest(%(due)s, now()) + %(head_start)s * interval '1 s', armed = false""",
        where=_NOT_BEGUN,
        answer="job.id",
        params={
            "series": series.pk,
            "version": series.template.version,
            "payload": as_json(complete_payload(spec.compiled, series.payload or {}, job_type=spec.type)),
            "queue": spec.queue,
            "priority": spec.priority,
            "limited": spec.max_concurrent is not None,
            "max_attempts": spec.max_attempts,
            "max_lost": spec.max_lost,
            "timeout": spec.timeout_seconds,
            "backoff": spec.retry_backoff_seconds,
            "due": due,
            "head_start": REDBEAT_HEAD_START_SECONDS,
        },
        actor="system",
        detail={"change": "template", "version": series.template.version},
    )
