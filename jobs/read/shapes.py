"""Converts rows of the job table into jobs as the API sends them (docs/api.md), ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.strict_json import dump_json
from jobs.read.history import fields_at
from jobs.read.visibility import EVERYTHING, Visibility, hide_contents
from jobs.read.waiting import WaitingFacts, waiting_reason

SHORT_PAYLOAD_BYTES = 4096

# Without `result`, which may be large.
LIST_COLUMNS = (
    "id", "template_id", "template_version", "state", "reason", "payload", "start_time", "created_at", "started_at",
    "terminated_at", "completion_percentage", "progress_message", "error", "attempt", "max_attempts", "priority",
    "queue", "worker", "created_by", "series_id", "rerun_of", "terminate_requested_at", "version", "failures",
    "claim_at", "limited", "withdrawals",  # for `waiting_reason`
)  # fmt: skip
WHOLE_COLUMNS = (*LIST_COLUMNS, "result")


def whole_job(
    row: Mapping[str, Any], *, facts: WaitingFacts, visibility: Visibility = EVERYTHING
) -> dict[str, Any]:
    """Returns a job as the API sends it by itself, with payload, result and error in full; `row` has WHOLE_COLUMNS.

    A reader who only sees that it ran (`visibility`) gets it without its contents.
    """
    result = row["result"]
    job = _job(row, facts) | {"result": result, "result_truncated": find_truncation(result)}
    if visibility.hides(row["template_id"], row["created_by"]):
        return hide_contents(job) | {"result_truncated": None}
    return job


def truncated_result(*, size: int, preview: str) -> dict[str, Any]:
    """Returns what is stored instead of a job's result that is too large: its size in bytes as JSON, its beginning."""
    return {"truncated": True, "bytes": size, "preview": preview}


def find_truncation(result: Any) -> dict[str, int] | None:
    """Returns `{"bytes"}`, the size of a result that `truncated_result` replaced; None if it is stored in full."""
    if not isinstance(result, dict) or result.keys() != {"truncated", "bytes", "preview"}:
        return None
    size, preview = result["bytes"], result["preview"]
    is_cut = result["truncated"] is True and isinstance(size, int) and isinstance(preview, str)
    return {"bytes": size} if is_cut else None


def listed_job(
    row: Mapping[str, Any], *, facts: WaitingFacts, visibility: Visibility = EVERYTHING
) -> dict[str, Any]:
    """Returns a job as in lists, events and websocket frames: without result and traceback, long payload truncated.

    A reader who only sees that it ran (`visibility`) gets it without its contents.
    """
    job = _job(row, facts)
    if visibility.hides(row["template_id"], row["created_by"]):
        return hide_contents(job)
    if job["error"]:
        job["error"] = {key: value for key, value in job["error"].items() if key != "traceback"}
    if (
        len(str(row["payload"])) > SHORT_PAYLOAD_BYTES // 4
        and len(dump_json(row["payload"])) > SHORT_PAYLOAD_BYTES
    ):
        job["payload"] = _truncate_payload(row["payload"])
        job["truncated"] = True
    return job


def job_at_event(
    event: Mapping[str, Any], *, facts: WaitingFacts, visibility: Visibility = EVERYTHING
) -> dict[str, Any]:
    """Returns a job like `listed_job`, as it was right after an event; `event`: from `records.events_after`."""
    row = event["job"]
    return listed_job({**row, **fields_at(event, row)}, facts=facts, visibility=visibility)


def _job(row: Mapping[str, Any], facts: WaitingFacts) -> dict[str, Any]:
    return {
        "job_id": str(row["id"]),
        "job_type": row["template_id"],
        "template_version": row["template_version"],
        "state": row["state"],
        "reason": row["reason"],
        "payload": row["payload"],
        "start_time": row["start_time"],
        "created_at": row["created_at"],
        "started_at": row["started_at"],
        "terminated_at": row["terminated_at"],
        "completion_percentage": row["completion_percentage"],
        "progress_message": row["progress_message"],
        "error": row["error"],
        "attempt": row["attempt"],
        "max_attempts": row["max_attempts"],
        "priority": row["priority"],
        "queue": row["queue"],
        "worker": row["worker"],
        "created_by": row["created_by"],
        "series": row["series_id"] and str(row["series_id"]),
        "rerun_of": row["rerun_of"] and str(row["rerun_of"]),
        "terminate_requested_at": row["terminate_requested_at"],
        "waiting_reason": waiting_reason(row, facts),
        "version": row["version"],
        "hidden": False,
    }


def _truncate_payload(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Returns as many of the payload's first fields as fit into SHORT_PAYLOAD_BYTES."""
    short: dict[str, Any] = {}
    room = SHORT_PAYLOAD_BYTES
    for key, value in payload.items():
        room -= len(dump_json({key: value}))
        if room < 0:
            break
        short[key] = value
    return short
