"""kill -9 at any process: it comes back, and no job is lost or runs twice at once."""

import os
import signal

import httpx
import pytest

from tests.support.platform import OWN_PROCESSES
from tests.support.processes import is_alive
from tests.support.waiting import wait_for

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


@pytest.mark.parametrize("platform", ["real"], indirect=True)
def test_a_killed_worker_comes_back_and_its_jobs_run_again(platform, tmp_path):
    witnesses = [tmp_path / str(number) for number in range(3)]
    with platform.listen() as listener, platform.api("operator") as api:
        job_ids = [
            api.create("sleeper", {"seconds": SLEEP_SECONDS, "witness": str(witness)})["job_id"]
            for witness in witnesses
        ]
        children = [begun(witness) for witness in witnesses]
        worker = platform.pids()["worker"]
        os.kill(worker, signal.SIGKILL)
        platform.await_restart("worker", old_pid=worker)
        wait_for("its pool is gone", lambda: not any(map(is_alive, children)), within=10)
        listener.await_frames(
            lambda _: all(listener.count(job_id, "job_started") == 2 for job_id in job_ids),
            within=PROMISED_SECONDS,
        )
        listener.await_ends(job_ids, within=30)
        assert {api.job(job_id)["state"] for job_id in job_ids} == {"succeeded"}


@pytest.mark.parametrize("platform", ["embedded"], indirect=True)
def test_a_handler_that_kills_its_process_costs_no_other_job(platform):
    with platform.api("operator") as api:
        bystanders = [api.create("sleeper", {"seconds": 5})["job_id"] for _ in range(2)]
        killer = api.create("segfaulter")["job_id"]
        assert [api.ended(job_id)["attempt"] for job_id in bystanders] == [1, 1]
        job = api.ended(killer, within=PROMISED_SECONDS + 30)
        assert (job["state"], job["reason"]) == ("failed", "worker_lost")


@pytest.mark.parametrize("platform", ["embedded"], indirect=True)
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
        assert api.ended(job_id, within=60)["state"] == "succeeded"


def begun(witness):
    """The pid of the process that runs the job."""
    wait_for("the job runs", lambda: witness.exists() and witness.read_text().endswith("\n"), within=30)
    return int(witness.read_text().split()[2])


def answers(api):
    try:
        return api.get("jobs/").status_code == 200
    except httpx.TransportError:
        return False
