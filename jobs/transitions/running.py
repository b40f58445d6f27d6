"""While a job runs: whoever holds the lease may write, everybody else's writes change nothing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from foundation.prepared import fetch_by_index
from jobs.states import EventKind
from jobs.transitions.statement import SNAPSHOT, change, changed, run, with_event

MINE = "job.id = %(id)s AND job.state = 'running' AND job.lease = %(lease)s"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a job, as the worker that claimed it sees it. `lease` proves that it is still this one's."""

    job_id: uuid.UUID
    job_type: str
    payload: dict[str, Any]
    number: int
    lease: uuid.UUID
    failures: int
    max_attempts: int
    retry_backoff_seconds: int
    timeout_seconds: int | None
    makes_room: bool  # its end lets another job start: the series' next one, or one that waits for the slot
    fresh_process: bool = False
    sealed: str | None = None  # the secret values that belong at the markers in `payload`


@dataclass(frozen=True, slots=True)
class Claimant:
    """A process that runs jobs: of the types it has handlers for, and of the queues its worker serves."""

    worker: str
    pid: int
    job_types: Collection[str]
    queues: Collection[str]


def start(*, job_id: uuid.UUID, claimant: Claimant) -> Attempt | None:
    """queued -> running with a new lease; None if the hint was stale, doubled or forged, or came to another queue."""
    params = start_params(job_id=job_id, claimant=claimant)
    return as_attempt(
        fetch_by_index(
            _START, {**params, "kind": EventKind.STARTED, "actor": claimant.worker, "detail": None}
        )
    )


def start_params(*, job_id: uuid.UUID | None, claimant: Claimant) -> dict[str, Any]:
    return {
        "next": job_id,
        "worker": claimant.worker,
        "pid": claimant.pid,
        # As arrays they would cost more than all the others.
        "job_types": ",".join(claimant.job_types),
        "queues": ",".join(claimant.queues),
        "lease_seconds": settings.LEASE_SECONDS,
    }


def as_attempt(rows: list[tuple[Any, ...]]) -> Attempt | None:
    """The attempt of a row of ATTEMPT; None if the guard did not hold."""
    if not rows or rows[0][0] is None:
        return None
    found = rows[0]
    return Attempt(found[0], found[1], json.loads(found[2]), *found[3:])


STARTED = changed(
    sets="""state = 'running', attempt = job.attempt + 1, lease = gen_random_uuid(), beat = 0,
        lease_until = now() + %(lease_seconds)s::int * interval '1 s', worker = %(worker)s::text,
        worker_pid = %(pid)s::int, started_at = now(),
        completion_percentage = 0, progress_message = '', reason = NULL, error = NULL, publish_due = NULL""",
    where="""job.id = %(next)s::uuid AND job.state = 'queued'
        AND job.job_type = ANY(string_to_array(%(job_types)s::text, ','))
        AND job.queue = ANY(string_to_array(%(queues)s::text, ','))""",
)
ATTEMPT = """job.id, job.job_type, job.payload::text, job.attempt, job.lease, job.failures, job.max_attempts,
    job.retry_backoff_seconds, job.timeout_seconds, job.limited OR job.series_id IS NOT NULL,
    job.fresh_process, job.secrets"""
_START = with_event(STARTED, ATTEMPT)


def renew_lease(*, job_id: uuid.UUID, lease: uuid.UUID) -> tuple[bool, datetime | None]:
    """Renew the lease: (still mine, when a stop was requested). Not a change of the job, hence no event."""
    rows = run(
        f"""UPDATE jobs_job AS job SET beat = job.beat + 1, lease_until = now() + %(seconds)s * interval '1 s'
        WHERE {MINE} RETURNING job.terminate_requested_at""",  # noqa: S608 - MINE is a constant
        {"id": job_id, "lease": lease, "seconds": settings.LEASE_SECONDS},
    )
    return (True, rows[0][0]) if rows else (False, None)


def should_stop(*, job_id: uuid.UUID, lease: uuid.UUID) -> bool:
    """True if this attempt should end: a stop was requested, or the job is no longer this attempt's."""
    sql = f"SELECT job.terminate_requested_at IS NULL FROM jobs_job AS job WHERE {MINE}"  # noqa: S608 - constant
    return run(sql, {"id": job_id, "lease": lease}) != [(True,)]


