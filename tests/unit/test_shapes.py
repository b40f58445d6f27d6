"""How a job looks from outside."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from foundation.strict_json import dump_json
from jobs.read.shapes import SHORT_PAYLOAD_BYTES, job_at_event, listed_job, truncated_result, whole_job
from jobs.read.waiting import WaitingFacts
from jobs.states import State
from tests.factories import JOB_KEYS, LISTED_KEYS, job_row

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
FACTS = WaitingFacts(NOW, frozenset({"default"}))


def row(**changed: Any) -> dict[str, Any]:
    return job_row(NOW, **changed)


def listed(**changed: Any) -> dict[str, Any]:
    return listed_job(row(**changed), facts=FACTS)


def test_a_whole_job_has_every_key_of_the_contract() -> None:
    job = whole_job(row(result={"sent": True}), facts=FACTS)
    assert set(job) == JOB_KEYS
    assert job["job_id"] == str(uuid.UUID(int=1))
    assert job["job_type"] == "otp_send_job"
    assert job["result"] == {"sent": True}


def test_a_result_that_was_cut_says_so_and_how_large_it_was() -> None:
    job = whole_job(row(result=truncated_result(size=300_000, preview='["x')), facts=FACTS)
    assert job["result_truncated"] == {"bytes": 300_000}
    assert job["result"]["preview"] == '["x'


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        "truncated",
        {"truncated": True},
        {"truncated": True, "bytes": 5},
        {"truncated": False, "bytes": 5, "preview": ""},
        {"truncated": True, "bytes": "5", "preview": ""},
        {"truncated": True, "bytes": 5, "preview": "", "more": 1},
    ],
    ids=["none", "list", "text", "one_key", "no_preview", "says_no", "size_is_a_text", "more_keys"],
)
def test_a_result_that_only_speaks_of_truncation_was_not_cut(result: Any) -> None:
    assert whole_job(row(result=result), facts=FACTS)["result_truncated"] is None


def test_a_listed_job_leaves_out_the_result_and_the_traceback() -> None:
    job = listed(error={"type": "ValueError", "message": "no", "traceback": "line 1"})
    assert set(job) == LISTED_KEYS
    assert job["error"] == {"type": "ValueError", "message": "no"}


def test_a_job_without_a_failure_has_null_for_its_error() -> None:
    assert listed()["error"] is None
    assert whole_job(row(), facts=FACTS)["error"] is None


def test_ids_of_other_things_are_texts_or_null() -> None:
    other = uuid.UUID(int=2)
    job = listed(series_id=other, rerun_of=other)
    assert (job["series"], job["rerun_of"]) == (str(other), str(other))
    assert (listed()["series"], listed()["rerun_of"]) == (None, None)


def test_a_payload_up_to_4_kb_is_shown_whole() -> None:
    payload = {"text": "x" * (SHORT_PAYLOAD_BYTES - len(dump_json({"text": ""})))}
    job = listed(payload=payload)
    assert len(dump_json(payload)) == SHORT_PAYLOAD_BYTES
    assert job["payload"] == payload
    assert "truncated" not in job


def test_a_longer_payload_is_cut_to_the_fields_that_fit_and_marked() -> None:
    job = listed(payload={"first": 1, "long": "x" * SHORT_PAYLOAD_BYTES, "last": 2})
    assert job["payload"] == {"first": 1}
    assert job["truncated"] is True


def test_a_payload_is_measured_in_bytes_and_not_in_characters() -> None:
    job = listed(payload={"text": "\U0001f600" * (SHORT_PAYLOAD_BYTES // 4)})
    assert job["truncated"] is True


def test_a_whole_job_has_its_payload_whole_however_long() -> None:
    payload = {"long": "x" * 100_000}
    assert whole_job(row(payload=payload), facts=FACTS)["payload"] == payload


def event(kind: str, job: dict[str, Any], **columns: Any) -> dict[str, Any]:
    """An event of the first attempt, as `records.events_after` returns it."""
    empty = {"at": NOW, "actor": "", "snapshot": None, "detail": None}
    return {"seq": 1, "kind": kind, "version": 3, "attempt": 1, "job": job} | empty | columns


def test_an_event_shows_the_job_as_it_was_then() -> None:
    then = NOW - timedelta(minutes=1)
    now = row(state=State.SUCCEEDED, version=5, worker="another", completion_percentage=100)
    job = job_at_event(event("job_started", now, at=then, actor="worker-1"), facts=FACTS)
    assert (job["state"], job["version"], job["attempt"]) == ("running", 3, 1)
    assert (job["worker"], job["completion_percentage"]) == ("worker-1", 0)
    written = json.loads(dump_json(job))
    assert written["started_at"] == "2026-01-31T11:59:00Z"
    assert written["created_at"] == "2026-01-31T12:00:00Z"
    assert "result" not in job


def test_a_snapshot_as_postgres_writes_its_times_can_be_read() -> None:
    snapshot = {"start_time": "2026-01-31T12:00:00.12+00:00"}
    job = job_at_event(event("job_created", row(), snapshot=snapshot), facts=FACTS)
    assert job["start_time"] == NOW + timedelta(milliseconds=120)
