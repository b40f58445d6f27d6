"""Postgres stops for a while: everybody is told when to come again, and what ran runs on."""

import time

import httpx
import pytest

from tests.support.waiting import wait_for

AWAY_SECONDS = 6


@pytest.mark.parametrize("platform", ["real"], indirect=True)
def test_callers_are_asked_to_come_again_and_running_jobs_survive(platform, real):
    with platform.api("operator") as api:
        running = api.create("sleeper", {"seconds": 12})["job_id"]
        api.await_running(running)
        real.database.stop()
        try:
            gone_at = time.monotonic()
            for answer in (
                api.get("jobs/"),
                api.post("jobs/", json={"job_type": "sleeper"}),
                api.get("templates/"),
            ):
                assert answer.status_code == 503
                assert int(answer.headers["Retry-After"]) >= 1
                assert answer.json()["errors"][0]["code"]
            assert httpx.get(f"{platform.url}/health/ready", trust_env=False, timeout=30).status_code == 503
            assert httpx.get(f"{platform.url}/health/live", trust_env=False, timeout=30).status_code == 200
            time.sleep(max(0, gone_at + AWAY_SECONDS - time.monotonic()))
        finally:
            real.database.start()
        wait_for("the API answers again", lambda: api.get("jobs/").status_code == 200, within=20)
        job = api.await_end(running, within=60)
        assert (job["state"], job["attempt"]) == ("succeeded", 1)
        assert (
            api.await_end(api.create("sleeper", {"seconds": 0})["job_id"], within=60)["state"] == "succeeded"
        )
