"""Over 1,000 jobs at once: a dispatcher works them off, also one that comes after it was killed."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from tests.support.api import Api
from tests.support.waiting import wait_for

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
MANY = 1200
LATER = {"job_type": "sleeper", "payload": {"seconds": 0}, "start_in_seconds": 3600}


@pytest.mark.long
def test_a_dispatcher_that_is_killed_in_the_midst_of_it_costs_no_job_and_makes_none_twice(
    platform: Any,
) -> None:
    with platform.api("operator") as api:
        ids = api.post("jobs/bulk/", json={"jobs": [LATER] * MANY}).raise_for_status().json()["job_ids"]
        operation = begun(api, "jobs/rerun/", {"ids": ids})
        pid = platform.pids()["dispatcher"]
        wait_for("some are done", lambda: told(api, operation)["done"] > 0, within=30, every=0.02)
        os.kill(pid, signal.SIGKILL)
        done = ended(api, operation)
        assert (done["matched"], done["done"], done["refused"], done["created"]) == (MANY, MANY, 0, MANY)

        mine = {"filter": {"job_type": "sleeper", "created_by": "a-operator"}}
        again = begun(api, "jobs/terminate/", mine)
        done = ended(api, again)
        assert (done["state"], done["done"]) == ("done", done["matched"])
        reruns = [job for job in all_jobs(api) if job["rerun_of"]]
        assert sorted(job["rerun_of"] for job in reruns) == sorted(ids)
        assert {job["created_by"] for job in reruns} == {"a-operator"}
        platform.await_restart("dispatcher", old_pid=pid)


def begun(api: Api, door: str, body: dict[str, Any]) -> str:
    answer = api.post(door, json=body)
    assert answer.status_code == 202, answer.text
    address: str = answer.json()["operation"]
    return address


def told(api: Api, operation: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(operation).raise_for_status().json()
    return found


def ended(api: Api, operation: str) -> dict[str, Any]:
    wait_for("it is done", lambda: told(api, operation)["state"] != "running", within=90)
    return told(api, operation)


def all_jobs(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = "jobs/?job_type=sleeper&created_by=a-operator&page_size=200"
    while following:
        page = api.get(following).raise_for_status().json()
        found += page["results"]
        following = page["next"]
    return found
