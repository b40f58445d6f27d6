"""Two platforms on one RabbitMQ and one database of Redis: neither is in the other's way."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
import redis

from tests.support.folders import make_private_folder
from tests.support.platform import Platform
from tests.support.waiting import wait_for

# Where messages went to the other's workers, they would come again after 15 s at the earliest.
PROMPTLY_SECONDS = 10
JOBS = 20


pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def both(real):
    """Each has a Postgres of its own."""
    shared = {"BROKER_URL": real.broker.url, "REDIS_URL": real.redis.url}
    with ExitStack() as stack:
        platforms = []
        for name in ("blue", "green"):
            folder = stack.enter_context(make_private_folder(name))
            platform = Platform(folder, settings=shared | {"PLATFORM_NAME": name})
            stack.callback(platform.stop)
            platform.start()
            platforms.append(platform)
        yield platforms[0], platforms[1]


def test_each_runs_its_own_jobs_and_shows_its_own_events(both):
    for platform in both:
        with platform.listen() as listener, platform.api("operator") as api:
            job_ids = [api.create("sleeper", {"seconds": 0})["job_id"] for _ in range(JOBS)]
            for job_id in job_ids:
                assert api.await_end(job_id, within=PROMPTLY_SECONDS)["state"] == "succeeded"
            listener.await_ends(job_ids, within=PROMPTLY_SECONDS)
            assert api.get("workers/").json()["results"][0]["queues"] == ["default"]


def test_each_keeps_its_own_entries_of_redbeat(both, real):
    with redis.Redis.from_url(real.redis.url) as client:
        keys = []
        for platform in both:
            with platform.api("editor") as api:
                fields = {"job_type": "sleeper", "payload": {"seconds": 0}, "every_seconds": 3600}
                series = api.post("series/", json=fields).raise_for_status().json()["id"]
            keys.append(f"restjobscheduler:{platform.name}:redbeat:series:{series}")
        wait_for("both have entries", lambda: client.exists(*keys) == 2, within=PROMPTLY_SECONDS)
        before = [client.hgetall(key) for key in keys]
        # Both have compared their entries twice meanwhile: each series that ran has a new entry.
        for platform in both:
            with platform.api("editor") as api:
                await_runs(api, "profile_stats_aggregator_job", 3)
        assert [client.hgetall(key) for key in keys] == before


def test_each_is_asked_alone(both):
    for platform in both:
        done = platform.celery("status", "--timeout", "5")
        assert "1 node online" in done.stdout, done.stdout + done.stderr


def await_runs(api, job_type, number):
    """Until so many more jobs of a series have run."""
    params = {"job_type": job_type, "state": "succeeded"}
    so_far = {job["job_id"] for job in api.get("jobs/", params=params).json()["results"]}
    wait_for(
        f"{number} more runs",
        lambda: (
            len({job["job_id"] for job in api.get("jobs/", params=params).json()["results"]} - so_far)
            >= number
        ),
        within=60,
    )
