"""A socket on which nothing happens for a while still gets what comes then."""

import time

import pytest

from tests.support.waiting import wait_for

# Redis clients give up a silent connection after five seconds unless told otherwise.
IDLE_SECONDS = 12
LIVE = ("scheduled", "queued", "running")


@pytest.fixture
def silence(platform):
    """No job runs meanwhile, those that other tests left included: no connection would ever be idle."""
    with platform.api() as api:
        series = [one["id"] for one in api.get("series/").json()["results"]]
        for series_id in series:
            api.post(f"series/{series_id}/pause/").raise_for_status()
        api.post("jobs/terminate/", json={"filter": {"state": list(LIVE)}}).raise_for_status()
        wait_for("no job is left", lambda: live_jobs(api) == 0, within=60)
        yield
        for series_id in series:
            api.post(f"series/{series_id}/resume/").raise_for_status()


def live_jobs(api):
    counts = api.get("jobs/counts/", params={"state": LIVE}).raise_for_status().json()["counts"]
    return sum(counts[state] for state in LIVE)


@pytest.mark.long
def test_a_socket_that_was_idle_still_receives(platform, silence):
    with platform.listen() as listener, platform.api("operator") as api:
        time.sleep(1)  # for frames of the last ends
        before = len(listener.frames)
        time.sleep(IDLE_SECONDS)
        meanwhile = {frame["notification_type"] for frame in listener.frames[before:]}
        assert meanwhile <= {"ping", "sync"}
        job_id = api.create("printer")["job_id"]
        listener.await_ends([job_id], within=10)
        assert not listener.closed
