"""Carries out operations (terminate or re-run many jobs), part by part, in any number of dispatchers.

A dispatcher leases a part for a while; if it dies, another one continues after the jobs that are stored as done. Each
job is run again exactly once: the transaction that creates the new jobs also stores how many are done, by a
compare-and-set. Terminating a job twice is harmless (idempotent).
"""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.actors import find_actor
from accounts.origin import Origin
from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import Forbidden, Problem
from foundation.strict_json import dump_json
from jobs import transitions, wakeup
from jobs.models import Job
from jobs.services import rerunning
from jobs.services.control import StopReport, terminate_jobs
from jobs.services.operations import MAX_SHOWN_REFUSALS
from jobs.services.rerunning import Refusals
from jobs.states import OperationKind, OperationState
from templates_app.access import refusal, types_with

PART_LEASE_SECONDS = 30
# How long the handlers validate payloads before the part's progress is stored.
VALIDATION_SECONDS = 3.0


class Part(NamedTuple):
    """Holds a leased part of an operation: the first `worked` of its jobs are done, `job_ids` are still to do."""

    id: int
    operation_id: uuid.UUID
    kind: str
    created_by: str
    worked: int
    job_ids: list[uuid.UUID]


# By number, so that all operations advance in round robin and a small one does not wait for all of a large one. A lease
# that ends too far ahead is from before Postgres's clock went back.
_LEASE = f"""
    UPDATE jobs_operationpart AS part SET free_at = clock_timestamp() + interval '{PART_LEASE_SECONDS} s'
    FROM jobs_operation AS operation
    WHERE operation.id = part.operation_id AND part.id = (
        SELECT id FROM jobs_operationpart WHERE NOT finished
            AND (free_at <= clock_timestamp() OR free_at > clock_timestamp() + interval '{2 * PART_LEASE_SECONDS} s')
        ORDER BY number, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING part.id, part.operation_id, operation.kind, operation.created_by, part.worked,
        part.job_ids[part.worked + 1 :]"""  # noqa: S608 - a constant
_LOCK = """SELECT id FROM jobs_operationpart WHERE id = %(id)s AND worked = %(worked)s AND NOT finished FOR UPDATE"""
_STORE = """
    UPDATE jobs_operationpart SET worked = worked + %(number)s,
        finished = finished OR worked + %(number)s >= cardinality(job_ids), free_at = clock_timestamp(),
        terminated = terminated + %(terminated)s, requested = requested + %(requested)s,
        already_ended = already_ended + %(already_ended)s, created = created + %(created)s,
        refused = refused + %(refused)s, refusals = refusals || %(refusals)s::jsonb
    WHERE id = %(id)s AND worked = %(worked)s"""
_FINISH = f"""
    UPDATE jobs_operation AS operation SET state = '{OperationState.DONE}', ended_at = now()
    WHERE operation.state = '{OperationState.RUNNING}' AND NOT EXISTS (
        SELECT FROM jobs_operationpart WHERE operation_id = operation.id AND NOT finished)"""  # noqa: S608
_RELEASE = (
    "UPDATE jobs_operationpart SET free_at = clock_timestamp() WHERE id = %(id)s AND worked = %(worked)s"
)


def work_on_next_part() -> bool:
    """Leases the next part of any operation and works on it, a few seconds at most; returns False if there is none."""
    rows = _fetch(_LEASE)
    if rows:
        part = Part(*rows[0])
        actor = _find_actor(part)
        needed = JobRight.STOP if part.kind == OperationKind.TERMINATE else JobRight.RUN
        if actor is None or not actor.may_somewhere(needed):
            _refuse(part)
        elif part.kind == OperationKind.TERMINATE:
            _terminate(part, actor)
        else:
            _rerun(part, actor)
    _execute(_FINISH)
    return bool(rows)


def _find_actor(part: Part) -> Actor | None:
    actor = find_actor(part.created_by)
    return actor and actor.coming_from(Origin(on_behalf_of=f"operation:{part.operation_id}"))


def _terminate(part: Part, actor: Actor) -> None:
    stoppable = types_with(actor, JobRight.STOP)
    types = Job.objects.filter(pk__in=part.job_ids).values_list("pk", "template_id")
    refused: Refusals = {
        job_id: Forbidden(refusal(actor, JobRight.STOP, job_type))
        for job_id, job_type in types
        if job_type not in stoppable
    }
    report = terminate_jobs(job_ids=part.job_ids, actor=actor, dry_run=False)
    _store(part, len(part.job_ids), report=report, refused=refused)


def _rerun(part: Part, actor: Actor) -> None:
    prepared = rerunning.prepare_reruns(part.job_ids, actor, seconds=VALIDATION_SECONDS)
    number = len(part.job_ids) - len(prepared.left)
    with transaction.atomic():
        if not _fetch(_LOCK, part):
            return
        created = transitions.create_all_if_current(prepared.jobs)
        if created is None:  # a template was changed meanwhile: the part is tried again
            _execute(_RELEASE, part)
            return
        _store(part, number, created=len(created), refused=prepared.refused)
    wakeup.wake_dispatchers()


def _refuse(part: Part) -> None:
    detail = f"{part.created_by}, who asked for this, may not do it any more."
    error = Forbidden(Problem("permission_denied", detail))
    _store(part, len(part.job_ids), refused=dict.fromkeys(part.job_ids, error))


def _store(
    part: Part,
    number: int,
    *,
    report: StopReport | None = None,
    created: int = 0,
    refused: Refusals | None = None,
) -> None:
    refused = refused or {}
    # Jobs that were deleted meanwhile had ended before.
    gone = number - report.matched - len(refused) if report else 0
    report = report or StopReport()
    first = dict(list(refused.items())[:MAX_SHOWN_REFUSALS])
    _execute(
        _STORE,
        part,
        number=number,
        terminated=report.terminated,
        requested=report.requested,
        already_ended=report.already_ended + gone,
        created=created,
        refused=len(refused),
        refusals=dump_json(rerunning.refusals_as_json(first)).decode(),
    )


def _execute(sql: str, part: Part | None = None, **params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params | ({"id": part.id, "worked": part.worked} if part else {}))


def _fetch(sql: str, part: Part | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"id": part.id, "worked": part.worked} if part else {})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
