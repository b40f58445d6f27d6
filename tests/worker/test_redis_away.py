"""Redis stops for a while: jobs run on, sockets stay open and say that they are not live."""

import pytest

from tests.support.waiting import wait_for

pytestmark = [pytest.mark.long, pytest.mark.parametrize("platform", ["real"], indirect=True)]
# A sync comes every 20 s, so this takes long.
UNTIL_NEXT_SYNC = 30


def is_sync(*, live):
    return lambda frame: frame["notification_type"] == "sync" and frame["data"]["live"] is live


def test_jobs_run_on_and_sockets_tell_that_they_are_not_live(platform, real):
    with platform.listen() as listener, platform.api("operator") as api:
        listener.await_frame(is_sync(live=True), within=UNTIL_NEXT_SYNC)
        wait_for("a system job has run", lambda: newest_run(api), within=UNTIL_NEXT_SYNC)
        real.redis.stop()
        try:
            job_ids = [api.create("sleeper", {"seconds": 0})["job_id"] for _ in range(5)]
            assert {api.await_end(job_id)["state"] for job_id in job_ids} == {"succeeded"}
            recurring = newest_run(api)
            listener.await_frame(is_sync(live=False), within=UNTIL_NEXT_SYNC)
            assert newest_run(api) != recurring, "the system jobs stopped coming"
        finally:
            real.redis.start()
        so_far = len(listener.frames)
        listener.await_frame(is_sync(live=True), within=UNTIL_NEXT_SYNC, after=so_far)
        listener.await_ends(job_ids, within=30)
        assert {listener.count(job_id, "job_terminated") for job_id in job_ids} == {1}
        assert not listener.closed


def newest_run(api):
    answer = api.get("jobs/", params={"job_type": "profile_stats_aggregator_job", "state": "succeeded"})
    return next((job["job_id"] for job in answer.raise_for_status().json()["results"]), None)
