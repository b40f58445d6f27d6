"""Builds the SQL that all transitions share: changes of live jobs that pass a guard, with an event for each.

There are two shapes: an UPDATE, and the end of a job, which moves its row from `jobs_live` to `jobs_ended`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from accounts.origin import Origin, Via
from accounts.roles import Actor
from jobs.models import EndedJob, LiveJob

# What an event stores of the job right after the change; `read.history` knows the rest. NULL if nothing differs.
SNAPSHOT = """nullif(jsonb_strip_nulls(jsonb_build_object(
    'reason', job.reason, 'start_time', nullif(job.start_time, job.created_at), 'started_at', job.started_at,
    'completion_percentage', nullif(job.completion_percentage, 0),
    'progress_message', nullif(job.progress_message, ''), 'error', job.error - 'traceback', 'worker', job.worker,
    'terminate_requested_at', job.terminate_requested_at)), '{}'::jsonb)"""
# The same for a job that is due since its creation or starts an attempt: all other fields are empty or known.
BRIEF_SNAPSHOT = """CASE WHEN job.start_time <> job.created_at
    THEN jsonb_build_object('start_time', job.start_time) END"""

EVENT_OF_CHANGED = f"""INSERT INTO jobs_event
    (job_id, at, version, attempt, kind, actor, via, address, snapshot, detail)
    SELECT job.id, clock_timestamp(), job.version, job.attempt, %(kind)s::text, %(actor)s::text, %(via)s::text,
        %(address)s::text, {SNAPSHOT}, %(detail)s::jsonb
    FROM changed AS job"""  # noqa: S608 - SNAPSHOT is a constant

# What an end changes; the other columns that both tables have are moved as they are. `outcome` has the parameters
# of `end_sql`.
_CHANGED_BY_AN_END = {
    "state": "outcome.state",
    "reason": "outcome.reason",
    # A waiting job that is terminated keeps the error of its last attempt. An attempt's start removes that error.
    "error": "coalesce(outcome.error, job.error)",
    "completion_percentage": "CASE WHEN outcome.state = 'succeeded' THEN 100 ELSE job.completion_percentage END",
    "failures": "job.failures + outcome.failures",
    "losses": "job.losses + outcome.losses",
    "interruptions": "job.interruptions + outcome.interruptions",
    "terminate_requested_at": "CASE WHEN outcome.stop THEN now() ELSE job.terminate_requested_at END",
    "version": "job.version + 1",
    # A job of a batch began later than it was claimed, and its end is stored later than it came.
    "started_at": """CASE WHEN outcome.began_ago IS NULL THEN job.started_at
        ELSE clock_timestamp() - outcome.began_ago * interval '1 s' END""",
}
_ENDED = [str(field.column) for field in EndedJob._meta.concrete_fields]
_LIVE = {field.column for field in LiveJob._meta.concrete_fields}
_MOVED = [name for name in _ENDED if name in _LIVE and name not in _CHANGED_BY_AN_END]
_MOVE = f"""ended AS (
        INSERT INTO jobs_ended ({", ".join(_MOVED)}, {", ".join(_CHANGED_BY_AN_END)}, terminated_at, result)
        SELECT {", ".join(f"job.{name}" for name in _MOVED)}, {", ".join(_CHANGED_BY_AN_END.values())},
            clock_timestamp() - outcome.ended_ago * interval '1 s', outcome.result
        FROM gone AS job JOIN outcome ON {{is_its_outcome}}
        RETURNING *
    ), told AS (
        INSERT INTO jobs_event (job_id, at, version, attempt, kind, actor, via, address, detail)
        SELECT job.id, job.terminated_at, job.version, job.attempt, 'job_terminated', {{actor}}, {{via}}, {{address}},
            {{behind}}
        FROM ended AS job
    )"""  # noqa: S608 - constants
_END = """outcome AS (
        SELECT %(state)s::text AS state, %(reason)s::text AS reason, %(error)s::jsonb AS error,
            %(result)s::jsonb AS result, %(failures)s::int AS failures, %(losses)s::int AS losses,
            %(interruptions)s::int AS interruptions, %(stop)s::boolean AS stop, NULL::float8 AS began_ago,
            0::float8 AS ended_ago
    ), gone AS (
        DELETE FROM jobs_live AS job WHERE {where} RETURNING job.*
    ), {move}"""
# Rows are locked in the order of their ids, as all statements do that lock several. `|| ''`: see MINE in running.py.
_END_MANY = """outcome AS MATERIALIZED (
        SELECT done.*, 'succeeded' AS state, NULL::text AS reason, NULL::jsonb AS error, 0 AS failures, 0 AS losses,
            0 AS interruptions, false AS stop
        FROM jsonb_to_recordset(%(successes)s::jsonb)
            AS done(id uuid, lease uuid, result jsonb, began_ago float8, ended_ago float8)
    ), held AS MATERIALIZED (
        SELECT job.id FROM jobs_live AS job LEFT JOIN outcome
            ON job.id = outcome.id AND job.lease = outcome.lease AND job.state || '' = 'running'
        WHERE job.id = ANY(string_to_array(%(locked)s::text, ',')::uuid[])
            AND (outcome.id IS NOT NULL OR {is_held_too}) ORDER BY job.id FOR UPDATE OF job
    ), gone AS (
        DELETE FROM jobs_live AS job USING held, outcome
        WHERE job.id = held.id AND job.id = outcome.id AND job.lease = outcome.lease AND job.state || '' = 'running'
        RETURNING job.*
    ), {move}"""


def change(
    *,
    kind: str,
    sets: str,
    where: str,
    answer: str,
    params: Mapping[str, Any],
    actor: Actor | str = "",
    detail: Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """Updates the live jobs that match `where`, with an event of `kind` for each; returns the columns `answer` of each.

    `sets`, `where` and `answer` are SQL written in this package, never user input; values are passed in `params`.
    """
    changed = update_sql(sets=sets, where=where)
    sql = f"WITH changed AS ({changed}), recorded AS ({EVENT_OF_CHANGED}) SELECT {answer} FROM changed AS job"  # noqa: S608
    detail = {**(detail or {}), **who_is_behind(actor)} or None
    return run(sql, {**params, "kind": kind, **who_params(actor), "detail": as_json(detail)})


def update_sql(*, sets: str, where: str) -> str:
    """Returns the SQL that updates the live jobs that match `where`, without events. The table's alias is `job`."""
    return f"UPDATE jobs_live AS job SET {sets}, version = job.version + 1 WHERE {where} RETURNING job.*"  # noqa: S608 - SQL of this package


