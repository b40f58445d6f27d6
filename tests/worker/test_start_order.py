"""On a whole platform: behind a long line an urgent job has the next free slot, and another template the next turn."""

import pytest

from tests.support.platform import WORKER_SLOTS
from tests.support.waiting import wait_for

SECONDS = 2
WAITING = 300
# The run that a slot is in, and the machine's slowness; the line is two minutes and a half long.
SOON_SECONDS = SECONDS + 4


@pytest.fixture(scope="module")
def long_line(platform):
    """Many jobs of one template wait, and all slots are taken by others of it, whose length is known by now."""
    with platform.api("operator") as api:
        before = _number(api, "succeeded")
        jobs = [{"job_type": "sleeper", "payload": {"seconds": SECONDS}, "start_in_seconds": 0}] * WAITING
        ids = api.post("jobs/bulk/", json={"jobs": jobs}).raise_for_status().json()["job_ids"]
        wait_for("all slots are taken", lambda: _number(api, "running") >= WORKER_SLOTS, within=30)
        wait_for("some have ended", lambda: _number(api, "succeeded") >= before + 2 * WORKER_SLOTS, within=60)
        yield api
        stop = api.post("jobs/terminate/", json={"ids": ids})
        assert stop.status_code == 200
        wait_for("they are over", lambda: not _number(api, "scheduled", "queued", "running"), within=60)


def _number(api, *states):
    counts = api.get("jobs/counts/", params={"job_type": "sleeper"}).json()["counts"]
    return sum(counts.get(state, 0) for state in states)


def test_an_urgent_job_starts_with_the_next_free_slot(long_line):
    job_id = long_line.create("sleeper", {"seconds": 0}, priority=9)["job_id"]
    wait_for("it ends", lambda: long_line.job(job_id)["state"] == "succeeded", within=SOON_SECONDS)


def test_a_job_of_another_template_has_its_turn(long_line):
    job_id = long_line.create("printer")["job_id"]
    wait_for("it ends", lambda: long_line.job(job_id)["state"] == "succeeded", within=SOON_SECONDS)


def test_no_more_are_handed_over_than_there_are_slots(long_line):
    assert _number(long_line, "queued", "running") <= WORKER_SLOTS
