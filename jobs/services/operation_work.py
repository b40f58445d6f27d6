"""What operations on many jobs are for is done here, a part at a time, by any number of dispatchers.

A part is taken in hand for a while: if its dispatcher dies, another takes it again from where it was stored. Stopping
a job twice changes nothing. New jobs are created in the transaction that stores how far the part is, which only one
dispatcher can bring from one place to the next: so a job is run again once, whoever dies when.
"""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.roles import Actor, Right
from accounts.standing import actor_called
from foundation.errors import Forbidden, Problem
from foundation.strict_json import dump_json
from jobs import hints, transitions
from jobs.services import rerunning
from jobs.services.control import StopReport, terminate_jobs
from jobs.services.operations import SHOWN_REFUSALS
from jobs.services.rerunning import Refusals
from jobs.states import OperationKind, OperationState

IN_HAND_SECONDS = 30
# The handlers' own rules are asked for so long in a turn, then how far it is is stored.
JUDGE_SECONDS = 3.0


class Part(NamedTuple):
    """Jobs that are to be done next, from place `worked` on."""

    id: int
    operation_id: uuid.UUID
    kind: str
    created_by: str
    worked: int
    job_ids: list[uuid.UUID]


# Of each operation the lowest number first, so that a small one does not wait for all of a large one. A time that
# lies too far ahead is left from before Postgres's clock went back.
_TAKE = f"""
    UPDATE jobs_operationpart AS part SET free_at = clock_timestamp() + interval '{IN_HAND_SECONDS} s'
    FROM jobs_operation AS operation
    WHERE operation.id = part.operation_id AND part.id = (
        SELECT id FROM jobs_operationpart WHERE NOT finished
            AND (free_at <= clock_timestamp() OR free_at > clock_timestamp() + interval '{2 * IN_HAND_SECONDS} s')
        ORDER BY number, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING part.id, part.operation_id, operation.kind, operation.created_by, part.worked,
        part.job_ids[part.worked + 1 :]"""  # noqa: S608 - a constant
_HOLD = """SELECT id FROM jobs_operationpart WHERE id = %(id)s AND worked = %(worked)s AND NOT finished FOR UPDATE"""
_STORE = """
    UPDATE jobs_operationpart SET worked = worked + %(number)s,
        finished = finished OR worked + %(number)s >= cardinality(job_ids), free_at = clock_timestamp(),
        terminated = terminated + %(terminated)s, requested = requested + %(requested)s,
        already_ended = already_ended + %(already_ended)s, created = created + %(created)s,
        refused = refused + %(refused)s, refusals = refusals || %(refusals)s::jsonb
    WHERE id = %(id)s AND worked = %(worked)s"""
_END = f"""
    UPDATE jobs_operation AS operation SET state = '{OperationState.DONE}', ended_at = now()
    WHERE operation.state = '{OperationState.RUNNING}' AND NOT EXISTS (
        SELECT FROM jobs_operationpart WHERE operation_id = operation.id AND NOT finished)"""  # noqa: S608
_GIVE_BACK = (
    "UPDATE jobs_operationpart SET free_at = clock_timestamp() WHERE id = %(id)s AND worked = %(worked)s"
)


def work() -> bool:
    """Does the next part, as far as it comes; False if there was none to do."""
    rows = _rows(_TAKE)
    if rows:
        part = Part(*rows[0])
        actor = actor_called(part.created_by)
        if actor is None or not actor.may(Right.OPERATE):
            _refuse(part)
        elif part.kind == OperationKind.TERMINATE:
            _terminate(part, actor)
        else:
            _rerun(part, actor)
    _run(_END)
    return bool(rows)


def _terminate(part: Part, actor: Actor) -> None:
    report = terminate_jobs(job_ids=part.job_ids, actor=actor, dry_run=False)
    _store(part, len(part.job_ids), report=report)


def _rerun(part: Part, actor: Actor) -> None:
    judged = rerunning.judge(part.job_ids, actor, seconds=JUDGE_SECONDS)
    number = len(part.job_ids) - len(judged.left)
    with transaction.atomic():
        if not _rows(_HOLD, part):
            return
        created = transitions.create_if_still(judged.jobs)
        if created is None:  # a template was changed meanwhile: all are judged anew
            _run(_GIVE_BACK, part)
            return
        _store(part, number, created=len(created), refused=judged.refused)
    hints.nudge()


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
    # What vanished meanwhile has ended long ago.
    gone = number - report.matched if report else 0
    report = report or StopReport()
    first = dict(list(refused.items())[:SHOWN_REFUSALS])
    _run(
        _STORE,
        part,
        number=number,
        terminated=report.terminated,
        requested=report.requested,
        already_ended=report.already_ended + gone,
        created=created,
        refused=len(refused),
        refusals=dump_json(rerunning.told(first)).decode(),
    )


def _run(sql: str, part: Part | None = None, **params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params | ({"id": part.id, "worked": part.worked} if part else {}))


def _rows(sql: str, part: Part | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"id": part.id, "worked": part.worked} if part else {})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
