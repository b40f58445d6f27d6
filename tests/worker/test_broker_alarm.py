"""RabbitMQ is short of memory or disk: it blocks whoever publishes. Nobody waits for it, and nothing is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from jobs.messaging.broker import DispatchMessage, Publisher
from tests.support.api import Api
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.platform import Platform
from tests.support.rabbitmq import Resource, exhaust_resource
from tests.support.real_servers import RealServers
from tests.support.waiting import wait_for

# The test alone: the first that needs real servers waits for their start.
pytestmark = pytest.mark.timeout(60, func_only=True)
Shortage = Callable[[Resource], AbstractContextManager[None]]


@pytest.fixture
def shortage(real: RealServers) -> Shortage:
    @contextmanager
    def of(kind: Resource) -> Iterator[None]:
        try:
            with exhaust_resource(kind, real.broker):
                yield
        except Missing as missing:
            skip_loudly("the tests of RabbitMQ's alarms", missing)

    return of


@pytest.mark.parametrize("kind", ["memory", "disk"])
def test_who_publishes_is_answered_and_the_messages_come_afterwards(
    real: RealServers, shortage: Shortage, kind: Resource
) -> None:
    publisher, queue = Publisher(real.broker.url), f"alarm-{kind}"
    first, *others = [DispatchMessage(queue, [uuid.uuid4()]) for _ in range(4)]
    assert publisher.publish([first]) == set(first.job_ids)
    with shortage(kind):
        assert publisher.publish(others) == set()
        assert publisher.publish(others) == set()
        assert publisher.depth(queue) == 0
    wait_for("all messages are there", lambda: publisher.depth(queue) == 4, within=20)
    publisher.drop()


def test_who_publishes_first_while_it_is_short_is_answered_too(real: RealServers, shortage: Shortage) -> None:
    publisher, message = Publisher(real.broker.url), DispatchMessage("alarm-first", [uuid.uuid4()])
    with shortage("memory"):
        assert publisher.publish([message]) == set()
    wait_for(
        "the message is confirmed", lambda: publisher.publish([message]) == set(message.job_ids), within=20
    )
    publisher.drop()


@pytest.mark.parametrize("platform", ["real"], indirect=True)
def test_jobs_are_created_meanwhile_and_health_tells_why_they_wait(
    platform: Platform, shortage: Shortage
) -> None:
    dispatcher = platform.pids()["dispatcher"]
    with platform.api("operator") as api:
        with shortage("memory"):
            jobs = [api.create("sleeper", {"seconds": 0})["job_id"] for _ in range(5)]
            problems = wait_for("health tells", lambda: problems_of(platform, api), within=20)
            assert ("broker_blocked", True) in [
                (one["code"], "short of memory or disk" in one["detail"]) for one in problems
            ]
            # As many as there are slots were to be handed over when it was noticed.
            assert {api.job(job_id)["state"] for job_id in jobs} <= {"queued", "scheduled"}
        assert {api.await_end(job_id)["state"] for job_id in jobs} == {"succeeded"}
        wait_for("health has nothing to tell", lambda: not problems_of(platform, api), within=20)
    assert platform.pids()["dispatcher"] == dispatcher


def problems_of(platform: Platform, api: Api) -> list[dict[str, str]]:
    answer = api.get(f"{platform.url}/health/ready")
    assert answer.status_code == 200
    found: list[dict[str, str]] = answer.json()["problems"]
    return found
