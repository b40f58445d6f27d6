"""GET /api/v1/events/?after=SEQ"""

from __future__ import annotations

import time
from typing import Any

import pytest

from jobs import transitions
from jobs.models import JobEvent
from jobs.services.control import terminate_job
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.api.caller import Caller, refused
from tests.factories import (
    ANN,
    LISTED_KEYS,
    OTP,
    finish,
    number_events,
    running,
    scheduled,
    succeeded,
    template,
)
from tests.jobs_fixtures import together
from tests.support import attempts

EVENTS = "events/"


def follow(caller: Caller, after: int = 0, page_size: int = 200) -> list[dict[str, Any]]:
    """All events by following `next` until a page is empty."""
    seen: list[dict[str, Any]] = []
    while True:
        page = caller.get(EVENTS, {"after": after, "page_size": page_size}).json()
        assert set(page) == {"results", "next"}
        if not page["results"]:
            assert page["next"] == after
            return seen
        seen += page["results"]
        after = page["next"]


@pytest.mark.django_db
class TestReading:
    def test_all_events_come_oldest_first_with_the_job_as_it_was_then(self, viewer: Caller) -> None:
        job_id = succeeded()
        number_events()
        events = follow(viewer)
        assert [(event["seq"], event["notification_type"], event["data"]["state"]) for event in events] == [
            (1, "job_created", "scheduled"),
            (2, "job_progress", "queued"),
            (3, "job_started", "running"),
            (4, "job_terminated", "succeeded"),
        ]
        assert [event["data"]["version"] for event in events] == [1, 2, 3, 4]
        assert all(set(event["data"]) == LISTED_KEYS for event in events)
        assert {event["data"]["job_id"] for event in events} == {str(job_id)}

    def test_no_traceback_and_no_result_is_shown(self, viewer: Caller) -> None:
        attempt = running()
        error = {"type": "ValueError", "message": "no", "traceback": "secret line"}
        finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=error))
        succeeded()
        number_events()
        answer = viewer.get(EVENTS)
        assert b"secret line" not in answer.content
        assert b'"result"' not in answer.content

    def test_events_that_are_not_numbered_yet_come_later(self, viewer: Caller) -> None:
        scheduled()
        assert follow(viewer) == []
        number_events()
        assert len(follow(viewer)) == 1

    def test_a_reader_goes_on_where_it_ended(self, viewer: Caller) -> None:
        job_id = scheduled()
        number_events()
        after = viewer.get(EVENTS).json()["next"]
        terminate_job(job_id=job_id, actor=ANN)
        number_events()
        (event,) = follow(viewer, after)
        assert event["notification_type"] == "job_terminated"

    def test_pages_are_bounded_and_complete(self, viewer: Caller) -> None:
        template()
        for _ in range(4):
            succeeded()
        number_events()
        assert len(viewer.get(EVENTS, {"page_size": 3}).json()["results"]) == 3
        assert [event["seq"] for event in follow(viewer, page_size=3)] == list(range(1, 17))

    def test_log_lines_come_with_their_announcement(self, viewer: Caller) -> None:
        attempt = running()
        line = {"time": "2026-01-31T12:00:00Z", "level": "info", "attempt": 1, "text": "hello"}
        transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=[line])
        number_events()
        event = follow(viewer)[-1]
        assert event["notification_type"] == "job_log"
        assert event["data"]["lines"] == [line | {"n": 1}]
        assert event["data"]["next"] == 1

    def test_a_gap_is_told_with_the_lines_behind_it(self, viewer: Caller) -> None:
        attempt = running()
        attempts.append_log(attempt, "hello", skipped=1000)
        number_events()
        told, line = follow(viewer)[-1]["data"]["lines"]
        assert (told["n"], line["n"], line["text"]) == (1000, 1001, "hello")
        assert told["text"].startswith("1,000 lines are left out here")

    @pytest.mark.parametrize(
        ("after", "code"),
        [
            ("x", "type"),
            ("1.5", "type"),
            ("-1", "minimum"),
            ("9" * 19, "maximum"),
            ("9" * 20, "maximum"),
            ("9" * 5000, "maximum"),
        ],
    )
    def test_a_place_that_is_none_is_400(self, viewer: Caller, after: str, code: str) -> None:
        assert refused(viewer.get(EVENTS, {"after": after})) == (400, [("after", code)])

    def test_a_place_beyond_the_newest_is_empty(self, viewer: Caller) -> None:
        assert viewer.get(EVENTS, {"after": 2**62}).json() == {"results": [], "next": 2**62}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_a_reader_sees_each_event_exactly_once_under_concurrent_writers(viewer: Caller) -> None:
    template()
    until = time.monotonic() + 1
    seen: list[int] = []
    states: list[tuple[str, int]] = []

    def write() -> None:
        while time.monotonic() < until:
            for job_id in submit_jobs(submissions=[Submission(OTP)] * 3, actor=ANN):
                terminate_job(job_id=job_id, actor=ANN)

    def relay() -> None:
        while time.monotonic() < until:
            number_events()

    def read() -> None:
        after = 0
        while time.monotonic() < until:
            for event in follow(viewer, after):
                after = event["seq"]
                seen.append(after)
                states.append((event["data"]["job_id"], event["data"]["version"]))

    together(write, write, relay, relay, read)
    number_events()
    seen += [event["seq"] for event in follow(viewer, seen[-1] if seen else 0)]
    assert seen == list(range(1, JobEvent.objects.count() + 1))
    assert len(states) == len(set(states))
