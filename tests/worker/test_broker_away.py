"""RabbitMQ stops for a while: jobs are created all the same, and run when it is back."""

import time

import pytest

AWAY_SECONDS = 20


@pytest.mark.long
@pytest.mark.parametrize("platform", ["real"], indirect=True)
def test_jobs_created_meanwhile_run_when_it_is_back(platform, real):
    with platform.listen() as listener, platform.api("operator") as api:
        job_ids = [api.create("sleeper", {"seconds": 0})["job_id"]]
        real.broker.stop()
        end = time.monotonic() + AWAY_SECONDS
        while time.monotonic() < end:
            job_ids.append(api.create("sleeper", {"seconds": 0})["job_id"])
            time.sleep(0.5)
        real.broker.start()
        listener.await_ends(job_ids, within=60)
        assert {api.job(job_id)["state"] for job_id in job_ids} == {"succeeded"}
        assert {listener.count(job_id, "job_created") for job_id in job_ids} == {1}
        assert {listener.count(job_id, "job_terminated") for job_id in job_ids} == {1}
