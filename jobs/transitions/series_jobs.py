"""Changes a series' waiting job: makes it due now, updates it after a change, or postpones it after a missed time."""

from __future__ import annotations

import uuid
from datetime import datetime

from accounts.roles import Actor
from jobs.models import Series
from jobs.read import queries
from jobs.states import EventKind
from jobs.timing import next_due
from jobs.transitions import template_columns
from jobs.transitions.creating import REDBEAT_HEAD_START_SECONDS, secrets_detail
from jobs.transitions.statement import as_json, change, run
from jobs.transitions.succession import content_of_next

# Downtime up to this is no missed time: jobs that came due meanwhile start late.
MISSED_AFTER_SECONDS = 60
# A dispatcher may have died after its last heartbeat, and before it claimed what came due about then. Heartbeats come
# every ten seconds, and claims at most a second after the due time.
BEFORE_LAST_HEARTBEAT_SECONDS = 15
_MOVE_DUE_TIME = """start_time = greatest(%(due)s, now()), armed = false,
    claim_at = greatest(%(due)s, now()) + %(head_start)s * interval '1 s'"""
_NOT_BEGUN = "job.series_id = %(series)s AND job.state = 'scheduled' AND job.attempt = 0"


def make_due(*, series_id: uuid.UUID, actor: Actor | str) -> uuid.UUID | None:
    """Makes the waiting job of a series due now and returns the job's id; None if no job waits."""
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


def replace_waiting(series: Series, *, why: str, actor: Actor | str, retimed: bool = True) -> None:
    """Updates the waiting job of a series from the newest (or pinned) template version and the series as it is now.

    The caller has locked the series' row. The due time is computed again only with `retimed`, and only if it is not
    past: otherwise somebody may have chosen it. Queued jobs and those that wait for a retry are not changed.
    """
    waiting = run(
        f"SELECT job.created_at, job.start_time FROM jobs_live AS job WHERE {_NOT_BEGUN}",  # noqa: S608 - a constant
        {"series": series.pk},
    )
    if not waiting:
        return
    version, spec, payload, sealed, origins = content_of_next(series)
    change(
        kind=EventKind.CHANGED,
        sets=f"""template_version = %(version)s, payload = %(payload)s::jsonb, secrets = %(sealed)s,
            {template_columns.ASSIGNMENTS}, {_MOVE_DUE_TIME}""",
        where=_NOT_BEGUN,
        answer="job.id",
        params={
            "series": series.pk,
            "version": version,
            "payload": as_json(payload),
            "sealed": sealed,
            **template_columns.values_of(spec),
            "due": _next_due_time(series, *waiting[0]) if retimed else waiting[0][1],
            "head_start": REDBEAT_HEAD_START_SECONDS,
        },
        actor=actor,
        detail={"change": why, "version": version, **secrets_detail(origins, version)},
    )


def _next_due_time(series: Series, created_at: datetime, start_time: datetime) -> datetime:
    now = queries.now()
    if start_time <= now:
        return start_time
    return next_due(
        every_seconds=series.every_seconds,
        crontab=series.crontab,
        time_zone=series.time_zone,
        # The job was created when the one before it ended. A crontab's job may have been moved on since.
        ended_at=now if series.crontab else created_at,
    )


def skip_missed(*, since: datetime) -> tuple[list[uuid.UUID], bool]:
    """Moves crontab jobs to their series' next time if their own time passed while no dispatcher ran.

    `since`: the last heartbeat of a dispatcher; jobs that were due long before it only wait for a worker slot and are
    not moved. Jobs that were queued but never started, because the dispatcher died or no worker ran, are moved as well.
    Not moved: series with `run_once`, and jobs that somebody made due (`claim_at`). Returns (the ids of the moved jobs,
    whether others were left out because their rows are locked).
    """
    missed = run(_MISSED, {"since": since})
    if not missed:
        return [], False
    free = run(f"{_MISSED} FOR UPDATE OF series, job SKIP LOCKED", {"since": since})
    moved = [job_id for series_id, job_id, was_due in free if _skip(series_id, job_id, was_due)]
    return moved, len(free) < len(missed)


_MISSED = f"""SELECT series.id, job.id, job.start_time
    FROM jobs_series AS series JOIN jobs_live AS job ON job.series_id = series.id
    WHERE series.crontab IS NOT NULL AND series.on_missed = 'skip'
        AND job.state IN ('scheduled', 'queued') AND job.attempt = 0 AND job.claim_at > job.start_time
        AND job.start_time > %(since)s - interval '{BEFORE_LAST_HEARTBEAT_SECONDS} s'
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
            sets=f"state = 'scheduled', publish_due = NULL, publishes = 0, {_MOVE_DUE_TIME}",
            where="""job.id = %(id)s AND job.state IN ('scheduled', 'queued') AND job.attempt = 0
                AND job.start_time = %(was_due)s""",
            answer="job.id",
            params={"id": job_id, "was_due": was_due, "due": due, "head_start": REDBEAT_HEAD_START_SECONDS},
            actor="system",
            detail={"change": "missed", "was_due": was_due.isoformat()},
        )
    )
