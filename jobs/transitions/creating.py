"""Inserts jobs, each with its `job_created` event. One statement inserts any number of them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.origin import Origin
from accounts.roles import Role
from foundation import prepared
from foundation.strict_json import dump_json
from jobs import ids
from jobs.models import LiveJob
from jobs.read.shapes import WHOLE_COLUMNS
from jobs.states import EventKind, SeriesState
from jobs.transitions import template_columns
from jobs.transitions.statement import BRIEF_SNAPSHOT, behind_of, run
from templates_app.documents import TemplateSpec
from templates_app.terms import describe_origin

# A recurring job's start belongs to its RedBeat entry; the dispatcher's own loop takes it this much later.
# Short enough that a start is at most 1.5 s late when Redis is away.
REDBEAT_HEAD_START_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class CachedAuth:
    """Says that a new job's template, and maybe its author's token, come from a cache, so the INSERT checks them again.

    `token`: the digest of the cached API token; None if the author was loaded from the database or has no token.
    `role` and `rights_version`: what the cache says of the author; both must be unchanged.
    `valid_token`: SQL (FROM and WHERE) from the package that owns tokens; finds the valid ones as `token` and `owner`.
    """

    token: str | None
    role: Role
    rights_version: int
    valid_token: str


@dataclass(frozen=True, slots=True)
class NewSeries:
    """Holds what a series that begins with a new job keeps: the payload as its author gave it, without defaults."""

    id: uuid.UUID
    payload: dict[str, Any]
    sealed: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewJob:
    """Holds the values of a job to insert. It is due at `start_at`, else in `delay_seconds` by the database's clock."""

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
    cached_auth: CachedAuth | None = None
    origin: Origin | None = None  # from where its author asked for it; None: the platform makes it
    new_series: NewSeries | None = None  # the series that is created with this job as its first
    # Where its secrets come from, by dotted path.
    secret_origins: Mapping[str, str] = field(default_factory=dict)


# `origins`: by the end of the job's id or, under a blank, that of all jobs of the statement.
_ID_END = "translate(right(job.id::text, 17), '-', '')"
_ORIGIN = f"""coalesce(%(origins)s::jsonb -> {_ID_END}, %(origins)s::jsonb -> '') ->> '{{}}'"""
_CREATE = f"""
WITH changed AS (
    INSERT INTO jobs_live (id, job_type, template_version, state, payload, start_time, claim_at, created_at, created_by,
        completion_percentage, progress_message, series_id, series_number, rerun_of, secrets, terminate_requested_by,
        version, attempt, failures, losses, interruptions, withdrawals, beat, publishes, armed, log_lines,
        {template_columns.COLUMNS})
    SELECT ((SELECT {ids.prefix_sql("now()")}) || new.id_end)::uuid, new.job_type, new.template_version,
        'scheduled', new.payload, due.at,
        due.at + new.head_start * interval '1 s',
        now(), new.created_by, 0, '', new.series_id, new.series_number, new.rerun_of, new.secrets, '',
        1, 0, 0, 0, 0, 0, 0, 0, false, 0, {template_columns.FROM_NEW}
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS new(id_end text, job_type text, template_version int, payload jsonb,
        secrets text, created_by text, start_at timestamptz, delay_seconds float8, series_id uuid,
        series_number int, rerun_of uuid, head_start float8, is_cached boolean, token text, role text,
        rights_version int, {template_columns.RECORD}),
    LATERAL (SELECT greatest(coalesce(new.start_at, now() + new.delay_seconds * interval '1 s'), now()) AS at) AS due
    {{guard}}RETURNING *
), recorded AS (
    INSERT INTO jobs_event (job_id, at, version, attempt, kind, actor, via, address, snapshot, detail)
    SELECT job.id, clock_timestamp(), 1, 0, '{EventKind.CREATED}', job.created_by, {_ORIGIN.format("via")},
        {_ORIGIN.format("address")}, {BRIEF_SNAPSHOT}, {{detail}}
    FROM changed AS job ORDER BY job.id
){{new_series}}
SELECT {{answer}} FROM changed AS job ORDER BY job.id"""  # noqa: S608 - only constants are put in
# What was cached must still be valid: the template by its version, the token by the SQL of the package that owns it.
_GUARD = """WHERE NOT new.is_cached OR (
        EXISTS (SELECT FROM templates_app_jobtemplate AS template WHERE template.type = new.job_type
            AND template.version = new.template_version AND template.enabled AND NOT template.archived)
        AND (new.token IS NULL OR EXISTS (SELECT {valid_token} AND token.digest = new.token
            AND owner.username = new.created_by AND owner.role = new.role
            AND owner.rights_version = new.rights_version)))
    """
