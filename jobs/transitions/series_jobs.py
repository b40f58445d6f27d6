"""Changes of a series' waiting job: due now, remade to what template and series say today, or moved on when missed."""

from __future__ import annotations

import uuid
from datetime import datetime

from jobs.models import Series
from jobs.read import queries
from jobs.states import EventKind
from jobs.timing import next_due
from jobs.transitions import template_columns
from jobs.transitions.creating import REDBEAT_HEAD_START_SECONDS
from jobs.transitions.statement import as_json, change, run
from jobs.transitions.succession import content_of_next

# A dispatcher that was away so briefly has missed nothing: what came due meanwhile starts late.
MISSED_AFTER_SECONDS = 60
# A dispatcher may have died after its last sign of life, and before it claimed what came due about then. It gives one
# every ten seconds, and claims at most a second after the due time.
BEFORE_LAST_SIGN_SECONDS = 15
_DUE = """start_time = greatest(%(due)s, now()), armed = false,
    claim_at = greatest(%(due)s, now()) + %(head_start)s * interval '1 s'"""
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


def replace_waiting(series: Series, *, why: str, actor: str, retimed: bool = True) -> None:
    """Remake the waiting job from what template and series say now; one that is due already stays due.

    So does one whose series has the timing that it had, not `retimed`: somebody may have chosen its start.

    The caller holds the series' row lock. A job that was handed to a worker before stays as it was made.
    """
    waiting = run(
        f"SELECT job.created_at, job.start_time FROM jobs_job AS job WHERE {_NOT_BEGUN}",  # noqa: S608 - a constant
        {"series": series.pk},
    )
    if not waiting:
        return
    version, spec, payload, sealed = content_of_next(series)
    change(
        kind=EventKind.CHANGED,
        sets=f"""template_version = %(version)s, payload = %(payload)s::jsonb, secrets = %(sealed)s,
            {template_columns.ASSIGNMENTS}, {_DUE}""",
        where=_NOT_BEGUN,
        answer="job.id",
        params={
            "series": series.pk,
            "version": version,
            "payload": as_json(payload),
            "sealed": sealed,
            **template_columns.values_of(spec),
            "due": _due_anew(series, *waiting[0]) if retimed else waiting[0][1],
            "head_start": REDBEAT_HEAD_START_SECONDS,
        },
        actor=actor,
        detail={"change": why, "version": version},
    )


def _due_anew(series: Series, created_at: datetime, start_time: datetime) -> datetime:
    now = queries.now()
    if start_time <= now:
        return start_time
    return next_due(
        every_seconds=series.every_seconds,
        crontab=series.crontab,
        time_zone=series.time_zone,
        # The job was made when the one before it ended. A crontab's may have been moved on since.
        ended_at=now if series.crontab else created_at,
    )


def skip_missed(*, since: datetime) -> tuple[list[uuid.UUID], bool]:
    """Crontab jobs that came due while nothing dispatched wait for their series' next time instead.

    So does one whose dispatcher died between its claim and its message, or whose message waited for workers that were
    away as long: that it was due about the last sign of life tells it from jobs that wait for a free slot.
    `since`: the last sign of a dispatcher. Not those of series that make up for it (`run_once`), nor those that
    somebody made due (`claim_at`).
    Returns the jobs that were moved, and whether others were left because somebody holds their rows.
    """
    missed = run(_MISSED, {"since": since})
    if not missed:
        return [], False
    free = run(f"{_MISSED} FOR UPDATE OF series, job SKIP LOCKED", {"since": since})
    moved = [job_id for series_id, job_id, was_due in free if _skip(series_id, job_id, was_due)]
    return moved, len(free) < len(missed)


_MISSED = f"""SELECT series.id, job.id, job.start_time
    FROM jobs_series AS series JOIN jobs_job AS job ON job.series_id = series.id
    WHERE series.crontab IS NOT NULL AND series.on_missed = 'skip'
        AND job.state IN ('scheduled', 'queued') AND job.attempt = 0 AND job.claim_at > job.start_time
        AND job.start_time > %(since)s - interval '{BEFORE_LAST_SIGN_SECONDS} s'
        AND job.start_time < now() - interval '{MISSED_AFTER_SECONDS} s'
    ORDER BY series.id"""  # noqa: S608 - constants are put in


def _skip(series_id: uuid.UUID, job_id: uuid.UUID, was_due: datetime) -> bool:
    series = Series.objects.get(pk=series_id)
    due = next_due(
        every_seconds=None, crontab=series.crontab, time_zone=series.time_zone, ended_at=queries.now()
    )
    return bool(
        change(
            kind=EventKind.CHANGED,
            sets=f"state = 'scheduled', publish_due = NULL, publishes = 0, {_DUE}",
            where="""job.id = %(id)s AND job.state IN ('scheduled', 'queued') AND job.attempt = 0
                AND job.start_time = %(was_due)s""",
            answer="job.id",
            params={"id": job_id, "was_due": was_due, "due": due, "head_start": REDBEAT_HEAD_START_SECONDS},
            actor="system",
            detail={"change": "missed", "was_due": was_due.isoformat()},
        )
    )
