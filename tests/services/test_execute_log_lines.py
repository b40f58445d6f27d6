"""The worker logs each attempt that did not succeed, and every line logged during a run has its job's fields."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from foundation.log_fields import current_fields
from jobs import transitions
from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, job, queued, store

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
Run = Callable[..., uuid.UUID]


@pytest.fixture
def run(write_handler: Callable[[str, str], None], caplog: pytest.LogCaptureFixture) -> Run:
    """Runs a job whose handler has these lines. `keys` are added to its template."""

    def run_once(body: str, **keys: Any) -> uuid.UUID:
        write_handler(NAME, body)
        store(document(NAME, **keys))
        job_id = queued(NAME)
        run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
        return job_id

    caplog.set_level(logging.INFO, "jobs")
    return run_once


def test_a_failure_tells_job_type_attempt_reason_and_the_first_line_of_its_error(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = run("raise ValueError('no such user\\nin two lines')")
    assert (
        f"job {job_id} ({NAME}, attempt 1) failed, reason error: ValueError: no such user" in caplog.messages
    )


@pytest.mark.parametrize(
    ("body", "keys", "ending"),
    [
        ("raise KeyError", {}, "failed, reason error: KeyError"),
        (
            "raise ValueError('no')",
            {"maxAttempts": 2},
            "failed, reason error: ValueError: no; it is tried again",
        ),
        (
            "import time\ntime.sleep(20)",
            {"timeoutSeconds": 1},
            "failed, reason timeout: JobTimedOut: The attempt took longer than 1 s.",
        ),
        (
            "import os\nos._exit(3)",
            {"maxLost": 0},
            "was lost: its process ended by itself with status 3; now failed",
        ),
        ("return b'x'", {}, "failed, reason error: TypeError: result is of type bytes"),
    ],
    ids=["without_a_text", "tried_again", "timeout", "lost", "result_refused"],
)
def test_each_kind_of_failure_is_logged(
    run: Run, caplog: pytest.LogCaptureFixture, body: str, keys: Mapping[str, Any], ending: str
) -> None:
    job_id = run(body, **keys)
    assert any(line.startswith(f"job {job_id} ({NAME}, attempt 1) {ending}") for line in caplog.messages)


def test_a_success_leaves_no_line(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    job_id = run("return 1")
    assert not [line for line in caplog.messages if str(job_id) in line]


def test_a_termination_is_logged(
    run: Run, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = transitions.start

    def start_and_stop(**what: Any) -> Any:
        attempt = start(**what)
        if attempt:
            transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
        return attempt

    monkeypatch.setattr(transitions, "start", start_and_stop)
    job_id = run("import time\nfor _ in range(200):\n    job.checkpoint()\n    time.sleep(0.1)")
    assert job(job_id).state == "terminated"
    assert f"job {job_id} ({NAME}, attempt 1) was terminated" in caplog.messages


def test_a_line_of_a_run_carries_its_job_and_one_after_it_does_not(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    end = transitions.end_attempt

    def end_and_note(**what: Any) -> Any:
        seen.append(dict(current_fields()))
        return end(**what)

    monkeypatch.setattr(transitions, "end_attempt", end_and_note)
    job_id = run("raise ValueError")
    assert seen == [{"job_id": str(job_id), "job_type": NAME, "attempt": 1}]
    assert current_fields() == {}


@pytest.mark.parametrize(
    ("cause", "said"),
    [(psycopg.errors.LockNotAvailable, "database busy"), (psycopg.errors.AdminShutdown, "database away")],
    ids=["busy", "away"],
)
def test_only_a_database_that_is_away_is_called_away(
    run: Run,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    cause: type[psycopg.Error],
    said: str,
) -> None:
    error = OperationalError("no")
    error.__cause__ = cause("no")
    errors = [error]
    start = transitions.start

    def fails_first(**what: Any) -> Any:
        if errors:
            raise errors.pop()
        return start(**what)

    monkeypatch.setattr(transitions, "start", fails_first)
    run("return 1")
    assert f"while a job was to be claimed: {said}: no" in caplog.messages