# A job of a repeating template that a user creates begins a series of its own. Joined with `changed`, so a job that
# was not stored because the cache was stale begins none.
_NEW_SERIES = f""", begun AS (
    INSERT INTO jobs_series (id, job_type, owned_by_template, payload, secrets, every_seconds, crontab, time_zone,
        on_missed, max_runs, state, paused_by_template, archived, run_count, last_number, failures_in_row, created_at,
        created_by)
    SELECT new.id, job.job_type, false, new.payload, new.secrets, new.every_seconds, new.crontab, new.time_zone,
        new.on_missed, new.max_runs, '{SeriesState.ACTIVE}', false, false, 0, job.series_number, 0, now(),
        job.created_by
    FROM changed AS job JOIN jsonb_to_recordset(%(series)s::jsonb) AS new(id uuid, payload jsonb, secrets text,
        every_seconds bigint, crontab text, time_zone text, on_missed text, max_runs int) ON new.id = job.series_id
)"""  # noqa: S608 - only constants are put in
# Locks the templates until the transaction ends: a concurrent change of one is waited for, or waits.
_DETAIL = "CASE WHEN job.rerun_of IS NOT NULL THEN jsonb_build_object('rerun_of', job.rerun_of) END"
# Of some jobs the event also says where secrets come from (`secrets_detail`), or who typed a command with `--as`.
_FURTHER_DETAIL = (
    f"nullif(coalesce({_DETAIL}, '{{}}') || coalesce(%(further)s::jsonb -> {_ID_END}, '{{}}'), '{{}}')"
)
_LOCK_CURRENT = """SELECT template.type FROM templates_app_jobtemplate AS template
    JOIN unnest(%(types)s::text[], %(versions)s::int[]) AS new(type, version)
        ON template.type = new.type AND template.version = new.version
    WHERE template.enabled AND NOT template.archived ORDER BY template.type FOR SHARE OF template"""
_COLUMNS = {field.attname: f"job.{field.column}" for field in LiveJob._meta.concrete_fields}
_WHOLE = ", ".join(_COLUMNS.get(name, "NULL") for name in WHOLE_COLUMNS)


def create(jobs: Sequence[NewJob]) -> list[uuid.UUID]:
    """Inserts all of `jobs` or none, each with its `job_created` event; returns their ids in the same order."""
    return _insert_for_ids(jobs)


def create_if_current(jobs: Sequence[NewJob]) -> list[dict[str, Any] | None]:
    """Inserts those of `jobs` whose cached template and token are still valid.

    Returns, in the same order, the row (WHOLE_COLUMNS) of each job, or None for a job that was not stored.
    """
    new = [_as_row(job) for job in jobs]
    created = {
        values[0].hex[16:]: dict(zip(WHOLE_COLUMNS, values, strict=True))
        for values in _insert(_WHOLE, jobs, new)
    }
    for row in created.values():
        row["payload"] = json.loads(row["payload"])  # JSON columns come as text; the others are null yet
    return [created.get(row["id_end"]) for row in new]


def create_all_if_current(jobs: Sequence[NewJob]) -> list[uuid.UUID] | None:
    """Inserts all of `jobs` and returns their ids. Inserts none and returns None if any template or token is stale.

    The INSERT checks this by the `cached_auth` that each job has. As it may take a while for ten thousand rows, the
    templates are checked again after it and locked until the transaction ends.
    """
    with transaction.atomic():
        # No template is locked before the INSERT: dispatchers count template slots under the same lock.
        created = _insert_for_ids(jobs)
        if len(created) == len(jobs) and _are_current(jobs):
            return created
        transaction.set_rollback(True)
    return None


