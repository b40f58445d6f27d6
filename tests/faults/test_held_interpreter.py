"""A handler holds the interpreter for longer than its lease: no thread of Python can renew it, nor end the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.faults import witness
from tests.support.folders import private_folder
from tests.support.platform import Platform
from tests.support.waiting import wait_for

LEASE_SECONDS = 6
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def short_leases() -> Iterator[Platform]:
    with private_folder("short-leases") as folder:
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


def test_the_attempt_is_dead_before_another_starts_and_no_other_job_notices(
    short_leases: Platform, tmp_path: Path
) -> None:
    file = tmp_path / "witness"
    file.touch()

    def runs(job_id: str) -> list[witness.Run]:
        return [run for run in witness.read(file) if run.job_id == job_id]

    with short_leases.api("operator") as api:
        bystanders = [api.create("sleeper", {"seconds": 2 * LEASE_SECONDS})["job_id"] for _ in range(2)]
        payload = {"witness": str(file)}
        once = api.create("interpreter_holder", payload | {"attempts": 1})["job_id"]
        always = api.create("interpreter_holder", payload | {"attempts": 9})["job_id"]
        first = wait_for("it runs", lambda: runs(once), within=30)[0]
        pulse = Pulse(first.pid)
        pulse.await_end()

        job = api.ended(once, within=60)
        assert (job["state"], job["result"]) == ("succeeded", {"attempt": 2})
        second = runs(once)[1]
        assert pulse.last < second.began
        assert pulse.last - first.began < LEASE_SECONDS

        job = api.ended(always, within=60)
        assert (job["state"], job["reason"], job["attempt"]) == ("failed", "worker_lost", 2)
        assert [event["kind"] for event in api.history(always)].count("job_terminated") == 1
        ended = [api.ended(one, within=60) for one in bystanders]
        assert [(one["state"], one["attempt"]) for one in ended] == [("succeeded", 1)] * 2
