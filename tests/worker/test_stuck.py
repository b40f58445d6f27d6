"""Why jobs do not run is told, and told soon: a dispatcher, a broker or a database that stands still, or is away."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from tests.conftest import only_embedded
from tests.support.api import Api
from tests.support.platform import Platform
from tests.support.real_servers import RealServers
from tests.support.waiting import wait_for

AT_ONCE = 24
BOUND_SECONDS = 2.0
SILENCE_SECONDS = 45  # a process is missed after 30


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """This process and those it started stand still, as on a machine that does."""
    whole = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in whole:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in whole:
            os.kill(process.pid, signal.SIGCONT)


def health(api: Api) -> dict[str, Any]:
    answer: dict[str, Any] = api.get(f"{str(api.base_url).split('/api/')[0]}/health/ready").json()
    return answer


def codes(api: Api) -> list[str]:
    return [problem["code"] for problem in health(api).get("problems", [])]


def ask_at_once(platform: Platform) -> list[tuple[int, float]]:
    """(status, seconds) of calls with a token that come together."""
    headers = {"Authorization": f"Token {platform.token('viewer')}"}

    def ask(_: int) -> tuple[int, float]:
        # No httpx: to make so many clients at once takes seconds by itself.
        connection = http.client.HTTPConnection(urlsplit(platform.url).netloc, timeout=30)
        with contextlib.closing(connection):
            began = time.monotonic()
            connection.request("GET", "/health/ready", headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.monotonic() - began

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(ask, range(AT_ONCE)))


def until_ready(api: Api) -> None:
    wait_for("ready", lambda: health(api) == {"status": "ready", "problems": []}, within=60)


@only_embedded
def test_a_healthy_platform_is_ready_and_lists_all_its_processes(platform: Platform) -> None:
    with platform.api("viewer") as api:
        until_ready(api)
        rows = api.get("processes/").raise_for_status().json()["results"]
        pids = platform.pids()
    assert {row["kind"]: row["pid"] for row in rows} == {
        kind: pids[kind] for kind in ("beat", "dispatcher", "web", "worker")
    }


@only_embedded
@pytest.mark.long  # only after half a minute is a dispatcher missing
def test_without_a_dispatcher_everybody_is_told_so(platform: Platform) -> None:
    with platform.api("operator") as api:
        until_ready(api)
        with frozen(platform.pids()["dispatcher"]):
            job_id = api.create("printer")["job_id"]
            wait_for("health tells", lambda: codes(api) == ["no_dispatcher"], within=SILENCE_SECONDS)
            assert health(api)["status"] == "degraded"
            assert api.job(job_id)["waiting_reason"].startswith("no dispatcher is running")
            shown = platform.run_jobs("show", job_id)
            assert "no dispatcher is running" in shown.stdout
            assert shown.stderr.startswith("No dispatcher is running: none has reported since")
            assert platform.run_jobs("show", job_id, "--json").stderr == ""
        assert api.await_end(job_id)["state"] == "succeeded"
        until_ready(api)


@only_embedded
@pytest.mark.long  # likewise
def test_a_broker_that_stands_still_costs_requests_nothing(platform: Platform) -> None:
    with platform.api("operator") as api:
        until_ready(api)
        dispatcher = platform.pids()["dispatcher"]
        with frozen(platform.pids()["valkey"]):
            job_id = api.create("printer")["job_id"]
            wait_for("health tells", lambda: "broker_unavailable" in codes(api), within=20)
            answers = ask_at_once(platform)
            assert {status for status, _ in answers} == {200}
            assert max(seconds for _, seconds in answers) < BOUND_SECONDS
            began = time.monotonic()
            api.create("printer")
            assert time.monotonic() - began < BOUND_SECONDS
            assert "redis_unavailable" in codes(api)
            waits_for_the_broker(api, job_id)
            # The dispatcher gives up every wait before its watchdog would bite.
            wait_for("the freeze was long enough", lambda: time.monotonic() > began + 35, within=60)
        assert api.await_end(job_id, within=60)["state"] == "succeeded"
        until_ready(api)
        assert platform.pids()["dispatcher"] == dispatcher


@only_embedded
def test_a_database_that_stands_still_is_told_within_seconds(platform: Platform) -> None:
    with platform.api("operator") as api:
        until_ready(api)
        with frozen(platform.pids()["postgres"]):
            # Also those that come before anybody can know.
            answers = ask_at_once(platform)
            assert max(seconds for _, seconds in answers) < BOUND_SECONDS
            wait_for("health tells", lambda: {one for one, _ in ask_at_once(platform)} == {503}, within=10)
            assert max(seconds for _, seconds in ask_at_once(platform)) < BOUND_SECONDS
            assert health(api) == {"status": "unavailable"}
        until_ready(api)
        assert api.await_end(api.create("printer")["job_id"], within=60)["state"] == "succeeded"


@pytest.mark.parametrize("platform", ["real"], indirect=True)
def test_without_rabbitmq_jobs_wait_for_it_and_for_no_worker(platform: Platform, real: RealServers) -> None:
    with platform.api("operator") as api:
        until_ready(api)
        real.broker.stop()
        try:
            job_id = api.create("printer")["job_id"]
            wait_for("health tells", lambda: "broker_unavailable" in codes(api), within=20)
            waits_for_the_broker(api, job_id)
        finally:
            real.broker.start()
        assert api.await_end(job_id, within=60)["state"] == "succeeded"
        until_ready(api)


def waits_for_the_broker(api: Api, job_id: str) -> None:
    """What jobs wait for is asked once a second, as health is: neither comes always first."""
    wait_for(
        "the job says so",
        lambda: (api.job(job_id)["waiting_reason"] or "").startswith("the broker cannot be reached"),
        within=10,
    )