def _insert_for_ids(jobs: Sequence[NewJob]) -> list[uuid.UUID]:
    return [job_id for (job_id,) in _insert("job.id", jobs, [_as_row(job) for job in jobs])]


def _are_current(jobs: Sequence[NewJob]) -> bool:
    versions = {(job.spec.type, job.template_version) for job in jobs}
    types, numbers = zip(*versions, strict=True) if versions else ((), ())
    return len(run(_LOCK_CURRENT, {"types": list(types), "versions": list(numbers)})) == len(versions)


def _insert(answer: str, jobs: Sequence[NewJob], rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    params = {"rows": dump_json(rows).decode(), "origins": dump_json(_origins(jobs, rows)).decode()}
    series = [_series_as_row(job.new_series, job.spec) for job in jobs if job.new_series]
    if series:  # left out of most statements: it would make them slower
        params["series"] = dump_json(series).decode()
    further = {
        row["id_end"]: told for row, job in zip(rows, jobs, strict=True) if (told := _further_detail(job))
    }
    if further:
        params["further"] = dump_json(further).decode()
    # One text for all statements with a guard, so that Postgres prepares it once.
    auth = next((job.cached_auth for job in jobs if job.cached_auth), None)
    sql = _CREATE.format(
        answer=answer,
        guard=_GUARD.format(valid_token=auth.valid_token) if auth else "",
        new_series=_NEW_SERIES if series else "",
        detail=_FURTHER_DETAIL if further else _DETAIL,
    )
    return prepared.fetch(sql, params)


def _further_detail(job: NewJob) -> dict[str, Any]:
    return {**secrets_detail(job.secret_origins, job.template_version), **behind_of(job.origin)}


def secrets_detail(origins: Mapping[str, str], version: int) -> dict[str, Any]:
    """Returns what an event's `detail` tells of a job's secrets: where each comes from, by dotted path."""
    if not origins:
        return {}
    return {"secrets": {place: describe_origin(one, version) for place, one in origins.items()}}


def _as_row(job: NewJob) -> dict[str, Any]:
    spec = job.spec
    series_id = job.new_series.id if job.new_series else job.series_id
    return {
        **template_columns.values_of(spec),
        **({} if job.priority is None else {"priority": job.priority}),
        "id_end": ids.new_suffix(),
        "job_type": spec.type,
        "template_version": job.template_version,
        "payload": job.payload,
        "secrets": job.sealed,
        "created_by": job.created_by,
        "start_at": job.start_at and job.start_at.isoformat(),
        "delay_seconds": job.delay_seconds,
        "series_id": series_id and str(series_id),
        "series_number": 1 if job.new_series else job.series_number,
        # The first job of a user's series is due when its author says, not when its RedBeat entry fires.
        "head_start": REDBEAT_HEAD_START_SECONDS if job.series_id else 0,
        "rerun_of": job.rerun_of and str(job.rerun_of),
        "is_cached": job.cached_auth is not None,
        "token": job.cached_auth and job.cached_auth.token,
        "role": job.cached_auth and job.cached_auth.role,
        "rights_version": job.cached_auth and job.cached_auth.rights_version,
    }


def _origins(jobs: Sequence[NewJob], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found = {job.origin for job in jobs}
    if len(found) == 1:
        return {"": _origin_as_json(*found)}
    return {row["id_end"]: _origin_as_json(job.origin) for job, row in zip(jobs, rows, strict=True)}


def _origin_as_json(origin: Origin | None) -> dict[str, str | None]:
    return {} if origin is None else {"via": origin.via, "address": origin.address}


def _series_as_row(series: NewSeries, spec: TemplateSpec) -> dict[str, Any]:
    return {
        "id": str(series.id),
        "payload": series.payload,
        "secrets": series.sealed,
        "every_seconds": None if spec.crontab else spec.start_in_seconds,
        "crontab": spec.crontab,
        "time_zone": spec.time_zone,
        "on_missed": spec.on_missed,
        "max_runs": spec.max_runs,
    }
