"""The one SQL shape behind every transition: change rows that pass the guard, record the events, answer the rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

# The fields of a job that change, as the event row keeps them: `job` is the row after the change.
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
    """Run `UPDATE job SET sets WHERE where`, one event of `kind` a changed row; answers `answer` of each.

    `sets`, `where` and `answer` are SQL written in this package, never input; values travel in `params`.
    """
    sql = with_event(changed(sets=sets, where=where), answer)
    return run(sql, {**params, "kind": kind, "actor": actor, "detail": as_json(detail)})


def with_event(update: str, answer: str) -> str:
    """The whole statement; its parameters are those of the fragments and `kind`, `actor`, `detail`."""
    return f"WITH changed AS ({update}), recorded AS ({EVENT_OF_CHANGED}) SELECT {answer} FROM changed AS job"  # noqa: S608


def changed(*, sets: str, where: str) -> str:
    return f"UPDATE jobs_job AS job SET {sets}, version = job.version + 1 WHERE {where} RETURNING job.*"  # noqa: S608 - likewise


def run(sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
