"""Defines the JSON Schemas of REST responses about jobs and series, for the OpenAPI document and the UI's types."""

from __future__ import annotations

from typing import Any

from foundation.paging import page_schema
from jobs.services.upcoming import NEXT_STARTS
from jobs.states import OperationKind, OperationState, Reason, SeriesState, State
from templates_app.documents import ON_MISSED

Schema = dict[str, Any]


def object_of(**properties: Schema) -> Schema:
    """Returns the JSON Schema of an object that must have all these properties."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def nullable(schema: Schema) -> Schema:
    """Returns a copy of the JSON Schema that also allows null."""
    return {**schema, "type": [schema["type"], "null"]}


def array_of(item: Schema) -> Schema:
    """Returns the JSON Schema of an array whose items match the schema `item`."""
    return {"type": "array", "items": item}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
ID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
ANY: Schema = {}
STATE: Schema = {"type": "string", "enum": [state.value for state in State]}
ERROR: Schema = {
    "type": ["object", "null"],
    "properties": {"type": TEXT, "message": TEXT, "traceback": TEXT},
    "required": ["type", "message"],
}
_JOB: dict[str, Schema] = {
    "job_id": ID,
    "job_type": TEXT,
    "template_version": NUMBER,
    "state": STATE,
    "reason": {"type": ["string", "null"], "enum": [*(reason.value for reason in Reason), None]},
    "payload": {"type": ["object", "null"], "additionalProperties": True},
    "start_time": TIME,
    "created_at": TIME,
    "started_at": nullable(TIME),
    "terminated_at": nullable(TIME),
    "completion_percentage": NUMBER,
    "progress_message": nullable(TEXT),
    "error": ERROR,
    "attempt": NUMBER,
    "max_attempts": NUMBER,
    "priority": NUMBER,
    "queue": TEXT,
    "worker": nullable(TEXT),
    "created_by": TEXT,
    "series": nullable(ID),
    "rerun_of": nullable(ID),
    "terminate_requested_at": nullable(TIME),
    "waiting_reason": nullable(TEXT),
    "version": NUMBER,
    "hidden": {
        "type": "boolean",
        "description": "You may only see that it ran: payload, result, error and messages are null.",
    },
}
LISTED_JOB: Schema = object_of(**_JOB)
LISTED_JOB["properties"]["truncated"] = {
    "type": "boolean",
    "description": "Whether `payload` is shortened here; GET of the job returns all of it.",
}
_TRUNCATED: Schema = {
    **nullable(object_of(bytes=NUMBER)),
    "description": "Bytes of a result that was too large to store: `result` holds its beginning as `preview`.",
}
JOB: Schema = object_of(**_JOB, result=ANY, result_truncated=_TRUNCATED)
PAGE: Schema = page_schema(LISTED_JOB)
PAGE["properties"]["searched_until"] = {
    **nullable(TIME),
    "description": "With `search`, and where a filter takes long: jobs created before were not looked at yet.",
}
COUNTS: Schema = object_of(
    counts=object_of(**{state.value: NUMBER for state in State}), capped={"type": "boolean"}
)
JOB_IDS: Schema = object_of(job_ids=array_of(ID))
EVENT: Schema = object_of(
    kind=TEXT,
    at=TIME,
    actor=TEXT,
    via={**nullable(TEXT), "description": "The door: api, ui, admin, cli; null for what the platform did."},
    address={**nullable(TEXT), "description": "The client's network address; for admins only."},
    attempt=NUMBER,
    state=STATE,
    worker=nullable(TEXT),
    completion_percentage=NUMBER,
    progress_message=nullable(TEXT),
    error=ERROR,
    detail=ANY,
)
HISTORY: Schema = page_schema(EVENT)
LOG: Schema = object_of(
    lines=array_of(object_of(n=NUMBER, time=TIME, level=TEXT, attempt=NUMBER, text=TEXT)), next=NUMBER
)
_CAPPED: Schema = {
    "type": "boolean",
    "description": "Whether more ended jobs than were counted may match: only in a dry run.",
}
STOP_REPORT: Schema = object_of(
    matched=NUMBER, terminated=NUMBER, requested=NUMBER, already_ended=NUMBER, capped=_CAPPED
)
_REFUSALS: Schema = array_of(
    object_of(job_id=ID, errors=array_of(object_of(code=TEXT, detail=TEXT, attr=nullable(TEXT))))
)
RERUN_REPORT: Schema = object_of(matched=NUMBER, capped=_CAPPED, created=array_of(ID), refused=_REFUSALS)
OPERATION_STARTED: Schema = object_of(
    operation={"type": "string", "format": "uri", "description": "The address of the operation."}
)
LISTED_OPERATION: Schema = object_of(
    id=ID,
    kind={"type": "string", "enum": [kind.value for kind in OperationKind]},
    state={"type": "string", "enum": [state.value for state in OperationState]},
    matched={**NUMBER, "description": "How many jobs were chosen."},
    done={**NUMBER, "description": "Of those: terminated, asked to stop, ended before, or run again."},
    terminated=NUMBER,
    requested=NUMBER,
    already_ended=NUMBER,
    created=NUMBER,
    refused=NUMBER,
    created_by=TEXT,
    created_at=TIME,
    ended_at=nullable(TIME),
)
OPERATION: Schema = object_of(
    **LISTED_OPERATION["properties"], refusals={**_REFUSALS, "description": "The first hundred."}
)
OPERATIONS: Schema = page_schema(LISTED_OPERATION)
FEED: Schema = object_of(
    results=array_of(object_of(notification_type=TEXT, seq=NUMBER, data=LISTED_JOB)), next=NUMBER
)
_RUN_KEYS = (
    "job_id", "state", "reason", "start_time", "started_at", "terminated_at", "terminate_requested_at",
)  # fmt: skip
_RUN: Schema = nullable(object_of(**{key: _JOB[key] for key in _RUN_KEYS}))
SERIES: Schema = object_of(
    id=ID,
    job_type=TEXT,
    payload={"type": ["object", "null"], "additionalProperties": True},
    hidden={"type": "boolean", "description": "You may only see that it runs: its payload is null."},
    pinned_version=nullable(NUMBER),
    every_seconds=nullable(NUMBER),
    crontab=nullable(TEXT),
    time_zone=TEXT,
    on_missed={"type": "string", "enum": list(ON_MISSED)},
    max_runs=nullable(NUMBER),
    owned_by_template={"type": "boolean"},
    created_by=TEXT,
    state={"type": "string", "enum": [state.value for state in SeriesState]},
    paused_reason={**nullable(TEXT), "description": "Why the series is paused, in a sentence."},
    paused_until={**nullable(TIME), "description": "When the series resumes by itself."},
    failures_in_row={
        **NUMBER,
        "description": "Failed runs since the last success or resume; one that was stopped does not count.",
    },
    next_start_time=nullable(TIME),
    run_count=NUMBER,
    last_job=nullable(ID),
    last_run={**_RUN, "description": "How that job ended."},
    live_run={**_RUN, "description": "The job that waits or runs."},
)
NEXT_RUNS: Schema = object_of(results=NEXT_STARTS)
ALL_SERIES: Schema = page_schema(SERIES)
WORKERS: Schema = page_schema(
    object_of(
        name=TEXT,
        host=TEXT,
        pid=NUMBER,
        queues=array_of(TEXT),
        slots=NUMBER,
        busy=NUMBER,
        started_at=TIME,
        seen_at=TIME,
    )
)
PROCESSES: Schema = page_schema(
    object_of(
        kind={"type": "string", "enum": ["beat", "dispatcher", "web", "worker"]},
        name=TEXT,
        host=TEXT,
        pid=NUMBER,
        version=TEXT,
        started_at=TIME,
        seen_at=TIME,
        problems=array_of(object_of(code=TEXT, detail=TEXT)),
    )
)
QUEUES: Schema = page_schema(
    object_of(queue=TEXT, waiting=NUMBER, oldest_seconds={"type": ["number", "null"]}, workers=NUMBER)
)
