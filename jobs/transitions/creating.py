"""A job comes to be: one row and its `job_created`, a thousand as cheaply as one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.roles import Role
from accounts.services.tokens import STILL_GOOD
from foundation import prepared
from foundation.strict_json import dump_json
from jobs import ids
from jobs.models import Job
from jobs.read.shapes import WHOLE_COLUMNS
from jobs.states import EventKind
from jobs.transitions.beginning import BEGUN, series_row
from jobs.transitions.statement import SNAPSHOT, run
from templates_app.documents import TemplateSpec

# A recurring job's start belongs to its RedBeat entry; the dispatcher's own loop takes it this much later.
# Short enough that a start is at most 1.5 s late when Redis is away.
REDBEAT_HEAD_START_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Recalled:
    """A job's template and its author's token were not asked for, but remembered: the statement asks.

    `token`: its digest; None if the author was asked for or has none.
    """

    token: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a job is made from. It is due at `start_at`, else `delay_seconds` after now by the database's clock."""

    spec: TemplateSpec
    template_version: int
    payload: dict[str, Any]
    created_by: str
    start_at: datetime | None = None
    delay_seconds: float = 0
    priority: int | None = None
    sealed: str | None = None
    series_id: uuid.UUID | None = None
    series_number: int | None = None
    rerun_of: uuid.UUID | None = None
    recalled: Recalled | None = None
    begins: uuid.UUID | None = None  # the series of its own that it is the first of


_CREATE = f"""
WITH changed AS (
    INSERT INTO jobs_job (id, job_type, template_version, state, payload, start_time, claim_at, created_at, created_by,
        completion_percentage, progress_message, priority, queue, series_id, series_number, rerun_of,
        secrets, terminate_requested_by, version, attempt, failures, losses, withdrawals, max_attempts, max_lost,
        retry_backoff_seconds, timeout_seconds, fresh_process, beat, publishes, armed, log_lines, limited)
    SELECT ((SELECT {ids.start_in_sql("now()")}) || new.id_end)::uuid, new.job_type, new.template_version,
        'scheduled', new.payload, due.at,
        due.at + new.head_start * interval '1 s',
        now(), new.created_by, 0, '', new.priority, new.queue, new.series_id, new.series_number, new.rerun_of,
        new.secrets, '', 1, 0, 0, 0, 0, new.max_attempts, new.max_lost, new.retry_backoff_seconds, new.timeout_seconds,
        new.fresh_process, 0, 0, false, 0, new.limited
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(id_end text, job_type text, template_version int, payload jsonb,
        secrets text, created_by text, start_at timestamptz, delay_seconds float8, priority int, queue text,
        series_id uuid, series_number int, rerun_of uuid, max_attempts int, max_lost int, retry_backoff_seconds int,
        timeout_seconds int, fresh_process boolean, limited boolean, head_start float8, recalled boolean,
        token text, role text),
    LATERAL (SELECT greatest(coalesce(new.start_at, now() + new.delay_seconds * interval '1 s'), now()) AS at) AS due
    WHERE NOT new.recalled OR (
        EXISTS (SELECT FROM templates_app_jobtemplate AS template WHERE template.type = new.job_type
            AND template.version = new.template_version AND template.enabled AND NOT template.archived)
        AND (new.token IS NULL OR EXISTS (SELECT {STILL_GOOD} AND token.digest = new.token
            AND owner.username = new.created_by AND owner.role = new.role)))
    RETURNING *
), recorded AS (
    INSERT INTO jobs_jobevent (job_id, kind, at, actor, snapshot)
    SELECT job.id, '{EventKind.CREATED}', clock_timestamp(), job.created_by, {SNAPSHOT}
    FROM changed AS job ORDER BY job.id
){{begun}}
SELECT {{answer}} FROM changed AS job ORDER BY job.id"""  # noqa: S608 - only constants are put in
# The templates, held to the transaction's end as they are: whoever is changing one is waited for, or waits.
_STILL_SO = """SELECT template.type FROM templates_app_jobtemplate AS template
    JOIN unnest(%(types)s::text[], %(versions)s::int[]) AS new(type, version)
        ON template.type = new.type AND template.version = new.version
    WHERE template.enabled AND NOT template.archived ORDER BY template.type FOR SHARE OF template"""
