"""Starts attempts and stores their progress and log. The lease is a fencing token: writes without it do nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.roles import Actor
from foundation.prepared import fetch_by_index
from jobs.states import EventKind
from jobs.transitions.statement import BRIEF_SNAPSHOT, SNAPSHOT, change, run, update_sql

# Rows are found by their ids. `|| ''` keeps Postgres from the indexes by state and type: while another session has a
# transaction open, dead rows pile up in these.
MINE = "job.id = %(id)s AND job.state || '' = 'running' AND job.lease = %(lease)s"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Describes an attempt to run a job, claimed by a worker. `lease` proves that the job still belongs to it."""

    job_id: uuid.UUID
    job_type: str
    payload: dict[str, Any]
    number: int
    lease: uuid.UUID
    failures: int
    max_attempts: int
    retry_backoff_seconds: int
    timeout_seconds: int | None
    makes_room: bool  # its end lets another job start: the series' next, or one that waits for a slot
    fresh_process: bool = False
    sealed: str | None = None  # the values of `$encrypted$` in `payload`
    template_version: int = 0


@dataclass(frozen=True, slots=True)
class Claimant:
    """Describes a process that claims jobs: only of types that it has handlers for, from its worker's queues."""

    worker: str
    pid: int
    job_types: Collection[str]
    queues: Collection[str]


def start(*, job_id: uuid.UUID, claimant: Claimant) -> Attempt | None:
    """Moves a job from queued to running, with a new lease and attempt number; returns the attempt.

    Returns None if the job is not queued any more, or its queue or type is not one of the claimant's. So a stale,
    duplicate or forged dispatch message has no effect.
    """
    rows = fetch_by_index(START, start_params(job_ids=[job_id], claimant=claimant))
    return as_attempt(rows[0]) if rows else None


def start_params(*, job_ids: Sequence[uuid.UUID], claimant: Claimant) -> dict[str, Any]:
    """Returns the SQL parameters of STARTED."""
    return {
        # As texts: psycopg takes longer to adapt an array than all the other parameters.
        "next": ",".join(map(str, job_ids)),
        "worker": claimant.worker,
        "pid": claimant.pid,
        "job_types": ",".join(claimant.job_types),
        "queues": ",".join(claimant.queues),
        "lease_seconds": settings.LEASE_SECONDS,
    }


def as_attempt(found: Sequence[Any]) -> Attempt:
    """Converts a row of the columns ATTEMPT, which a claim returned."""
    return Attempt(found[0], found[1], json.loads(found[2]), *found[3:])


IS_STARTABLE = """job.id = ANY(string_to_array(%(next)s::text, ',')::uuid[]) AND job.state || '' = 'queued'
    AND job.job_type || '' = ANY(string_to_array(%(job_types)s::text, ','))
    AND job.queue = ANY(string_to_array(%(queues)s::text, ','))"""
STARTED = update_sql(
    sets="""state = 'running', attempt = job.attempt + 1, lease = gen_random_uuid(), beat = 0,
        lease_until = now() + %(lease_seconds)s::int * interval '1 s', worker = %(worker)s::text,
        worker_pid = %(pid)s::int, started_at = clock_timestamp(),
        completion_percentage = 0, progress_message = '', reason = NULL, error = NULL, publish_due = NULL""",
    where=IS_STARTABLE,
)
STARTED_IF_HELD = STARTED.replace(IS_STARTABLE, IS_STARTABLE + " AND job.id IN (SELECT id FROM held)")  # noqa: S608
ATTEMPT = """job.id, job.job_type, job.payload::text, job.attempt, job.lease, job.failures, job.max_attempts,
    job.retry_backoff_seconds, job.timeout_seconds, job.limited OR job.series_id IS NOT NULL,
    job.fresh_process, job.secrets, job.template_version"""
# The attempt's worker and start are not in the snapshot: the event has them as `actor` and `at`.
EVENT_OF_STARTED = f"""INSERT INTO jobs_event (job_id, at, version, attempt, kind, actor, snapshot)
    SELECT job.id, job.started_at, job.version, job.attempt, '{EventKind.STARTED}', job.worker, {BRIEF_SNAPSHOT}
    FROM started AS job"""  # noqa: S608 - constants
START = f"WITH started AS ({STARTED}), recorded AS ({EVENT_OF_STARTED}) SELECT {ATTEMPT} FROM started AS job"  # noqa: S608


def renew_lease(*, job_id: uuid.UUID, lease: uuid.UUID) -> tuple[bool, datetime | None]:
    """Extends a lease; returns (whether the attempt had it, when a stop was requested or None). Writes no event."""
    rows = run(
        f"""UPDATE jobs_live AS job SET beat = job.beat + 1, lease_until = now() + %(seconds)s * interval '1 s'
        WHERE {MINE} RETURNING job.terminate_requested_at""",  # noqa: S608 - MINE is a constant
        {"id": job_id, "lease": lease, "seconds": settings.LEASE_SECONDS},
    )
    return (True, rows[0][0]) if rows else (False, None)


def should_stop(*, job_id: uuid.UUID, lease: uuid.UUID) -> bool:
    """Returns whether an attempt should end, because a stop of its job was requested or it has lost its lease."""
    sql = f"SELECT job.terminate_requested_at IS NULL FROM jobs_live AS job WHERE {MINE}"  # noqa: S608 - constant
    return run(sql, {"id": job_id, "lease": lease}) != [(True,)]


