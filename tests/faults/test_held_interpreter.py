"""The lease belongs to the slot, not to the handler's process: whatever stands still, no two attempts overlap."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.faults import witness
from tests.support.folders import make_private_folder
from tests.support.platform import Platform
from tests.support.waiting import wait_for

LEASE_SECONDS = 6
pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def short_leases() -> Iterator[Platform]:
    with make_private_folder("short-leases") as folder:
        platform = Platform(folder, settings={"LEASE_SECONDS": str(LEASE_SECONDS)})
        try:
            platform.start()
            yield platform
        finally:
            platform.stop()


class Pulse:
    """When a process was last seen alive."""

    def __init__(self, pid: int) -> None:
        self.last = 0.0
        self._process = psutil.Process(pid)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        try:
            while self._process.status() != psutil.STATUS_ZOMBIE:
                self.last = time.monotonic()
                time.sleep(0.01)
        except psutil.NoSuchProcess:
            pass

    def await_end(self) -> None:
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()


def runs(file: Path, job_id: str) -> list[witness.Run]:
    return [run for run in witness.read(file) if run.job_id == job_id]


def test_a_handler_that_holds_the_interpreter_longer_than_the_lease_runs_once(
    short_leases: Platform, tmp_path: Path
) -> None:
    file = tmp_path / "witness"
    file.touch()
    with short_leases.api("operator") as api:
        payload = {"witness": str(file), "attempts": 9, "seconds": 2 * LEASE_SECONDS}
        job = api.await_end(api.create("interpreter_holder", payload)["job_id"], within=60)
        assert (job["state"], job["result"]) == ("succeeded", {"attempt": 1})
        assert len(runs(file, job["job_id"])) == 1


def test_a_handler_that_holds_the_interpreter_can_be_stopped(short_leases: Platform, tmp_path: Path) -> None:
    file = tmp_path / "witness"
    file.touch()
    with short_leases.api("operator") as api:
        job_id = api.create("interpreter_holder", {"witness": str(file), "attempts": 9})["job_id"]
        wait_for("it runs", lambda: runs(file, job_id), within=30)
        api.post(f"jobs/{job_id}/terminate/").raise_for_status()
        assert api.await_end(job_id, within=30)["state"] == "terminated"


@pytest.mark.parametrize("frozen", ["slot", "slot and handler"])
def test_of_a_frozen_slot_the_attempt_is_dead_before_another_starts(
    short_leases: Platform, tmp_path: Path, frozen: str
) -> None:
    file = tmp_path / "witness"
    file.touch()
    with short_leases.api("operator") as api:
        bystanders = [api.create("sleeper", {"seconds": 2 * LEASE_SECONDS})["job_id"] for _ in range(2)]
        payload = {"witness": str(file), "attempts": 1}
        job_id = api.create("interpreter_holder", payload)["job_id"]
        first = wait_for("it runs", lambda: runs(file, job_id), within=30)[0]
        pulse = Pulse(first.pid)
        stopped = time.monotonic()
        os.kill(psutil.Process(first.pid).ppid(), signal.SIGSTOP)
        if frozen != "slot":
            os.kill(first.pid, signal.SIGSTOP)
        pulse.await_end()
        job = api.await_end(job_id, within=60)
        assert (job["state"], job["result"]) == ("succeeded", {"attempt": 2})
        assert pulse.last < runs(file, job_id)[1].began
        assert pulse.last - stopped < LEASE_SECONDS
        ended = [api.await_end(one, within=60) for one in bystanders]
        assert [(one["state"], one["attempt"]) for one in ended] == [("succeeded", 1)] * 2