_COLUMNS = {field.attname: field.column for field in Job._meta.concrete_fields}
_WHOLE = ", ".join(f"job.{_COLUMNS[name]}" for name in WHOLE_COLUMNS)


def create(jobs: Sequence[NewJob]) -> list[uuid.UUID]:
    """Insert all of `jobs`, each with its `job_created`, or none; answers their ids in the same order."""
    return _ids(jobs)


def create_recalled(jobs: Sequence[NewJob]) -> list[dict[str, Any] | None]:
    """Likewise; answers each one's row (WHOLE_COLUMNS), or None if what was recalled is no longer so."""
    new = [_as_row(job) for job in jobs]
    created = {
        values[0].hex[16:]: dict(zip(WHOLE_COLUMNS, values, strict=True))
        for values in _insert(_WHOLE, jobs, new)
    }
    for row in created.values():
        row["payload"] = json.loads(row["payload"])  # JSON columns come as text; the others are null yet
    return [created.get(row["id_end"]) for row in new]


def create_if_still(jobs: Sequence[NewJob]) -> list[uuid.UUID] | None:
    """As `create`, of jobs that were checked a while ago and all say what was `recalled`.

    None, and nothing is stored, if any of that is no longer so. The INSERT asks, and as ten thousand rows take their
    time the templates are asked again at its end. They are not locked before: the dispatcher counts slots by that lock.
    """
    with transaction.atomic():
        ids = _ids(jobs)
        if len(ids) == len(jobs) and _are_still_so(jobs):
            return ids
        transaction.set_rollback(True)
    return None


def _ids(jobs: Sequence[NewJob]) -> list[uuid.UUID]:
    return [job_id for (job_id,) in _insert("job.id", jobs, [_as_row(job) for job in jobs])]


def _are_still_so(jobs: Sequence[NewJob]) -> bool:
    versions = {(job.spec.type, job.template_version) for job in jobs}
    types, numbers = zip(*versions, strict=True) if versions else ((), ())
    return len(run(_STILL_SO, {"types": list(types), "versions": list(numbers)})) == len(versions)


def _insert(answer: str, jobs: Sequence[NewJob], rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    params = {"rows": dump_json(rows).decode()}
    series = [series_row(job.begins, job.spec) for job in jobs if job.begins]
    if series:  # seldom: most jobs should not pay for it
        params["series"] = dump_json(series).decode()
    return prepared.fetch(_CREATE.format(answer=answer, begun=BEGUN if series else ""), params)


def _as_row(job: NewJob) -> dict[str, Any]:
    spec = job.spec
    series_id = job.begins or job.series_id
    return {
        "id_end": ids.new_end(),
        "job_type": spec.type,
        "template_version": job.template_version,
        "payload": job.payload,
        "secrets": job.sealed,
        "created_by": job.created_by,
        "start_at": job.start_at and job.start_at.isoformat(),
        "delay_seconds": job.delay_seconds,
        "priority": spec.priority if job.priority is None else job.priority,
        "queue": spec.queue,
        "series_id": series_id and str(series_id),
        "series_number": 1 if job.begins else job.series_number,
        # The first of a user's series is due when its maker says, not when an alarm goes off.
        "head_start": REDBEAT_HEAD_START_SECONDS if job.series_id else 0,
        "rerun_of": job.rerun_of and str(job.rerun_of),
        "max_attempts": spec.max_attempts,
        "max_lost": spec.max_lost,
        "retry_backoff_seconds": spec.retry_backoff_seconds,
        "timeout_seconds": spec.timeout_seconds,
        "fresh_process": spec.fresh_process,
        "limited": spec.max_concurrent is not None,
        "recalled": job.recalled is not None,
        "token": job.recalled and job.recalled.token,
        "role": job.recalled and job.recalled.role,
    }