def report_progress(
    *, job_id: uuid.UUID, lease: uuid.UUID | None, percent: int, message: str, actor: Actor | str = ""
) -> bool:
    """Stores a running job's progress and message; returns whether it did. Progress never falls within an attempt.

    A report with the lease (from the job handler) never lowers the percentage, but replaces the message. A report
    without it (None, from outside the worker) is refused if its percentage is lower.
    """
    return bool(
        change(
            kind=EventKind.PROGRESS,
            sets="completion_percentage = greatest(job.completion_percentage, %(percent)s), "
            "progress_message = %(message)s",
            where="""job.id = %(id)s AND job.state = 'running' AND CASE WHEN %(lease)s::uuid IS NULL
                THEN job.completion_percentage <= %(percent)s ELSE job.lease = %(lease)s END""",
            answer="job.id",
            params={"id": job_id, "lease": lease, "percent": percent, "message": message},
            actor=actor,
        )
    )


def append_log(
    *, job_id: uuid.UUID, lease: uuid.UUID, lines: list[dict[str, Any]], skipped: int = 0
) -> int | None:
    """Stores log lines (`{"time", "level", "attempt", "text"}`) of a job as one chunk, numbered after those before.

    `skipped`: how many lines before them were dropped; these get numbers, too. Returns the number of the first stored
    line; None if the attempt has lost its lease.
    """
    stored = run(
        f"""WITH counted AS (
            UPDATE jobs_live AS job SET log_lines = job.log_lines + %(skipped)s + %(count)s WHERE {MINE} RETURNING job.*
        ), chunk AS (
            INSERT INTO jobs_log (job_id, first, count, lines)
            SELECT id, log_lines - %(count)s + 1, %(count)s,
                (SELECT jsonb_agg(line.value || jsonb_build_object('n', log_lines - %(count)s + line.ordinality))
                 FROM jsonb_array_elements(%(lines)s::jsonb) WITH ORDINALITY AS line)
            FROM counted
        )
        INSERT INTO jobs_event (job_id, at, version, attempt, kind, actor, snapshot, detail)
        SELECT job.id, clock_timestamp(), job.version, job.attempt, '{EventKind.LOG}', '', {SNAPSHOT},
            jsonb_build_object('first', log_lines - %(count)s + 1, 'count', %(count)s, 'skipped', %(skipped)s)
        FROM counted AS job RETURNING (detail ->> 'first')::int""",  # noqa: S608 - only constants are put in
        {
            "id": job_id, "lease": lease, "count": len(lines), "skipped": skipped, "lines": json.dumps(lines),
        },
    )  # fmt: skip
    return stored[0][0] if stored else None


def delete_log_chunks(*, job_id: uuid.UUID, lease: uuid.UUID, first_numbers: list[int]) -> None:
    """Deletes a job's log chunks that begin with these numbers; only an attempt's first and last lines stay stored."""
    run(
        f"""WITH mine AS (SELECT job.id FROM jobs_live AS job WHERE {MINE} FOR SHARE)
        DELETE FROM jobs_log WHERE job_id IN (SELECT id FROM mine) AND first = ANY(%(first_numbers)s)""",  # noqa: S608
        {"id": job_id, "lease": lease, "first_numbers": first_numbers},
    )


def trim_log_chunk(*, job_id: uuid.UUID, lease: uuid.UUID, first: int, keep_from: int) -> None:
    """Deletes the lines before number `keep_from` from the job's log chunk that begins with line number `first`."""
    run(
        f"""WITH mine AS (SELECT job.id FROM jobs_live AS job WHERE {MINE} FOR SHARE)
        UPDATE jobs_log SET lines = jsonb_path_query_array(
            lines, '$[*] ? (@.n >= $keep_from)', jsonb_build_object('keep_from', %(keep_from)s::int)
        ) WHERE job_id IN (SELECT id FROM mine) AND first = %(first)s""",  # noqa: S608 - only a constant is put in
        {"id": job_id, "lease": lease, "first": first, "keep_from": keep_from},
    )


def request_stop(*, job_ids: list[uuid.UUID], actor: Actor | str) -> list[uuid.UUID]:
    """Records a request to stop running jobs, which their workers then do; returns the ids of those new to it."""
    rows = change(
        kind=EventKind.TERMINATE_REQUESTED,
        sets="terminate_requested_at = now(), terminate_requested_by = %(actor)s",
        # Locks these rows only, by id. `finish_and_claim` holds several rows, so other orders could deadlock.
        where="""job.id IN (SELECT id FROM jobs_live WHERE id = ANY(%(ids)s)
                AND state = 'running' AND terminate_requested_at IS NULL ORDER BY id FOR UPDATE)
            AND job.state = 'running' AND job.terminate_requested_at IS NULL""",
        answer="job.id",
        params={"ids": job_ids},
        actor=actor,
    )
    return [row[0] for row in rows]


def record_step(*, job_id: uuid.UUID, lease: uuid.UUID, step: str, actor: str) -> bool:
    """Adds a step of a stop (`exception_raised`, `process_killed`) to a job's history; False if the lease is lost."""
    return bool(
        change(
            kind=EventKind.TERMINATE_STEP,
            sets="beat = job.beat + 1",
            where=MINE,
            answer="job.id",
            params={"id": job_id, "lease": lease},
            actor=actor,
            detail={"step": step},
        )
    )
