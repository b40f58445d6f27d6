"""GET /api/v1/jobs/{job_id}/?wait=30"""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from django.db import connections

from jobs.api import job as job_api
from tests.api.caller import Caller, refused
from tests.factories import finish, running, scheduled, succeeded

pytestmark = pytest.mark.django_db
# The view gives its connection back while it waits: the transaction of a test would be lost with it.
waits = pytest.mark.django_db(transaction=True)


def test_a_job_that_has_ended_is_answered_at_once(viewer: Caller) -> None:
    job_id = succeeded()
    began = time.monotonic()
    assert viewer.get(f"jobs/{job_id}/", {"wait": 30}).json()["state"] == "succeeded"
    assert time.monotonic() - began < 10


@waits
def test_the_answer_comes_when_the_job_has_ended(viewer: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = running()
    looked = threading.Event()

    def look_again(_: float) -> None:
        """In place of the pause between two looks: somebody ends the job meanwhile."""
        if not looked.is_set():
            looked.set()
            ender = threading.Thread(target=end)
            ender.start()
            ender.join()

    def end() -> None:
        try:
            finish(attempt)
        finally:
            connections.close_all()

    clock = SimpleNamespace(monotonic=time.monotonic, sleep=look_again)
    monkeypatch.setattr(job_api, "time", clock)
    answer = viewer.get(f"jobs/{attempt.job_id}/", {"wait": 30})
    assert looked.is_set()
    assert answer.json()["state"] == "succeeded"


@waits
def test_a_job_that_goes_on_is_answered_after_that_many_seconds(viewer: Caller) -> None:
    job_id = scheduled(start_in_seconds=60)
    began = time.monotonic()
    assert viewer.get(f"jobs/{job_id}/", {"wait": 1}).json()["state"] == "scheduled"
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("wait", ["0", ""])
def test_no_wait_is_answered_at_once(viewer: Caller, wait: str) -> None:
    assert viewer.get(f"jobs/{scheduled(start_in_seconds=60)}/", {"wait": wait}).status_code == 200


@pytest.mark.parametrize("wait", ["x", "-1", "1.5", "61", "9" * 5000])
def test_a_wait_that_is_none_is_400(viewer: Caller, wait: str) -> None:
    status, found = refused(viewer.get(f"jobs/{scheduled()}/", {"wait": wait}))
    assert (status, found[0][0]) == (400, "wait")