def end_sql(*, where: str) -> str:
    """Returns SQL for a WITH clause that ends the jobs that match `where`, with their events; `ended` are their rows.

    Its SQL parameters are those of `where`, `outcome_params` and `who_params`, and `behind`: `who_is_behind` as JSON.
    """
    who = {name: f"%({name})s::text" for name in ("actor", "via", "address")}
    move = _MOVE.format(is_its_outcome="true", behind="%(behind)s::jsonb", **who)
    return _END.format(where=where, move=move)


def end_many_sql(*, actor: str, is_held_too: str = "false") -> str:
    """Returns SQL for a WITH clause that stores successes of many attempts, with events; `ended` are the jobs' rows.

    `held` are the ids of these jobs, and of those that match the condition `is_held_too`: all are locked by then, in
    the order of their ids. Its SQL parameters are `successes`, a JSON array of `{"id", "lease", "result", "began_ago",
    "ended_ago"}`, and `locked`, the ids of all these jobs with commas between. `actor`: SQL for the events' actor.
    """
    move = _MOVE.format(
        is_its_outcome="outcome.id = job.id", actor=actor, via="NULL", address="NULL", behind="NULL"
    )
    return _END_MANY.format(is_held_too=is_held_too, move=move)


def who_params(actor: Actor | str) -> dict[str, str | None]:
    """Returns the SQL parameters that say who makes a change and from where.

    A name stands for a part of the platform, whose changes come through no door.
    """
    name, door = (actor, None) if isinstance(actor, str) else (actor.name, actor.door)
    return {
        "actor": name,
        "via": door.via.value if door else None,
        "address": door.address if door else None,
    }


def who_is_behind(actor: Actor | str) -> dict[str, str]:
    """Returns what `behind_of` does of an actor's origin."""
    return {} if isinstance(actor, str) else behind_of(actor.door)


def behind_of(door: Origin | None) -> dict[str, str]:
    """Returns, for an event's detail, who typed a command with `--as`; an empty dict for all other changes."""
    is_told = door is not None and door.via == Via.CLI and door.on_behalf_of
    return {"on_behalf_of": door.on_behalf_of} if door and is_told else {}


def outcome_params(
    *,
    state: str,
    reason: str | None = None,
    error: Any = None,
    result: Any = None,
    counted: str = "",
    stop: bool = False,
) -> dict[str, Any]:
    """Returns the SQL parameters of `end_sql`.

    `counted`: which column the end increases: failures, losses, interruptions or none. `stop`: the end is a stop that
    nobody had requested before.
    """
    return {
        "state": state,
        "reason": reason,
        "error": as_json(error),
        "result": as_json(result),
        "stop": stop,
        **{name: int(name == counted) for name in ("failures", "losses", "interruptions")},
    }


def run(sql: str, params: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Executes an SQL statement and returns its rows; an empty list if it has no result."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def as_json(value: Any) -> str | None:
    """Encodes a parameter for a jsonb column; None stays None, which is stored as SQL NULL."""
    return None if value is None else json.dumps(value)
