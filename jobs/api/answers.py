"""The answers of the jobs routes as JSON Schemas, for the OpenAPI document and the UI's types."""

from __future__ import annotations

from typing import Any

from jobs.states import Reason, SeriesState, State
from templates_app.documents import ON_MISSED

Schema = dict[str, Any]


def shape(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def nullable(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def listed(item: Schema) -> Schema:
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
    "payload": {"type": "object", "additionalProperties": True},
    "start_time": TIME,
    "created_at": TIME,
    "started_at": nullable(TIME),
    "terminated_at": nullable(TIME),
    "completion_percentage": NUMBER,
    "progress_message": TEXT,
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
}
LISTED_JOB: Schema = shape(**_JOB)
LISTED_JOB["properties"]["truncated"] = {
    "type": "boolean",
    "description": "The payload is cut; the job itself has it whole.",
}
JOB: Schema = shape(**_JOB, result=ANY)
PAGE: Schema = shape(next=nullable(TEXT), previous=nullable(TEXT), results=listed(LISTED_JOB))
COUNTS: Schema = shape(counts=shape(**{state.value: NUMBER for state in State}), capped={"type": "boolean"})
JOB_IDS: Schema = shape(job_ids=listed(ID))
EVENT: Schema = shape(
    kind=TEXT,
    at=TIME,
    actor=TEXT,
    attempt=NUMBER,
    state=STATE,
    worker=nullable(TEXT),
    completion_percentage=NUMBER,
    progress_message=TEXT,
    error=ERROR,
    detail=ANY,
)
HISTORY: Schema = shape(results=listed(EVENT))
LOG: Schema = shape(
    lines=listed(shape(n=NUMBER, time=TIME, level=TEXT, attempt=NUMBER, text=TEXT)), next=NUMBER
)
STOP_REPORT: Schema = shape(matched=NUMBER, terminated=NUMBER, requested=NUMBER, already_ended=NUMBER)
FEED: Schema = shape(results=listed(shape(notification_type=TEXT, seq=NUMBER, data=LISTED_JOB)), next=NUMBER)
_RUN_KEYS = (
    "job_id", "state", "reason", "start_time", "started_at", "terminated_at", "terminate_requested_at",
)  # fmt: skip
_RUN: Schema = nullable(shape(**{key: _JOB[key] for key in _RUN_KEYS}))
SERIES: Schema = shape(
    id=ID,
    job_type=TEXT,
    payload={"type": ["object", "null"], "additionalProperties": True},
    pinned_version=nullable(NUMBER),
    every_seconds=nullable(NUMBER),
    crontab=nullable(TEXT),
    time_zone=TEXT,
    on_missed={"type": "string", "enum": list(ON_MISSED)},
    max_runs=nullable(NUMBER),
    owned_by_template={"type": "boolean"},
    created_by=TEXT,
    state={"type": "string", "enum": [state.value for state in SeriesState]},
    next_start_time=nullable(TIME),
    run_count=NUMBER,
    last_job=nullable(ID),
    last_run={**_RUN, "description": "How that job ended."},
    live_run={**_RUN, "description": "The job that waits or runs."},
)
ALL_SERIES: Schema = shape(results=listed(SERIES))
WORKERS: Schema = shape(
    results=listed(
        shape(
            name=TEXT,
            host=TEXT,
            pid=NUMBER,
            queues=listed(TEXT),
            slots=NUMBER,
            busy=NUMBER,
            started_at=TIME,
            seen_at=TIME,
        )
    )
)
QUEUES: Schema = shape(
    results=listed(shape(queue=TEXT, waiting=NUMBER, oldest_seconds=nullable(NUMBER), workers=NUMBER))
)
ERRORS: Schema = shape(
    type=TEXT,
    errors=listed(shape(code=TEXT, detail=TEXT, attr=nullable(TEXT))),
)
