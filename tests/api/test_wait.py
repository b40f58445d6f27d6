"""GET /api/v1/jobs/{job_id}/?wait=30"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connections

from jobs.api.waits import waits as job_waits
from jobs.read import queries
from tests.api.caller import Caller, refused
from tests.factories import finish, running, scheduled, succeeded
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db
# Another thread looks for the end of the job: it sees what is committed.
waits = pytest.mark.django_db(transaction=True)


@contextmanager
def waiting_for(caller: Caller, job_id: uuid.UUID) -> Iterator[Future[Any]]:
    """A request in a thread of its own, from the moment that it waits."""

    def ask() -> Any:
        try:
            return caller.get(f"jobs/{job_id}/", {"wait": 60})
        finally:
            connections.close_all()

    before = len(job_waits._waiting)
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(ask)
        wait_for("it waits", lambda: len(job_waits._waiting) > before, within=60)
        yield answer
    wait_for("nobody looks", lambda: job_waits._waiting or not job_waits._is_polling, within=60)


def test_a_job_that_has_ended_is_answered_at_once(viewer: Caller) -> None:
    job_id = succeeded()
    began = time.monotonic()
    assert viewer.get(f"jobs/{job_id}/", {"wait": 30}).json()["state"] == "succeeded"
    assert time.monotonic() - began < 10


@waits
def test_the_answer_comes_when_the_job_has_ended(viewer: Caller) -> None:
    attempt = running()
    with waiting_for(viewer, attempt.job_id) as answer:
        finish(attempt)
        assert answer.result(60).json()["state"] == "succeeded"


@waits
def test_one_look_serves_all_who_wait(viewer: Caller) -> None:
    one, two = running(), running()
    with waiting_for(viewer, one.job_id) as of_one, waiting_for(viewer, two.job_id) as of_two:
        assert sum(thread.name == "waits" for thread in threading.enumerate()) == 1
        finish(one)
        assert of_one.result(60).json()["state"] == "succeeded"
        assert not of_two.done()
        finish(two)
        assert of_two.result(60).json()["state"] == "succeeded"


@waits
def test_a_wait_too_many_of_one_user_is_429_and_others_still_may(
    viewer: Caller, operator: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_waits, "_per_user", 1)
    attempt = running()
    with waiting_for(viewer, attempt.job_id) as one, waiting_for(operator, attempt.job_id) as two:
        refusal = viewer.get(f"jobs/{attempt.job_id}/", {"wait": 60})
        assert (refused(refusal), refusal["Retry-After"]) == ((429, [("wait", "too_many_waits")]), "1")
        assert viewer.get(f"jobs/{attempt.job_id}/").status_code == 200
        finish(attempt)
        assert {one.result(60).status_code, two.result(60).status_code} == {200}
    assert viewer.get(f"jobs/{attempt.job_id}/", {"wait": 60}).status_code == 200


@waits
def test_a_wait_too_many_in_all_is_429(
    viewer: Caller, operator: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_waits, "_total", 1)
    attempt = running()
    with waiting_for(viewer, attempt.job_id):
        assert operator.get(f"jobs/{attempt.job_id}/", {"wait": 60}).status_code == 429
        finish(attempt)


@waits
def test_a_database_that_goes_away_is_told_at_once(viewer: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("away")

    attempt = running()
    with waiting_for(viewer, attempt.job_id) as answer:
        monkeypatch.setattr(queries, "find_live", away)
        monkeypatch.setattr(queries, "job_row", away)
        assert answer.result(60).status_code == 503


@waits
def test_a_job_that_goes_on_is_answered_after_that_many_seconds(viewer: Caller) -> None:
    job_id = scheduled(start_in_seconds=60)
    began = time.monotonic()
    assert viewer.get(f"jobs/{job_id}/", {"wait": 1}).json()["state"] == "scheduled"
    assert time.monotonic() - began >= 1


def test_no_wait_is_answered_at_once(viewer: Caller) -> None:
    assert viewer.get(f"jobs/{scheduled(start_in_seconds=60)}/", {"wait": "0"}).status_code == 200


@pytest.mark.parametrize(
    ("wait", "code"),
    [
        ("", "blank"),
        ("x", "type"),
        ("1.5", "type"),
        ("-1", "minimum"),
        ("61", "maximum"),
        ("9" * 5000, "maximum"),
    ],
)
def test_a_wait_that_is_none_is_400(viewer: Caller, wait: str, code: str) -> None:
    assert refused(viewer.get(f"jobs/{scheduled()}/", {"wait": wait})) == (400, [("wait", code)])
