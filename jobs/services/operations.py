"""Operations on many jobs: asked for, told of, cancelled. `operation_work` does what they are for."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Now

from accounts import audit
from accounts.roles import Actor
from foundation.errors import Conflict, NotFound, Problem
from jobs import ids
from jobs.models import Job, Operation, OperationPart
from jobs.services.control import need_operator
from jobs.states import OperationKind, OperationState

# A part is what a dispatcher takes in hand at a time.
PART_SIZE = 100
SHOWN_REFUSALS = 100
COUNTS = ("terminated", "requested", "already_ended", "created", "refused")


def begin(*, kind: OperationKind, jobs: QuerySet[Job], to_do: Q, actor: Actor) -> uuid.UUID:
    """Fixes which jobs it is about: those of `jobs` at this moment, of which `to_do` are left to be done.

    One statement, so that none is forgotten or counted twice that changes meanwhile. The caller holds a transaction.
    """
    all_sql, all_params = jobs.order_by().values("pk").query.sql_with_params()
    some_sql, some_params = jobs.filter(to_do).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH chosen (id) AS MATERIALIZED ({some_sql}), new AS MATERIALIZED (
                SELECT ({ids.start_in_sql("now()")} || %s)::uuid AS id
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
            [*some_params, ids.new_end(), kind, actor.name, *all_params],
        )
        operation_id, matched = cursor.fetchone()
    audit.record(actor, "operation_started", str(operation_id), {"kind": kind, "matched": matched})
    found: uuid.UUID = operation_id
    return found


def cancel(*, operation_id: uuid.UUID, actor: Actor) -> None:
    """Nothing more is begun; what was done stays. Harmless for one that is cancelled, Conflict for one that is done."""
    need_operator(actor)
    with transaction.atomic():
        running = Operation.objects.filter(pk=operation_id, state=OperationState.RUNNING)
        if running.update(state=OperationState.CANCELLED, ended_at=Now()):
            # Whoever has a part in hand has not stored it yet, or holds it until it is stored.
            OperationPart.objects.filter(operation=operation_id, finished=False).update(finished=True)
            audit.record(actor, "operation_cancelled", str(operation_id))
            return
    if _operation(operation_id).state == OperationState.DONE:
        raise Conflict(
            Problem("already_ended", "This operation is done: nothing is left to cancel.", "state")
        )


def shape(operation_id: uuid.UUID) -> dict[str, Any]:
    """Raises NotFound."""
    operation = _operation(operation_id)
    return shapes([operation])[0] | {"refusals": _refusals(operation)}


def shapes(operations: list[Operation]) -> list[dict[str, Any]]:
    """`done` and `refused` together are how far each is of its `matched`."""
    parts = OperationPart.objects.filter(operation__in=operations).order_by()
    summed = parts.values_list("operation").annotate(*map(Sum, COUNTS))
    counts = {operation: dict(zip(COUNTS, sums, strict=True)) for operation, *sums in summed}
    return [_shape(operation, counts.get(operation.pk, {})) for operation in operations]


def _shape(operation: Operation, summed: dict[str, int]) -> dict[str, Any]:
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


def _refusals(operation: Operation) -> list[dict[str, Any]]:
    """The first of them."""
    parts = operation.parts.filter(refused__gt=0).order_by("number").values_list("refusals", flat=True)
    told: list[dict[str, Any]] = []
    for refusals in parts[:SHOWN_REFUSALS]:
        told += refusals
        if len(told) >= SHOWN_REFUSALS:
            break
    return told[:SHOWN_REFUSALS]


def _operation(operation_id: uuid.UUID) -> Operation:
    found = Operation.objects.filter(pk=operation_id).first()
    if found is None:
        raise NotFound(Problem("not_found", f"There is no operation {operation_id}.", "operation_id"))
    return found
