"""kill -9 at any process of `make run`: it comes back, and no job is lost."""

import os
import signal

import httpx
import pytest

from tests.support.platform import OWN_PROCESSES
from tests.support.waiting import wait_for

pytestmark = pytest.mark.parametrize("platform", ["embedded"], indirect=True)
PROMISED_SECONDS = 45
SLEEP_SECONDS = 3


def test_a_job_whose_pool_process_is_killed_runs_again(platform, tmp_path):
    witness = tmp_path / "witness"
    with platform.listen() as listener, platform.api("operator") as api:
        job_id = api.create("sleeper", {"seconds": SLEEP_SECONDS, "witness": str(witness)})["job_id"]
        os.kill(begun(witness), signal.SIGKILL)
        listener.await_frames(lambda _: listener.count(job_id, "job_started") == 2, within=PROMISED_SECONDS)
        listener.await_ends([job_id], within=30)
        job = api.job(job_id)
        assert (job["state"], job["attempt"]) == ("succeeded", 2)
        assert listener.count(job_id, "job_terminated") == 1
        assert [line.split()[0] for line in witness.read_text().splitlines()] == ["began", "began", "ended"]


def test_a_handler_that_kills_its_process_costs_no_other_job(platform):
    with platform.api("operator") as api:
        bystanders = [api.create("sleeper", {"seconds": 5})["job_id"] for _ in range(2)]
        killer = api.create("segfaulter")["job_id"]
        assert [api.await_end(job_id)["attempt"] for job_id in bystanders] == [1, 1]
        job = api.await_end(killer, within=PROMISED_SECONDS + 30)
        assert (job["state"], job["reason"]) == ("failed", "worker_lost")


def test_every_process_comes_back(platform):
    old = platform.pids()
    assert old.keys() >= OWN_PROCESSES | {"postgres", "valkey"}
    for pid in old.values():
        os.kill(pid, signal.SIGKILL)
    for name, pid in old.items():
        platform.await_restart(name, old_pid=pid)
    with platform.api("operator") as api:
        wait_for("the API answers again", lambda: answers(api), within=60)
        job_id = api.create("otp_send_job", {"user_id": 7})["job_id"]
        assert api.await_end(job_id, within=60)["state"] == "succeeded"


def begun(witness):
    """The pid of the process that runs the job."""
    wait_for("the job runs", lambda: witness.exists() and witness.read_text().endswith("\n"), within=30)
    return int(witness.read_text().split()[2])


def answers(api):
    try:
        return api.get("jobs/").status_code == 200
    except httpx.TransportError:
        return False
