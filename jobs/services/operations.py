"""Starts, describes and cancels operations, which terminate or re-run many jobs; `operation_work` carries them out."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Now

from accounts import audit
from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import Conflict, NotFound, Problem
from jobs import ids
from jobs.models import Job, Operation, OperationPart
from jobs.read.visibility import visibility_of
from jobs.states import OperationKind, OperationState
from templates_app.access import require_somewhere

# How many jobs a dispatcher leases at a time.
PART_SIZE = 100
MAX_SHOWN_REFUSALS = 100
COUNTS = ("terminated", "requested", "already_ended", "created", "refused")


def begin(*, kind: OperationKind, jobs: QuerySet[Job], to_do: Q, actor: Actor) -> uuid.UUID:
    """Creates an operation on the jobs that the query `jobs` finds now, in the caller's transaction; returns its id.

    Jobs that do not match `to_do` are only counted. One statement with one snapshot does all, so that a job that
    changes meanwhile is neither missed nor counted twice.
    """
    all_sql, all_params = jobs.order_by().values("pk").query.sql_with_params()
    some_sql, some_params = jobs.filter(to_do).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH chosen (id) AS MATERIALIZED ({some_sql}), new AS MATERIALIZED (
                SELECT ({ids.prefix_sql("now()")} || %s)::uuid AS id
            ), operation AS (
                INSERT INTO jobs_operation (id, kind, state, ended_at, created_by, matched, ended_before)
                SELECT new.id, %s,
                    CASE WHEN left_to_do.number > 0 THEN '{OperationState.RUNNING}' ELSE '{OperationState.DONE}' END,
                    CASE WHEN left_to_do.number > 0 THEN NULL ELSE now() END,
                    %s, counted.matched, counted.matched - left_to_do.number
                FROM new, (SELECT count(*) AS number FROM chosen) AS left_to_do,
                    (SELECT count(*) AS matched FROM ({all_sql}) AS matching) AS counted
                RETURNING id, matched
            ), parts AS (
                INSERT INTO jobs_operationpart (operation_id, number, job_ids)
                SELECT new.id, numbered.part, array_agg(numbered.id ORDER BY numbered.id) FROM new, (
                    SELECT chosen.id, (row_number() OVER (ORDER BY chosen.id) - 1) / {PART_SIZE} AS part FROM chosen
                ) AS numbered GROUP BY new.id, numbered.part ORDER BY numbered.part
            )
            SELECT id, matched FROM operation""",  # noqa: S608 - constants, and what Django made of a filter
            [*some_params, ids.new_suffix(), kind, actor.name, *all_params],
        )
        operation_id, matched = cursor.fetchone()
    after = {"kind": kind, "matched": matched}
    audit.record(actor, "operation_started", f"operation:{operation_id}", after=after)
    found: uuid.UUID = operation_id
    return found


def cancel(*, operation_id: uuid.UUID, actor: Actor) -> None:
    """Cancels an operation: what was done stays done, the remaining jobs stay as they are. May be repeated.

    Raises Forbidden, NotFound, also for an operation that the actor does not see, and Conflict if it is done.
    """
    require_somewhere(actor, JobRight.RUN)
    _get_operation(operation_id, actor)
    with transaction.atomic():
        running = Operation.objects.filter(pk=operation_id, state=OperationState.RUNNING)
        if running.update(state=OperationState.CANCELLED, ended_at=Now()):
            # A dispatcher that works on a part either stores it later, and then changes nothing, or holds its lock.
            OperationPart.objects.filter(operation=operation_id, finished=False).update(finished=True)
            audit.record(actor, "operation_cancelled", f"operation:{operation_id}")
            return
    if _get_operation(operation_id, actor).state == OperationState.DONE:
        raise Conflict(
            Problem("already_ended", "This operation is done: nothing is left to cancel.", "state")
        )


def seen_operations(actor: Actor) -> QuerySet[Operation]:
    """Returns the operations that the actor sees: all if the actor reads every job, or else those it started."""
    if visibility_of(actor).is_complete:
        return Operation.objects.all()
    return Operation.objects.filter(created_by=actor.name)


def describe(operation_id: uuid.UUID, actor: Actor) -> dict[str, Any]:
    """Returns an operation as the API sends it, with the first MAX_SHOWN_REFUSALS refusals. Raises NotFound."""
    operation = _get_operation(operation_id, actor)
    return describe_all([operation])[0] | {"refusals": _first_refusals(operation)}


def describe_all(operations: list[Operation]) -> list[dict[str, Any]]:
    """Returns operations as the API sends them; of `matched` jobs, `done` + `refused` have been processed so far."""
    parts = OperationPart.objects.filter(operation__in=operations).order_by()
    summed = parts.values_list("operation").annotate(*map(Sum, COUNTS))
    counts = {operation: dict(zip(COUNTS, sums, strict=True)) for operation, *sums in summed}
    return [_describe(operation, counts.get(operation.pk, {})) for operation in operations]


def _describe(operation: Operation, summed: dict[str, int]) -> dict[str, Any]:
    counts = {name: summed.get(name, 0) for name in COUNTS}
    counts["already_ended"] += operation.ended_before
    return {
        "id": str(operation.pk),
        "kind": operation.kind,
        "state": operation.state,
        "matched": operation.matched,
        "done": sum(counts.values()) - counts["refused"],
        **counts,
        "created_by": operation.created_by,
        "created_at": operation.created_at,
        "ended_at": operation.ended_at,
    }


def _first_refusals(operation: Operation) -> list[dict[str, Any]]:
    parts = operation.parts.filter(refused__gt=0).order_by("number").values_list("refusals", flat=True)
    first: list[dict[str, Any]] = []
    for refusals in parts[:MAX_SHOWN_REFUSALS]:
        first += refusals
        if len(first) >= MAX_SHOWN_REFUSALS:
            break
    return first[:MAX_SHOWN_REFUSALS]


def _get_operation(operation_id: uuid.UUID, actor: Actor) -> Operation:
    found = seen_operations(actor).filter(pk=operation_id).first()
    if found is None:
        raise NotFound(Problem("not_found", f"There is no operation {operation_id}.", "operation_id"))
    return found
