"""The bodies of the jobs routes as JSON Schemas: what `read_body` checks and what the OpenAPI document shows."""

from __future__ import annotations

from typing import Any

from jobs.services.submit import LONGEST_DELAY_SECONDS, MOST_JOBS_AT_ONCE
from jobs.states import State
from templates_app.documents import MOST, ON_MISSED
from templates_app.timing import LONGEST_CRONTAB, TEN_YEARS

Schema = dict[str, Any]


def _closed(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_ID: Schema = {"type": "string", "format": "uuid"}
_TIME: Schema = {"type": "string", "format": "date-time"}

NEW_JOB = _closed(
    {
        "job_type": {"type": "string", "title": "job_type", "description": "Which template to run."},
        "payload": {"description": "Values for the template's payload_schema; what is absent takes its default."},
        "start_in_seconds": {
            "type": "number", "minimum": 0, "maximum": LONGEST_DELAY_SECONDS, "title": "start_in_seconds",
            "description": "Due so long from now; without it the template's own delay.",
        },
        "start_at": {**_TIME, "title": "start_at", "description": "Due then; a time in the past is now."},
        "priority": {"type": "integer", "minimum": 0, "maximum": 9, "title": "priority"},
    },
    required=("job_type",),
)  # fmt: skip
BULK = _closed(
    {"jobs": {"type": "array", "items": NEW_JOB, "minItems": 1, "maxItems": MOST_JOBS_AT_ONCE}},
    required=("jobs",),
)
RERUN = _closed({"payload": {"description": "Instead of the old job's payload."}})
PROGRESS = _closed(
    {
        "completion_percentage": {"type": "integer", "minimum": 0, "maximum": 100},
        "message": {"type": "string", "maxLength": 8192},
    },
    required=("completion_percentage",),
)
SERIES_CHANGES = _closed(
    {
        "payload": {"description": "As of a job; null: the template's defaults, whatever they are then."},
        "every_seconds": {
            "type": "integer", "minimum": 1, "maximum": TEN_YEARS, "description": "The pause after each run.",
        },
        "crontab": {"type": "string", "minLength": 9, "maxLength": LONGEST_CRONTAB},
        "time_zone": {"type": "string", "description": "Of the crontab, such as Europe/Berlin."},
        "on_missed": {
            "type": "string", "enum": list(ON_MISSED),
            "description": "What a crontab's time is worth that passed while nothing ran.",
        },
        "max_runs": {"type": ["integer", "null"], "minimum": 1, "maximum": MOST},
    }
)  # fmt: skip
NEW_SERIES = _closed(
    {"job_type": NEW_JOB["properties"]["job_type"], **SERIES_CHANGES["properties"]}, required=("job_type",)
)
_STATE: Schema = {"type": "string", "enum": [state.value for state in State]}
_ONE_OR_MORE_STATES: Schema = {"oneOf": [_STATE, {"type": "array", "items": _STATE}]}
_ONE_OR_MORE_TEXTS: Schema = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
FILTER = _closed(
    {
        "state": _ONE_OR_MORE_STATES,
        "job_type": _ONE_OR_MORE_TEXTS,
        "created_after": _TIME,
        "created_before": _TIME,
        "created_by": {"type": "string"},
        "series": _ID,
        "search": {"type": "string"},
    }
)
TERMINATE_MANY = _closed(
    {
        "ids": {"type": "array", "items": _ID, "maxItems": MOST_JOBS_AT_ONCE},
        "filter": FILTER,
        "dry_run": {"type": "boolean"},
    }
)
