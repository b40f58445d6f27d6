"""From an event's row to the JSON that browsers get."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.live.frames import event_body, frame, notification_type
from jobs.read.waiting import WaitingFacts
from jobs.states import EventKind, State
from tests.factories import job_row

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
FACTS = WaitingFacts(NOW, frozenset({"default"}))


def event(kind: str, state: str = State.SCHEDULED, **more: Any) -> dict[str, Any]:
    return {
        "seq": 7,
        "kind": kind,
        "version": 1,
        "attempt": 0,
        "at": NOW,
        "actor": "",
        "snapshot": None,
        "job": job_row(NOW, state=state),
        "lines": [],
    } | more


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (EventKind.CREATED, "job_created"),
        (EventKind.STARTED, "job_started"),
        (EventKind.PROGRESS, "job_progress"),
        (EventKind.TERMINATED, "job_terminated"),
        (EventKind.LOG, "job_log"),
        (EventKind.RETRY, "job_progress"),
        (EventKind.WITHDRAWN, "job_progress"),
        (EventKind.CHANGED, "job_progress"),
        (EventKind.TERMINATE_REQUESTED, "job_progress"),
        (EventKind.TERMINATE_STEP, "job_progress"),
        (EventKind.QUEUED, "job_progress"),
    ],
)
def test_each_change_is_told_by_a_notification_of_the_contract(kind: str, shown: str) -> None:
    assert notification_type(kind) == shown


def test_a_frame_has_its_notification_its_number_and_the_job() -> None:
    made = frame(event(EventKind.STARTED, State.RUNNING), facts=FACTS)
    assert made is not None
    written = json.loads(made.text)
    assert sorted(written) == ["data", "notification_type", "seq"]
    assert (written["notification_type"], written["seq"]) == ("job_started", 7)
    assert written["data"]["job_id"] == str(uuid.UUID(int=1))
    assert written["data"]["state"] == "running"
    assert (made.seq, made.kind, made.job_type) == (7, "job_started", "otp_send_job")
    assert made.job_id == str(uuid.UUID(int=1))


def test_the_news_that_a_job_was_queued_is_not_sent_when_it_runs_already() -> None:
    stale = event(EventKind.QUEUED, State.QUEUED) | {"job": job_row(NOW, state=State.RUNNING)}
    assert frame(stale, facts=FACTS) is None
    assert frame(event(EventKind.QUEUED, State.QUEUED), facts=FACTS) is not None


def test_the_feed_has_that_news_all_the_same() -> None:
    stale = event(EventKind.QUEUED, State.QUEUED) | {"job": job_row(NOW, state=State.RUNNING)}
    body = event_body(stale, facts=FACTS)
    assert (body["notification_type"], body["seq"], body["data"]["state"]) == ("job_progress", 7, "queued")


def test_a_log_frame_brings_the_lines_and_where_to_read_on() -> None:
    lines = [
        {"n": n, "time": "2026-01-31T12:00:00Z", "level": "info", "attempt": 1, "text": "x"} for n in (4, 5)
    ]
    made = frame(event(EventKind.LOG, State.RUNNING, snapshot={}, lines=lines), facts=FACTS)
    assert made is not None
    data = json.loads(made.text)["data"]
    assert (data["lines"], data["next"]) == (lines, 5)
    assert data["state"] == "running"


def test_a_frame_shows_no_result_and_no_traceback() -> None:
    failed = job_row(NOW, state=State.FAILED, error={"type": "E", "message": "m", "traceback": "line 1"})
    made = frame(event(EventKind.TERMINATED, State.FAILED, job=failed), facts=FACTS)
    assert made is not None
    data = json.loads(made.text)["data"]
    assert data["error"] == {"type": "E", "message": "m"}
    assert "result" not in data
