"""Every command of our image in docker-compose.yml starts and works."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from tests.support.deployment import LONG_RUNNING, OURS, START_SECONDS, STARTED_ONCE, Deployment
from tests.support.waiting import wait_for

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        one = Deployment(Path(folder), stack)
        for service in STARTED_ONCE:
            one.run(service)
        for service in LONG_RUNNING:
            one.start(service)
        yield one


@pytest.mark.parametrize("service", [name for name in LONG_RUNNING if "healthcheck" in OURS[name]])
def test_a_service_becomes_healthy(deployment: Deployment, service: str) -> None:
    wait_healthy(deployment, service)


def test_a_job_runs_through_web_dispatcher_and_worker(deployment: Deployment) -> None:
    deployment.run(
        "web", "python", "manage.py", "import_templates", "templates_app/examples/job_templates.json"
    )
    made = deployment.run("web", "python", "manage.py", "create_user", "u", "--role", "operator", "--token")
    token = made.strip()
    wait_healthy(deployment, "web")
    job = deployment.api("jobs/", token, {"job_type": "otp_send_job", "payload": {"user_id": 7}})
    ended = deployment.api(f"jobs/{job['job_id']}/?wait=60", token)
    assert ended["state"] == "succeeded", deployment.log("worker").read_text()


def test_beat_takes_its_post(deployment: Deployment) -> None:
    with redis.Redis.from_url(deployment.urls["REDIS_URL"]) as store:
        wait_for("beat holds its lock", lambda: store.keys("*redbeat*:lock"), within=START_SECONDS)


def wait_healthy(deployment: Deployment, service: str) -> None:
    try:
        wait_for(f"{service} is healthy", lambda: deployment.is_healthy(service), within=START_SECONDS)
    except AssertionError as failure:
        raise AssertionError(f"{failure}\n{deployment.log(service).read_text()}") from failure