def report_progress(
    *, job_id: uuid.UUID, lease: uuid.UUID | None, percent: int, message: str, actor: str = ""
) -> bool:
    """Progress never falls within an attempt. Without a lease: reported from outside, while the job runs.

    A handler's lower number keeps the higher; from outside it is refused like one for a job that does not run.
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
    """Number `lines` (`{"time", "level", "attempt", "text"}`) after those already there and store them together.

    `skipped`: so many before them are left out, and have numbers all the same. Answers the first line's number.
    """
    stored = run(
        f"""WITH counted AS (
            UPDATE jobs_job AS job SET log_lines = job.log_lines + %(skipped)s + %(count)s WHERE {MINE} RETURNING job.*
        ), chunk AS (
            INSERT INTO jobs_logchunk (job_id, first, count, lines)
            SELECT id, log_lines - %(count)s + 1, %(count)s,
                (SELECT jsonb_agg(line.value || jsonb_build_object('n', log_lines - %(count)s + line.ordinality))
                 FROM jsonb_array_elements(%(lines)s::jsonb) WITH ORDINALITY AS line)
            FROM counted
        )
        INSERT INTO jobs_jobevent (job_id, kind, at, actor, snapshot, detail)
        SELECT job.id, '{EventKind.LOG}', clock_timestamp(), '', {SNAPSHOT},
            jsonb_build_object('first', log_lines - %(count)s + 1, 'count', %(count)s, 'skipped', %(skipped)s)
        FROM counted AS job RETURNING (detail ->> 'first')::int""",  # noqa: S608 - only constants are put in
        {
            "id": job_id, "lease": lease, "count": len(lines), "skipped": skipped, "lines": json.dumps(lines),
        },
    )  # fmt: skip
    return stored[0][0] if stored else None


def delete_log_chunks(*, job_id: uuid.UUID, lease: uuid.UUID, first_numbers: list[int]) -> None:
    """Delete stored chunks that begin with these numbers: the attempt has logged so much since."""
    run(
        f"""WITH mine AS (SELECT job.id FROM jobs_job AS job WHERE {MINE} FOR SHARE)
        DELETE FROM jobs_logchunk WHERE job_id IN (SELECT id FROM mine) AND first = ANY(%(first_numbers)s)""",  # noqa: S608
        {"id": job_id, "lease": lease, "first_numbers": first_numbers},
    )


def trim_log_chunk(*, job_id: uuid.UUID, lease: uuid.UUID, first: int, keep_from: int) -> None:
    """Delete the lines before number `keep_from` of the stored chunk that begins with number `first`."""
    run(
        f"""WITH mine AS (SELECT job.id FROM jobs_job AS job WHERE {MINE} FOR SHARE)
        UPDATE jobs_logchunk SET lines = jsonb_path_query_array(
            lines, '$[*] ? (@.n >= $keep_from)', jsonb_build_object('keep_from', %(keep_from)s::int)
        ) WHERE job_id IN (SELECT id FROM mine) AND first = %(first)s""",  # noqa: S608 - only a constant is put in
        {"id": job_id, "lease": lease, "first": first, "keep_from": keep_from},
    )


def request_stop(*, job_ids: list[uuid.UUID], actor: str) -> list[uuid.UUID]:
    """Record the wish to stop running jobs; answers those for which it is new. The attempt ends itself."""
    rows = change(
        kind=EventKind.TERMINATE_REQUESTED,
        sets="terminate_requested_at = now(), terminate_requested_by = %(actor)s",
        # Of no others are the rows locked: who ends one job and claims the next holds two rows at once.
        where="""job.id IN (SELECT id FROM jobs_job WHERE id = ANY(%(ids)s)
                AND state = 'running' AND terminate_requested_at IS NULL ORDER BY id FOR UPDATE)
            AND job.state = 'running' AND job.terminate_requested_at IS NULL""",
        answer="job.id",
        params={"ids": job_ids},
        actor=actor,
    )
    return [row[0] for row in rows]


def record_step(*, job_id: uuid.UUID, lease: uuid.UUID, step: str, actor: str) -> bool:
    """Write one step of a stop (`exception_raised`, `process_killed`) into the job's history."""
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
