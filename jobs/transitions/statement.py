"""Builds the SQL that all transitions share: an UPDATE of jobs that pass a guard, and an INSERT of their events."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

# The fields of a job that change, as its event stores them. `job` is the row after the change.
SNAPSHOT = """jsonb_build_object(
    'state', job.state, 'reason', job.reason, 'start_time', job.start_time, 'started_at', job.started_at,
    'terminated_at', job.terminated_at, 'completion_percentage', job.completion_percentage,
    'progress_message', job.progress_message, 'error', job.error - 'traceback', 'attempt', job.attempt,
    'worker', job.worker, 'terminate_requested_at', job.terminate_requested_at, 'version', job.version)"""

EVENT_OF_CHANGED = f"""INSERT INTO jobs_jobevent (job_id, kind, at, actor, snapshot, detail)
    SELECT job.id, %(kind)s::text, clock_timestamp(), %(actor)s::text, {SNAPSHOT}, %(detail)s::jsonb
    FROM changed AS job"""  # noqa: S608 - SNAPSHOT is a constant


def change(
    *,
    kind: str,
    sets: str,
    where: str,
    answer: str,
    params: Mapping[str, Any],
    actor: str = "",
    detail: Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """Updates the jobs that match `where`, with an event of `kind` for each; returns the columns `answer` of each job.

    `sets`, `where` and `answer` are SQL written in this package, never user input; values are passed in `params`.
    """
    sql = with_event(update_sql(sets=sets, where=where), answer)
    return run(sql, {**params, "kind": kind, "actor": actor, "detail": as_json(detail)})


def with_event(statement: str, answer: str) -> str:
    """Returns SQL that runs `statement`, an UPDATE of jobs, inserts an event for each, and selects `answer` from them.

    Its SQL parameters are those of the fragments, and `kind`, `actor` and `detail` for the event.
    """
    return (
        f"WITH changed AS ({statement}), recorded AS ({EVENT_OF_CHANGED}) SELECT {answer} FROM changed AS job"  # noqa: S608
    )


def update_sql(*, sets: str, where: str) -> str:
    """Returns the SQL that updates the jobs that match `where`, without events. The alias of the job table is `job`."""
    return f"UPDATE jobs_job AS job SET {sets}, version = job.version + 1 WHERE {where} RETURNING job.*"  # noqa: S608 - SQL of this package


def run(sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Executes an SQL statement and returns its rows; an empty list if it has no result."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def as_json(value: Any) -> str | None:
    """Encodes a parameter for a jsonb column; None stays None, which is stored as SQL NULL."""
    return None if value is None else json.dumps(value)
