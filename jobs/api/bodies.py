"""Defines the JSON Schemas of request bodies about jobs and series, for `read_body` and the OpenAPI document."""

from __future__ import annotations

from typing import Any

from jobs.services.preparing import MAX_DELAY_SECONDS
from jobs.services.submit import MAX_JOBS_AT_ONCE
from jobs.states import Reason, State
from templates_app.crontab_faults import MAX_LINE_LENGTH
from templates_app.documents import MAX_INT32, ON_MISSED
from templates_app.timing import TEN_YEARS

Schema = dict[str, Any]


def _closed_object(
    properties: dict[str, Schema], required: tuple[str, ...] = (), examples: list[Any] | None = None
) -> Schema:
    """Returns the JSON Schema of an object that allows no other properties; `examples` suit the example templates."""
    shown = {"examples": examples} if examples else {}
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **shown,
    }


_ID: Schema = {"type": "string", "format": "uuid"}
_TIME: Schema = {"type": "string", "format": "date-time"}

NEW_JOB = _closed_object(
    {
        "job_type": {"type": "string", "title": "job_type", "description": "Which template to run."},
        "payload": {"description": "Values for the template's payload_schema; what is absent takes its default."},
        "start_in_seconds": {
            "type": "number", "minimum": 0, "maximum": MAX_DELAY_SECONDS, "title": "start_in_seconds",
            "description": "The job is due this many seconds from now; default: the template's delay.",
        },
        "start_at": {**_TIME, "title": "start_at", "description": "When the job is due; a time in the past means now."},
        "priority": {"type": "integer", "minimum": 0, "maximum": 9, "title": "priority"},
    },
    required=("job_type",),
    examples=[
        {"job_type": "otp_send_job", "payload": {"user_id": 7}},
        {"job_type": "otp_send_job", "payload": {"user_id": 7}, "start_in_seconds": 90, "priority": 5},
        {"job_type": "otp_send_job", "start_at": "2026-01-31T12:00:00+01:00"},
    ],
)  # fmt: skip
BULK = _closed_object(
    {"jobs": {"type": "array", "items": NEW_JOB, "minItems": 1, "maxItems": MAX_JOBS_AT_ONCE}},
    required=("jobs",),
    examples=[
        {
            "jobs": [
                {"job_type": "otp_send_job", "payload": {"user_id": 7}},
                {"job_type": "otp_send_job", "payload": {"user_id": 8}},
            ]
        }
    ],
)
RERUN = _closed_object({"payload": {"description": "Instead of the old job's payload."}}, examples=[{}])
PROGRESS = _closed_object(
    {
        "completion_percentage": {"type": "integer", "minimum": 0, "maximum": 100},
        "message": {"type": "string", "maxLength": 8192},
    },
    required=("completion_percentage",),
    examples=[{"completion_percentage": 40, "message": "half of the files are there"}],
)
SERIES_CHANGES = _closed_object(
    {
        "payload": {"description": "The payload of each job; null: the template's defaults at that time."},
        "every_seconds": {
            "type": "integer", "minimum": 1, "maximum": TEN_YEARS, "description": "The pause after each run.",
        },
        "crontab": {
            "type": "string", "minLength": 1, "maxLength": MAX_LINE_LENGTH,
            "description": "Five fields such as 30 2 * * 1-5, or @hourly, @daily, @weekly, @monthly, @yearly.",
        },
        "time_zone": {"type": "string", "description": "The crontab's time zone, such as Europe/Berlin."},
        "on_missed": {
            "type": "string", "enum": list(ON_MISSED),
            "description": "Whether a crontab time that passed while no dispatcher ran is skipped or run late, once.",
        },
        "max_runs": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_INT32},
    },
    examples=[{"every_seconds": 3600}, {"crontab": "30 6 * * 1-5", "time_zone": "Europe/Berlin"}],
)  # fmt: skip
NEW_SERIES = _closed_object(
    {"job_type": NEW_JOB["properties"]["job_type"], **SERIES_CHANGES["properties"]},
    required=("job_type",),
    examples=[
        {"job_type": "otp_send_job", "payload": {"user_id": 7}, "every_seconds": 86400, "max_runs": 3},
        {"job_type": "otp_send_job", "crontab": "30 6 * * 1-5", "time_zone": "Europe/Berlin"},
    ],
)
NEXT_RUNS_OF = _closed_object(
    NEW_SERIES["properties"],
    examples=[*NEW_SERIES["examples"], {"crontab": "@daily", "time_zone": "Europe/Berlin"}],
)
PAUSE = _closed_object(
    {
        "until": {
            **_TIME,
            "description": "When the series resumes by itself; without it, somebody has to resume it.",
        }
    },
    examples=[{}, {"until": "2035-01-31T12:00:00Z"}],
)
_STATE: Schema = {"type": "string", "enum": [state.value for state in State]}
_ONE_OR_MORE_STATES: Schema = {"oneOf": [_STATE, {"type": "array", "items": _STATE}]}
_ONE_OR_MORE_TEXTS: Schema = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
FILTER = _closed_object(
    {
        "state": _ONE_OR_MORE_STATES,
        "job_type": _ONE_OR_MORE_TEXTS,
        "queue": _ONE_OR_MORE_TEXTS,
        "created_after": _TIME,
        "created_before": _TIME,
        "ended_after": _TIME,
        "ended_before": _TIME,
        "created_by": {"type": "string"},
        "series": _ID,
        "rerun_of": _ID,
        "reason": {"type": "string", "enum": [reason.value for reason in Reason]},
        "search": {"type": "string"},
    }
)
_CHOICE: dict[str, Schema] = {
    "ids": {"type": "array", "items": _ID, "maxItems": MAX_JOBS_AT_ONCE},
    "filter": FILTER,
    "all": {"const": True, "description": "All jobs; cannot be combined with ids or filter."},
    "dry_run": {"type": "boolean"},
}
_CHOICES = [
    {"filter": {"state": ["scheduled", "queued"], "job_type": "otp_send_job"}, "dry_run": True},
    {"ids": ["0199d6a0-0000-7000-8000-000000000001"]},
    {"all": True, "dry_run": True},
]
TERMINATE_MANY = _closed_object(_CHOICE, examples=_CHOICES)
RERUN_MANY = _closed_object(_CHOICE, examples=_CHOICES)
